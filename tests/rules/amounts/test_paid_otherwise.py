"""Gift cards, store credit, transfers: what was paid by other means than Stripe is neither missing nor too much."""

import pytest

from core.cases import Case, bundle
from core.comparison import Row, Verdict, attempts, compare
from core.facts import Json
from core.money import Money
from core.report import report
from core.rules import examine
from core.rules.examined import Examined
from tests.rules import stage

GIFT = {"amount_minor": 5800, "paid_otherwise_minor": 800}


def booked(**more: object) -> Json:
    return stage.BOOKED | GIFT | more


def amount_row(seen: Examined) -> Row:
    return next(row for row in compare(seen, attempts(seen)[0]).rows if row.field == "Amount")


def test_a_gift_card_and_a_card_make_up_the_total() -> None:
    seen = examine(stage.case(booked()))
    assert seen.diagnosis.clean
    row = amount_row(seen)
    assert row.verdict is Verdict.EXPLAINED
    assert [str(one) for one in row.sums] == ["58.00 ordered \u2212 8.00 paid otherwise = 50.00 USD due at Stripe"]
    said = report(seen)
    assert ("paid otherwise", ("8.00 USD",)) in [
        (one.place.value, tuple(map(str, one.amounts))) for one in said.money.holdings
    ]
    assert "58.00 USD (8.00 USD of it paid otherwise)" in said.subtitle
    assert "paid otherwise 8.00 USD" in said.ticket
    assert (said.money_line[0].text, said.money_line[0].note) == ("58.00 USD", "8.00 USD paid otherwise")


def test_what_is_missing_is_what_is_due_at_stripe_less_what_came_in() -> None:
    found = stage.headline(booked(amount_minor=6000))
    assert (found.code, found.money_at_risk) == ("amount_mismatch", Money(200, "usd"))
    assert "58.00" not in found.says
    assert "60.00 USD (8.00 USD of it paid otherwise): 2.00 USD are missing" in found.says
    assert {one.field: one.value for one in found.evidence}["due at Stripe"] == "52.00 USD"


def test_a_total_that_was_paid_by_card_whole_beside_a_gift_card_is_too_much() -> None:
    found = stage.headline(booked(amount_minor=5000))
    assert (found.code, found.money_at_risk) == ("amount_mismatch", Money(800, "usd"))
    assert "too much" in found.says


@pytest.mark.parametrize("otherwise", [5000, 5001, None])
def test_an_order_that_owes_stripe_nothing_or_nobody_knows_what_is_not_called_unpaid(otherwise: int | None) -> None:
    row = stage.order(status="paid", paid_otherwise_minor=otherwise)
    gone = {"sessions": [stage.expired()], **stage.UNPAID}
    assert "unpaid_marked_paid" not in stage.said(row, **gone)
    assert "unpaid_marked_paid" in stage.said(stage.order(status="paid"), **gone)


def test_where_what_was_paid_otherwise_cannot_be_read_amounts_are_not_compared() -> None:
    """Nor is the order called well."""
    seen = stage.diagnosed(booked(amount_minor=9000, paid_otherwise_minor=None))
    assert (seen.findings, seen.clean) == ((), False)
    assert "paid otherwise than by Stripe cannot be read" in str(seen.undetermined)


def test_a_total_that_is_no_amount_is_not_compared_either() -> None:
    row = booked(amount_minor=None, odd_amount="1e+30")
    seen = stage.diagnosed(row)
    assert (seen.findings, seen.clean) == ((), False)
    assert "`1e+30` is no amount" in str(seen.undetermined)
    again = Case.of(bundle(stage.case(row), masked=False))
    assert again.order is not None
    assert again.order.odd_amount == "1e+30"


def test_what_may_have_gone_back_otherwise_is_not_asked_of_stripe() -> None:
    row = booked(status="partially_refunded", refunded_minor=800)
    assert stage.said(row) == []
    assert stage.said({**row, "refunded_minor": 900}) == ["refund_overstated"]


def test_two_payments_that_cover_what_is_due_are_no_double_payment() -> None:
    both = stage.twice(amount=5000, amount_received=5000)
    assert "duplicate_payment" in stage.said(booked(), **both)
    assert "duplicate_payment" not in stage.said(booked(amount_minor=10800), **both)


def test_a_bundle_keeps_it() -> None:
    case = stage.case(booked(booked_minor=5000, rounded=True))
    again = Case.of(bundle(case, masked=False))
    assert again.order == case.order
    assert again.order is not None
    assert again.order.due == Money(5000, "usd")


def test_a_total_that_was_lowered_with_its_refund_is_square() -> None:
    fee = {"amount_minor": 1000, "refunded_minor": 4000, "booked_minor": 5000}
    back = stage.refunded(4000)
    for status in ("paid", "cancelled", "refunded", "partially_refunded"):
        assert stage.said(stage.BOOKED | fee | {"status": status}, **back) == [], status
    wrong = stage.BOOKED | fee | {"status": "refunded", "amount_minor": 5000}
    assert "refund_overstated" in stage.said(wrong, **back)


def test_a_refunded_amount_is_shown_as_money() -> None:
    row = stage.BOOKED | {"status": "refunded", "refunded_minor": 5000}
    found = stage.headline(row, **stage.refunded(1800))
    assert {one.field: one.value for one in found.evidence}["refunded amount"] == "50.00 USD"


def test_a_part_that_the_shop_itself_shows_as_paid_is_no_finding() -> None:
    waits = stage.order(session_id=stage.SESSION, amount_minor=10000, booked_minor=5000)
    seen = examine(stage.case(waits))
    assert (seen.diagnosis.findings, seen.diagnosis.undetermined) == ((), None)
    assert "waits for the rest" in amount_row(seen).why
    unknown = stage.said(waits | {"amount_minor": None})
    assert unknown == []
    assert stage.said(waits | {"booked_minor": None})[0] == "amount_mismatch"
    assert stage.said(waits | {"booked_minor": 4000})[0] == "amount_mismatch"
    assert stage.said(waits | {"amount_minor": 5000}) != []  # all of it is paid, and the order is open


def test_a_total_with_parts_of_the_smallest_coin_is_right_within_one() -> None:
    yen = {"amount": 4, "amount_received": 4, "currency": "jpy"}
    given = {
        "sessions": [stage.session(amount_total=4, currency="jpy")],
        "intents": [stage.intent(**yen)],
        "charges": [stage.charge(amount=4, amount_captured=4, currency="jpy")],
    }
    row = stage.BOOKED | {"amount_minor": 5, "currency": "jpy"}
    assert stage.said(row | {"rounded": True}, **given) == []
    assert stage.said(row, **given) == ["amount_mismatch"]
