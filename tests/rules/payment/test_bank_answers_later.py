"""Debits and vouchers: orders that are ahead of the bank, or that gave up too early."""

import pytest

from core.facts import Json
from core.findings import Action, Confidence, Severity
from core.times import DAY, HOUR
from tests.rules import stage
from tests.rules.payment.under_way import debit, found, hold, told, unpaid, voucher

REFUSED = stage.event("checkout.session.async_payment_failed", stage.SESSION, created=stage.NOW - HOUR)


class TestQuiet:
    def test_a_debit_or_a_voucher_of_a_pending_order_is_normal_for_days(self) -> None:
        assert stage.diagnosed(stage.order(), sessions=[unpaid()], intents=[debit()], charges=[]).clean
        assert stage.diagnosed(
            stage.order(), sessions=[unpaid()], intents=[voucher(expires_at=stage.NOW + DAY)], charges=[]
        ).clean

    @pytest.mark.parametrize("word", ["true", "yes", "1"])
    def test_a_shop_may_take_the_risk(self, word: str) -> None:
        row = stage.order(status="fulfilled", metadata={"fulfil_on_processing": word})
        assert stage.diagnosed(row, sessions=[unpaid()], intents=[debit()], charges=[]).clean

    def test_a_shop_that_says_no_does_not(self) -> None:
        row = stage.order(status="fulfilled", metadata={"fulfil_on_processing": "false"})
        assert told(row, intents=[debit()]) == ["fulfilled_before_funds"]

    @pytest.mark.parametrize(
        "state", [debit(), hold(), debit("requires_payment_method", last_payment_error={"code": "x"})]
    )
    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges"])
    def test_nothing_is_said_where_a_payment_may_be_unread(self, state: Json, kind: str) -> None:
        assert told(stage.order(status="paid"), intents=[state], unread=[kind]) == []

    def test_a_status_of_tomorrow_is_taken_for_nothing(self) -> None:
        row, odd = (
            stage.order(status="paid"),
            stage.intent(id=stage.OTHER_INTENT, status="requires_blessing", metadata={"order_id": "1042"}),
        )
        assert told(row, intents=[debit(), odd]) == []

    def test_another_method_paid_and_the_debit_is_one_too_many(self) -> None:
        row = stage.order(status="paid", metadata={"payment_method": "paypal"})
        assert told(row, intents=[debit()]) == ["open_session_on_closed_order"]


class TestDelayed:
    @pytest.mark.parametrize(("status", "severity"), [("paid", Severity.CRITICAL), ("created", Severity.LOW)])
    def test_the_bank_refused(self, status: str, severity: Severity) -> None:
        refused = debit("requires_payment_method", last_payment_error={"message": "No funds."})
        said = found(stage.order(status=status), intents=[refused], events=[REFUSED])
        assert (said.code, said.severity) == ("async_failed", severity)
        assert "No funds." in said.developer

    def test_an_event_of_another_checkout_refuses_nothing(self) -> None:
        stranger = stage.event("checkout.session.async_payment_failed", stage.OTHER_SESSION)
        assert told(stage.order(status="paid"), intents=[debit()], events=[stranger]) == ["fulfilled_before_funds"]

    def test_a_refusal_without_its_intent_is_no_payment_under_way(self) -> None:
        assert told(stage.order(status="paid"), intents=[], events=[REFUSED]) == ["async_failed"]

    def test_what_only_the_checkout_says_is_probable(self) -> None:
        said = found(stage.order(status="paid"), intents=[])
        assert (said.code, said.confidence) == ("fulfilled_before_funds", Confidence.PROBABLE)

    def test_the_bank_has_its_days(self) -> None:
        slow = stage.charge(status="pending", captured=False, payment_method_details={"type": "sepa_debit"})
        said = found(stage.order(status="fulfilled"), intents=[debit()], charges=[slow])
        assert stage.matter(said) == ("fulfilled_before_funds", Severity.HIGH, stage.FIFTY)
        assert "14 working days" in said.says

    @pytest.mark.parametrize("status", ["cancelled", "failed"])
    def test_a_payment_under_way_was_given_up(self, status: str) -> None:
        said = found(stage.order(status=status), intents=[debit()])
        assert (said.code, said.actions[0], said.money_at_risk) == ("async_marked_failed", Action.WAIT, stage.FIFTY)

    def test_a_voucher_lives_until_its_date(self) -> None:
        assert told(stage.order(status="cancelled"), intents=[voucher(expires_at=stage.NOW + 1)]) == [
            "async_marked_failed"
        ]
        assert told(stage.order(status="cancelled"), intents=[voucher(expires_at=stage.NOW)]) == []

    def test_what_lives_outranks_what_failed(self) -> None:
        refused = debit("requires_payment_method", last_payment_error={"code": "x"})
        again = unpaid(id=stage.OTHER_SESSION, payment_intent=stage.OTHER_INTENT, created=stage.BEGUN + 300)
        row, both = stage.order(status="paid"), [unpaid(), again]
        assert told(row, sessions=both, intents=[refused, debit(id=stage.OTHER_INTENT)]) == ["fulfilled_before_funds"]
        assert told(row, sessions=both, intents=[refused, hold(id=stage.OTHER_INTENT)]) == ["auth_not_captured"]


class TestMicroDeposits:
    LINK = "https://pay.example.com/confirm/1"

    def waiting(self, **details: object) -> Json:
        step = {"type": "verify_with_microdeposits", "verify_with_microdeposits": details}
        return debit("requires_action", next_action=step)

    def test_an_order_that_waits_for_them_is_right_for_days(self) -> None:
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT, created_at=stage.NOW - 4 * DAY)
        old = {**self.waiting(), "created": stage.NOW - 4 * DAY}
        assert stage.diagnosed(row, sessions=[], intents=[old], charges=[], events=[]).clean

    def test_one_that_ships_is_told_what_the_customer_has_to_do_and_where(self) -> None:
        row = stage.order(status="paid", session_id=None, payment_intent_id=stage.INTENT)
        waiting = self.waiting(arrival_date=stage.NOW + DAY, hosted_verification_url=self.LINK)
        said = found(row, sessions=[], intents=[waiting])
        assert (said.code, said.detail) == ("fulfilled_before_funds", "micro")
        assert "small sums" in said.says
        assert "expected on" in said.says
        assert any(self.LINK in step for step in said.remedy)

    def test_one_that_was_given_up_too(self) -> None:
        row = stage.order(status="cancelled", session_id=None, payment_intent_id=stage.INTENT)
        said = found(row, sessions=[], intents=[self.waiting(hosted_verification_url=self.LINK)])
        assert (said.code, said.detail) == ("async_marked_failed", "micro")
        assert any(self.LINK in step for step in said.remedy)


def test_a_voucher_is_told_with_its_page() -> None:
    row = stage.order(status="paid")
    said = found(row, intents=[voucher(expires_at=stage.NOW + DAY, hosted_voucher_url="https://pay.example.com/v/1")])
    assert any("https://pay.example.com/v/1" in step for step in said.remedy)
