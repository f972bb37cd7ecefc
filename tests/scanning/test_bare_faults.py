"""Payments without a session, where Stripe or the process fails in the middle of their list."""

import itertools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from core.journal import Journal
from core.sandbox import World
from tests.scanning.faults import Between, Child, inbox
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
    whole, killed = between.paths.count(INTENTS), threading.Event()
    answered = itertools.count(1)

    def hold(_number: int, path: str) -> None:
        """From the fourth page on, Stripe takes its time."""
        if path == INTENTS and next(answered) > 3:
            killed.wait(LIMIT)

    between.before = hold
    between.paths.clear()
    process = hunted.start()
    kept = eventually(lambda: pages_kept(hunted))
    process.kill()
    killed.set()
    asked = between.paths.count(INTENTS)
    assert hunted.run()["state"] == "complete"
    assert between.paths.count(INTENTS) <= asked + whole - kept, "only what was under way is asked for again"
    assert told(hunted) == told(calm) != {}


def pages_kept(scan: Child) -> int:
    """Of how many pages of the list a scan that goes on has written down that it was read."""
    kept = 0
    for path in scan.folder.rglob("*.sqlite3"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db, suppress(sqlite3.OperationalError):
            kept += db.execute("SELECT count(*) FROM done WHERE kind = 'intents'").fetchone()[0]
    return kept


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
