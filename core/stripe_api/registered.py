"""Where Stripe sends events, by both of its APIs, and which events are not delivered. Interprets nothing."""

from http import HTTPStatus

from core.endpoints import Listed
from core.endpoints.listed import together
from core.facts import Destination, Event, Json
from core.stripe_api import asks
from core.stripe_api.event_spans import KEPT_DAYS
from core.stripe_api.reading import items
from core.stripe_api.wire import Answer, Wire
from core.times import DAY


def registered(wire: Wire, now: int) -> Listed:
    """One question to each list; what was not answered is told, never taken for none. `now`: seconds since 1970."""
    v1, v2, late = wire.ask([asks.endpoints(), asks.destinations(), asks.undelivered_events(now - KEPT_DAYS * DAY)])
    endpoints = [Destination.of_endpoint(raw) for raw in items(v1.body or {})]
    destinations = [Destination.of(raw) for raw in items(v2.body or {})]
    events = [Event.of(raw) for raw in items(late.body or {})]
    return Listed(
        together(endpoints, destinations),
        unread=_why(v1),
        unread_v2=_why(v2),
        more=_goes_on(v1.body) or _goes_on(v2.body),
        undelivered=tuple(sorted(events, key=lambda one: -one.created)),
        undelivered_more=_goes_on(late.body),
        undelivered_unread=_why(late),
    )


def _why(answer: Answer) -> str | None:
    failure = answer.failure
    if failure is None:
        return None
    offered = failure.status != HTTPStatus.NOT_FOUND
    return failure.because if offered else "this account does not answer that API"


def _goes_on(body: Json | None) -> bool:
    return body is not None and (body.get("has_more") is True or bool(body.get("next_page_url")))
