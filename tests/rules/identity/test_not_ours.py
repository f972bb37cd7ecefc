"""Payments of the other mode, and of another order."""

from core.findings import Action, Confidence, Severity
from core.times import DAY
from tests.rules import stage


class TestKeyModeMismatch:
    def test_a_test_payment_of_a_paid_order_is_critical_and_costs_all_of_it(self) -> None:
        found = stage.headline(stage.BOOKED | {"session_id": "cs_test_" + "a1" * 15}, **stage.NOTHING)
        assert stage.matter(found) == ("key_mode_mismatch", Severity.CRITICAL, stage.FIFTY)
        assert Action.HOLD_FULFILMENT in found.actions
        assert "No real money" in found.says

    def test_what_is_at_risk_of_a_live_payment_is_not_known_to_a_test_key(self) -> None:
        found = stage.headline(stage.order(), key_mode="test")
        assert stage.matter(found) == ("key_mode_mismatch", Severity.HIGH, None)

    def test_stripe_itself_names_the_other_mode(self) -> None:
        told = {
            "id": stage.INTENT,
            "code": "resource_missing",
            "message": f"No such payment_intent: '{stage.INTENT}'; a similar object exists in test mode.",
        }
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
        bundle = {"account": None, "lookup_errors": [told]}
        assert stage.headline(row, stripe=bundle).code == "key_mode_mismatch"

    def test_nothing_else_is_said(self) -> None:
        diagnosis = stage.diagnosed(stage.BOOKED | {"session_id": "cs_test_" + "a1" * 15})
        assert stage.codes(diagnosis) == ["key_mode_mismatch"]


class TestSessionForeign:
    def test_the_stored_checkout_names_another_order(self) -> None:
        found = stage.headline(stage.BOOKED, sessions=[stage.session(client_reference_id="1041")])
        assert stage.matter(found) == ("session_foreign", Severity.CRITICAL, stage.FIFTY)
        assert stage.values(found)["session_id"] == stage.SESSION
        assert stage.values(found)["order reference"] == "1041"
        assert "order 1041" in found.says

    def test_the_stored_payment_belongs_to_a_checkout_that_does(self) -> None:
        row = stage.order(status="paid", session_id=None, payment_intent_id=stage.INTENT)
        assert stage.headline(row, sessions=[stage.session(client_reference_id="1041")]).code == "session_foreign"

    def test_an_older_order_stores_the_same_payment(self) -> None:
        row = stage.order(status="paid", session_id=None, payment_intent_id=stage.INTENT)
        older = stage.order(id="1041", session_id=None, payment_intent_id=stage.INTENT, created_at=stage.BEGUN - DAY)
        found = stage.headline(row, sessions=[], other_orders=[older])
        assert (found.code, found.confidence) == ("session_foreign", Confidence.PROBABLE)
        assert "1041" in found.says
