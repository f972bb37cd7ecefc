"""`Together`: what of a run is out at this moment: begun, sent, and looked after. Of the run's main thread.

Plain cases go many at a time: read together right before, begun in the journal together, sent side by side, read again
together. Every other item goes by itself from its opening to its proof. What is out and not proved yet is bounded: as
many as are sent at once, more only as they heal in a row, at most `MOST` times as many; and while one of them has to be
looked at for itself, nothing is begun beside as many as are sent at once.

While the endpoint answers soon, as many again as are sent at once are begun before it is their turn: no thread waits
for the journal. Which of them must not be sent any more when it is, is let back: still to be sent, as the journal says.
"""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final, Self

from core.desk import Desk, Outcome
from core.desk.acting import entry_of
from core.errors import OrderlensError, Refused, Unreachable
from core.facts import Event
from core.journal import Came, Entry, Locked, ReplayItem, ReplayRun
from core.people import Right
from core.replaying.ahead import Ahead
from core.replaying.beside import Beside, Landed
from core.replaying.bulk import Looked
from core.replaying.proving_many import PAUSE, Posted, ProvingMany, Round
from core.replaying.sending import Sending, skipped, unsent
from core.replaying.sights import sights_of
from core.replays import Replay, Why, planned_before

MOST: Final = 10  # times as many as are sent at once may be out
SOON: Final = 500  # milliseconds within which an answer comes soon
_THROUGH: Final = 300  # items that are looked through for some that may be begun
_TURN: Final = 0.001  # seconds that whoever sends waits at most for a thread that computes, at each step
_WAITS: Final = 1.0  # seconds after which what was sent is looked at, however few they are
_NOT_SENT: Final = "Nothing was sent: the run was to stop, or what was read of it had become too old."


