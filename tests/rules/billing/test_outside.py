"""An invoice that somebody marked as paid outside Stripe."""

import pytest

from core.facts import Json
from core.findings import Action, Severity
from core.times import DAY
from tests.rules import stage

AT = stage.NOW - 4 * DAY
ROW = stage.order(session_id=None, payment_intent_id=stage.INTENT)
DROPPED = stage.intent(
    status="canceled", amount_received=0, canceled_at=AT, created=AT - 5 * DAY, metadata={"order_id": "1042"}
)
CODE = "paid_outside_stripe"


def bill(**more: object) -> Json:
    own = {"subscription": None, "billing_reason": "manual", "amount_paid": 0, "paid_out_of_band": True}
    return stage.invoice(**(own | {"created": AT - 5 * DAY, "status_transitions": {"paid_at": AT}} | more))


def held(*bills: Json, **more: object) -> dict[str, object]:
    return stage.NOTHING | {"intents": [DROPPED], "invoices": bills} | more


@pytest.mark.parametrize(
    "more", [{"status": "void"}, {"status": "uncollectible"}, {"status": "open"}, {"paid_out_of_band": False}]
)
def test_nothing_was_settled(more: dict[str, object]) -> None:
    assert CODE not in stage.said(ROW, **held(bill(**more)))


def test_a_payment_stands() -> None:
    assert CODE not in stage.said(ROW, **held(bill(), intents=[stage.intent()]))


@pytest.mark.parametrize("status", ["paid", "fulfilled"])
def test_the_app_has_booked_it(status: str) -> None:
    assert stage.diagnosed(ROW | {"status": status}, **held(bill())).clean


def test_it_was_marked_a_moment_ago() -> None:
    assert stage.said(ROW, **held(bill(status_transitions={"paid_at": stage.NOW - 60}))) == []


def test_the_order_still_waits() -> None:
    said = stage.headline(ROW, **held(bill()))
    assert stage.matter(said) == (CODE, Severity.MEDIUM, stage.FIFTY)
    assert said.actions == (Action.MARK_PAID_AFTER_VERIFY, Action.SUBSCRIBE_EVENT)
    assert stage.said(ROW, **held(bill())) == [CODE]


def test_only_a_message_tells() -> None:
    told = stage.event("invoice.paid", stage.INVOICE, created=AT) | {
        "data": {"object": bill(payment_intent=stage.INTENT)}
    }
    assert stage.headline(ROW, **held(events=[told])).code == CODE
