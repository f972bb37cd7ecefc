"""A second kind of job, as small as one can be: letters are sent, one after the other, by a process of its own.

All a kind needs: a command (`command`), a store that satisfies `core.jobs.Records` (`Sendings`, on a file of its own),
and a heartbeat that says what it counts (`Pulse`). How many may be sent at most the test says, so that it meets the
process where it wants to; and time stands still.
"""

import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from core.errors import UsageError
from core.jobs import Heartbeat, Stopped, abandoned, me

NOW = 1_795_377_600
_TABLES = """
CREATE TABLE IF NOT EXISTS sendings (id INTEGER PRIMARY KEY, holder, state DEFAULT 'running', phase DEFAULT '',
    done DEFAULT 0, total, letters DEFAULT 0, beat_at, cancel_asked DEFAULT 0);
CREATE TABLE IF NOT EXISTS sent (letter INTEGER PRIMARY KEY, holder);
CREATE TABLE IF NOT EXISTS allowed (letters);
"""


class Sending(NamedTuple):
    """One sending of `total` letters."""

    id: int
    holder: str
    state: str
    phase: str
    done: int
    total: int
    letters: int
    beat_at: int
    cancel_asked: int

    def lost(self, now: int) -> bool:
        """Whether it is called running and nobody runs it."""
        return self.state == "running" and abandoned(self.holder, self.beat_at, now)


class Sendings:
    """The store, in the file `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(sqlite3.connect(path, timeout=60)) as db:
            db.executescript(_TABLES)

    def ask(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """The rows of a statement, in a transaction of its own; `:me` in it is this process."""
        with closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as db:
            return db.execute(statement, {"me": me(), **values}).fetchall()

    def recent(self, limit: int = 20) -> list[Sending]:
        return [Sending(*row) for row in self.ask("SELECT * FROM sendings ORDER BY id DESC LIMIT :limit", limit=limit)]

    def running(self, now: int) -> list[Sending]:
        return [one for one in self.recent() if one.state == "running" and not one.lost(now)]

    def begin(self, total: int) -> Sending:
        self.ask("INSERT INTO sendings (holder, total, beat_at) VALUES (:me, :total, :now)", total=total, now=NOW)
        return self.recent(1)[0]

    def take(self, job_id: int, /, *, now: int) -> Sending | None:
        before = self._get(job_id)
        if before.lost(now):
            taken = "UPDATE sendings SET holder = :me, beat_at = :now WHERE id = :id AND holder = :before"
            self.ask(taken, id=job_id, now=now, before=before.holder)
        after = self._get(job_id)
        return after if after.holder == me() else None

    def ask_to_cancel(self, job_id: int, /, *, now: int) -> Sending:
        state = "cancelled" if self._get(job_id).lost(now) else self._get(job_id).state
        self.ask("UPDATE sendings SET cancel_asked = 1, state = :state WHERE id = :id", id=job_id, state=state)
        return self._get(job_id)

    def beat(self, job_id: int, /, **told: object) -> bool:
        asked = self.ask(
            "UPDATE sendings SET beat_at = :now, phase = :phase, done = :done, total = :total, letters = :letters"
            " WHERE id = :id AND holder = :me AND state = 'running' RETURNING cancel_asked",
            id=job_id,
            **told,
        )
        return asked == [(0,)]

    def finish(self, job_id: int, state: str) -> None:
        self.ask("UPDATE sendings SET state = :state WHERE id = :id AND holder = :me", id=job_id, state=state)

    def allow(self, letters: int) -> None:
        """So many letters may be sent in all."""
        self.ask("INSERT INTO allowed VALUES (:letters)", letters=letters)

    def sent(self) -> int:
        """How many letters were sent, each by one process."""
        return int(self.ask("SELECT COUNT(*) FROM sent")[0][0])

    def _get(self, job_id: int) -> Sending:
        for one in self.recent():
            if one.id == job_id:
                return one
        raise UsageError(f"There is no sending {job_id}.", next_step="Begin one.")


@dataclass(slots=True, kw_only=True)
class Pulse(Heartbeat):
    """Of a sending."""

    letters: int = 0

    def counted(self) -> dict[str, int]:
        return {"letters": self.letters}


def command(path: Path, *, total: int = 0, go_on: int | None = None) -> list[str]:
    """The command line that sends `total` letters, or goes on with a sending."""
    return [sys.executable, __file__, str(path), str(total), str(go_on or "")]


def main(path: str, total: str, go_on: str) -> None:
    """In the process: take the job or begin one, and beat while it is carried out."""
    kept = Sendings(Path(path))
    record = kept.take(int(go_on), now=NOW) if go_on else kept.begin(int(total))
    if record is None:
        sys.exit(f"Sending {go_on} is not to be gone on with.")
    pulse = Pulse(record=record, records=kept, clock=lambda: NOW, every=0, letters=kept.sent())
    try:
        for letter in range(pulse.letters, record.total):
            pulse.progressed("sending", letter, record.total)
            while not kept.ask("SELECT 1 FROM allowed WHERE letters > :letter", letter=letter):
                pulse.must_go_on()
            kept.ask("INSERT INTO sent VALUES (:letter, :me)", letter=letter)
            pulse.letters += 1
        pulse.progressed("sending", record.total, record.total)
    except Stopped:
        kept.finish(record.id, "cancelled")
    else:
        kept.finish(record.id, "complete")


if __name__ == "__main__":
    main(*sys.argv[1:])
