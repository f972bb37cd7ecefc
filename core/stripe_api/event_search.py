"""Finding the events of one case, within a budget of pages, and saying what was not searched.

Asks `/v2/core/events` by object where the account answers that; else looks through the spans that the objects give.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from core.facts import Event, Session, json
from core.pasted import Kind
from core.stripe_api import asks
from core.stripe_api.collected import Linked
from core.stripe_api.event_spans import DOUBTED, KEPT_DAYS, Span, merged, spans
from core.stripe_api.reading import Habits, following, items
from core.stripe_api.wire import Answer, Ask
from core.times import DAY, moment

PAGES: Final = 6  # of spans, a case
OBJECTS: Final = 20  # asked for by id, a case
SNAPSHOTS: Final = 40  # fetched, a case
_THIN: Final = "/v2/core/events"


class EventSearch:
    """The search of one case. `wanted` says what to ask next, `take` learns from the answers."""

    def __init__(self, habits: Habits, *, now: int) -> None:
        self._habits = habits
        self._now = now
        self._oldest = now - KEPT_DAYS * DAY
        self._searched: list[Span] = []
        self._asks: dict[Ask, Span | None] = {}
        self._pages = 0
        self._snapshots: dict[str, None] = {}
        self._bare: dict[str, None] = {}
        self._thin_pending: set[Ask] = set()
        self._troubled = False
        self._unsearched: dict[str, None] = {}

    @property
    def unsearched(self) -> tuple[str, ...]:
        """In words: what was not looked through, and why."""
        return tuple(self._unsearched)

    def wanted(self, found: Iterable[Linked | Event], *, last: bool = False) -> Iterator[Ask]:
        """What to ask, given the case's objects and those of its events that are known. In the `last` round nothing can
        be fetched that a notification names: then spans are searched, of what was found too late to be asked for."""
        objects = list(found)
        if last:
            self._plan([one for one in objects if asks.thin_events_of(one.id) not in self._asks])
        elif self._habits.thin_events is not False:
            ids = [item.id for item in objects if not isinstance(item, Event)]
            ids += [item.setup_intent_id for item in objects if isinstance(item, Session) and item.setup_intent_id]
            for ask in map(asks.thin_events_of, ids[:OBJECTS]):
                if ask not in self._asks:
                    self._asks[ask] = None
                    self._thin_pending.add(ask)
        if not last and not self._thin_pending:
            by_object = bool(self._snapshots or self._bare)
            self._plan(objects, frozenset((DOUBTED,)) if by_object else None)
        yield from self._asks
        for event_id in list(self._snapshots)[:SNAPSHOTS]:
            yield asks.one(Kind.EVENT, event_id)
        for event_id in list(self._bare)[:SNAPSHOTS]:
            yield asks.thin_event(event_id)

    def take(self, answer: Answer) -> None:
        """Learn from an answer: a notification names its snapshot, a full page the next one."""
        if answer.ask.path.startswith(_THIN):
            self._take_thin(answer)
        elif (span := self._asks.get(answer.ask)) is not None:
            self._take_page(answer, span)

    def settle(self, objects: Iterable[Linked], events: Iterable[Event]) -> None:
        """At the end, with what was found: say what is out of reach. An account whose events were found in spans only
        does not answer by object."""
        found = list(objects)
        if any(span.until < self._oldest for span in spans(found, now=self._now)):
            self._unsearched[f"events before {moment(self._oldest)}: Stripe lists them for {KEPT_DAYS} days"] = None
        by_object = self._habits.thin_events is not False
        if self._searched and not (self._snapshots or self._troubled) and any(True for _ in events):
            self._habits.thin_events = False
        skipped = len(self._thin_pending) + (max(len(found) - OBJECTS, 0) if by_object else 0)
        if skipped:
            self._unsearched[f"the events of {skipped} of its {len(found)} objects: beyond the budget"] = None
        if len(self._snapshots) > SNAPSHOTS:
            self._unsearched[f"{len(self._snapshots) - SNAPSHOTS} of its {len(self._snapshots)} events"] = None

    def _plan(self, objects: list[Linked | Event], only: Collection[tuple[str, ...]] | None = None) -> None:
        """Turn what the objects tell into questions, as far as the budget goes; `only` those of some types, where the
        others were found by their object. Who doubts a payment is known by no object of it."""
        every = (span for span in spans(objects, now=self._now) if span.until >= self._oldest)
        worth = (span for span in every if only is None or span.types in only)
        for span in merged(span for span in worth if not any(one.covers(span) for one in self._searched)):
            self._searched.append(span)
            if self._pages < PAGES:
                self._pages += 1
                self._asks[asks.events_between(span.since, span.until, span.types, span.words)] = span
            else:
                self._unsearched[f"{span.words}: beyond the budget of {PAGES} pages"] = None

    def _take_page(self, answer: Answer, span: Span) -> None:
        if answer.body is None or answer.body.get("has_more") is not True:
            return
        page = following(answer)
        if page is not None and self._pages < PAGES:
            self._pages += 1
            self._asks[page] = span
            return
        reached = min((json.whole(item, "created") or span.until for item in items(answer.body)), default=span.until)
        self._unsearched[f"{replace(span, until=reached).words}: beyond the budget of {PAGES} pages"] = None

    def _take_thin(self, answer: Answer) -> None:
        self._thin_pending.discard(answer.ask)
        self._bare.pop(answer.ask.id or "", None)
        if answer.failure is not None and answer.ask.path == _THIN:
            self._troubled = True
            if answer.failure.is_final:
                self._habits.thin_events = False
        for item in items(answer.body or {}):
            event_id, snapshot = json.text(item, "id"), json.text(item, "snapshot_event")
            if snapshot is not None:
                self._snapshots[snapshot] = None
                self._habits.thin_events = True
            elif event_id is not None and answer.ask.path == _THIN:
                self._bare[event_id] = None
