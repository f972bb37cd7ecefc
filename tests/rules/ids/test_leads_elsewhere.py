"""Ids that lead to an old checkout, or to nothing."""

import re
from typing import Any, ClassVar

import pytest

from core.findings import Action, Severity
from core.times import DAY
from tests.rules import stage


class TestStaleId:
    def test_another_checkout_was_paid(self) -> None:
        old = stage.expired(id=stage.OTHER_SESSION)
        found = stage.headline(stage.order(session_id=stage.OTHER_SESSION), sessions=[stage.session(), old])
        assert stage.matter(found) == ("stale_id", Severity.HIGH, stage.FIFTY)
        assert stage.SESSION in " ".join(found.remedy)
        assert Action.EXPIRE_SESSION not in found.actions

    def test_the_old_checkout_can_still_be_paid(self) -> None:
        old = stage.expired(id=stage.OTHER_SESSION, status="open", expires_at=stage.NOW + DAY)
        found = stage.headline(stage.order(session_id=stage.OTHER_SESSION), sessions=[stage.session(), old])
        assert Action.EXPIRE_SESSION in found.actions

    def test_of_a_paid_order_it_is_a_small_matter(self) -> None:
        old = stage.expired(id=stage.OTHER_SESSION)
        found = stage.headline(
            stage.order(status="paid", session_id=stage.OTHER_SESSION), sessions=[stage.session(), old]
        )
        assert (found.severity, found.money_at_risk) == (Severity.LOW, stage.NONE)

    def test_stripe_does_not_know_the_old_one(self) -> None:
        found = stage.headline(stage.order(session_id=stage.OTHER_SESSION), missing=[stage.OTHER_SESSION])
        assert found.code == "stale_id"

    def test_a_recovered_checkout(self) -> None:
        again = stage.session(id=stage.OTHER_SESSION, client_reference_id=None, recovered_from=stage.SESSION)
        assert stage.headline(stage.order(), sessions=[stage.expired(), again]).code == "stale_id"

    def test_the_stored_payment_was_declined(self) -> None:
        declined = stage.intent(
            id=stage.OTHER_INTENT, status="requires_payment_method", amount_received=0, metadata={"order_id": "1042"}
        )
        row = stage.order(session_id=None, payment_intent_id=stage.OTHER_INTENT)
        assert stage.headline(row, intents=[stage.intent(), declined]).code == "stale_id"

    def test_the_stored_payment_is_not_the_paid_checkouts(self) -> None:
        found = stage.headline(stage.BOOKED | {"payment_intent_id": stage.OTHER_INTENT})
        assert (found.code, found.severity) == ("stale_id", Severity.LOW)

    def test_a_payment_of_this_minute_may_still_mend_it(self) -> None:
        now = {"created": stage.NOW - 60}
        row = stage.order(session_id=stage.OTHER_SESSION)
        old = stage.expired(id=stage.OTHER_SESSION)
        diagnosis = stage.diagnosed(
            row, sessions=[stage.session(**now), old], intents=[stage.intent(**now)], charges=[], events=[]
        )
        assert stage.codes(diagnosis) == ["settling"]


class TestIdMissing:
    def test_a_payment_names_the_order(self) -> None:
        found = stage.headline(stage.order(session_id=None))
        assert stage.matter(found) == ("id_missing", Severity.HIGH, stage.FIFTY)
        assert stage.SESSION in " ".join(found.remedy)
        assert stage.values(found)["session_id"] == "(empty)"

    def test_an_open_checkout_names_the_order(self) -> None:
        waiting = stage.expired(status="open", expires_at=stage.NOW + DAY)
        found = stage.headline(stage.order(session_id=None), sessions=[waiting], **stage.UNPAID)
        assert (found.code, found.severity) == ("id_missing", Severity.MEDIUM)

    def test_what_it_says_of_an_unpaid_one_does_not_speak_of_a_payment(self) -> None:
        waiting = stage.expired(status="open", expires_at=stage.NOW + DAY)
        found = stage.headline(stage.order(session_id=None), sessions=[waiting], **stage.UNPAID)
        assert "not paid" in found.says
        assert not re.search(r"(?i)if it is paid|mark the order paid|entered on the order", " ".join(found.remedy))

    @pytest.mark.parametrize("age", [30, 90, 299])
    def test_a_checkout_of_these_minutes_is_no_reason_yet(self, age: int) -> None:
        fresh = stage.expired(status="open", created=stage.NOW - age, expires_at=stage.NOW + DAY)
        assert stage.diagnosed(stage.order(session_id=None), sessions=[fresh], **stage.UNPAID).clean

    def test_nor_is_a_payment_of_these_minutes_made_in_an_older_checkout(self) -> None:
        just = {"intents": [stage.intent(created=stage.NOW - 90)], "charges": [stage.charge(created=stage.NOW - 90)]}
        assert stage.said(stage.order(session_id=None), events=[], **just) == ["settling"]

    def test_an_attempt_that_came_to_nothing_is_to_be_found_by_nobody(self) -> None:
        declined = stage.intent(
            status="requires_payment_method",
            amount_received=0,
            metadata={"order_id": "1042"},
            created=stage.NOW - 600,
            last_payment_error={"code": "card_declined", "message": "Your card was declined."},
        )
        given: dict[str, Any] = {"sessions": [], "charges": [], "events": []}
        row = stage.order(session_id=None)
        assert stage.said(row, intents=[declined], **given) == []
        assert stage.said(row, intents=[declined | {"status": "canceled"}], **given) == []
        asked = declined | {"last_payment_error": None}
        assert stage.said(row, intents=[asked], **given) == ["id_missing"]

    @pytest.mark.parametrize(
        ("given", "cause"),
        [
            ({"events": [stage.event(pending_webhooks=1)]}, "webhook_failing"),
            ({"endpoints": []}, "webhook_off"),
            ({"endpoints": [stage.endpoint(enabled_events=["charge.refunded"])]}, "webhook_not_subscribed"),
        ],
    )
    def test_where_the_message_was_lost_that_comes_first(self, given: dict[str, Any], cause: str) -> None:
        assert stage.said(stage.order(session_id=None), **given)[:2] == [cause, "id_missing"]


class TestAnAppThatKeepsIdsOfPaymentsOnly:
    """Its other rows have told that an id comes with the payment."""

    LATE: ClassVar[dict[str, Any]] = {"config": {"ids_come_with_payment": True}}

    @pytest.mark.parametrize("status", ["created", "pending", "cancelled"])
    def test_an_unpaid_order_is_as_it_should_be(self, status: str) -> None:
        waiting = stage.expired(status="open", expires_at=stage.NOW + DAY)
        row = stage.order(session_id=None, status=status)
        assert "id_missing" not in stage.said(row, sessions=[waiting], **stage.UNPAID, **self.LATE)
        assert "id_missing" in stage.said(row, sessions=[waiting], **stage.UNPAID)

    def test_a_lost_message_is_the_whole_story(self) -> None:
        row = stage.order(session_id=None)
        lost = {"events": [stage.event(pending_webhooks=1)]}
        assert stage.said(row, **lost, **self.LATE) == ["webhook_failing"]
        assert stage.said(row, **self.LATE) == ["webhook_acked_not_applied"]
        assert stage.said(stage.order(session_id=None, status="cancelled"), **lost, **self.LATE)[0] == (
            "paid_order_closed"
        )

    def test_a_booked_order_without_an_id_is_odd_there_too(self) -> None:
        assert stage.said(stage.BOOKED | {"session_id": None, "payment_intent_id": None}, **self.LATE) == ["id_missing"]
