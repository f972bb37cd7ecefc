"""`Ahead`: the plain cases that come next in a run are read together, beside what is sent, right before they are.

How many at a time: as many as are begun while a reading of them stands, and as can be read within half that time. What
does not stand as it was planned goes by itself from then on.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Final

from core.desk import Desk
from core.journal import ReplayItem, ReplayRun
from core.replaying.beside import Beside, Landed
from core.replaying.bulk import FRESH, Looked
from core.replaying.proving_many import ProvingMany
from core.replaying.sights import Sight
from core.times import MINUTE

CHUNK: Final = 100  # cases that are read together
_FEW: Final = 20  # the same where orders have rows of payments, of which one statement takes so many


class Ahead:
    """Of one thread; reads in another. `sights`: of those that may go together, by the item's id. `close` it."""

    def __init__(self, desk: Desk, run: ReplayRun, sights: dict[int, Sight], many: ProvingMany, beside: Beside) -> None:
        self._desk, self._run, self._sights, self._many, self._beside = desk, run, sights, many, beside
        self._thread = ThreadPoolExecutor(1, "replay-ahead")
        self._ready: dict[int, Looked] = {}
        self._looking = False
        self._fits, self._begun = CHUNK, 0

    def plain(self, item: ReplayItem) -> bool:
        """Whether it may go together with others."""
        return item.id in self._sights

    def ready(self, item: ReplayItem) -> bool:
        """Whether it was read a moment ago, and stands as it was planned. What is stale by now is read anew."""
        looked = self._ready.get(item.id)
        if looked is not None and not looked.stands(self._desk.acting.sides.clock()):
            del self._ready[item.id]
            return False
        return looked is not None

    def take(self, item: ReplayItem) -> Looked | None:
        """What was read of it, once."""
        self._begun += 1
        return self._ready.pop(item.id, None)

    def by_itself(self, item: ReplayItem) -> None:
        """It goes by itself from now on."""
        self._sights.pop(item.id, None)
        self._ready.pop(item.id, None)

    def look(self, coming: Iterator[ReplayItem]) -> None:
        """Have the next of these read, while there are few that were."""
        most = self._most()
        if self._looking or not self._sights or 2 * len(self._ready) > most:
            return
        wanted = list(islice((one for one in coming if self.plain(one) and one.id not in self._ready), most))
        if not wanted:
            return
        self._looking, self._begun, began = True, 0, self._desk.acting.sides.clock()

        def taken(job: Future[list[Looked]]) -> list[Landed]:
            self._looking, took = False, self._desk.acting.sides.clock() - began
            fits = int(len(wanted) * FRESH / 2 / max(took, 0.001))  # so many are read while a reading stands
            self._fits = min(max(1, fits), CHUNK)
            found = {one.item.id: one for one in job.result() if fits and self.plain(one.item)}
            for item in wanted:
                if item.id not in found:
                    self.by_itself(item)
            self._ready |= found
            return []

        self._beside.submit(self._thread, taken, self._many.look, [(one, self._sights[one.id]) for one in wanted])

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def _most(self) -> int:
        """How many are read together."""
        few = _FEW if self._desk.acting.sides.orders.mapping.payments else CHUNK
        if self._run.per_minute:
            pace = max(1, int(self._run.per_minute * FRESH / MINUTE / 2))
        else:
            pace = max(5 * self._run.at_once, 4 * self._begun)  # about how many are begun before it is stale
        return min(few, self._fits, pace)
