"""Cases that are being opened: the order as soon as its row is read, Stripe as it comes; of equal ones one reading.

Whoever asks while a case is being read waits for that reading; whoever asks soon after it began gets it with its own
time, unless he had it already: then he wants to know anew. An error goes to those who waited for it and to nobody else.
What is sent, planned or proven never rests on this: `Openings.forget` lets nobody have a reading from before.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillComing
from typing import Final

from core.desk.results import Opened
from core.facts import Order

SHARED_FOR: Final = 5.0  # seconds since a reading began
MOST: Final = 64  # readings that are kept, and that may be under way
ANEW: Final = 3  # readings of one case under way at once: whoever asks once more waits for the newest
Row = Callable[[Order], None]


class Coming:
    """A case that is being opened. `began`: seconds since 1970; `reading` begins, and is told where to put the row."""

    def __init__(self, key: str, began: float, reading: Callable[[Row], Future[Opened]]) -> None:
        self.key, self.began = key, began
        self._row: Future[Order | None] = Future()
        self._visitors: set[str] = set()
        self._opened = reading(self._row_read)
        self._opened.add_done_callback(self._ended)

    @property
    def over(self) -> bool:
        """Whether it is opened, or could not be."""
        return self._opened.done()

    def order(self) -> Order | None:
        """The order as its row says, as soon as that is read; None where there is none, or it could not be read."""
        return self._row.result()

    def opened(self, within: float | None = None) -> Opened | None:
        """The case; None where it is still being read after `within` seconds (None: however long that takes). Raises
        what stood in the way."""
        try:
            return self._opened.result(within)
        except StillComing:
            if self.over:  # the reading's own error, not ours
                raise
            return None

    def serves(self, visitor: str, now: float) -> bool:
        """Whether this visitor may have it, who then has."""
        if self.over and (self._failed or visitor in self._visitors or not self.serves_others(now)):
            return False
        self._visitors.add(visitor)
        return True

    def serves_others(self, now: float) -> bool:
        """Whether it may serve somebody who has not had it."""
        return not self.over or 0 <= now - self.began <= SHARED_FOR

    def is_of(self, key: str) -> bool:
        """Whether this is the case of a key: a payment may have opened as its order's."""
        return self.key == key or (self.over and not self._failed and self._opened.result().key == key)

    @property
    def _failed(self) -> bool:
        return self._opened.cancelled() or self._opened.exception() is not None

    def _row_read(self, order: Order) -> None:
        self._row.set_result(order)

    def _ended(self, reading: Future[Opened]) -> None:
        if not self._row.done():
            self._row.set_result(None if self._failed else reading.result().case.order)


class Openings:
    """The cases that are being opened, and those that just were. `read` reads both sides of a key, and hands on the row
    as soon as it has it; `clock` gives seconds since 1970."""

    def __init__(self, read: Callable[[str, Row], Opened], clock: Callable[[], float]) -> None:
        self._read, self._clock = read, clock
        self._lock = threading.Lock()
        self._kept: dict[str, Coming] = {}
        self._under_way: list[Coming] = []
        self._threads = ThreadPoolExecutor(MOST, "opening")

    def begin(self, key: str, visitor: str, *, anew: bool = False) -> Coming:
        """Open a case for a visitor (a page of somebody's): with a reading that serves it, or (always where `anew` is
        asked) with one of its own."""
        with self._lock:
            now, found = self._clock(), self._kept.get(key)
            self._under_way = [one for one in self._under_way if not one.over]
            enough = sum(one.key == key for one in self._under_way) >= ANEW
            if found is not None and (not anew or enough) and found.serves(visitor, now):
                return found
            made = Coming(key, now, lambda row: self._threads.submit(self._read, key, row))
            made.serves(visitor, now)
            self._under_way.append(made)
            self._keep(made, now)
        return made

    def forget(self, *keys: str) -> None:
        """Nobody gets an earlier reading of these cases any more, but for those who wait for one already."""
        with self._lock:
            for asked in [asked for asked, one in self._kept.items() if any(map(one.is_of, keys))]:
                del self._kept[asked]

    def close(self) -> None:
        """Begin none any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _keep(self, made: Coming, now: float) -> None:
        """The newest of its key. What serves nobody any longer is let go of, and the oldest where there are many."""
        old = [key for key, one in self._kept.items() if not one.serves_others(now)]
        for key in (made.key, *old):
            self._kept.pop(key, None)
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[made.key] = made
