"""Where Stripe sends events, by both of its APIs, and which events are not delivered. Interprets nothing."""

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from core.endpoints import Listed
from core.endpoints.listed import together
from core.facts import Destination, Event, Json
from core.stripe_api import asks
from core.stripe_api.event_spans import KEPT_DAYS
from core.stripe_api.reading import following, items
from core.stripe_api.wire import Answer, Ask, Wire
from core.times import DAY

PAGES: Final = 50  # of a hundred


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
        more=any(_goes_on(one.body) for one in (v1, v2, *platform)),
        undelivered=tuple(sorted(events, key=lambda one: -one.created)),
        undelivered_more=_goes_on(late.body),
        undelivered_unread=_why(late),
    )


def _to_its_end(wire: Wire, answer: Answer) -> Answer:
    """With the pages behind it. What goes on after PAGES, or after a page that was not read, says that it goes on."""
    for _ in range(PAGES - 1):
        asked = _next(answer)
        if answer.body is None or asked is None:
            break
        (more,) = wire.ask([asked])
        if more.body is None:
            break
        data = [*items(answer.body), *items(more.body)]
        answer = replace(answer, ask=asked, body={**more.body, "data": data})
    return answer


def _next(answer: Answer) -> Ask | None:
    """The question for the next page: behind the last one of API v1, at the address that API v2 gives. None at the end,
    and where that is another list's address."""
    body = answer.body or {}
    if body.get("has_more") is True:
        return following(replace(answer, ask=replace(answer.ask, pages=1)))
    url = body.get("next_page_url")
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.path != answer.ask.path:
        return None
    params = dict((*answer.ask.params, *parse_qsl(parts.query)))
    return replace(answer.ask, params=tuple(params.items()))


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


def _goes_on(body: Json | None) -> bool:
    return body is not None and (body.get("has_more") is True or bool(body.get("next_page_url")))
