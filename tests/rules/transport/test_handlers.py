"""Messages that the handler could not use. The quiet cases first."""

from typing import Any

import pytest

from core.facts import Json
from core.findings import Action, Confidence, Severity
from tests.rules import stage

SIGN_UP: dict[str, Any] = {
    "sessions": [stage.session(mode="subscription", payment_intent=None, subscription="sub_1")],
    "intents": [],
    "charges": [],
}


class TestTheHandler:
    @pytest.mark.parametrize("change", [{"payment_intent_id": stage.INTENT}, {"payment_intent_ids": [stage.INTENT]}])
    def test_a_payment_that_is_stored_can_be_looked_up(self, change: Json) -> None:
        assert "metadata_not_on_pi" not in stage.said(stage.order(**change), endpoints=stage.PAYMENTS_ONLY)

    def test_a_payment_that_carries_the_number_can_be_looked_up(self) -> None:
        named = [stage.intent(metadata={"order_id": "1042"})]
        assert "metadata_not_on_pi" not in stage.said(stage.order(), intents=named, endpoints=stage.PAYMENTS_ONLY)

    def test_a_message_of_the_same_second_did_not_come_before_the_order(self) -> None:
        row = stage.order(created_at=stage.PAID, updated_at=stage.PAID)
        assert stage.said(row) == ["webhook_acked_not_applied"]

    def test_an_app_that_wrote_the_order_afterwards_did_look_at_it(self) -> None:
        assert stage.said(stage.order(updated_at=stage.PAID + 3), **SIGN_UP) == ["webhook_acked_not_applied"]

    def test_the_number_is_only_on_the_checkout(self) -> None:
        found = stage.headline(
            endpoints=stage.PAYMENTS_ONLY, events=[stage.event("payment_intent.succeeded", stage.INTENT)]
        )
        assert (found.code, found.confidence) == ("metadata_not_on_pi", Confidence.PROBABLE)
        assert stage.INTENT in found.developer
        assert found.actions[:2] == (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_METADATA_LINK)

    @pytest.mark.parametrize(
        ("endpoints", "code"), [(stage.PAYMENTS_ONLY, "metadata_not_on_pi"), (stage.ELSEWHERE, "webhook_wrong_host")]
    )
    def test_a_refusal_may_stand_beside_it(self, endpoints: list[Json], code: str) -> None:
        kinds = [
            stage.event(pending_webhooks=1),
            stage.event("payment_intent.succeeded", stage.INTENT, pending_webhooks=1),
        ]
        assert stage.said(stage.order(), endpoints=endpoints, events=kinds) == [
            code,
            "webhook_failing",
        ]

    def test_the_message_came_before_the_order(self) -> None:
        found = stage.headline(stage.order(created_at=stage.PAID + 3, updated_at=stage.PAID + 5))
        assert (found.code, found.confidence) == ("webhook_before_order", Confidence.PROBABLE)
        assert "3 seconds before the order was saved" in found.says
        assert found.actions[0] is Action.REPLAY_EVENT

    def test_that_a_subscription_has_no_payment_of_its_own_explains_nothing(self) -> None:
        """Once it was the headline: an app that sells subscriptions has nothing else, and books the others."""
        assert stage.said(stage.order(), **SIGN_UP) == ["webhook_acked_not_applied"]
        assert stage.said(stage.order(), **SIGN_UP, events=[stage.event(pending_webhooks=1)]) == ["webhook_failing"]

    def test_an_address_by_which_the_app_may_look_it_up_differs_and_is_told(self) -> None:
        other = SIGN_UP["sessions"][0] | {"customer_details": {"email": "j.doe@example.net"}}
        diagnosis = stage.diagnosed(stage.order(), **(SIGN_UP | {"sessions": [other]}))
        assert stage.codes(diagnosis) == ["webhook_acked_not_applied"]
        assert [note.code for note in diagnosis.notes] == ["note_email_differs"]

    def test_where_orders_with_an_intent_are_booked_it_does(self) -> None:
        sibling = stage.order(id="1041", status="paid", payment_intent_id=stage.OTHER_INTENT)
        found = stage.headline(**SIGN_UP, other_orders=[sibling])
        assert stage.matter(found) == ("no_pi_by_design", Severity.MEDIUM, stage.FIFTY)
        assert "sub_1" in found.developer
        assert "50.00 USD" in found.says

    def test_where_nothing_was_due_it_accompanies_a_refusal(self) -> None:
        free = stage.session(payment_status="no_payment_required", amount_total=0, payment_intent=None)
        given: dict[str, Any] = {"sessions": [free], "intents": [], "charges": []}
        row = stage.order(amount_minor=0)
        assert stage.said(row, **given) == ["no_pi_by_design"]
        given["events"] = [stage.event(pending_webhooks=1)]
        assert stage.said(row, **given) == ["webhook_failing", "no_pi_by_design"]

    def test_a_legacy_charge_that_nobody_asked_for(self) -> None:
        row = stage.order(session_id=None, charge_id=stage.CHARGE)
        old = [stage.charge(payment_intent=None, metadata={"order_id": "1042"})]
        given: dict[str, Any] = {"sessions": [], "intents": [], "charges": old, "events": []}
        found = stage.headline(row, **given, endpoints=[stage.endpoint(enabled_events=["payout.paid"])])
        assert "charge.succeeded" in found.developer
