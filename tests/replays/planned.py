"""A case with a message to send again, and the plan of it."""

from typing import Any

from core.cases import Case
from core.facts import Event
from core.replays import How, Replay, plan
from core.rules import examine
from tests.rules import stage

NOW, HOUR = stage.NOW, 3600
URL = f"{stage.SHOP}/webhooks/stripe"
Raw = dict[str, object]


def message(kind: str = stage.COMPLETED, subject: Raw | None = None, **over: object) -> Raw:
    """A message that one endpoint has not accepted, with all of what it is about."""
    own: dict[str, Any] = {"id": "evt_1", "pending_webhooks": 1, "data": {"object": subject or stage.session()}}
    return stage.event(kind, **(own | over))


def case_of(*events: Raw, status: str = "pending", endpoint: Raw | None = None, **given: object) -> Case:
    """The order as `status`, with one endpoint that hears everything."""
    hook = stage.endpoint("*", **({"id": "we_1"} | (endpoint or {})))
    own: dict[str, Any] = {"row": stage.order(status=status), "events": events or [message()], "endpoints": [hook]}
    return stage.case(**(own | given))


def went_back(**over: object) -> Raw:
    """A charge of which money went back, as its message tells of it."""
    return stage.charge(**({"refunded": False} | over))


def planned(
    case: Case,
    event: Event | None = None,
    *,
    how: How = "replay",
    url: str | None = URL,
    can_sign: bool = True,
    endpoint_id: str | None = None,
) -> Replay:
    chosen = event or case.facts.events[0]
    return plan(examine(case), chosen, how=how, url=url, can_sign=can_sign, now=NOW, endpoint_id=endpoint_id)
