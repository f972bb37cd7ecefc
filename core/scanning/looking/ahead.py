"""Looking ahead: while sessions still come in, what has come is compared, looked at, and its events are read.

Both take as long as Stripe lets them, and would be waited for at the end. A look is valid until a new record with one
of its ids arrives: then it is made again when all has come, and so is every look where anything could not be read.
Whatever fails here is simply done later.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Final

import msgspec

from core.errors import OrderlensError
from core.jobs import Stopped
from core.journal import Noted
from core.scanning.looking.looked import Looked
from core.scanning.looking.suspects import AT_A_TIME, Suspects
from core.scanning.scratch import Scratch, coverage
from core.scanning.sieve import Comparing
from core.stripe_api.spans import Range, SpanReader
from core.times import HOUR

PAUSE: Final = 0.25  # seconds between two looks at what came in
WORTH_IT: Final = 40  # orders: a look at them costs two statements or four
MOST: Final = 500  # sessions read by their ids in a sweep; of more, the orders' times are not to be trusted
SWEEPS: Final = 8  # times in a scan that stored sessions are looked for which nobody has read
_LOST: Final = """
SELECT o.key, o.session FROM orders o
WHERE o.created_at >= ? AND o.created_at < ? AND o.key NOT IN (SELECT key FROM well) AND o.session_key IS NOT NULL
  AND o.make NOT LIKE 'acct%'
  AND NOT EXISTS (SELECT 1 FROM objects p WHERE p.key = o.session_key OR p.intent_key = o.session_key)
LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """Of some suspects: where the events lie that are worth reading, and the keys of those with findings."""

    events: dict[tuple[str, ...], list[Range]]
    found: list[int]


