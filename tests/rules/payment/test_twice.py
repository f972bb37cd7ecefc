"""Orders that were paid twice, or again and again."""

from typing import Any

import pytest

from core.findings import Action, Confidence, Severity
from core.times import DAY, HOUR
from tests.rules import stage

FAILED = stage.order(status="failed", payment_intent_id=stage.INTENT, updated_at=stage.NOW - 3600)
DECLINED = [
    stage.event(),
    stage.event("payment_intent.payment_failed", stage.OTHER_INTENT, created=stage.BEGUN + 30),
]
TWO = [
    stage.intent(),
    stage.intent(id=stage.OTHER_INTENT, status="requires_payment_method", metadata={"order_id": "1042"}),
]


class TestDuplicatePayment:
    def test_what_was_paid_above_the_total_is_at_risk(self) -> None:
        found = stage.headline(stage.BOOKED, **stage.twice())
        assert stage.matter(found) == ("duplicate_payment", Severity.CRITICAL, stage.FIFTY)
        assert "twice" in found.says
        assert "100.00 USD instead of 50.00 USD" in found.says
        assert stage.OTHER_INTENT in " ".join(found.remedy)
        assert stage.INTENT not in " ".join(found.remedy)

    def test_a_second_payment_in_another_currency_is_one_too(self) -> None:
        found = stage.headline(stage.BOOKED, **stage.twice(currency="eur", amount_received=4500))
        assert (found.code, found.money_at_risk) == ("duplicate_payment", None)
        assert "50.00 USD and 45.00 EUR" in found.says

    @pytest.mark.parametrize("total", [5000, 4999, 3000])
    def test_one_whose_refund_is_on_its_way_is_not_to_be_refunded_again(self, total: int) -> None:
        given = stage.twice() | stage.second_refunded(status="pending")
        diagnosis = stage.diagnosed(stage.BOOKED | {"amount_minor": total}, **given)
        assert Action.REFUND_DUPLICATE not in diagnosis.actions

    def test_of_three_the_one_that_goes_back_already_is_left_alone(self) -> None:
        (other, paid), third = stage.second_payment(), "pi_" + "3C" * 12
        more = [stage.session(), other, stage.session(id="cs_live_" + "c3" * 15, payment_intent=third)]
        intents = [stage.intent(), paid, stage.intent(id=third)]
        going = stage.second_refunded(status="pending")
        found = stage.headline(stage.BOOKED, sessions=more, intents=intents, **going)
        assert third in " ".join(found.remedy)
        assert stage.OTHER_INTENT not in " ".join(found.remedy)

    def test_one_message_delivered_twice_is_none(self) -> None:
        assert stage.diagnosed(stage.BOOKED, events=[stage.event(), stage.event(id="evt_again")]).clean


class TestSchedules:
    """Contributions, renewals by hand and top-ups: a row that is paid again and again."""

    def test_a_week_apart_is_a_schedule_and_no_double_payment(self) -> None:
        assert stage.said(stage.BOOKED, **_apart(7 * DAY)) == []

    def test_within_two_days_it_is_one(self) -> None:
        found = stage.headline(stage.BOOKED, **_apart(2 * DAY - 60))
        assert (found.code, found.confidence) == ("duplicate_payment", Confidence.CERTAIN)

    def test_between_the_two_it_is_possible_and_a_person_asks_first(self) -> None:
        found = stage.headline(stage.BOOKED, **_apart(4 * DAY))
        assert (found.code, found.confidence, found.severity) == (
            "duplicate_payment",
            Confidence.POSSIBLE,
            Severity.MEDIUM,
        )
        assert Action.REFUND_DUPLICATE not in found.actions

    def test_an_order_that_never_heard_of_the_first_was_paid_twice(self) -> None:
        row = stage.BOOKED | {"status": "pending"}
        assert stage.headline(row, **_apart(4 * DAY)).confidence is Confidence.CERTAIN

    def test_the_payment_that_the_order_stores_is_never_the_extra_one(self) -> None:
        row = stage.BOOKED | {"session_id": None, "payment_intent_id": stage.OTHER_INTENT}
        assert stage.OTHER_INTENT not in " ".join(stage.headline(row, **_apart(HOUR)).remedy)

    def test_parts_that_add_up_to_the_total_are_one_purchase_however_far_apart(self) -> None:
        row = stage.BOOKED | {"amount_minor": 10_000}
        assert stage.said(row, **_apart(20 * DAY)) == []

    def test_a_schedule_that_was_ended_has_been_paid_for_what_it_gave(self) -> None:
        row = stage.BOOKED | {"status": "cancelled", "updated_at": stage.NOW - 60}
        assert stage.said(row, **_apart(20 * DAY)) == []


def _apart(seconds: int) -> dict[str, Any]:
    """The payment of the stage, and one as large so much earlier."""
    first = {"created": stage.BEGUN - seconds}
    both = stage.twice()
    return {
        "sessions": [one | first if one["id"] == stage.OTHER_SESSION else one for one in both["sessions"]],
        "intents": [one | first if one["id"] == stage.OTHER_INTENT else one for one in both["intents"]],
    }
