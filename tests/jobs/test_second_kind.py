"""A job that is no scan: a real process, followed, cancelled, killed and gone on with, as any kind of job is.

`tests.jobs.sending` is the kind. Everything here is waited for by what the records say, however long it takes.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.jobs import Records, Starter, start
from core.jobs.process import gone
from core.journal import Journal, ScanRecord
from tests.jobs.sending import NOW, Sending, Sendings, command
from tests.people import MIRA, let_in


def until(said: Callable[[], bool]) -> None:
    """Wait for it; the time limit of the test is the only one."""
    while not said():
        time.sleep(0.01)


class Town:
    """Sendings, and as many dashboards as somebody opens."""

    def __init__(self, folder: Path) -> None:
        self.kept, self.folder = Sendings(folder / "sendings.sqlite3"), folder

    def dashboard(self) -> Starter[Sending]:
        return Starter(self.kept, self.folder, name="sending", admit=let_in)

    def start(self, starter: Starter[Sending], *, total: int = 0, go_on: int | None = None) -> bool:
        return starter.begin(command(self.kept.path, total=total, go_on=go_on), who=MIRA, now=NOW)

    @property
    def newest(self) -> Sending:
        return self.kept.recent(1)[0]

    def follow(self, done: int) -> Sending:
        """The newest, once the records say that so many are done."""
        until(lambda: [one.done for one in self.kept.recent(1)] == [done])
        return self.newest

    def ended(self) -> Sending:
        """The newest, once its process has ended."""
        until(lambda: gone(self.newest.holder))
        return self.newest

    def kill(self) -> None:
        for one in self.kept.running(NOW):
            os.kill(int(one.holder.split()[-1]), signal.SIGKILL)
            until(lambda holder=one.holder: gone(holder))  # type: ignore[misc] # bound as it is now


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.kill()


def test_it_is_started_once_and_followed_from_anywhere(town: Town) -> None:
    here, there = town.dashboard(), town.dashboard()
    assert town.start(here, total=3)
    assert not town.start(here, total=3), "one process at a time, from the first moment"
    assert town.follow(0) in town.kept.running(NOW)
    assert not here.starting(town.kept.recent()), "it has its record now"
    assert not town.start(there, total=3), "whoever asks"
    town.kept.allow(2)
    assert town.follow(2).phase == "sending"
    town.kept.allow(3)
    done = town.ended()
    assert (done.state, done.done, done.letters) == ("complete", 3, 3)
    assert here.complaint(town.kept.recent()) == ""
    assert town.start(there, total=0)
    until(lambda: [one.id for one in town.kept.recent()] == [2, 1])


def test_it_is_cancelled_by_anybody_and_ends_by_itself(town: Town) -> None:
    town.start(town.dashboard(), total=3)
    town.kept.allow(1)
    records: Records[Sending] = Sendings(town.kept.path)
    assert records.ask_to_cancel(town.follow(1).id, now=NOW).state in {"running", "cancelled"}  # it may end at once
    assert (town.ended().state, town.kept.sent()) == ("cancelled", 1)


def test_what_was_killed_is_gone_on_with_and_nothing_is_done_twice(town: Town) -> None:
    starter = town.dashboard()
    town.start(starter, total=4)
    town.kept.allow(2)
    first = town.follow(2)
    town.kill()
    assert town.newest.lost(NOW)
    town.kept.allow(4)
    assert town.start(starter, go_on=first.id)
    until(lambda: town.newest.holder != first.holder)
    second = town.ended()
    assert (second.id, second.state, second.done, second.letters) == (first.id, "complete", 4, 4)
    sent = town.kept.ask("SELECT letter, holder FROM sent ORDER BY letter")
    assert sent == [(0, first.holder), (1, first.holder), (2, second.holder), (3, second.holder)]


def test_what_was_killed_can_be_cancelled_instead(town: Town) -> None:
    town.start(town.dashboard(), total=1)
    lost = town.follow(0)
    town.kill()
    assert town.kept.ask_to_cancel(lost.id, now=NOW).state == "cancelled"


def test_one_that_never_begins_says_why(town: Town) -> None:
    town.start(town.dashboard(), total=1)
    running = town.follow(0)
    line = command(town.kept.path, go_on=running.id)
    assert not town.dashboard().begin(line, who=MIRA, now=NOW)
    job = start(line, name="other", folder=town.folder)  # as somebody in a terminal would
    until(lambda: job.poll() is not None)
    assert job.complaint == f"Sending {running.id} is not to be gone on with."
    assert [(one.id, one.holder) for one in town.kept.running(NOW)] == [(running.id, running.holder)], "undisturbed"


def test_a_scan_is_a_job_too(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    records: Records[ScanRecord] = journal.scans
    scan = journal.scans.begin(since=0, until=9, key_mode="test", account=None, who="jo", now=NOW)
    assert records.beat(scan.id, now=NOW + 1, phase="reading", done=1, total=2, requests=3)
    assert records.running(NOW + 1) == records.recent() != ()
    assert records.take(scan.id, now=NOW + 1) is None, "somebody runs it"
    assert records.ask_to_cancel(scan.id, now=NOW + 1).cancel_asked
    assert not records.beat(scan.id, now=NOW + 2, phase="reading", done=1, total=2)
    journal.close()
