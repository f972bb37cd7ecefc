"""What is around a scan fails: the disk, the clock; and somebody else scans or reads at the same time."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from core.journal import Journal
from core.sandbox.world import World
from tests.databases import postgresql
from tests.scanning.faults import ROOT, Between, Child, ended, inbox, times_told
from tests.scanning.scanned import Shop

ORDERS = 30
Inbox = dict[str, tuple[object, ...]]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(orders=ORDERS) as world:
        yield world


@pytest.fixture(scope="module")
def between(world: World) -> Between:
    return Between.of(world)


@pytest.fixture(scope="module")
def calm(world: World, between: Between, tmp_path_factory: pytest.TempPathFactory) -> Inbox:
    """What a scan finds that nothing happens to."""
    shop = Shop(world, tmp_path_factory.mktemp("calm"))
    assert shop.scan().state == "complete"
    assert between.asked
    found = inbox(shop.journal)
    shop.close()
    assert found
    return found


def goes_on(full: Child, calm: Inbox) -> None:
    """There is room again: the same command goes on, and nobody can tell."""
    journal = Journal(full.journal_url)
    assert inbox(journal).items() <= calm.items(), "nothing that is not"
    full.largest_file = full.journal_pages = None
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


def test_a_scan_whose_journal_is_full_says_so_and_goes_on_once_there_is_room(
    world: World, calm: Inbox, tmp_path: Path
) -> None:
    file = tmp_path / "journal.sqlite3"
    full = Child(world, tmp_path / "scratch", f"sqlite:///{file}", world.orders_database_url)
    with closing(Journal(full.journal_url)) as journal:
        journal.check()
    with closing(sqlite3.connect(file)) as db:
        full.journal_pages = db.execute("PRAGMA page_count").fetchone()[0] + 3
    said = full.run()
    assert said["state"] in ("failed", "not begun or not ended"), "the second where even that finds no room"
    assert "journal" in said["why"]
    assert "full" in said["why"]
    goes_on(full, calm)


def test_the_command_says_that_the_disk_is_full(world: World, tmp_path: Path) -> None:
    env = {**os.environ, **world.settings_env(), "ORDERLENS_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
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
    between.before = lambda _number, _path: None
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


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    address: str = request.getfixturevalue("server")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE journal_of_two")
    return address.replace("/postgres?", "/journal_of_two?")


def test_two_scans_and_a_reader_do_one_another_no_harm(
    world: World, calm: Inbox, tmp_path: Path, journal_url: str
) -> None:
    """Two processes scan the same span at once; a third party reads the inbox all the while."""
    journal, over = Journal(journal_url), threading.Event()
    journal.check()
    seen: list[Inbox] = []

    def read() -> None:
        while not over.wait(0.02):
            seen.append(inbox(journal))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        scans = [
            Child(world, tmp_path / "scratch", journal_url, world.orders_database_url, who=who).start()
            for who in ("jo", "mo")
        ]
        said = [ended(scan) for scan in scans]
    finally:
        over.set()
        reader.join()
    assert [(one["state"], one["holes"]) for one in said] == [("complete", [])] * 2
    assert {one["id"] for one in said} == {1, 2}
    assert all(one.items() <= calm.items() for one in seen), "what a reader sees is never half of something"
    assert inbox(journal) == calm
    assert times_told(journal) <= {1, 2}, (
        "at most once by each: who read it earlier and tells it later says nothing new"
    )
    journal.close()
