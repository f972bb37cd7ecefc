"""`Together`: what of a run is out at this moment: sent, and looked after. Of the run's main thread.

Plain cases go many at a time: read together right before, begun in the journal together, sent side by side, read again
together. Every other item goes by itself from its opening to its proof. What is out and not proved yet is bounded: as
many as are sent at once, more only as they heal in a row, at most `MOST` times as many; and no more than are sent at
once while one of them has to be looked at for itself.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, Final, Self

from core.desk import Desk
from core.desk.acting import entry_of
from core.errors import OrderlensError, Refused, Unreachable
from core.facts import Event
from core.journal import Came, Entry, Locked, ReplayItem, ReplayRun
from core.people import Right
from core.replaying.bulk import FRESH, Looked
from core.replaying.proving_many import PAUSE, Posted, ProvingMany, Round
from core.replaying.sending import Sending, skipped, unsent
from core.replaying.sights import Sight, sights_of
from core.replays import Replay, Why, planned_before
from core.times import MINUTE

MOST: Final = 10  # times as many as are sent at once may be out
CHUNK: Final = 100  # cases that are read together
_FEW: Final = 20  # the same where orders have rows of payments, of which one statement takes so many
_AHEAD: Final = 300  # items that are looked through for some that may be begun
_GATHER: Final = 0.03  # seconds that what has landed waits for the others: so many transactions fewer
_SOON: Final = 1.0  # seconds after which what was sent is looked at, however few they are
Landed = tuple[ReplayItem, ReplayItem | None]
"""An item, and what came of it; None where it must not be begun any more."""
Taking = Callable[[Any], list[Landed]]


class Together:
    """Use it as a context: what is out at its end is looked after."""

    def __init__(self, desk: Desk, run: ReplayRun, sending: Sending, todo: Sequence[ReplayItem]) -> None:
        self._desk, self._run, self._sending = desk, run, sending
        self._sights: dict[int, Sight] = sights_of(todo, desk) if run.at_once > 1 else {}
        self._many = ProvingMany(desk, run, min((one.at for one in self._sights.values()), default=0))
        self._posts = ThreadPoolExecutor(run.at_once, "replay")
        self._proofs = ThreadPoolExecutor(run.at_once, "replay-proof")
        self._ahead = ThreadPoolExecutor(1, "replay-ahead")
        self._after = ThreadPoolExecutor(1, "replay-after")
        self._out: dict[int, ReplayItem] = {}
        self._held: dict[int, ExitStack] = {}
        self._open = ExitStack()
        self._jobs: dict[Future[Any], Taking] = {}
        self._landed: SimpleQueue[Future[Any]] = SimpleQueue()
        self._ready: dict[int, Looked] = {}
        self._posted: list[Posted] = []
        self._left: tuple[Posted, ...] = ()
        self._untold: list[Came] = []
        self._early: list[Landed] = []
        self._looking = self._proving = False
        self._slots, self._alone, self._fits = run.at_once, 0, CHUNK
        self._in_a_row = self._begun = 0

    def __len__(self) -> int:
        """How many are out."""
        return len(self._out)

    def next(self, todo: Sequence[ReplayItem], *, canary: bool) -> list[ReplayItem]:
        """Those of `todo` that may be begun now, all together: not too many, not beside another of their case.
        `canary`: one by itself, while nothing else is out."""
        if canary:
            self._look_ahead(todo[0 if self._out else 1 :])
            return [] if self._out else self._whole_only(todo[:1])  # what was read of it long before may be stale
        group = list[ReplayItem]()
        room, now = self._room(), self._desk.acting.sides.clock()
        for item in self._free(todo) if room > 0 else ():
            if item.id not in self._sights:
                group = group or [item]
                break
            looked = self._ready.get(item.id)
            if looked is not None and not 0 <= now - looked.at <= FRESH:
                del self._ready[item.id]
            elif looked is not None:
                group.append(item)
            if len(group) >= room:
                break
        self._look_ahead(todo)
        return group

    def begin(self, items: Sequence[ReplayItem]) -> list[ReplayItem]:
        """Send these. Those that come back were not begun, and go by themselves. Unreachable where the journal cannot
        be used."""
        if self._ready.keys().isdisjoint(one.id for one in items):
            for item in self._whole_only(items):
                self._out[item.id] = item
                self._slots -= 1
                self._submit(self._posts, partial(self._whole, item), self._sending.carry_out, item)
            return []
        now, url = self._desk.now(), self._desk.webhook_url or ""
        looked = [self._ready.pop(one.id) for one in items]
        replays = [planned_before(Event.of(dict(one.event)), url) for one in looked]
        pairs = [(one, self._entry(one, replay, now)) for one, replay in zip(items, replays, strict=True)]
        try:
            begun = self._desk.journal.sending_many.begin(pairs, url, turn=self._run.turn, now=now, came=self._untold)
        except Unreachable as error:  # of a locked one each waits its turn by itself, and is read anew
            return self._whole_only(items) if isinstance(error, Locked) else self._unsent(items, error)
        self._untold = []
        for one, replay, sending in zip(looked, replays, begun, strict=True):
            if sending is not None:
                self._send(replace(one, item=replace(one.item, begun_at=now)), replay, sending)
        return self._whole_only([item for item, sending in zip(items, begun, strict=True) if sending is None])

    def landed(self, within: float) -> list[Landed]:
        """What has come to its end by now; waits for the first at most so many seconds. Unreachable where the journal
        cannot be used."""
        self._tell()
        self._look_after()
        done, self._early = self._early, []
        for job in self._came(0 if done else within) if self._jobs else ():
            done += self._jobs.pop(job)(job)
        return done

    def _room(self) -> int:
        """How many more may be begun."""
        return min(1 if self._run.per_minute else self._run.at_once, self._slots, self._most() - len(self._out))

    def _most(self) -> int:
        """How many may be out."""
        each = self._run.at_once
        return each if self._alone else min(MOST * each, each + self._in_a_row)

    def _free(self, todo: Sequence[ReplayItem]) -> Iterator[ReplayItem]:
        """The first of each case of which nothing is out."""
        busy = {item.case_key for item in self._out.values()}
        for item in islice(todo, _AHEAD):
            if item.case_key not in busy:
                busy.add(item.case_key)
                yield item

    def _look_ahead(self, todo: Sequence[ReplayItem]) -> None:
        """Have the next ones read, while there are few that were."""
        most = min(_FEW if self._desk.acting.sides.orders.mapping.payments else self._fits, self._fits, self._pace())
        if self._looking or not self._sights or 2 * len(self._ready) > most:
            return
        waiting = (one for one in self._free(todo) if one.id in self._sights and one.id not in self._ready)
        wanted = list(islice(waiting, most))
        if wanted:
            self._looking, self._begun, began = True, 0, self._desk.acting.sides.clock()

            def taken(job: Future[list[Looked]]) -> list[Landed]:
                self._looking, took = False, self._desk.acting.sides.clock() - began
                fits = int(len(wanted) * FRESH / 2 / max(took, 0.001))  # so many are read while a reading stands
                self._fits = min(max(1, fits), CHUNK)
                found = {one.item.id: one for one in job.result() if fits and one.item.id in self._sights}
                self._whole_only([item for item in wanted if item.id not in found])
                self._ready |= found
                return []

            self._submit(self._ahead, taken, self._many.look, [(one, self._sights[one.id]) for one in wanted])

    def _whole_only(self, items: Sequence[ReplayItem]) -> list[ReplayItem]:
        """These, which go by themselves from now on."""
        for item in items:
            self._sights.pop(item.id, None)
            self._ready.pop(item.id, None)
        return list(items)

    def _pace(self) -> int:
        """About how many are begun before a reading of them is stale."""
        if self._run.per_minute:
            return max(1, int(self._run.per_minute * FRESH / MINUTE / 2))
        return max(5 * self._run.at_once, 4 * self._begun)

    def _entry(self, item: ReplayItem, replay: Replay, now: int) -> Entry:
        who, key = self._sending.who, item.case_key
        self._desk.journal.gate.admit(who, Right.SEND, replay.how, now, case_key=key, object_id=item.event_id)
        return entry_of(replay, key, item.name, who=who.called, note=self._sending.note, at=now)

    def _unsent(self, items: Sequence[ReplayItem], error: Unreachable) -> list[ReplayItem]:
        """The journal could not be written: as of one, each is still to be sent."""
        for item in items:
            done = unsent(item, error.message)
            self._desk.journal.replay_items.tell(done, turn=self._run.turn)
            self._early.append((item, done))
        self._in_a_row = 0
        return []

    def _send(self, looked: Looked, replay: Replay, sending: Entry) -> None:
        item, stack = looked.item, ExitStack()
        stack.enter_context(self._desk.sending([item.case_key]))
        self._held[item.id], self._out[item.id] = stack, item
        self._slots -= 1
        self._begun += 1

        def post() -> Posted | ReplayItem:
            acting = self._desk.acting
            try:
                delivery = acting.send(replay, sending)
            except Refused as refusal:
                done = skipped(item, Why.SENT_BEFORE, refusal.message)
                self._desk.journal.replay_items.tell(done, turn=self._run.turn)
                return done
            return Posted(looked=looked, replay=replay, sending=sending, delivery=delivery, at=acting.sides.clock())

        def taken(job: Future[Posted | ReplayItem]) -> list[Landed]:
            self._slots += 1
            came = job.result()
            if isinstance(came, ReplayItem):
                return self._ended(item, came)
            self._posted.append(came)
            self._untold.append(came.came)
            return []

        self._submit(self._posts, taken, post)

    def _whole(self, item: ReplayItem, job: Future[ReplayItem | None]) -> list[Landed]:
        self._slots += 1
        return self._ended(item, job.result())

    def _tell(self) -> None:
        """The journal is told of what was sent before anybody looks after it; that it cannot be ends nothing."""
        if self._untold:
            with suppress(Unreachable):
                self._desk.journal.sending_many.tell(self._untold)
            self._untold = []

    def _look_after(self) -> None:
        """Have what was sent looked at, when it is worth it."""
        posted, left = self._posted, self._left
        if self._proving or not (posted or left):
            return
        waited = posted and self._desk.acting.sides.clock() - posted[0].at >= _SOON
        if posted and not (waited or 2 * len(posted) >= self._most() or self._slots == self._run.at_once):
            return
        self._posted, self._left, self._proving = [], (), True

        def look() -> Round:
            if not posted:
                self._desk.wait(PAUSE)
            return self._many.round([*left, *posted])

        def taken(job: Future[Round]) -> list[Landed]:
            self._proving = False
            came = job.result()
            self._left = came.left
            for one in came.strange:
                self._alone += 1
                self._submit(self._proofs, partial(self._proved, one.item), self._many.alone, one)
            return [landed for item in came.done for landed in self._ended(self._out[item.id], item)]

        self._submit(self._after, taken, look)

    def _proved(self, item: ReplayItem, job: Future[ReplayItem]) -> list[Landed]:
        self._alone -= 1
        return self._ended(item, job.result())

    def _ended(self, item: ReplayItem, came: ReplayItem | None) -> list[Landed]:
        begun = self._out.pop(item.id)
        if stack := self._held.pop(item.id, None):
            stack.close()
        if came is not None and came.state != "skipped":
            self._in_a_row = self._in_a_row + 1 if came.state == "healed" else 0
        return [(begun, came)]

    def _submit(self, threads: ThreadPoolExecutor, taking: Taking, do: Callable[..., Any], *args: object) -> None:
        job = threads.submit(do, *args)
        self._jobs[job] = taking
        job.add_done_callback(self._landed.put)

    def _came(self, within: float) -> Iterator[Future[Any]]:
        """The jobs that have landed; while few may be begun anew, also those that land a moment later."""
        try:
            yield self._landed.get(timeout=within)
            until = time.monotonic() + _GATHER
            while True:
                wait = self._sights and 0 < self._slots < 0.8 * self._run.at_once
                left = until - time.monotonic() if wait else 0
                yield self._landed.get(timeout=left) if left > 0 else self._landed.get_nowait()
        except Empty:
            return

    def __enter__(self) -> Self:
        if self._sights:
            self._open.enter_context(self._desk.journal.sending_many.meanwhile())
        return self

    def __exit__(self, *_: object) -> None:
        while self._jobs or self._posted or self._left:
            with suppress(OrderlensError):
                self.landed(_SOON)
        for threads in (self._posts, self._proofs, self._ahead, self._after):
            threads.shutdown()
        self._many.close()
        for stack in (*self._held.values(), self._open):
            stack.close()
