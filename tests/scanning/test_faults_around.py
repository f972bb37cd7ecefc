"""What is around a scan fails: the disk, the clock; and somebody else scans or reads at the same time."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import Unreachable
from core.jobs import Job, Starter, start
from core.journal import Filter, Journal
from core.sandbox import World
from core.scanning.plan import Plan, command
from tests.databases import execute, postgresql
from tests.desks import desk_on
from tests.people import person
from tests.scanning.faults import DAY, Between, Child, Inbox, as_seen, command_env, inbox, quietly, times_told
from tests.scanning.scanned import Shop
from tests.waiting import LIMIT, eventually
from tests.worlds import STEADY, world_of

ORDERS = 30
TAKEN = 6  # cases that are acknowledged at least


world = world_of(*STEADY, orders=ORDERS)


def goes_on(full: Child, calm: Inbox) -> None:
    """There is room again: the same command goes on, and nobody can tell."""
    journal = Journal(full.journal_url)
    assert inbox(journal).items() <= calm.items(), "nothing that is not"
    full.largest_file = None
    later = full.run()
    assert (later["state"], later["holes"]) == ("complete", [])
    assert inbox(journal) == calm
    assert times_told(journal) == {1}, "nothing is told twice"
    assert [one.state for one in journal.scans.recent()] == ["complete"], "it went on under its own number"
    journal.close()


@pytest.mark.parametrize("kib", [200, 600])
def test_a_scan_whose_disk_is_full_fails_in_words_and_goes_on_once_there_is_room(
    world: World, calm: Inbox, tmp_path: Path, kib: int
) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    full = Child(world, tmp_path / "scratch", url, world.orders_database_url, largest_file=kib * 1024)
    said = full.run()
    assert said["state"] == "failed"
    assert "cannot be used" in said["why"]
    assert "Make room on the disk, or set ORDERLENS_CACHE_DIR" in said["why"]
    goes_on(full, calm)


def test_the_command_says_that_the_disk_is_full(world: World, tmp_path: Path) -> None:
    env = command_env(world, tmp_path, f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    limited = ["sh", "-c", 'ulimit -f 400; exec "$@"', "sh"]
    done = subprocess.run(
        [*limited, sys.executable, "-m", "core.cli", "scan", "--last", "120d"],
        env=env, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Make room on the disk" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "Nothing disagrees" not in done.stdout


def test_a_clock_that_steps_in_the_middle_loses_and_doubles_nothing(
    world: World, between: Between, calm: Inbox, tmp_path: Path
) -> None:
    """An hour ahead, two back, and to where it was, every five requests. Only what waits for its time may look older
    than it is, until the next scan."""
    asked = 0

    def before(_number: int, _path: str) -> None:
        nonlocal asked
        asked += 1

    def clock() -> float:
        return time.time() + (0, 3600, -3600)[asked // 5 % 3]

    between.before = before
    shop = Shop(world, tmp_path, clock=clock)
    record = shop.scan()
    between.before = quietly
    found = inbox(shop.journal)
    assert asked > 15, "it stepped more than once"
    assert (record.state, record.holes) == ("complete", ())
    assert found.keys() == calm.keys()
    assert {key: one for key, one in found.items() if calm[key][1] != "settling"}.items() <= calm.items()
    assert times_told(shop.journal) == {1}
    shop.clock = time.time
    again = shop.scan()
    assert (again.state, again.id) == ("complete", record.id + 1)
    assert inbox(shop.journal) == calm
    shop.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'journal.sqlite3'}"
        return
    with postgresql() as address:
        yield address


def unsettled(found: Inbox) -> Inbox:
    """An inbox without what operators did to it."""
    return {key: one[:5] + one[6:] for key, one in found.items()}


class Dashboard:
    """A dashboard's server: it starts scans, and its visitors read and acknowledge cases all the while."""

    def __init__(self, world: World, journal_url: str, folder: Path, who: str) -> None:
        self.world, self.who = world, who
        self.desk = desk_on(world, journal_url=journal_url)
        self.jobs: list[Job] = []
        self._env = command_env(world, folder, journal_url)
        self._starter = Starter(
            self.desk.scans, folder / who, name="scan", admit=self.desk.admit_to_scans, launch=self._launch
        )
        self.seen: list[Inbox] = []
        self.moved = 0
        self._over = threading.Event()
        self._visitor = threading.Thread(target=self._visit)
        self._visitor.start()

    def scan(self) -> bool:
        """Somebody presses the button."""
        planned = Plan(since=self.world.now - 120 * DAY, who=self.who)
        return self._starter.begin(command(planned), who=person(self.who), now=int(time.time()))

    def close(self) -> None:
        """Once its scans have ended and its visitors have acknowledged what they wanted to; what they complained of
        fails the test."""
        eventually(lambda: all(job.poll() is not None for job in self.jobs), seconds=2 * LIMIT)
        eventually(lambda: self.moved >= TAKEN)
        self._over.set()
        self._visitor.join()
        self.desk.close()

    def _launch(self, line: Sequence[str], *, name: str, folder: Path) -> Job:
        self.jobs.append(start(line, name=name, folder=folder, env=self._env))
        return self.jobs[-1]

    def _visit(self) -> None:
        inbox = self.desk.inbox
        while not self._over.wait(0.1):
            cases, _ = inbox.page(Filter(), limit=1000)
            self.seen.append(as_seen(cases))
            if self.moved < TAKEN and (found := [one.key for one in cases if one.state == "open"][:2]):
                self.moved += inbox.acknowledge(found, person(self.who), int(time.time()))


