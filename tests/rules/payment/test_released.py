"""Money that was reserved and let go on purpose."""

import pytest

from core.facts import Json
from core.findings import Action, Severity
from core.times import DAY, HOUR
from tests.rules import stage
from tests.rules.payment.under_way import debit, found, hold, reserved, told

BACK = reserved(amount_refunded=5000, refunded=True)


def ended(reason: str | None = "requested_by_customer", **changes: object) -> Json:
    states = {"capture_method": "manual", "cancellation_reason": reason, "canceled_at": stage.NOW - HOUR}
    return debit("canceled", **(states | changes))


class TestQuiet:
    @pytest.mark.parametrize("status", ["cancelled", "failed", "refunded"])
    def test_a_closed_order_is_healthy_also_where_stripe_writes_a_refund(self, status: str) -> None:
        row = stage.order(status=status, session_id=None, payment_intent_id=stage.INTENT)
        given = {"sessions": [], "intents": [ended()], "charges": [BACK], "events": [], "refunds": [stage.refund()]}
        assert stage.diagnosed(row, **given).clean

    @pytest.mark.parametrize("reason", ["automatic", "expired"])
    def test_a_hold_that_ran_out_by_itself_was_not_let_go(self, reason: str) -> None:
        assert told(stage.order(status="paid"), intents=[ended(reason)], charges=[BACK]) == ["auth_expired"]

    def test_nor_was_one_of_which_stripe_says_that_it_expired(self) -> None:
        over = stage.event(
            "charge.expired", stage.CHARGE, data={"object": {"id": stage.CHARGE, "payment_intent": stage.INTENT}}
        )
        assert told(stage.order(status="paid"), intents=[ended()], charges=[BACK], events=[over]) == ["auth_expired"]

    def test_an_intent_that_was_never_authorised_held_nothing(self) -> None:
        assert told(
            stage.order(status="paid", session_id=None, payment_intent_id=stage.INTENT), sessions=[], intents=[ended()]
        ) == ["unpaid_marked_paid"]

    def test_a_moment_ago_is_too_early(self) -> None:
        assert told(stage.order(), intents=[ended(canceled_at=stage.NOW - 60)], charges=[BACK]) == []

    def test_another_payment_or_another_hold_took_its_place(self) -> None:
        row = stage.order(status="paid", session_id=None, payment_intent_id=stage.OTHER_INTENT)
        first = ended("duplicate", metadata={"order_id": "1042"})
        second = hold(id=stage.OTHER_INTENT, metadata={"order_id": "1042"})
        assert "hold_released" not in told(row, sessions=[], intents=[first, second], charges=[BACK])
        paid = stage.intent(id=stage.OTHER_INTENT, metadata={"order_id": "1042"})
        assert told(row, sessions=[], intents=[first, paid], charges=[BACK]) == []


class TestLetGo:
    @pytest.mark.parametrize(
        ("status", "severity", "at_risk"),
        [("paid", Severity.CRITICAL, stage.FIFTY), ("pending", Severity.MEDIUM, stage.NONE)],
    )
    def test_it_is_no_refund_and_the_goods_are_not_paid(self, status: str, severity: Severity, at_risk: object) -> None:
        row = stage.order(status=status, payment_intent_id=stage.INTENT)
        said = found(row, intents=[ended()], charges=[BACK], refunds=[stage.refund()])
        assert stage.matter(said) == ("hold_released", severity, at_risk)
        assert Action.REQUEST_NEW_PAYMENT in said.actions
        assert not {Action.CAPTURE_NOW, Action.RECORD_REFUND} & {*said.actions}

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("requested_by_customer", "as the customer asked"),
            ("abandoned", "as abandoned"),
            ("duplicate", "as a duplicate"),
            ("void_invoice", "with its invoice, which was voided"),
            (None, "gave no reason"),
            ("something_new", "something_new"),
        ],
    )
    def test_it_says_who_let_it_go(self, reason: str | None, words: str) -> None:
        assert words in found(stage.order(status="paid"), intents=[ended(reason)], charges=[BACK]).says

    def test_where_it_was_held_to_be_fraud_nobody_is_asked_to_pay(self) -> None:
        said = found(stage.order(status="paid"), intents=[ended("fraudulent")], charges=[BACK])
        assert said.actions[:2] == (Action.HOLD_FULFILMENT, Action.REVIEW_SECURITY)
        assert Action.REQUEST_NEW_PAYMENT not in said.actions

    def test_an_event_tells_of_the_authorisation_where_the_charge_was_not_read(self) -> None:
        authorised = stage.event("payment_intent.amount_capturable_updated", stage.INTENT, created=stage.NOW - DAY)
        assert told(stage.order(status="paid"), intents=[ended()], events=[authorised]) == ["hold_released"]
