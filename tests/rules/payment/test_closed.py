"""Orders whose payment came to a closed order, or that an old failure was written over."""

import pytest

from core.facts import OrderStatus
from core.findings import Action, Confidence, Severity
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


class TestPaidOrderClosed:
    @pytest.mark.parametrize("status", ["cancelled", "failed"])
    def test_all_that_was_paid_is_at_risk(self, status: str) -> None:
        found = stage.headline(stage.order(status=status))
        assert stage.matter(found) == ("paid_order_closed", Severity.CRITICAL, stage.FIFTY)
        assert status in found.says

    def test_its_causes_stand_below_it(self) -> None:
        row = stage.order(status="cancelled", session_id=None)
        diagnosis = stage.diagnosed(row, events=[stage.event(pending_webhooks=1)])
        assert stage.codes(diagnosis) == ["paid_order_closed", "webhook_failing", "id_missing"]


class TestLateFailure:
    def test_old_notices_on_a_paid_order_are_normal(self) -> None:
        assert stage.diagnosed(stage.BOOKED, intents=TWO, events=DECLINED).clean

    def test_money_that_went_back_needs_nobody(self) -> None:
        back = stage.refunded()
        assert "late_failure_overwrote" not in stage.said(FAILED, intents=TWO, events=DECLINED, **back)

    def test_without_a_notice_it_is_merely_closed(self) -> None:
        assert stage.said(FAILED) == ["paid_order_closed"]

    def test_which_of_the_two_it_is_cannot_be_told_without_the_events(self) -> None:
        assert stage.said(FAILED, intents=TWO, events=[], unread=["events"]) == []

    def test_a_payment_of_this_minute_is_too_young(self) -> None:
        fresh = [stage.intent(created=stage.NOW - 60), TWO[1]]
        assert stage.said(FAILED, intents=fresh, charges=[], events=DECLINED[1:]) == ["settling"]

    def test_it_takes_the_place_of_the_closed_order(self) -> None:
        said = stage.headline(FAILED, intents=TWO, events=DECLINED)
        assert stage.matter(said) == ("late_failure_overwrote", Severity.CRITICAL, stage.FIFTY)
        assert said.actions == (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE)
        assert said.confidence is Confidence.CERTAIN

    def test_an_order_that_failed_before_it_was_paid_was_closed_too_early_and_not_overwritten(self) -> None:
        said = stage.headline(FAILED | {"updated_at": stage.BEGUN + 31}, intents=TWO, events=DECLINED)
        assert (said.code, said.detail) == ("paid_order_closed", "failed_first")
        assert "from an attempt before that" in said.says

    def test_an_order_that_does_not_say_when_it_was_written_was_probably_overwritten(self) -> None:
        said = stage.headline(FAILED | {"updated_at": None}, intents=TWO, events=DECLINED)
        assert (said.code, said.confidence) == ("late_failure_overwrote", Confidence.PROBABLE)

    @pytest.mark.parametrize("status", [status for status in OrderStatus if status != "failed"])
    def test_only_a_failed_order_was_overwritten(self, status: OrderStatus) -> None:
        given = {"intents": TWO, "events": DECLINED}
        assert "late_failure_overwrote" not in stage.said(FAILED | {"status": status.value}, **given)


@pytest.mark.parametrize(("taken", "clean"), [(5000, True), (2000, False)])
def test_a_closed_order_agrees_only_where_the_bank_took_all_of_the_money_back(taken: int, clean: bool) -> None:  # noqa: FBT001 - pytest passes it so
    lost = stage.dispute(status="lost", amount=taken)
    diagnosis = stage.diagnosed(stage.order(status="cancelled"), disputes=[lost])
    assert "paid_order_closed" not in [found.code for found in diagnosis.findings]
    assert diagnosis.clean is clean
