"""Reading ahead: while sessions still come in, the events of those that are paid and not booked are read already.

They are most of what suspects need, they stand on an endpoint of their own, and otherwise they would be waited for at
the end. Whatever fails here is simply read later, and what turns out not to have been needed cost a request. Refuses to
judge: it looks at an order's status and whether its payment is plainly paid, no more.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from core.errors import OrderlensError
from core.facts import CLOSED_ORDER, OPEN_ORDER
from core.scanning import coverage
from core.scanning.scratch import Scratch
from core.stripe_api.collected import Collected
from core.stripe_api.event_spans import Span, spans
from core.stripe_api.spans import Range, SpanReader, events_of

PAUSE: Final = 1.0  # seconds between two looks at what came in
_WAITING: Final = ", ".join(f"'{status.value}'" for status in OPEN_ORDER | CLOSED_ORDER)
_UNBOOKED: Final = f"""
SELECT p.raw FROM objects p WHERE p.raw > ? AND p.raw <= ? AND p.state = 'paid' AND EXISTS (
    SELECT 1 FROM orders o WHERE o.status IN ({_WAITING}) AND (o.session_key = p.key OR o.intent_key = p.intent_key))
"""  # noqa: S608 - our own words


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

    def end(self) -> None:
        """All sessions are in: read what is left to read for them, and return."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def abort(self) -> None:
        """Stop at once."""
        self._aborted.set()
        self.end()

    def _run(self) -> None:
        mark, over = 0, False
        try:
            while not over and not self._stopped():
                over = self._over.wait(PAUSE)
                ((top,),) = self.scratch.rows("SELECT coalesce(max(raw), 0) FROM objects")
                places = [row[0] for rows in self.scratch.stream(_UNBOOKED, (mark, top)) for row in rows]
                mark = top
                self._read(places)
        except OrderlensError:
            return  # whoever reads in earnest meets the same trouble, and says so

    def _stopped(self) -> bool:
        return self._aborted.is_set() or self.stop()

    def _read(self, places: Iterable[int]) -> None:
        gap = coverage.page_of_events(self.span, self.scratch.count("orders"))
        by_types: dict[tuple[str, ...], list[Range]] = {}
        for place in places:
            for span in self._spans(place):
                by_types.setdefault(span.types, []).append(Range(span.since, min(span.until + 1, self.now)))
        wanted = [
            (events_of(types), left)
            for types, ranges in by_types.items()
            if (left := coverage.less(coverage.joined(ranges, gap), self.scratch.done("/".join(types))))
        ]
        if wanted:
            read = self.spans.read(wanted, keep=self.scratch.keep_events, stop=self._stopped)
            self.requests += read.requests

    def _spans(self, place: int) -> Iterable[Span]:
        found = Collected()
        found.take(self.scratch.raw(place))
        return spans(found.linked(), now=self.now)
