"""Another writer holds the journal for a while: a run waits for it, reads anew what it sends then, and goes on."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.errors import Unreachable
from core.journal import ReplayRun
from core.sandbox import World
from core.sandbox.stripe.switches import Seen
from tests.desks import desk_on
from tests.replaying.conftest import Shop, shop_on


class Writer(list[Seen]):
    """What Stripe is asked; from the first question on, another writer holds the journal for so many pauses."""

    def __init__(self, journal: Path, pauses: int) -> None:
        super().__init__()
        self._other = sqlite3.connect(journal, isolation_level=None, check_same_thread=False)
        self._left = pauses

    def append(self, seen: Seen) -> None:
        if not self:
            self._other.execute("BEGIN IMMEDIATE")
        super().append(seen)

    def pause(self, _seconds: float) -> None:
        self._left -= 1
        if not self._left:
            self._other.execute("ROLLBACK")

    def close(self) -> None:
        self._other.close()


@pytest.fixture(autouse=True)
def not_busy_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.journal.opening._BUSY_SECONDS", 1)


@contextmanager
def locked_run(
    world: World, monkeypatch: pytest.MonkeyPatch, *, pauses: int
) -> Iterator[tuple[Shop, ReplayRun, Writer]]:
    """A run of three, whose journal is locked while the first of them is read."""
    with desk_on(world, journal_patience=(0.1, 0.1, 0.1)) as desk:
        shop = shop_on(world, desk)
        run = shop.begin(shop.plan(0, 1, 2))
        with closing(Writer(world.directory / "journal.sqlite3", pauses)) as writer:
            world.stripe.switches.requests = writer
            monkeypatch.setattr("core.journal.database.time.sleep", writer.pause)
            yield shop, run, writer


def test_a_run_waits_for_a_journal_that_is_locked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with locked_run(world, monkeypatch, pauses=2) as (shop, run, writer):
        assert shop.carry_out(run).state == "complete"
        assert shop.states(run) == ["healed"] * 3
        assert len(shop.heard) == len(set(shop.heard)) == 3
        read = Counter(one.query for one in writer if one.query.startswith("object_id=cs_"))
        assert sorted(read.values()) == [2, 2, 3], "the one that waited was read anew before it was sent"


def test_it_waits_no_longer_than_it_may_and_sends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with locked_run(world, monkeypatch, pauses=9) as (shop, run, _):
        with pytest.raises(Unreachable, match="locked"):
            shop.carry_out(run)
        assert shop.heard == []
