"""Orders that are paid only in the app."""

import pytest

from core.findings import Action, Severity
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
