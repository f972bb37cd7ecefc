"""`ReplayRuns`: every run of replays, who began it, who approved it, how far it is, and who holds it; it is
`core.jobs.Records` of the kind run.

    waiting    a second person has to approve it
    ready      nobody has carried it out yet
    running    somebody does, or did until they were lost
    paused     somebody asked it to pause, or its process was asked to end
    stopped    it stopped by itself, and says why
    complete, cancelled, failed   over; of one that failed or stopped, what is left may be gone on with

Of any number of processes that take a run, one has it; who held it before learns that at the next beat, or when it
begins its next item.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, insert, select, update

from core.errors import Refused, UsageError
from core.jobs import abandoned, me
from core.journal import cleaning
from core.journal.database import Database, patient, waits_its_turn
from core.journal.replay_items import ReplayItem, claimed, write
from core.journal.tables import REPLAY_ITEMS, REPLAY_RUNS

RunState = Literal["waiting", "ready", "running", "paused", "stopped", "complete", "cancelled", "failed"]
AGAIN: tuple[RunState, ...] = ("ready", "paused", "stopped", "failed")  # these may go on
LEFT = "Whoever sent it never came to the end: sent or not is not known. Look at the case."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRun:
    """One run. Times are seconds since 1970. `who`: who began it, `sub` as the log-in calls them; `how`: "replay" or
    "resend"; `chosen`: which cases, in words; `reason`: why, or a ticket; `stop_after`: so many in a row that did not
    heal; `per_minute`: at most, 0 for as fast as it goes; `at_once`: how many at the same time; `again`: whether what
    was sent before is sent again; `done` of `total` items were begun or passed over; `why`: what ended it;
    `known`, `approved_known`: how it is known who began and who approved it (`Person.known`)."""

    id: int
    key_mode: str
    account: str
    who: str
    sub: str
    started_at: int
    beat_at: int
    finished_at: int | None
    state: RunState
    phase: str
    done: int
    total: int
    how: str
    chosen: str
    reason: str
    stop_after: int
    per_minute: int
    at_once: int
    approved_by: str
    approved_at: int | None
    why: str
    holder: str
    cancel_asked: bool
    pause_asked: bool
    again: bool
    turn: int
    known: str
    approved_known: str

    def lost(self, now: int) -> bool:
        """Whether it is called running and nobody runs it."""
        return self.state == "running" and abandoned(self.holder, self.beat_at, now)

    def can_go_on(self, now: int) -> bool:
        """Whether somebody may take it now, if anything of it is left."""
        return self.state in AGAIN or self.lost(now)

    @property
    def mode(self) -> str:
        """In which of Stripe's two worlds it acts: "test" or "live"."""
        return self.key_mode.partition(" ")[0]

    @property
    def over(self) -> bool:
        """Whether nothing of it will ever be sent any more."""
        return self.state in ("complete", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What is kept of a new run. `waits`: whether a second person has to approve it."""

    who: str
    sub: str
    account: str | None
    how: str
    chosen: str
    reason: str = ""
    stop_after: int = 3
    per_minute: int = 0
    at_once: int = 1
    again: bool = False
    waits: bool = False
    known: str = ""


class ReplayRuns:
    """The runs of a part of the journal. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part
        self._lock = threading.Lock()
        self._turns: dict[int, int] = {}  # the runs held by this object, and at which turn

    @waits_its_turn
    def begin(self, begun: Begun, items: Sequence[ReplayItem], *, now: int) -> ReplayRun:
        """A new run of these items, which nobody carries out yet. Refused where another run that is not over is to send
        one of them."""
        planned = [item for item in items if item.state == "planned"]
        values = {name: getattr(begun, name) for name in Begun.__dataclass_fields__ if name != "waits"}
        values |= {"account": begun.account or "", "again": int(begun.again)}
        values |= {name: cleaning.text(str(values[name])) for name in ("chosen", "reason")}
        with self._database.writing() as connection:
            rivals = claimed(connection, [(one.event_id, one.target) for one in planned], self._part)
            if rivals:
                run_id = next(iter(rivals.values()))
                raise Refused(
                    f"Run {run_id} is to send {len(rivals):,} of these already.",
                    next_step="Follow that run, or cancel it; then plan anew.",
                )
            made = insert(REPLAY_RUNS).values(
                **values, key_mode=self._part, started_at=now, beat_at=now, finished_at=None, phase="", done=0,
                state="waiting" if begun.waits else "ready", total=len(planned), approved_by="", approved_known="",
                why="", holder="", cancel_asked=0, pause_asked=0, turn=0,
            )  # fmt: skip
            run_id = connection.execute(made.returning(REPLAY_RUNS.c.id)).scalar_one()
            write(connection, run_id, items, self._part)
            return self._get(connection, run_id)

    def approve(self, run_id: int, *, who: str, now: int, known: str = "") -> ReplayRun:
        """Keep that `who` approved it: it may be carried out. Refused where it does not wait for that."""
        with self._database.writing() as connection:
            found = self._get(connection, run_id)
            if found.state != "waiting":
                raise Refused(
                    f"Run {run_id} does not wait for anybody: it is {found.state}.", next_step="Nothing is to be done."
                )
            self._set(connection, run_id, state="ready", approved_by=who, approved_at=now, approved_known=known)
            return self._get(connection, run_id)

    @waits_its_turn
    def take(self, run_id: int, /, *, now: int) -> ReplayRun | None:
        """Carry it out in this process, or go on with it. None where somebody does, it is paused (`go_on`), or waits.
        None, and its end, where its holder was lost after the last item of it, or after it was asked to stop."""
        with self._database.writing() as connection:
            found = self._get(connection, run_id)
            if found.state == "paused" or not found.can_go_on(now):
                return None
            if not self._left(connection, run_id):  # its process was lost after the last of it
                self._set(connection, run_id, state="complete", finished_at=now, done=found.total, why="")
                return None
            if found.cancel_asked:
                self._cancel(connection, run_id, now)
                return None
            self._set(
                connection, run_id, state="running", beat_at=now, finished_at=None, pause_asked=0,
                why="", turn=found.turn + 1, holder=me(),
            )  # fmt: skip
            with self._lock:
                self._turns[run_id] = found.turn + 1
            return self._get(connection, run_id)

    @waits_its_turn
    def go_on(self, run_id: int) -> ReplayRun:
        """Somebody wants what is paused to go on: it may be taken. Every other run stays as it is."""
        with self._database.writing() as connection:
            if self._get(connection, run_id).state == "paused":
                self._set(connection, run_id, state="ready", pause_asked=0)
            return self._get(connection, run_id)

    @patient
    def beat(self, run_id: int, /, *, now: int, phase: str, done: int, total: int, **_counted: int) -> bool:
        """Say that it goes on, and how far it is. False: stop, for somebody asked to cancel or pause it, or has taken
        it."""
        with self._database.writing() as connection:
            held = self._held(run_id)
            told = update(REPLAY_RUNS).where(held).values(beat_at=now, phase=phase, done=done, total=total)
            asked = connection.execute(told.returning(REPLAY_RUNS.c.cancel_asked, REPLAY_RUNS.c.pause_asked)).first()
        return asked is not None and not any(asked)

    @patient
    def finish(self, run_id: int, state: RunState, *, now: int, why: str = "", done: int | None = None) -> ReplayRun:
        """The end of it for this process; of what was asked to stop, for good. Who has lost it meanwhile changes
        nothing; it is returned as it stands."""
        values: dict[str, object] = {"state": state, "beat_at": now, "why": cleaning.text(why)}
        values |= {"finished_at": now} if state != "paused" else {}
        values |= {} if done is None else {"done": done}
        with self._database.writing() as connection:
            told = update(REPLAY_RUNS).where(self._held(run_id)).values(**values)
            asked = connection.execute(told.returning(REPLAY_RUNS.c.cancel_asked)).scalar()  # None: it is not held
            if asked is not None and (state == "cancelled" or (asked and state != "complete")):
                self._cancel(connection, run_id, now)
            record = self._get(connection, run_id)
        with self._lock:
            self._turns.pop(run_id, None)
        return record

    def ask_to_cancel(self, run_id: int, /, *, now: int) -> ReplayRun:
        """Ask whoever carries it out to stop for good; where nobody does, it is cancelled at once."""
        with self._database.writing() as connection:
            found = self._get(connection, run_id)
            if found.state == "running" and not found.lost(now):
                self._set(connection, run_id, cancel_asked=1)
            elif not found.over:
                self._cancel(connection, run_id, now)
            return self._get(connection, run_id)

    def ask_to_pause(self, run_id: int, /, *, now: int) -> ReplayRun:
        """Ask whoever carries it out to pause; where nobody does, it is paused at once. What waits or is over stays."""
        with self._database.writing() as connection:
            found = self._get(connection, run_id)
            if found.state == "running" and not found.lost(now):
                self._set(connection, run_id, pause_asked=1)
            elif found.state in ("ready", "running"):
                self._set(connection, run_id, state="paused", pause_asked=1)
            return self._get(connection, run_id)

    @patient
    def get(self, run_id: int) -> ReplayRun | None:
        """One run."""
        with self._database.reading() as connection:
            row = connection.execute(self._select().where(REPLAY_RUNS.c.id == run_id)).mappings().first()
        return _record(row) if row else None

    def recent(self, limit: int = 20) -> tuple[ReplayRun, ...]:
        """The newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(self._select().order_by(REPLAY_RUNS.c.id.desc()).limit(limit)).mappings().all()
        return tuple(map(_record, rows))

    def running(self, now: int) -> tuple[ReplayRun, ...]:
        """Those that somebody carries out at this moment, the newest first."""
        query = self._select().where(REPLAY_RUNS.c.state == "running").order_by(REPLAY_RUNS.c.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(one for one in map(_record, rows) if not one.lost(now))

    def turn(self, run_id: int) -> int:
        """At which turn this object holds a run; 0 where it does not."""
        with self._lock:
            return self._turns.get(run_id, 0)

    def _select(self) -> Select[Any]:
        return select(REPLAY_RUNS).where(REPLAY_RUNS.c.key_mode == self._part)

    def _held(self, run_id: int) -> ColumnElement[bool]:
        r = REPLAY_RUNS.c
        return (r.id == run_id) & (r.turn == self.turn(run_id)) & (r.state == "running")

    def _get(self, connection: Connection, run_id: int) -> ReplayRun:
        row = connection.execute(self._select().where(REPLAY_RUNS.c.id == run_id)).mappings().first()
        if row is None:
            raise UsageError(
                f"There is no run {run_id} of replays in the journal.",
                next_step="`orderlens replay --list` names the newest.",
            )
        return _record(row)

    @staticmethod
    def _set(connection: Connection, run_id: int, **values: object) -> None:
        connection.execute(update(REPLAY_RUNS).where(REPLAY_RUNS.c.id == run_id).values(**values))

    @classmethod
    def _cancel(cls, connection: Connection, run_id: int, now: int) -> None:
        cls._set(connection, run_id, state="cancelled", finished_at=now, cancel_asked=1)
        _cancel_rest(connection, run_id, now)

    @staticmethod
    def _left(connection: Connection, run_id: int) -> bool:
        c = REPLAY_ITEMS.c
        query = select(func.count()).where(c.run_id == run_id, c.state.in_(("planned", "sending")))
        return bool(connection.execute(query.select_from(REPLAY_ITEMS)).scalar_one())


def _cancel_rest(connection: Connection, run_id: int, now: int) -> None:
    """What was not sent never will be; of what was being sent when its process was lost nobody knows."""
    c = REPLAY_ITEMS.c
    of_run = update(REPLAY_ITEMS).where(c.run_id == run_id)
    connection.execute(of_run.where(c.state == "planned").values(state="cancelled", ended_at=now))
    connection.execute(of_run.where(c.state == "sending").values(state="unverified", says=LEFT, ended_at=now))


def _record(row: RowMapping) -> ReplayRun:
    asked = {name: bool(row[name]) for name in ("cancel_asked", "pause_asked", "again")}
    return ReplayRun(**{**row, **asked})
