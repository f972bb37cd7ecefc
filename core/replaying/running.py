"""`carry_out`: a run, in a process of its own: the canary first, item by item or several at once, until it is done, is
asked to stop, or stops by itself.

While none of its items has healed an order, one is sent at a time, and the first that does not heal ends the run. After
that, so many in a row as the run says. Nothing of a case is sent after an event of it that did not heal. What was begun
is looked after to its end, whatever happens but a kill.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from core.desk import Desk
from core.errors import OrderlensError
from core.journal import ItemState, ReplayItem, ReplayRun, RunState
from core.people import Person
from core.replaying.beating import Pulse
from core.replaying.runs import Runs
from core.replaying.sending import Sending, proved
from core.replaying.together import Together
from core.times import MINUTE

_LOOK: Final = 0.25  # seconds between two looks at what is asked of it
_BEGUN: Final[tuple[ItemState, ...]] = ("sending",)
_UNWELL: Final[tuple[ItemState, ...]] = ("changed", "unchanged", "failed", "unverified")
_HEALED: Final[tuple[ItemState, ...]] = ("healed",)
_TO_SEND: Final[tuple[ItemState, ...]] = ("planned",)
ASKED: Final = "The process that carried it out was asked to end."


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """What carrying out needs beside the runs. `stop`: asked often, True pauses the run; `progress`: shown how many of
    how many items are through; `begun`: called with the record once it is taken; `unless_paused`: what is
    paused stays so."""

    clock: Callable[[], float]
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[int, int], None] = lambda _done, _total: None
    begun: Callable[[ReplayRun], None] = lambda _: None
    unless_paused: bool = False


def carry_out(runs: Runs, run_id: int, needs: Carrying, *, who: Person) -> ReplayRun:
    """Carry out a run, or go on with it, to one of its ends; the record as the journal has it then.

    Refused where it may not be carried out now: somebody does, it waits for a second person, nothing of it is left.
    Unreachable where the journal cannot be used; then the same command goes on with it later.
    """
    (runs.may_go_on if needs.unless_paused else runs.goes_on)(run_id, who=who)
    run = runs.records.take(run_id, now=int(needs.clock()))
    if run is None:
        return _nothing_to_take(runs, run_id)
    needs.begun(run)
    return _Carrying(runs.desk, runs, run, needs).to_its_end()


def _nothing_to_take(runs: Runs, run_id: int) -> ReplayRun:
    """Somebody else was faster; or it is paused, or nothing of it is left, and it stands as it is."""
    run = runs.get(run_id)
    if run.state == "running":
        runs.may_go_on(run_id, who=Person(run.who, "operator"))
    return run


@dataclass(slots=True)
class _Carrying:
    """One process at one run."""

    desk: Desk
    runs: Runs
    run: ReplayRun
    needs: Carrying
    healed: int = 0
    streak: int = 0
    sent: int = 0  # of the streak
    unread: int = 0
    why: str = ""
    next_at: float = 0.0

    def to_its_end(self) -> ReplayRun:
        items, sending = self.desk.journal.replay_items, Sending(self.desk, self.run)
        pulse = Pulse(
            record=self.run, records=self.runs.records, clock=self.needs.clock, stop=self.needs.stop,
            progress=self.needs.progress, phase="settling", total=self.run.total, done=self.run.done,
        )  # fmt: skip
        try:
            for left in tuple(items.every(self.run.id, states=_BEGUN)):
                pulse.beat()
                sending.settle(left)
            self.healed = sum(map(proved, items.every(self.run.id, states=_HEALED)))
            todo = list(items.every(self.run.id, states=_TO_SEND))
            self._without_later(todo, {item.case_key for item in items.every(self.run.id, states=_UNWELL)}, sending)
            pulse.done = self.run.total - len(todo)
            with Together(self.desk, self.run, sending, todo) as out:
                self._send(todo, pulse, sending, out)
        except OrderlensError as error:
            with suppress(OrderlensError):  # the journal itself may be what is gone
                self._finish("failed", f"{error.message} {error.next_step}")
            raise
        return self._end(pulse, left=len(todo))

    def _send(self, todo: list[ReplayItem], pulse: Pulse, sending: Sending, out: Together) -> None:
        """Begin what may be begun, wait for what was; until nothing is left or it has to stop."""
        pulse.phase = "sending"
        while out or (todo and not self._over(pulse)):
            while todo and not self._over(pulse) and (items := self._next(todo, out)):
                begun = {item.id for item in items}
                todo[:] = [item for item in todo if item.id not in begun]
                todo[:0] = out.begin(items)
                self.next_at = self.needs.clock() + (MINUTE / self.run.per_minute if self.run.per_minute else 0)
            if self._over(pulse):
                out.hold()
            landed = out.landed(_LOOK)
            todo[:0] = out.let_back()
            if not (landed or out):
                self.desk.wait(_LOOK)
            for item, came in landed:
                took = self._take_in(item, came, todo, pulse)
                if took is not None and took.state not in ("healed", "skipped"):
                    self._without_later(todo, {took.case_key}, None if took.state == "planned" else sending)
            pulse.done = self.run.total - len(todo) - len(out)
            pulse.beat()

    def _over(self, pulse: Pulse) -> bool:
        return bool(self.why) or pulse.stopped()

    def _next(self, todo: list[ReplayItem], out: Together) -> list[ReplayItem]:
        """Those that may be begun now: not too many at once, not too soon, none beside another of its case."""
        return [] if self.needs.clock() < self.next_at else out.next(todo, canary=not self.healed)

    def _without_later(self, todo: list[ReplayItem], unwell: set[str], sending: Sending | None) -> None:
        """Nothing more is sent of these cases: passed over by `sending`; without, it is still to be sent."""
        for later in [one for one in todo if one.case_key and one.case_key in unwell]:
            todo.remove(later)
            if sending is None:
                self.unread += 1
            else:
                sending.pass_over(later)

    def _take_in(
        self, begun: ReplayItem, item: ReplayItem | None, todo: list[ReplayItem], pulse: Pulse
    ) -> ReplayItem | None:
        """What came of one, None where nothing was begun; whether the run goes on after it."""
        if item is None:  # it was asked to stop, or has lost the run, and will hear so at the next beat
            todo.insert(0, begun)
            pulse.every, pulse.lost = 0, True
            return None
        if item.state == "skipped":
            return item
        if item.state == "healed":
            self.healed, self.streak, self.sent = self.healed + 1, 0, 0
            return item
        self.streak += 1
        self.sent += item.state != "planned"
        self.unread += item.state == "planned"
        last = f"The last: {item.name}: {item.says}"
        if not self.healed and item.state != "planned":
            self.why = f"The first one did not heal its order, so nothing more was sent. {last}"
        elif self.streak >= self.run.stop_after:
            what = "did not heal their orders" if self.sent else "could not be sent"
            self.why = f"{self.streak} in a row {what}, so nothing more was sent. {last}"
        return item

    def _end(self, pulse: Pulse, *, left: int) -> ReplayRun:
        """By what ended it."""
        now = self.runs.records.get(self.run.id)
        if now is None or now.turn != self.run.turn or now.state != "running":
            return self.runs.get(self.run.id)
        if now.cancel_asked:
            return self._finish("cancelled", "Somebody asked it to stop.")
        if self.why and (left or self.unread):
            return self._finish("stopped", self.why)
        if self.unread and not left:
            return self._finish("stopped", f"{self.unread} could not be sent yet: go on with it.")
        if not left:
            return self._finish("complete", self.why.replace(", so nothing more was sent", ""))
        asked = "Somebody asked it to pause." if now.pause_asked else ""
        return self._finish("paused", asked or (ASKED if pulse.stop() else "It was interrupted."))

    def _finish(self, state: RunState, why: str) -> ReplayRun:
        left = sum(part.items for part in self.runs.parts(self.run.id) if part.state in ("planned", "sending"))
        now = int(self.needs.clock())
        return self.runs.records.finish(self.run.id, state, now=now, why=why, done=self.run.total - left)