class Together:
    """Use it as a context: what is out at its end is looked after, or let back."""

    def __init__(self, desk: Desk, run: ReplayRun, sending: Sending, todo: Sequence[ReplayItem]) -> None:
        self._desk, self._run, self._sending = desk, run, sending
        sights = sights_of(todo, desk) if run.at_once > 1 else {}
        self._bulk = bool(sights)
        self._many = ProvingMany(desk, run, min((one.at for one in sights.values()), default=0))
        self._posts = ThreadPoolExecutor(run.at_once, "replay")
        self._proofs = ThreadPoolExecutor(run.at_once, "replay-proof")
        self._after = ThreadPoolExecutor(1, "replay-after")
        self._beside, self._open = Beside(), ExitStack()
        self._ahead = Ahead(desk, run, sights, self._many, self._beside)
        self._out: dict[int, ReplayItem] = {}
        self._held: dict[int, ExitStack] = {}
        self._posted: list[Posted] = []
        self._left: tuple[Posted, ...] = ()
        self._untold: list[Came] = []
        self._early: list[Landed] = []
        self._back: list[tuple[ReplayItem, Entry]] = []
        self._again: list[ReplayItem] = []
        self._proving = self._holding = self._swift = False
        self._slots, self._alone, self._in_a_row = run.at_once, 0, 0

    def __len__(self) -> int:
        """How many are out."""
        return len(self._out)

    def next(self, todo: Sequence[ReplayItem], *, canary: bool) -> list[ReplayItem]:
        """Those of `todo` that may be begun now, all together: not too many, not beside another of their case.
        `canary`: one by itself, while nothing else is out."""
        if canary:
            self._ahead.look(self._free(todo[0 if self._out else 1 :]))
            return [] if self._out else self._by_itself(todo[:1])  # what was read of it long before may be stale
        group, room = list[ReplayItem](), self._room()
        for item in self._free(todo) if room > 0 else ():
            if not self._ahead.plain(item):
                group = group or ([item] if self._slots > 0 else [])
                break
            if self._ahead.ready(item):
                group.append(item)
            if len(group) >= room:
                break
        self._ahead.look(self._free(todo))
        return group

    def begin(self, items: Sequence[ReplayItem]) -> list[ReplayItem]:
        """Send these. Those that come back were not begun, and go by themselves. Unreachable where the journal cannot
        be used."""
        looked = [one for item in items if (one := self._ahead.take(item)) is not None]
        if len(looked) < len(items):
            for item in self._by_itself(items):
                self._out[item.id] = item
                self._slots -= 1
                self._beside.submit(self._posts, partial(self._whole, item), self._sending.carry_out, item)
            return []
        now, url = self._desk.now(), self._desk.webhook_url or ""
        replays = [planned_before(Event.of(dict(one.event)), url) for one in looked]
        pairs = [(one, self._entry(one, replay, now)) for one, replay in zip(items, replays, strict=True)]
        try:
            begun = self._desk.journal.sending_many.begin(pairs, url, turn=self._run.turn, now=now, came=self._untold)
        except Unreachable as error:  # of a locked one each waits its turn by itself, and is read anew
            return self._by_itself(items) if isinstance(error, Locked) else self._unsent(items, error)
        self._untold = []
        for one, replay, sending in zip(looked, replays, begun, strict=True):
            if sending is not None:
                self._send(replace(one, item=replace(one.item, begun_at=now)), replay, sending)
        return self._by_itself([item for item, sending in zip(items, begun, strict=True) if sending is None])

    def landed(self, within: float) -> list[Landed]:
        """What has come to its end by now; waits for the first at most so many seconds. Unreachable where the journal
        cannot be used."""
        self._look_after()
        done, self._early = self._early, []
        if self._beside:
            done += self._beside.landed(0 if done else within)
        self._let_back()
        return done

    def hold(self) -> None:
        """Send nothing more of what is begun."""
        self._holding = True

    def let_back(self) -> list[ReplayItem]:
        """What was begun and not sent since it was asked for last: still to be sent."""
        again, self._again = self._again, []
        return again

    def _room(self) -> int:
        """How many more may be begun: several in one transaction, unless a thread has nothing to do meanwhile."""
        each, most = self._run.at_once, self._most() - len(self._out)
        if self._run.per_minute:
            return min(1, self._slots, most)
        room = min(each, self._slots + (each if self._swift else 0), most)
        return room if self._slots > 0 or 2 * room >= each else 0

    def _most(self) -> int:
        """How many may be out."""
        each = self._run.at_once
        return each if self._alone else min(MOST * each, each + self._in_a_row)

    def _free(self, todo: Sequence[ReplayItem]) -> Iterator[ReplayItem]:
        """The first of each case of which nothing is out."""
        busy = {item.case_key for item in self._out.values()}
        for item in islice(todo, _THROUGH):
            if item.case_key not in busy:
                busy.add(item.case_key)
                yield item

    def _by_itself(self, items: Sequence[ReplayItem]) -> list[ReplayItem]:
        """These, which go by themselves from now on."""
        for item in items:
            self._ahead.by_itself(item)
        return list(items)

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

        def post() -> Posted | ReplayItem | None:
            acting = self._desk.acting
            if self._holding or not looked.stands(acting.sides.clock()):
                return None
            try:
                delivery = acting.send(replay, sending)
            except Refused as refusal:
                done = skipped(item, Why.SENT_BEFORE, refusal.message)
                self._desk.journal.replay_items.tell(done, turn=self._run.turn)
                return done
            return Posted(looked=looked, replay=replay, sending=sending, delivery=delivery, at=acting.sides.clock())

        def taken(job: Future[Posted | ReplayItem | None]) -> list[Landed]:
            self._slots += 1
            came = job.result()
            if came is None:
                self._back.append((item, sending))
            elif isinstance(came, ReplayItem):
                return self._ended(item, came)
            else:
                self._swift = came.delivery.status is not None and came.delivery.latency_ms <= SOON
                self._posted.append(came)
                self._untold.append(came.came)
            return []

        self._beside.submit(self._posts, taken, post)

    def _let_back(self) -> None:
        """What was begun and is not sent is still to be sent."""
        back, self._back = self._back, []
        if back:
            self._again += [self._out.pop(item.id) for item, _ in back]
            for item, _ in back:
                self._held.pop(item.id).close()
            came = [Came(sending, Outcome.FAILED, {"says": _NOT_SENT}, over=True) for _, sending in back]
            self._desk.journal.sending_many.let_back(came, [item.id for item, _ in back])

    def _whole(self, item: ReplayItem, job: Future[ReplayItem | None]) -> list[Landed]:
        self._slots += 1
        return self._ended(item, job.result())

    def _look_after(self) -> None:
        """Have what was sent looked at, when it is worth it."""
        posted, left = self._posted, self._left
        if self._proving or not (posted or left):
            return
        waited = posted and self._desk.acting.sides.clock() - posted[0].at >= _WAITS
        if posted and not (waited or 3 * len(posted) >= self._most() or self._slots == self._run.at_once):
            return
        self._tell()
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
                self._beside.submit(self._proofs, partial(self._proved, one.item), self._many.alone, one)
            return [landed for item in came.done for landed in self._ended(self._out[item.id], item)]

        self._beside.submit(self._after, taken, look)

    def _tell(self) -> None:
        """The journal is told of what was sent before anybody looks after it; that it cannot be ends nothing."""
        if self._untold:
            with suppress(Unreachable):
                self._desk.journal.sending_many.tell(self._untold)
            self._untold = []

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

    def __enter__(self) -> Self:
        if self._bulk:
            self._open.callback(sys.setswitchinterval, sys.getswitchinterval())
            sys.setswitchinterval(_TURN)
            self._open.enter_context(self._desk.journal.sending_many.meanwhile())
        return self

    def __exit__(self, *_: object) -> None:
        self.hold()
        while self._beside or self._posted or self._left or self._back:
            with suppress(OrderlensError):
                self.landed(_WAITS)
        for threads in (self._posts, self._proofs, self._after):
            threads.shutdown()
        self._ahead.close()
        self._many.close()
        for stack in (*self._held.values(), self._open):
            stack.close()
