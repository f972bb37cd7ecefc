"""Where Stripe sends events, by both of its APIs, and which events are not delivered. Interprets nothing."""

from dataclasses import replace
from http import HTTPStatus

from core.endpoints import Listed
from core.endpoints.listed import together
from core.facts import Destination, Event
from core.stripe_api import asks
from core.stripe_api.event_spans import KEPT_DAYS
from core.stripe_api.reading import following, goes_on, items
from core.stripe_api.wire import Answer, Wire
from core.times import DAY


def registered(wire: Wire, now: int, *, connected: bool = False) -> Listed:
    """Each list to its end; what was not answered is told, never taken for none. Of a `connected` account also its
    platform's lists, and of these what hears of connected accounts. `now`: seconds since 1970."""
    since = now - KEPT_DAYS * DAY
    questions = [asks.endpoints(), asks.destinations(), asks.undelivered_events(since)]
    v1, v2, late, *platform = wire.ask([*questions, *asks.of_the_platform()] if connected else questions)
    v1, v2, *platform = (_to_its_end(wire, one) for one in (v1, v2, *platform))
    events = [Event.of(raw) for raw in items(late.body or {})]
    theirs = (one for one in _both(*platform) if one.hears != "own") if platform else ()
    return Listed(
        (*_both(v1, v2), *theirs),
        unread=_why(v1, *platform[:1]),
        unread_v2=_why(v2, *platform[1:]),
        more=any(goes_on(one.body or {}) for one in (v1, v2, *platform)),
        undelivered=tuple(sorted(events, key=lambda one: -one.created)),
        undelivered_more=goes_on(late.body or {}),
        undelivered_unread=_why(late),
    )


def _to_its_end(wire: Wire, answer: Answer) -> Answer:
    """With the pages behind it. What goes on after the last that is asked for, or after one that was not read, says
    that it goes on."""
    while answer.body is not None and (asked := following(answer)) is not None:
        (more,) = wire.ask([asked])
        if more.body is None:
            break
        data = [*items(answer.body), *items(more.body)]
        answer = replace(answer, ask=asked, body={**more.body, "data": data})
    return answer


def _both(v1: Answer, v2: Answer) -> tuple[Destination, ...]:
    endpoints = [Destination.of_endpoint(raw) for raw in items(v1.body or {})]
    return together(endpoints, [Destination.of(raw) for raw in items(v2.body or {})])


def _why(*answers: Answer) -> str | None:
    """Why one of them was not read, the first; None where all were."""
    failure = next((one.failure for one in answers if one.failure), None)
    if failure is None:
        return None
    offered = failure.status != HTTPStatus.NOT_FOUND
    return failure.because if offered else "this account does not answer that API"
