"""The journal fails in the middle of a scan or between the rounds of a watch: it is restarted, stays away, is full."""

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from core.errors import Unreachable
from core.journal import Journal
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.scanning.watch import Watch
from tests.databases import postgresql_server
from tests.scanning.faults import Between, Child, Inbox, command_env, inbox, times_told
from tests.scanning.journal_server import Server
from tests.scanning.scanned import Shop
from tests.scanning.watched import Watched
from tests.waiting import LIMIT
from tests.worlds import STEADY, world_of

ORDERS = 30
MOMENTS = ("INSERT INTO cases", "INSERT INTO case_readings", r"UPDATE scans .* phase=", r"UPDATE scans .* finished_at=")
PATIENCE = (0.3, 0.3, 0.6, 1.2, 2.4, 5.0, 10.0, 20.0)  # a slow disk stops and starts slowly


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql_server() as real:
        yield Server(real)


world = world_of(*STEADY, orders=ORDERS)


@pytest.fixture
def shop(world: World, calm: Inbox, tmp_path: Path, server: Server) -> Iterator[Shop]:
    """With an empty journal in PostgreSQL; the calm scan is over."""
    assert calm
    with closing(Shop(world, tmp_path, holds_out=60.0)) as shop:  # Stripe does not answer while it is stopped
        shop.journal.close()
        shop.journal = Journal(server.database(), patience=PATIENCE)
        yield shop
    server.is_back()


def at_request(path: str, do: Callable[[], object]) -> Callable[[int, str], None]:
    """Do something once, when the first request for this comes."""
    todo = [do]

    def before(_number: int, came: str) -> None:
        if came == path and todo:
            todo.pop()()

    return before


Statement = Callable[[str, Callable[[], object]], None]


