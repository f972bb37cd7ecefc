"""Reading ahead: while sessions still come in, the events of those that no order shows as they are are read already.

They are most of what suspects need, they stand on an endpoint of their own, and otherwise they would be waited for at
the end. Whatever fails here is simply read later, and what turns out not to have been needed cost a request. Refuses to
judge: it looks at an order's status and at the state of what it points at, no more.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from core.errors import OrderlensError
from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, Json, OrderStatus
from core.facts.json import inner
from core.scanning import coverage
from core.scanning.scratch import Scratch
from core.stripe_api.collected import Collected
from core.stripe_api.event_spans import Span
from core.stripe_api.spans import Range, SpanReader, events_of

PAUSE: Final = 0.5  # seconds between two looks at what came in
_MET: Final = """
SELECT p.raw, p.state, o.status
FROM objects p LEFT JOIN orders o ON o.session_key = p.key OR o.intent_key = p.intent_key
WHERE p.raw > ? AND p.raw <= ? AND p.state != 'open' AND (o.key IS NOT NULL OR p.money = 1)
"""
_WAITING: Final = frozenset({"processing", "requires_action"})


@dataclass(slots=True)
class Ahead:
    """Reads ahead with a reader of its own, in a thread of its own, from `begin` to `end` or `abort`."""

    scratch: Scratch
    spans: SpanReader
    span: Range
    now: int
    stop: Callable[[], bool]
    requests: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _aborted: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        """Once all orders are in the scratch."""
        self._thread = threading.Thread(target=self._run, name="scan-ahead")
        self._thread.start()

    def end(self, beat: Callable[[], None] = lambda: None) -> None:
        """All sessions are in: read what is left to read for them, and return. `beat`: called meanwhile."""
        self._over.set()
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(timeout=PAUSE)
            beat()

    def abort(self) -> None:
        """Stop at once."""
        self._aborted.set()
        self.end()

    def _run(self) -> None:
        mark, over = 0, False
        try:
            while not over and not self._stopped():
                over = self._over.wait(PAUSE if mark else 0)
                ((top,),) = self.scratch.rows("SELECT coalesce(max(raw), 0) FROM objects")
                met = [row for rows in self.scratch.stream(_MET, (mark, top)) for row in rows]
                mark = top
                self._read(met)
        except OrderlensError:
            return  # whoever reads in earnest meets the same trouble, and says so

    def _stopped(self) -> bool:
        return self._aborted.is_set() or self.stop()

    def _read(self, met: Iterable[tuple[int, str, str | None]]) -> None:
        gap = coverage.page_of_events(self.span, self.scratch.count("orders"))
        by_types: dict[tuple[str, ...], list[Range]] = {}
        for place, state, word in met:
            status = None if word is None else OrderStatus(word)
            for span in self._spans(place, state, status):
                by_types.setdefault(span.types, []).append(Range(span.since, min(span.until + 1, self.now)))
        wanted = [
            (events_of(types), left)
            for types, ranges in by_types.items()
            if (left := coverage.less(coverage.joined(ranges, gap), self.scratch.done("/".join(types))))
        ]
        if wanted:
            read = self.spans.read(wanted, keep=self.scratch.keep_events, stop=self._stopped)
            self.requests += read.requests

    def _spans(self, place: int, state: str, status: OrderStatus | None) -> Iterable[Span]:
        if state and not _differs(state, status):
            return ()
        raw = self.scratch.raw(place)
        if not state and not _odd(raw, status):
            return ()
        found = Collected()
        found.take(raw)
        return coverage.told_in(found.linked(), status, now=self.now)


def _differs(state: str, status: OrderStatus | None) -> bool:
    """Whether a plain session is not what its order says."""
    return status not in PAID_ORDER if state == "paid" else status in OPEN_ORDER


def _odd(raw: Json, status: OrderStatus | None) -> bool:
    """Whether any other is likely not to be: one that waits for money beside an order that does not."""
    waits = raw.get("payment_status") == "unpaid" or raw.get("status") == "processing"
    ended = raw.get("status") in ("expired", "canceled")
    if status is None or status in OPEN_ORDER:
        return not (waits and inner(raw, "payment_intent").get("status") in _WAITING)
    return waits and not ended if status in PAID_ORDER | CLOSED_ORDER else False
