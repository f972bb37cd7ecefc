"""The orders of a survey as rows: what disagrees first, nothing added up that cannot be, nothing clean by luck."""

import pytest

from core.export import csv_lines
from core.findings import Diagnosis, Severity
from core.money import Money
from dashboard.parts import charts
from dashboard.parts.orders_table import cells
from dashboard.parts.rows import Filter, counted, risk, rows, shares
from tests.dashboard.surveyed import NOW, finding, opened, order, survey

CLEAN = opened(order("1001"), Diagnosis())
UNSURE = opened(order("1002"), Diagnosis(undetermined="The refunds were not read: 403"))
HIGH = opened(
    order("1003", created_at=NOW - 50),
    Diagnosis(finding("webhook_failing", risk=Money(4_200, "usd")), also=(finding("stale_id", Severity.LOW),)),
)
HIGH_NEWER = opened(order("1004", currency="jpy"), Diagnosis(finding("webhook_failing", risk=Money(500, "jpy"))))
CRITICAL = opened(order("1005", created_at=NOW - 90), Diagnosis(finding("paid_twice", Severity.CRITICAL)))
FAILED = (order("1006"), "Stripe answered 500 three times")
ALL = rows(survey(CLEAN, UNSURE, HIGH, HIGH_NEWER, CRITICAL, failed=(FAILED,)), "test")


def numbers(chosen: Filter) -> list[str]:
    return [row.order for row in ALL if chosen.matches(row)]


def test_nothing_read_is_no_row() -> None:
    assert rows(survey(), "test") == ()
    assert shares(()) == ()
    assert risk(()) == ()


def test_the_worst_stand_first_and_of_equals_the_newest() -> None:
    assert [row.order for row in ALL] == ["1005", "1004", "1003", "1002", "1006", "1001"]


def test_an_order_that_could_not_be_read_is_never_clean() -> None:
    failed = next(row for row in ALL if row.order == "1006")
    assert failed.look.word == "Cannot tell"
    assert failed.title == "Stripe answered 500 three times"
    assert not failed.case[1].clean
    assert failed.case[0].facts.unread


def test_without_a_choice_what_agrees_is_hidden_and_what_could_not_be_told_is_not() -> None:
    assert numbers(Filter()) == ["1005", "1004", "1003", "1002", "1006"]
    assert numbers(Filter(states=("Agrees",))) == ["1001"]


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (Filter(states=("Critical", "High")), ["1005", "1004", "1003"]),
        (Filter(codes=("stale_id",)), ["1003"]),
        (Filter(codes=("webhook_failing",), currencies=("JPY",)), ["1004"]),
        (Filter(text="CS_TEST_1003"), ["1003"]),
        (Filter(text="jane 1005"), ["1005"]),
        (Filter(text="nothing such"), []),
    ],
)
def test_filters_narrow_together(chosen: Filter, shown: list[str]) -> None:
    assert numbers(chosen) == shown


def test_every_row_is_counted_once() -> None:
    assert counted(ALL) == {
        "Critical": 1,
        "High": 2,
        "Medium": 0,
        "Low": 0,
        "Info": 0,
        "Cannot tell": 2,
        "Agrees": 1,
    }


def test_money_of_two_currencies_is_never_added_up() -> None:
    assert risk(ALL) == (Money(500, "jpy"), Money(4_200, "usd"))
    webhook = next(share for share in shares(ALL) if share.code == "webhook_failing")
    assert (webhook.cases, webhook.risk, webhook.unknown) == (2, (Money(500, "jpy"), Money(4_200, "usd")), 0)


def test_money_that_cannot_be_told_is_counted_and_not_taken_for_none() -> None:
    assert shares(ALL)[0].code == "paid_twice"
    assert shares(ALL)[0].unknown == 1
    assert cells(ALL[0])["At risk"] == "unknown"


def test_the_export_has_one_line_for_each_finding_and_each_that_could_not_be_told() -> None:
    lines = list(csv_lines(row.case for row in ALL))
    assert len(lines) == 1 + 1 + 1 + 2 + 2  # header, critical, high, high with its consequence, two untold
    assert any("Stripe answered 500 three times" in line for line in lines)


def test_figures_show_the_shares_in_their_order() -> None:
    figure = charts.counts(shares(ALL), charts.LIGHT)
    assert list(figure.data[0].x) == [1, 2]
    assert [note.text for note in figure.layout.annotations] == ["Paid twice", "Webhook failing"]
    assert charts.currencies(shares(ALL)) == ("JPY", "USD")
    yen = charts.at_risk(shares(ALL), "JPY", charts.DARK)
    assert list(yen.data[0].text) == ["500 JPY, high"]


def test_no_title_becomes_markup_in_a_figure() -> None:
    hostile = opened(order("1"), Diagnosis(finding("<b>x</b>")))
    figure = charts.counts(shares(rows(survey(hostile), "test")), charts.LIGHT)
    assert "<b>" not in str(figure.layout.annotations)
    assert "<b>" not in str(figure.data[0].customdata)


def test_a_time_no_calendar_has_breaks_nothing() -> None:
    odd = opened(order("1", created_at=10**18), Diagnosis())
    assert cells(rows(survey(odd), "test")[0])["Created"] is None
