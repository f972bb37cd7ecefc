"""A scan's process is killed, again and again: the same command goes on until it is done, and nobody can tell."""

import random
import threading
import time
from pathlib import Path

import pytest

from core.journal import Filter, Journal
from core.sandbox import World
from tests.scanning.faults import Between, Child, inbox, times_told
from tests.scanning.scanned import Shop
from tests.worlds import STEADY, world_of

KILLS = 10


world = world_of(*STEADY, orders=30, latency=0.01)


def a_scan(world: World, folder: Path) -> Child:
    url = f"sqlite:///{folder / 'journal.sqlite3'}"
    return Child(world, folder / "scratch", url, world.orders_database_url)


def first_seen(journal: Journal) -> dict[str, int]:
    return {case.key: case.first_seen for case in journal.inbox.page(Filter(), limit=10_000)[0]}


def kill_after(scan: Child, between: Between, pause: float) -> None:
    """Start the scan and kill it `pause` seconds after its first request."""
    asks = threading.Event()
    between.before = lambda _number, _path: asks.set()
    process = scan.start()
    assert asks.wait(60)
    time.sleep(pause)
    process.kill()


@pytest.mark.timeout(400)  # eleven processes, one after the other
def test_ten_kills_leave_no_trace(world: World, between: Between, tmp_path: Path) -> None:
    calm, hunted, began = Shop(world, tmp_path / "calm"), a_scan(world, tmp_path / "hunted"), time.monotonic()
    assert calm.scan().state == "complete"
    lasted, chance = time.monotonic() - began, random.Random(5)  # noqa: S311 - repeatable
    journal = Journal(hunted.journal_url)
    seen: dict[str, int] = {}
    for _ in range(KILLS):
        kill_after(hunted, between, chance.uniform(0, lasted))
        found = first_seen(journal)
        assert seen.items() <= found.items(), "what was found stays found, and was first seen when it was"
        seen = found
    last, scans = hunted.run(), journal.scans.recent()
    assert (last["id"], last["state"], last["holes"]) == (len(scans), "complete", [])
    assert {one.state for one in scans} == {"complete"}, "each was gone on with, under its own number"
    assert inbox(journal) == inbox(calm.journal) != {}
    assert seen.items() <= first_seen(journal).items()
    assert times_told(journal) == {len(scans)}, "each scan tells each finding once, however often it was killed"
    assert len(list(hunted.folder.iterdir())) <= len(scans) - 1, "a file stays where the kill came at the very end"
    calm.close()
    journal.close()
