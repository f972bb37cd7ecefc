"""The inbox as a page shows it: choices to a filter, cases to rows, money never added up across currencies."""

from datetime import UTC
from typing import Any

import pytest

from core.desk import Filter, Kept, Share
from core.findings import Severity
from core.money import Money
from core.times import DAY
from dashboard.component.cases import selected
from dashboard.inbox import charts, rows
from dashboard.palette import LIGHT
from tests.journal.noted import NOW, found

NOTHING: dict[str, Any] = {
    "states": (), "severities": (), "codes": (), "currencies": (), "at_least": None, "age": rows.ANY_AGE,
    "text": "", "now": NOW,
}  # fmt: skip


def choose(**changed: Any) -> Filter:  # noqa: ANN401 - any choice
    return rows.chosen(**{**NOTHING, **changed})


def kept(**changed: Any) -> Kept:  # noqa: ANN401 - any field
    noted = found()
    fields = {name: getattr(noted, name) for name in noted.__slots__}
    stands = {
        "id": 1, "state": "open", "first_seen": NOW, "last_seen": NOW, "ignored_until": None, "resolved_at": None,
        "reopened": 0, "who": None, "change": "new",
    }  # fmt: skip
    return Kept(**{**fields, **stands, **changed})


def share(code: str | None, cases: int, *money: Money, severity: Severity | None = Severity.HIGH) -> Share:
    return Share(code, cases, money, 0, severity, NOW, NOW)


def test_no_choice_is_what_nobody_has_settled() -> None:
    assert choose() == Filter()


def test_each_choice_narrows() -> None:
    assert choose(states=("Ignored",), severities=("Cannot tell", "High")) == Filter(
        states=("ignored",), severities=(None, Severity.HIGH)
    )
    assert choose(codes=("stale_id",), text="web").codes == ("stale_id",)
    assert choose(age="Older than 7 days").older_than == NOW // 60 * 60 - 7 * DAY
    assert choose(age="Found in the last 24 hours").seen_since == NOW // 60 * 60 - DAY


def test_a_strange_choice_restricts_nothing() -> None:
    assert choose(states=("x",), severities=("y",), age="z") == Filter()


@pytest.mark.parametrize(
    ("typed", "currency", "minor"), [(42.5, "EUR", 4250), (500, "JPY", 500), (1.5, "KWD", 1500), (0.5, "JPY", None)]
)
def test_an_amount_is_typed_in_major_units(typed: float, currency: str, minor: int | None) -> None:
    assert choose(at_least=typed, currencies=(currency,)).at_least == minor


def test_amounts_of_several_currencies_are_not_compared() -> None:
    assert choose(at_least=5, currencies=("EUR", "JPY")).at_least is None
    assert choose(at_least=5).at_least is None


@pytest.mark.parametrize("text", [None, "", "x", "1", "1.2.3.4.5", "1.2; DROP", "9" * 30 + ".1"])
def test_what_is_no_cursor_is_the_first_page(text: str | None) -> None:
    assert rows.cursor(text) is None


def test_a_cursor_is_kept() -> None:
    assert rows.cursor("5.1760000000.17") == "5.1760000000.17"


def test_a_case_as_a_row() -> None:
    row = rows.row(kept(), NOW + 120, UTC, None)
    assert (row.severity, row.icon, row.color) == ("Critical", "report", "red")
    assert (row.order, row.risk, row.state, row.fresh) == ("WEB-1", "42.00 USD", "Open", False)
    assert row.since == "9 Oct, 07:53"
    assert rows.row(kept(), NOW + 400 * DAY, UTC, None).since == "9 Oct 2025, 07:53"
    assert rows.row(kept(happened_at=10**30), NOW, UTC, None).since == "an unreadable time"


def test_what_was_opened_after_the_last_look_is_new() -> None:
    assert rows.row(kept(opened_at=NOW), NOW, UTC, NOW - 1).fresh
    assert not rows.row(kept(opened_at=NOW), NOW, UTC, NOW).fresh


def test_an_owner_is_called_without_what_makes_an_address() -> None:
    assert rows.row(kept(owner="ben@shop.example", state="acknowledged"), NOW, UTC, None).state == "Acknowledged, ben"
    called = rows.owners_called(("", "ben@a.example", "ana", "ben@b.example", "ben@a.example"))
    assert called == {"Nobody": ("",), "ben": ("ben@a.example", "ben@b.example"), "ana": ("ana",)}


def test_a_row_is_one_line_in_one_direction() -> None:
    said = rows.row(kept(number="a\u202eb\nc\x00" + "d" * 1000), NOW, UTC, None).order
    assert said.startswith("a\ufffdb ⏎ c\ufffdd")
    assert len(said) < 310


def test_selected_is_only_what_was_shown_in_this_turn() -> None:
    keys = ("order:1", "order:2")
    assert selected({"turn": "3", "keys": ["order:2", "order:9", "order:1"]}, "3", keys) == keys
    nonsense: tuple[object, ...] = (None, {}, [], "x", {"turn": "2", "keys": ["order:1"]}, {"turn": "3", "keys": "x"})
    for said in nonsense:
        assert selected(said, "3", keys) == ()


def test_money_that_cannot_be_told_is_said_and_none_is_blank() -> None:
    assert rows.at_risk(kept(money=None)) == "unknown"
    assert rows.at_risk(kept(money=Money(0, "usd"))) == ""


def test_what_could_not_be_told_says_why_and_is_not_well() -> None:
    case = kept(code=None, codes=(), title="", severity=None, money=None, undetermined="429")
    assert rows.title(case) == "Could not be told: 429"
    assert rows.look(case).word == "Cannot tell"


def test_a_payment_without_an_order_and_an_ignored_case() -> None:
    assert rows.row(kept(key="stripe:pi_1", order_id=None, number=None), NOW, UTC, None).order == "No order, pi_1"
    assert rows.row(kept(state="ignored", ignored_until=NOW), NOW, UTC, None).state.startswith("Ignored to 9 Oct")


def test_money_is_one_sum_a_currency_and_many_are_counted() -> None:
    usd, jpy = Money(100, "usd"), Money(5, "jpy")
    shares = (share("a", 9, usd, jpy), share("b", 1, Money(1, "usd")), share(None, 3, severity=None))
    assert rows.money(shares) == (jpy, Money(101, "usd"))
    assert rows.most_money(shares) == "1.01 USD  ·  5 JPY"
    four = (share("a", 1, *(Money(1, code) for code in ("usd", "eur", "gbp", "sek"))),)
    assert rows.most_money(four).endswith("and 1 other currency")
    assert rows.most_money(()) == ""


def test_figures_show_the_most_money_first_and_no_markup() -> None:
    bars = rows.bars((share("<b>x</b>", 2, Money(100, "usd")), share("y", 5, Money(900, "usd"))))
    drawn = charts.at_risk(bars, "USD", LIGHT)
    assert 0 < drawn.index("9.00 USD, high") < drawn.index("1.00 USD, high")
    assert "<b>" not in drawn
    assert "&lt;b&gt;x&lt;/b&gt;" in drawn
    assert rows.bars((share(None, 1, severity=None),)) == ()
    assert charts.currencies(bars) == ("USD",)