@dataclass(slots=True)
class Ahead:
    """Looks ahead from `begin` to `end` or `abort`, in two threads: one compares and looks, one asks Stripe, so that
    neither waits for the other. `suspects`: a scan's, with a reader of its own; `reading`: whether the account's limit
    leaves room for that reader beside the first; `idle`: a third reader that nobody uses meanwhile, if there is one."""

    scratch: Scratch
    comparing: Comparing
    suspects: Suspects
    scan_id: int
    reading: bool
    idle: SpanReader | None = None
    _swept: int = 0
    _answered: bool = False  # nothing more is handed back
    _looker: Suspects = field(init=False)
    _over: threading.Event = field(default_factory=threading.Event)
    _rounds_over: threading.Event = field(default_factory=threading.Event)
    _aborted: threading.Event = field(default_factory=threading.Event)
    _found: SimpleQueue[_Found | None] = field(default_factory=SimpleQueue)
    _ready: SimpleQueue[list[int] | None] = field(default_factory=SimpleQueue)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked_to_stop = self.suspects.stop
        self.suspects.stop = lambda: self._aborted.is_set() or asked_to_stop()
        self._looker = replace(self.suspects, spans=self.idle or self.suspects.spans, events={})

    @property
    def requests(self) -> int:
        """That were made so far."""
        return self.suspects.requests + self._looker.requests

    def begin(self) -> None:
        """Once the scratch is ready for orders."""
        self._threads = [
            threading.Thread(target=self._asking, name="scan-asking"),
            threading.Thread(target=self._looking, name="scan-looking"),
        ]
        begun = False
        try:
            for thread in self._threads:
                thread.start()
            begun = True
        finally:
            if not begun:  # the system has no room for another: nobody waits for what will not come
                self._aborted.set()
                self._rounds_over.set()
                self._found.put(None)

    def compared(self, beat: Callable[[], None] = lambda: None) -> None:
        """All has come in: return when the last round is over. `beat` is called meanwhile."""
        self._over.set()
        while self._threads and not self._rounds_over.wait(PAUSE):
            beat()

    def end(self, beat: Callable[[], None] = lambda: None) -> None:
        """Return when all that was found is looked at."""
        self._over.set()
        for thread in self._threads:
            while thread.is_alive():
                thread.join(timeout=PAUSE)
                beat()

    def forget(self) -> None:
        """Let nothing count that was seen: more is known by now of what names an order."""
        with self.scratch.deducing() as db:
            db.execute("DELETE FROM early")
            db.execute("DELETE FROM rests")

    def abort(self) -> None:
        """Stop at once."""
        self._aborted.set()
        self._found.put(None)
        self._ready.put(None)
        self.end()

    def stopped(self) -> bool:
        """Whether to stop: somebody asked for it, or something could not be read."""
        return self._aborted.is_set() or self.suspects.stop() or bool(self.suspects.holes)

    def _looking(self) -> None:
        """Round after round, until all has come in."""
        over, well, waiting = False, False, dict[int, None]()
        try:
            while not over and not self.stopped():
                over = self._over.wait(PAUSE)
                fresh = self.comparing.round(int(self._looker.clock()))
                waiting |= dict.fromkeys((*fresh.doubtful, *fresh.sample))
                if over:
                    self._rounds_over.set()
                elif self.idle is not None:
                    waiting |= dict.fromkeys(self._sweep())
                if over or len(waiting) >= WORTH_IT:
                    self._found.put(self._look(list(waiting)))
                    waiting.clear()
                self._take_ready(to_the_end=False)
            self._found.put(None)
            self._take_ready(to_the_end=True)
            well = True
        except (OrderlensError, Stopped):
            return  # whoever looks in earnest meets the same trouble, and says so
        finally:
            if not well:
                self._aborted.set()
            self._rounds_over.set()
            self._found.put(None)

    def _look(self, keys: list[int]) -> _Found:
        """What is well is kept as such, what is not is handed on."""
        found = list[int]()
        for part in _parts(keys):
            well = list[tuple[int, Looked, None]]()
            for key, look in self._sure(self._looker.early(part)):
                if look.diagnosis.findings:
                    found.append(key)
                elif look.diagnosis.clean:
                    well.append((key, look, None))
            self._keep(well)
        events, self._looker.events = self._looker.events, {}
        return _Found(events, found)

    def _asking(self) -> None:
        """Read the events of suspects, as they are found, and hand these back."""
        well = False
        try:
            while (found := self._found.get()) is not None and not self.stopped():
                for types, ranges in found.events.items():
                    self.suspects.events.setdefault(types, []).extend(ranges)
                if self.suspects.events and not self.reading:
                    break  # they are read at the end
                self.suspects.read_events()
                self._ready.put(found.found)
            well = True
        except (OrderlensError, Stopped):
            return
        finally:
            if not well:
                self._aborted.set()
            self._ready.put(None)

    def _take_ready(self, *, to_the_end: bool) -> None:
        """What has been handed back; `to_the_end`: all that will be."""
        while not self._answered and (to_the_end or not self._ready.empty()):
            found = self._ready.get()
            self._answered = found is None
            if found and not self.stopped():
                self._keep_full(found)

    def _keep_full(self, keys: list[int]) -> None:
        """Keep what is to be noted of these, now that their events are read."""
        for part in _parts(keys):
            found = self._sure(self._looker.early_second(part))
            self._keep((key, look, self._noted(look)) for key, look in found if self._whole(look))

    def _whole(self, look: Looked) -> bool:
        """Whether all that could say more is known, also of what came in since it was first looked at."""
        heard = not look.case.facts.events_unsearched and self._looker.heard(look)
        return heard and not self._looker.lively(look)

    def _noted(self, look: Looked) -> Noted:
        return Noted.of(look.key, look, scan_id=self.scan_id)

    def _sure(self, looks: Iterable[tuple[int, Looked]]) -> Iterator[tuple[int, Looked]]:
        """Those that nothing is missing for."""
        span = self.suspects.span
        for key, look in looks:
            made = look.case.order.created_at if look.case.order else None
            within = made is not None and span.since + coverage.BEFORE <= made < span.until
            if within and not (look.partly_read or look.waits):
                yield key, look

    def _keep(self, looks: Iterable[tuple[int, Looked, Noted | None]]) -> None:
        """What was seen, and what it rests on; of one that is well, nothing but that."""
        seen = [(key, look, noted and msgspec.msgpack.encode(noted)) for key, look, noted in looks]
        with self.scratch.deducing() as db:
            db.executemany("DELETE FROM rests WHERE key = ?", [(key,) for key, _, _ in seen])
            db.executemany("INSERT OR REPLACE INTO early VALUES (?, ?, ?)", [(k, look.mark, n) for k, look, n in seen])
            db.executemany(
                "INSERT INTO rests VALUES (?, ?)", [(key, one) for key, look, _ in seen for one in look.rests]
            )

    def _sweep(self) -> list[int]:
        """Read by its id each session that an order stores and nobody has read, where all about it have come in; the
        keys of the orders. (A payment without a session is for `payments_alone`, which may list it.)"""
        done = coverage.joined(self.scratch.done("sessions"), 0)
        share = SWEEPS * sum(one.until - one.since for one in done) // max(_length(self.suspects.span), 1)
        if share == self._swept:
            return []
        self._swept = share
        lost = [row for one in done for row in self.scratch.rows(_LOST, (one.since + HOUR, one.until - HOUR))]
        if len(lost) > MOST:
            return []
        asked = set(self._looker.askable(str(stored) for _, stored in lost))
        self._looker.fetch(asked)
        return [key for key, stored in lost if stored in asked]


def still_true(scratch: Scratch) -> None:
    """All has come in: forget the looks that rest on something which has changed since."""
    scratch.meet()
    with scratch.deducing() as db:
        db.execute(
            """DELETE FROM early WHERE key IN (
                   SELECT e.key FROM early e CROSS JOIN rests r ON r.key = e.key
                   CROSS JOIN handles t ON t.handle = r.handle WHERE t.side = 1 AND t.n > e.mark)"""
        )


def _length(span: Range) -> int:
    return span.until - span.since


def _parts(keys: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(keys), AT_A_TIME):
        yield keys[first : first + AT_A_TIME]