def test_two_dashboards_and_a_scan_on_the_command_line_do_one_another_no_harm(
    world: World, calm: Inbox, tmp_path: Path, journal_url: str
) -> None:
    with closing(Journal(journal_url)) as journal:
        journal.check()
        command = Child(world, tmp_path / "scratch", journal_url, world.orders_database_url).start()
        with (
            closing(Dashboard(world, journal_url, tmp_path, "jo")) as jo,
            closing(Dashboard(world, journal_url, tmp_path, "mo")) as mo,
        ):
            begun = [one.scan() for one in (jo, mo, jo)]
        assert command.ended()["state"] == "complete"
        assert begun[2] is False, "one dashboard starts one at a time"
        scans = journal.scans.recent()
        assert [(one.state, one.holes) for one in scans] == [("complete", ())] * (1 + sum(begun))
        for seen in (*jo.seen, *mo.seen):
            assert unsettled(seen).items() <= unsettled(calm).items(), "what a reader sees is never half of something"
        found = inbox(journal)
        assert unsettled(found) == unsettled(calm)
        assert times_told(journal) <= set(range(1, len(scans) + 1)), (
            "at most once by each: an older reading says nothing new"
        )
        taken = [key for key, one in found.items() if one[5] == "acknowledged"]
        assert len(taken) == jo.moved + mo.moved >= TAKEN, "and each by one of both"
        assert {len(journal.recent(case_key=key)[0]) for key in taken} == {1}


def test_a_scan_that_is_cancelled_amid_noting_is_not_complete_and_the_next_tells_all(
    world: World, calm: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.scanning.looking.to_inbox.AT_ONCE", 3)
    with closing(Shop(world, tmp_path)) as shop:
        cancelled = shop.scan(stop=lambda: shop.journal.inbox.count(Filter()) > 0)
        assert cancelled.state == "cancelled"
        assert 0 < len(inbox(shop.journal)) < len(calm)
        assert inbox(shop.journal).items() <= calm.items()
        assert shop.journal.scans.last_horizon("test", cancelled.account) is None
        later = shop.scan()
        assert (later.id, later.state) == (cancelled.id + 1, "complete"), "who cancels does not want it gone on with"
        assert inbox(shop.journal) == calm
        assert times_told(shop.journal) == {1, 2}


@pytest.mark.parametrize("path", ["/v1/checkout/sessions", "/v1/checkout/sessions/", "/v1/events"])
def test_a_scan_that_waits_for_stripe_still_hears_that_it_is_cancelled(
    world: World, between: Between, calm: Inbox, tmp_path: Path, path: str
) -> None:
    """Whatever it waits for, it says that it lives: else somebody would take it over."""
    assert calm
    with closing(Shop(world, tmp_path, holds_out=LIMIT)) as shop:

        def leave(_number: int, came: str) -> None:
            if came == path or (path.endswith("/") and came.startswith(path)):
                between.before = quietly
                world.stripe.switches.fail("500", times=100_000)
                (running,) = shop.journal.scans.running(int(time.time()))
                shop.journal.scans.ask_to_cancel(running.id)

        between.before = leave
        record = shop.scan()
        world.stripe.switches.faults.clear()
        assert record.state == "cancelled", "long before its patience ended"


@pytest.mark.parametrize("wrong", [7200, -40 * DAY])
def test_a_clock_that_is_put_right_between_two_scans(world: World, calm: Inbox, tmp_path: Path, wrong: int) -> None:
    """The second finds what it would have found anyway, and begins where it would have."""
    with closing(Shop(world, tmp_path, clock=lambda: time.time() + wrong)) as shop:
        assert shop.scan().state == "complete"
        shop.clock = time.time
        second = shop.scan()
        assert second.state == "complete"
        open_now = {key: one for key, one in inbox(shop.journal).items() if one[5] != "resolved"}
        assert open_now == calm
        third = shop.scan(days=None)
        assert (third.state, third.since < second.until) == ("complete", True)
        assert {key: one for key, one in inbox(shop.journal).items() if one[5] != "resolved"} == calm


def test_a_journal_that_a_newer_orderlens_takes_over_amid_a_scan(
    world: World, between: Between, calm: Inbox, tmp_path: Path, journal_url: str
) -> None:
    """The scan that runs goes on, for tables only ever grow; the next one is told."""

    def upgrade(_number: int, path: str) -> None:
        if path == "/v1/events":
            between.before = quietly
            grown, marked = (
                "ALTER TABLE cases ADD COLUMN told_to TEXT",
                "UPDATE alembic_version SET version_num = '9999'",
            )
            execute(journal_url, grown, marked)

    between.before = upgrade
    with closing(Shop(world, tmp_path)) as shop:
        shop.journal.close()
        shop.journal = Journal(journal_url)
        record = shop.scan()
        assert (record.state, record.holes) == ("complete", ())
        assert inbox(shop.journal) == calm
        shop.journal.close()
        with pytest.raises(Unreachable, match="newer Orderlens"):
            shop.scan()
