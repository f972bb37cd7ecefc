"""Orders that are paid only in the app."""

import pytest

from core.facts import Json
from core.findings import Action, Finding, Severity
from tests.rules import stage


class TestUnpaidMarkedPaid:
    @pytest.mark.parametrize("status", ["paid", "fulfilled"])
    def test_all_of_the_order_is_at_risk(self, status: str) -> None:
        found = stage.headline(stage.order(status=status), sessions=[stage.expired()], **stage.UNPAID)
        assert stage.matter(found) == ("unpaid_marked_paid", Severity.CRITICAL, stage.FIFTY)

    def test_the_payment_of_another_site_does_not_count(self) -> None:
        row = stage.order(status="paid", session_id=None, metadata={"payment_method": "stripe"})
        found = stage.headline(row, config={"app_hosts": ["booking.example.org"]}, events=[])
        assert (found.code, found.detail) == ("unpaid_marked_paid", "elsewhere")
        assert found.actions == (Action.HOLD_FULFILMENT, Action.FIX_ENDPOINT)

    def test_a_state_that_nobody_knows_is_no_proof(self) -> None:
        odd = stage.session(payment_status="unpaid", status="archived")
        diagnosis = stage.diagnosed(stage.order(status="paid"), sessions=[odd], intents=[], charges=[])
        assert stage.codes(diagnosis) == []
        assert stage.SESSION in (diagnosis.undetermined or "")

    @pytest.mark.parametrize(("kind", "said"), [("customers", True), ("charges", False), ("?", False)])
    def test_it_is_concluded_only_from_what_was_read(self, kind: str, *, said: bool) -> None:
        given = {"sessions": [stage.expired()], "intents": [], "charges": [], "events": []}
        diagnosis = stage.diagnosed(stage.order(status="paid"), **given, unread=[kind])
        assert stage.codes(diagnosis) == (["unpaid_marked_paid"] if said else [])
        assert f"the {kind} (429)" in (diagnosis.undetermined or "")


class TestItSaysWhatThePaymentSays:
    def says(self, *, charges: tuple[Json, ...] = (), **attempt: object) -> Finding:
        unpaid = stage.intent(amount_received=0, **attempt)
        row = stage.order(status="paid", session_id=None, payment_intent_id=stage.INTENT)
        return stage.headline(row, sessions=[], intents=[unpaid], charges=charges, events=[])

    def test_nothing_is_added_where_nobody_tried(self) -> None:
        found = self.says(status="requires_payment_method")
        assert (found.code, "last attempt" in found.says) == ("unpaid_marked_paid", False)
        assert "If it was not paid, ask for a payment, or put the order back." in found.remedy

    def test_why_the_bank_declined(self) -> None:
        error = {"code": "card_declined", "decline_code": "insufficient_funds"}
        found = self.says(status="requires_payment_method", last_payment_error=error)
        assert "The last attempt failed: insufficient funds." in found.says
        assert any("another card" in step for step in found.remedy)

    def test_a_charge_tells_it_too(self) -> None:
        failed = stage.charge(status="failed", captured=False, amount_captured=0, failure_code="expired_card")
        assert "failed: expired card." in self.says(status="requires_payment_method", charges=(failed,)).says

    def test_some_reasons_are_not_for_the_customer(self) -> None:
        found = self.says(status="requires_payment_method", last_payment_error={"decline_code": "stolen_card"})
        assert any("without naming the bank's reason" in step for step in found.remedy)

    def test_3d_secure_that_was_never_finished(self) -> None:
        step = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
        found = self.says(status="requires_action", next_action=step)
        assert "never finished the confirmation with their bank (3-D Secure)." in found.says
        assert any("finish the confirmation" in one for one in found.remedy)

    def test_why_it_was_cancelled(self) -> None:
        assert "cancelled (void invoice)" in self.says(status="canceled", cancellation_reason="void_invoice").says
