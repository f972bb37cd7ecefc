"""Money that is reserved: to be taken, not to be taken, and run out."""

import pytest

from core.facts import Json
from core.findings import Action, Severity
from core.money import Money
from core.times import DAY, HOUR
from tests.rules import stage
from tests.rules.payment.under_way import debit, found, hold, reserved, told, unpaid

SUBSCRIBED = stage.endpoint(enabled_events=["checkout.session.async_payment_failed", "charge.expired"])


class TestHolds:
    def test_a_hold_with_days_left_is_normal(self) -> None:
        assert stage.diagnosed(
            stage.order(), sessions=[unpaid()], intents=[hold()], charges=[reserved(48)], events=[]
        ).clean

    def test_an_intent_that_was_never_authorised_did_not_lapse(self) -> None:
        gone = debit("canceled", capture_method="manual", cancellation_reason="automatic")
        expired = unpaid(status="expired", payment_intent=stage.INTENT, expires_at=stage.NOW - DAY)
        declined = stage.charge(status="failed", captured=False, amount_captured=0)
        assert told(stage.order(), sessions=[expired], intents=[gone]) == ["expired_order_open"]
        assert told(stage.order(status="paid"), intents=[gone], charges=[declined]) == ["unpaid_marked_paid"]

    def test_a_hold_whose_end_only_the_events_would_tell_is_not_called_unpaid(self) -> None:
        assert told(stage.order(status="paid"), intents=[debit("canceled")], unread=["events"]) == []

    def test_a_paid_order_is_critical_and_the_hold_is_at_risk(self) -> None:
        said = found(stage.order(status="paid"), intents=[hold(amount_capturable=4200)], charges=[reserved(100)])
        assert stage.matter(said) == ("auth_not_captured", Severity.CRITICAL, Money(4200, "usd"))
        assert said.actions == (Action.CAPTURE_NOW, Action.CONTACT_CUSTOMER)

    def test_a_pending_order_matures_two_days_before_the_end(self) -> None:
        said = found(stage.order(), intents=[hold()], charges=[reserved(47)])
        assert (said.code, said.severity, said.detail) == ("auth_not_captured", Severity.MEDIUM, "soon")

    def test_a_hold_beside_a_payment_is_not_to_be_taken(self) -> None:
        row = stage.order(status="paid", payment_intent_id=stage.INTENT)
        second = unpaid(id=stage.OTHER_SESSION, payment_intent=stage.OTHER_INTENT)
        said = found(
            row,
            sessions=[stage.session(), second],
            intents=[stage.intent(), hold(id=stage.OTHER_INTENT)],
            charges=[stage.charge()],
        )
        assert (said.detail, said.severity) == ("beside", Severity.MEDIUM)
        assert Action.CAPTURE_NOW not in said.actions

    @pytest.mark.parametrize("total", [{"amount_minor": 5007}, {"currency": "chf", "amount_minor": 9000}])
    def test_nor_is_one_that_would_be_more_than_what_is_missing(self, total: Json) -> None:
        row = stage.order(status="paid", payment_intent_id=stage.INTENT, **total)
        second = unpaid(id=stage.OTHER_SESSION, payment_intent=stage.OTHER_INTENT)
        given = {
            "sessions": [stage.session(), second],
            "intents": [stage.intent(), hold(id=stage.OTHER_INTENT)],
            "charges": [stage.charge()],
        }
        assert "auth_not_captured" in told(row, **given)
        assert Action.CAPTURE_NOW not in stage.diagnosed(row, **given).actions

    def test_a_hold_for_the_missing_part_of_a_deposit_is_the_rest(self) -> None:
        row = stage.order(status="paid", payment_intent_id=stage.INTENT, amount_minor=9000)
        second = unpaid(id=stage.OTHER_SESSION, payment_intent=stage.OTHER_INTENT)
        part = hold(id=stage.OTHER_INTENT, amount=4000, amount_capturable=4000)
        said = found(row, sessions=[stage.session(), second], intents=[stage.intent(), part], charges=[stage.charge()])
        assert (said.code, said.detail) == ("auth_not_captured", "rest")

    def test_what_a_partial_capture_left_is_the_rest(self) -> None:
        rest = hold(amount_received=3000, amount_capturable=2000)
        said = found(stage.order(status="fulfilled"), intents=[rest])
        assert (said.detail, said.money_at_risk) == ("rest", Money(2000, "usd"))

    def test_a_hold_whose_time_is_over_is_read_again_first(self) -> None:
        said = found(stage.order(status="paid"), intents=[hold()], charges=[reserved(-1)])
        assert (said.detail, said.actions[0]) == ("over", Action.FRESH_RETRIEVE)

    @pytest.mark.parametrize(("status", "severity"), [("fulfilled", Severity.CRITICAL), ("pending", Severity.MEDIUM)])
    def test_a_hold_that_ran_out(self, status: str, severity: Severity) -> None:
        gone = debit("canceled", capture_method="manual", cancellation_reason="expired", canceled_at=stage.NOW - HOUR)
        said = found(stage.order(status=status), intents=[gone], charges=[reserved()])
        at_risk = stage.FIFTY if status == "fulfilled" else stage.NONE
        assert stage.matter(said) == ("auth_expired", severity, at_risk)
        assert said.actions == (Action.REQUEST_NEW_PAYMENT, Action.CONTACT_CUSTOMER, Action.SUBSCRIBE_EVENT)

    def test_an_app_that_hears_of_it_has_to_act(self) -> None:
        gone = debit("canceled", capture_method="manual", cancellation_reason="expired")
        said = found(stage.order(status="paid"), intents=[gone], charges=[reserved()], endpoints=[SUBSCRIBED])
        assert said.actions[-1] is Action.FIX_HANDLER_CODE
