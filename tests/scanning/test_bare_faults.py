"""Payments without a session, where Stripe or the process fails in the middle of their list."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from core.journal import Journal
from core.sandbox import World
from tests.scanning.faults import Between, Child, Json, inbox
from tests.scanning.mixed import mixed
from tests.scanning.scanned import Shop
from tests.waiting import LIMIT, eventually

INTENTS = "/v1/payment_intents"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(scenarios=()) as world:
        mixed(world, orders=300)
        yield world


def test_a_killed_scan_goes_on_with_the_list(world: World, between: Between, tmp_path: Path) -> None:
    calm = Child(world, tmp_path / "calm", f"sqlite:///{tmp_path / 'calm.sqlite3'}", world.orders_database_url)
    hunted = Child(world, tmp_path / "hunted", f"sqlite:///{tmp_path / 'hunted.sqlite3'}", world.orders_database_url)
    assert calm.run()["state"] == "complete"
    killed = threading.Event()
    listed: list[int] = []

    def hold(_number: int, path: str) -> None:
        """Once a page is kept, Stripe takes its time for another."""
        if path == INTENTS and kept(hunted):
            killed.wait(LIMIT)

    def note(path: str, page: Json) -> None:
        if path == INTENTS:
            listed.extend(one["created"] for one in page["data"])

    between.before = hold
    process = hunted.start()
    eventually(lambda: kept(hunted))
    process.kill()
    killed.set()
    done = kept(hunted)
    between.bend = note
    assert hunted.run()["state"] == "complete"
    again = [at for at in listed if any(since <= at < until for since, until in done)]
    assert again == [], "only what was under way is asked for again"
    assert told(hunted) == told(calm) != {}


def kept(scan: Child) -> list[tuple[int, int]]:
    """Of which seconds a scan that goes on has written down that the list was read."""
    found: list[tuple[int, int]] = []
    for path in scan.folder.rglob("*.sqlite3"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db, suppress(sqlite3.OperationalError):
            found += db.execute("SELECT since, until FROM done WHERE kind = 'intents'").fetchall()
    return found


def told(scan: Child) -> dict[str, tuple[object, ...]]:
    journal = Journal(scan.journal_url)
    try:
        return inbox(journal)
    finally:
        journal.close()


def test_a_hole_in_the_list_makes_it_partial_and_can_be_filled(world: World, between: Between, tmp_path: Path) -> None:
    calm, shop = Shop(world, _folder(tmp_path / "calm")), Shop(world, _folder(tmp_path / "torn"), holds_out=0.5)
    try:
        assert calm.scan().state == "complete"
        between.paths.clear()
        world.stripe.switches.fail("500", times=10_000, path=INTENTS)
        torn = shop.scan()
        assert torn.state == "partial"
        assert {hole.kind for hole in torn.holes} == {"intents"}
        assert inbox(shop.journal).items() <= inbox(calm.journal).items(), "nothing is made up"
        assert not any(path.startswith(INTENTS + "/") for path in between.paths), "they are not asked for one by one"
        world.stripe.switches.faults.clear()
        assert shop.fill(torn.id).state == "complete"
        assert inbox(shop.journal) == inbox(calm.journal)
    finally:
        world.stripe.switches.faults.clear()
        calm.close()
        shop.close()


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