@pytest.fixture
def at_statement() -> Iterator[Statement]:
    """Do something once, just before a statement of the journal's that begins with this pattern."""
    todo: list[tuple[str, Callable[[], object]]] = []

    def before(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if todo and re.match(todo[0][0], statement):
            todo.pop()[1]()

    event.listen(Engine, "before_cursor_execute", before)
    yield lambda beginning, do: todo.append((beginning, do))
    event.remove(Engine, "before_cursor_execute", before)
    assert not todo, "it never came to that"


@pytest.fixture
def lose_answer() -> Iterator[Callable[[], None]]:
    """Let the next commit happen, and its answer be lost."""
    armed: list[bool] = []

    def commit(connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        if armed and driver is not None:
            armed.clear()
            driver.commit()
            driver.close()

    event.listen(Engine, "commit", commit)
    yield lambda: armed.append(True)
    event.remove(Engine, "commit", commit)
    assert not armed


@pytest.mark.parametrize("path", ["/v1/checkout/sessions", "/v1/events"])
def test_a_journal_that_is_restarted_is_waited_for(
    between: Between, calm: Inbox, shop: Shop, server: Server, path: str
) -> None:
    between.before = at_request(path, server.restart)
    record = shop.scan()
    server.is_back()
    assert (record.state, record.holes) == ("complete", ())
    assert inbox(shop.journal) == calm
    assert times_told(shop.journal) == {1}


@pytest.mark.parametrize("statement", [*MOMENTS[1::2], "SELECT cases.id"])
def test_what_a_restart_cuts_off_is_told_again_and_once(
    calm: Inbox,
    shop: Shop,
    server: Server,
    at_statement: Statement,
    statement: str,
) -> None:
    """In the middle of a transaction: half of a batch is written, or the end of the scan is."""
    at_statement(statement, server.restart)
    record = shop.scan()
    server.is_back()
    assert (record.state, record.holes) == ("complete", ())
    assert inbox(shop.journal) == calm
    assert times_told(shop.journal) == {1}
    assert len(shop.journal.scans.recent()) == 1


@pytest.mark.parametrize("statement", MOMENTS)
def test_a_commit_whose_answer_is_lost_happened_once(
    calm: Inbox, shop: Shop, at_statement: Statement, lose_answer: Callable[[], None], statement: str
) -> None:
    at_statement(statement, lose_answer)
    record = shop.scan()
    assert (record.state, record.holes) == ("complete", ())
    assert inbox(shop.journal) == calm
    assert times_told(shop.journal) == {1}
    assert len(shop.journal.scans.recent()) == 1


def test_a_journal_that_stays_away_is_said_and_the_next_scan_goes_on(
    between: Between, calm: Inbox, world: World, tmp_path: Path, server: Server
) -> None:
    scan = Child(world, tmp_path / "scratch", server.database(), world.orders_database_url)
    between.before = at_request("/v1/events", server.stop)
    said = scan.run()
    assert said["state"] == "not begun or not ended"
    assert said["why"].startswith("The journal ")
    assert len(list(scan.folder.iterdir())) >= 1, "what was read stays"
    server.start()
    with closing(Journal(scan.journal_url)) as journal:
        assert [one.state for one in journal.scans.recent()] == ["running"], "nothing is called clean"
        assert inbox(journal).items() <= calm.items()
        later = scan.run()
        assert (later["id"], later["state"], later["holes"]) == (1, "complete", [])
        assert inbox(journal) == calm
        assert times_told(journal) == {1}


def test_a_scan_without_its_journal_leaves_no_thread_behind(
    between: Between, calm: Inbox, shop: Shop, server: Server
) -> None:
    assert calm
    shop.journal = Journal(server.database())  # without patience
    between.before = at_request("/v1/checkout/sessions", server.stop)
    with pytest.raises(Unreachable, match="journal"):
        shop.scan()
    for one in threading.enumerate():
        if one.name.startswith("scan-"):
            one.join(LIMIT)
            assert not one.is_alive()
    server.start()


class Elsewhere(Watched):
    """With its journal in PostgreSQL."""

    def __init__(self, world: World, folder: Path, url: str) -> None:
        self.url = url
        super().__init__(world, folder)

    def begin(self, me: str = "here 1") -> None:
        super().begin(me)
        self.shop.journal.close()
        self.shop.journal = Journal(self.url, patience=PATIENCE)
        self.watch = Watch(self.shop.sources(), self.desk.open, who="tests", me=me)


@pytest.mark.parametrize("how", ["between", "noting", "scan"])
def test_a_watch_outlives_its_journal(tmp_path: Path, server: Server, at_statement: Statement, how: str) -> None:
    """A restart between two rounds, amid noting, and in the scan it begins with: each change is told once."""
    with (
        World(scenarios=[BY_NAME[name] for name in ("paid_and_booked", "webhook_refused")]) as world,
        closing(Elsewhere(world, tmp_path, server.database())) as town,
    ):
        if how == "scan":
            at_statement("INSERT INTO cases", server.restart)
        first = town.step(0)
        assert first.scan is not None
        assert (first.scan.state, first.troubles) == ("complete", ())
        town.step()
        sold = town.sell("webhook_swallowed", age=120)
        if how == "between":
            server.restart()
        if how == "noting":
            at_statement("INSERT INTO cases", server.restart)
        steps = town.steps(9)
        server.is_back()
        assert [change.what for step in steps for change in step.changes] == ["new"]
        assert not any(step.troubles for step in steps)
        assert town.headlines()[sold.number] == "webhook_acked_not_applied"
        assert times_told(town.shop.journal) == {1}


def test_a_watch_whose_journal_stays_away_goes_on_when_it_is_back(tmp_path: Path, server: Server) -> None:
    with (
        World(scenarios=[BY_NAME["paid_and_booked"]]) as world,
        closing(Elsewhere(world, tmp_path, server.database())) as town,
    ):
        town.shop.journal = Journal(town.url)  # without patience
        town.watch = Watch(town.shop.sources(), town.desk.open, who="tests", me="here 1")
        town.steps(2)
        sold = town.sell("webhook_swallowed", age=120)
        server.stop()
        for _ in range(7):
            with pytest.raises(Unreachable, match="journal"):
                town.step()
        server.start()
        steps = town.steps(9)
        assert [change.what for step in steps for change in step.changes] == ["new"]
        assert all(step.scan is None for step in steps), "the cursor is where it was"
        assert sold.number in town.headlines()


def test_the_command_whose_journal_is_full_says_so_and_goes_on_once_there_is_room(
    world: World, calm: Inbox, tmp_path: Path
) -> None:
    file = tmp_path / "journal.sqlite3"
    env = command_env(world, tmp_path / "cache", f"sqlite:///{file}")
    with closing(Journal(env["ORDERLENS_JOURNAL_URL"])) as journal:
        journal.check()
    with closing(sqlite3.connect(file)) as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0] + 3

    def scan(pages: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.scanning.short_of_room", str(pages), "scan", "--last", "120d"]
        return subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)

    full = scan(pages)
    assert full.returncode == 1, full.stderr
    told = full.stdout + full.stderr
    assert "full" in told
    assert "Make room on the disk, or set ORDERLENS_JOURNAL_URL" in told
    assert "Traceback" not in told
    assert "Nothing disagrees" not in told
    later = scan(1_000_000)
    assert later.returncode in (10, 11), later.stderr
    assert "Scan 1, complete" in later.stdout
    with closing(Journal(env["ORDERLENS_JOURNAL_URL"])) as journal:
        assert inbox(journal) == calm
        assert times_told(journal) == {1}
