"""Payments that came in and are doubted: by a review of Stripe's, by a warning of the bank's."""

import pytest

from core.facts import Json
from core.findings import Action, Confidence, Finding, Severity
from tests.rules import stage
from tests.rules.payment.under_way import hold, reserved

PRV = "prv_1Doubt"
ABOUT = {"id": PRV, "charge": stage.CHARGE, "payment_intent": stage.INTENT}
OPENED = stage.event("review.opened", PRV, data={"object": {**ABOUT, "reason": "rule"}})
CLOSED = stage.event(
    "review.closed", PRV, created=stage.PAID + 60, data={"object": {**ABOUT, "closed_reason": "approved"}}
)
MANUAL = {"type": "manual_review", "reason": "rule", "seller_message": "Stripe placed it in your manual review queue."}


def warned(*, actionable: bool = True) -> Json:
    about = {"id": "issfr_1", "charge": stage.CHARGE, "actionable": actionable, "fraud_type": "made_with_stolen_card"}
    return stage.event("radar.early_fraud_warning.created", "issfr_1", data={"object": about})


def found(**given: object) -> Finding:
    return stage.headline(stage.BOOKED, **given)


class TestQuiet:
    def test_a_review_that_was_approved(self) -> None:
        given = {"charges": [stage.charge(review=PRV, outcome=MANUAL)], "events": [OPENED, CLOSED]}
        assert stage.diagnosed(stage.BOOKED, **given).clean

    def test_a_warning_that_is_not_actionable(self) -> None:
        assert stage.diagnosed(stage.BOOKED, events=[warned(actionable=False)]).clean

    def test_a_payment_that_is_disputed_already(self) -> None:
        said = stage.said(
            stage.BOOKED, charges=[stage.charge(disputed=True)], disputes=[stage.dispute()], events=[warned()]
        )
        assert said == ["dispute_not_reflected"]

    @pytest.mark.parametrize("status", ["refunded", "cancelled", "failed", "partially_refunded"])
    def test_an_order_that_nobody_ships(self, status: str) -> None:
        row = stage.order(status=status, payment_intent_id=stage.INTENT)
        assert "payment_doubted" not in stage.said(row, events=[warned()])

    def test_nothing_is_said_where_disputes_or_refunds_were_not_read(self) -> None:
        assert "payment_doubted" not in stage.said(stage.BOOKED, events=[warned()], unread=["disputes"])

    def test_a_review_that_may_be_over_where_the_events_were_not_read(self) -> None:
        given = {"charges": [stage.charge(review=PRV, outcome=MANUAL)], "unread": ["events"]}
        diagnosis = stage.diagnosed(stage.BOOKED, **given)
        assert "payment_doubted" not in stage.codes(diagnosis)
        assert diagnosis.undetermined


class TestDoubted:
    def test_an_open_review_holds_the_goods_and_moves_no_money(self) -> None:
        said = found(charges=[stage.charge(review=PRV, outcome=MANUAL)], events=[OPENED])
        assert stage.matter(said) == ("payment_doubted", Severity.HIGH, stage.FIFTY)
        assert said.confidence is Confidence.CERTAIN
        assert said.actions == (Action.HOLD_FULFILMENT, Action.REVIEW_SECURITY)
        assert "(rule)" in said.says
        assert "Stripe placed it in your manual review queue." in stage.values(said)["outcome"]

    def test_where_only_the_charge_tells_it_is_probable(self) -> None:
        assert found(charges=[stage.charge(outcome=MANUAL)]).confidence is Confidence.PROBABLE

    def test_a_warning_proposes_to_refund_once_before_a_dispute_comes(self) -> None:
        said = found(events=[warned()])
        assert said.actions[:2] == (Action.HOLD_FULFILMENT, Action.REFUND_PAYMENT)
        assert "made with stolen card" in said.says
        assert said.confidence is Confidence.CERTAIN

    def test_an_open_order_may_be_waiting_for_the_review(self) -> None:
        given = {"charges": [stage.charge(review=PRV, outcome=MANUAL)], "events": [stage.event(), OPENED]}
        diagnosis = stage.diagnosed(stage.order(), **given)
        assert stage.codes(diagnosis) == ["payment_doubted"]
        assert Action.MARK_PAID_AFTER_VERIFY not in diagnosis.actions

    def test_a_warning_about_money_that_is_only_reserved_lets_it_go(self) -> None:
        unpaid = stage.session(payment_status="unpaid")
        given = {"sessions": [unpaid], "intents": [hold()], "charges": [reserved(100)], "events": [warned()]}
        said = stage.headline(stage.order(), **given)
        assert said.actions[:2] == (Action.HOLD_FULFILMENT, Action.RELEASE_HOLD)
        assert "reserved" in said.says
        assert "refund" not in " ".join((said.says, *said.remedy)).lower()

    def test_a_reservation_is_doubted_too(self) -> None:
        unpaid = stage.session(payment_status="unpaid")
        given = {
            "sessions": [unpaid],
            "intents": [hold()],
            "charges": [reserved(100, outcome=MANUAL)],
            "events": [OPENED],
        }
        assert stage.said(stage.order(), **given) == ["payment_doubted"]

    def test_where_the_charge_is_not_there_the_payment_is_enough(self) -> None:
        assert stage.said(stage.BOOKED, charges=[], events=[OPENED]) == ["payment_doubted"]
        assert stage.said(stage.BOOKED, charges=[], events=[OPENED, CLOSED]) == []
