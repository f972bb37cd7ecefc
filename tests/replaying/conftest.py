"""Runs on a sandbox world whose webhooks were refused for a while."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from core.desk import Desk
from core.journal import ReplayItem, ReplayRun
from core.people import Person
from core.replaying import RunPlan, Runs, of_keys
from core.replaying.running import Carrying, carry_out
from core.sandbox import World
from core.settings import Replays
from tests.desks import desk_on
from tests.people import person

ADA, BOB = person("ada", "operator"), person("bob", "operator")


@dataclass
class Shop:
    """A world, a desk on it, and runs."""

    world: World
    desk: Desk
    runs: Runs
    keys: tuple[str, ...] = ()
    seen: list[tuple[int, int]] = field(default_factory=list)

    def plan(self, *numbers: int, **options: object) -> RunPlan:
        """A plan for the refused orders of these places, or all."""
        keys = tuple(self.keys[number] for number in numbers) or self.keys
        return self.runs.plan(of_keys(keys), **options)  # type: ignore[arg-type] # as plan has them

    def begin(self, plan: RunPlan | None = None, *, who: Person = ADA, **options: object) -> ReplayRun:
        return self.runs.begin(plan or self.plan(), who=who, **options)  # type: ignore[arg-type] # as begin has them

    def carry_out(self, run: ReplayRun, *, stop: Callable[[], bool] = lambda: False) -> ReplayRun:
        needs = Carrying(clock=self.desk.now, stop=stop, progress=lambda *far: self.seen.append(far))
        return carry_out(self.runs, run.id, needs, who=ADA)

    def items(self, run: ReplayRun) -> tuple[ReplayItem, ...]:
        return self.runs.page(run.id)

    def states(self, run: ReplayRun) -> list[str]:
        return [item.state for item in self.items(run)]

    @property
    def heard(self) -> list[str]:
        """The ids of all events that came to the shop's endpoint, from anybody."""
        return self.world.shop.heard


def shop_on(world: World, desk: Desk, rules: Replays | None = None) -> Shop:
    """Runs on a desk; the keys of all orders, the oldest first."""
    with closing(sqlite3.connect(world.shop.books.path)) as books:
        keys = [f"order:{number}" for (number,) in books.execute("SELECT id FROM orders ORDER BY created_at")]
    return Shop(world, desk, Runs(desk, rules or Replays(), desk.now), tuple(keys))


@pytest.fixture
def world() -> Iterator[World]:
    """Six orders whose webhooks were refused."""
    with World(scenarios=[], orders=6, shares={"webhook_refused": 1.0}) as running:
        yield running


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    with desk_on(world) as desk:
        yield shop_on(world, desk)
