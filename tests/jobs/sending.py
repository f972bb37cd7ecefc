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

from core.errors import UsageError
from core.jobs import Heartbeat, Stopped, abandoned, me

NOW = 1_795_377_600
_TABLES = """
CREATE TABLE sendings (id INTEGER PRIMARY KEY, holder TEXT, state TEXT, phase TEXT DEFAULT '', done INTEGER DEFAULT 0,
    total INTEGER, letters INTEGER DEFAULT 0, beat_at INTEGER, cancel_asked INTEGER DEFAULT 0);
CREATE TABLE sent (sending INTEGER, letter INTEGER);
CREATE TABLE allowed (letters INTEGER);
INSERT INTO allowed VALUES (0);
"""


@dataclass(frozen=True, slots=True)
class Sending:
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


@dataclass(frozen=True, slots=True)
class Sendings:
    """The store, in the file `path`."""

    path: Path

    def make(self) -> None:
        with closing(sqlite3.connect(self.path)) as db:
            db.executescript(_TABLES)

    def ask(self, statement: str, *values: object) -> list[tuple[int, ...]]:
        """The rows of a statement, in a transaction of its own."""
        with closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as db:
            return db.execute(statement, values).fetchall()

    def recent(self, limit: int = 20) -> list[Sending]:
        rows = self.ask("SELECT * FROM sendings ORDER BY id DESC LIMIT ?", limit)
        return [Sending(*row) for row in rows]  # type: ignore[arg-type] # as the table has it

    def running(self, now: int) -> list[Sending]:
        return [one for one in self.recent() if one.state == "running" and not one.lost(now)]

    def begin(self, total: int, *, now: int) -> Sending:
        self.ask("INSERT INTO sendings (holder, state, total, beat_at) VALUES (?, 'running', ?, ?)", me(), total, now)
        return self.recent(1)[0]

    def take(self, job_id: int, /, *, now: int) -> Sending | None:
        before = self._get(job_id)
        if not before.lost(now):
            return None
        self.ask(
            "UPDATE sendings SET holder = ?, beat_at = ? WHERE id = ? AND holder = ?", me(), now, job_id, before.holder
        )
        found = self._get(job_id)
        return found if found.holder == me() else None

    def ask_to_cancel(self, job_id: int, /, *, now: int) -> Sending:
        state = "cancelled" if self._get(job_id).lost(now) else self._get(job_id).state
        self.ask("UPDATE sendings SET cancel_asked = 1, state = ? WHERE id = ?", state, job_id)
        return self._get(job_id)

    def beat(self, job_id: int, /, *, now: int, phase: str, done: int, total: int, **counted: int) -> bool:
        asked = self.ask(
            "UPDATE sendings SET beat_at = ?, phase = ?, done = ?, total = ?, letters = ?"
            " WHERE id = ? AND holder = ? AND state = 'running' RETURNING cancel_asked",
            now, phase, done, total, counted["letters"], job_id, me(),
        )  # fmt: skip
        return asked == [(0,)]

    def finish(self, job_id: int, state: str) -> None:
        self.ask("UPDATE sendings SET state = ? WHERE id = ? AND holder = ?", state, job_id, me())

    def allow(self, letters: int) -> None:
        """So many letters may be sent in all."""
        self.ask("UPDATE allowed SET letters = ?", letters)

    def allowed(self) -> int:
        return self.ask("SELECT letters FROM allowed")[0][0]

    def sent(self, job_id: int) -> list[int]:
        return [row[0] for row in self.ask("SELECT letter FROM sent WHERE sending = ? ORDER BY rowid", job_id)]

    def _get(self, job_id: int) -> Sending:
        found = [one for one in self.recent(1000) if one.id == job_id]
        if not found:
            raise UsageError(f"There is no sending {job_id}.", next_step="Begin one.")
        return found[0]


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
    record = kept.take(int(go_on), now=NOW) if go_on else kept.begin(int(total), now=NOW)
    if record is None:
        sys.exit(f"Sending {go_on} is not to be gone on with.")
    sent = len(kept.sent(record.id))
    pulse = Pulse(record=record, records=kept, clock=lambda: NOW, every=0, letters=sent)
    try:
        for letter in range(sent, record.total):
            pulse.progressed("sending", letter, record.total)
            while kept.allowed() <= letter:
                pulse.must_go_on()
            kept.ask("INSERT INTO sent VALUES (?, ?)", record.id, letter)
            pulse.letters += 1
        pulse.progressed("sending", record.total, record.total)
    except Stopped:
        kept.finish(record.id, "cancelled")
    else:
        kept.finish(record.id, "complete")


if __name__ == "__main__":
    main(*sys.argv[1:])
