"""A run meets a shop in each of its ways to fail: what it ends with, what is counted, what is said."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Final

import pytest

from core.desk import Desk
from core.replaying import Runs
from core.replaying.told import counts
from core.replays import Why
from core.sandbox import World
from core.sandbox.shop import Mode
from core.settings import Replays
from tests.desks import PatientClock, desk_on
from tests.replaying.conftest import BOB, Shop
from tests.waiting import LIMIT, eventually


@dataclass(frozen=True)
class Came:
    """Of a run of two: the `first` one's state, the endpoint's `status`, and what is said of it, in part (`says`).
    `patience`: seconds that an answer is waited for; `waits`: the order is watched by a real clock."""

    first: str
    status: int | None
    says: str = "Healed: the order was pending and is paid"
    patience: float = 30.0
    waits: bool = False


WELL: Final = Came("healed", 200)
CAME: Final = {
    Mode.REFUSE: Came("failed", 400, "The endpoint refused it with status 400. The order is still pending."),
    Mode.CRASH: Came("failed", 500, "The endpoint refused it with status 500. The order is still pending."),
    Mode.DROP: Came("unchanged", 200, "The endpoint accepted it, but the order did not change within 30 s"),
    Mode.SLOW: WELL,
    Mode.HANG: Came("unchanged", None, "No answer within 0.2 seconds. The order did not change within 30 s", 0.2),
    Mode.REDIRECT: Came("failed", 307, "Not delivered. The endpoint answered with a redirect."),
    Mode.HALF: WELL,
    Mode.LATER: Came("healed", 200, waits=True),
    Mode.DONE_THEN_CRASH: Came("healed", 500),
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Two orders for each mode, and some more, whose webhooks were refused."""
    orders = 2 * len(Mode) + 20
    with World(scenarios=[], orders=orders, shares={"webhook_refused": 1.0}) as running:
        yield running


@pytest.fixture(scope="module")
def unused(world: World) -> Iterator[str]:
    """The keys of orders that no test has had."""
    assert world.shop.heard == []
    return (f"order:{number}" for number in count(1))


@pytest.fixture(autouse=True)
def _well_again(world: World) -> Iterator[None]:
    world.shop.slow_seconds = 0.2
    yield
    world.shop.mode, world.shop.hangs_on = Mode.OFF, frozenset()
    world.shop.heard.clear()
    world.shop.booked.clear()


def shop_of(world: World, desk: Desk, unused: Iterator[str], orders: int = 2) -> Shop:
    return Shop(world, desk, Runs(desk, Replays(), desk.now), tuple(next(unused) for _ in range(orders)))


@pytest.mark.parametrize("mode", sorted(Mode))
def test_what_a_run_comes_to(world: World, unused: Iterator[str], mode: Mode) -> None:
    came, clock = CAME.get(mode, WELL), PatientClock()
    patient = {} if came.waits else {"clock": clock, "pause": clock.pause}
    with desk_on(world, patience=came.patience, **patient) as desk:  # type: ignore[arg-type] # as desk_on has them
        shop = shop_of(world, desk, unused)
        run = shop.begin()
        world.shop.mode = mode
        done = shop.carry_out(run)
        first, second = shop.items(run)
        assert (first.state, first.status) == (came.first, came.status)
        assert came.says in first.says
        said = counts(shop.runs.parts(run.id))
        if came.first == "healed":
            assert (done.state, second.state, len(shop.heard)) == ("complete", "healed", 2)
            assert said.startswith("2 healed (")
            assert world.shop.booked == [first.name, second.name]
        else:
            assert (done.state, second.state) == ("stopped", "planned")
            assert done.why.startswith("The first one did not heal its order, so nothing more was sent.")
            assert came.says in done.why
            assert said.startswith("1 not sent yet (")
            assert f"1 {came.first}" in said
            assert world.shop.booked == []


def test_an_answer_that_is_given_up_may_have_arrived_and_the_order_tells(world: World, unused: Iterator[str]) -> None:
    with desk_on(world, patience=0.2) as desk:
        shop = shop_of(world, desk, unused)
        run = shop.begin()
        world.shop.mode, world.shop.slow_seconds = Mode.SLOW, 0.6
        assert shop.carry_out(run).state == "complete"
        items = shop.items(run)
        assert {(one.state, one.status, one.answer) for one in items} == {
            ("healed", None, "No answer within 0.2 seconds.")
        }
        assert len(shop.heard) == len(set(shop.heard)) == 2


def test_an_endpoint_that_hangs_holds_up_nobody_else(world: World, unused: Iterator[str]) -> None:
    """One event hangs until all the others are through."""
    with desk_on(world, patience=LIMIT) as desk:
        shop = shop_of(world, desk, unused, 5)
        run = shop.begin(at_once=2)
        hung = shop.items(run)[1]
        world.shop.hangs_on = frozenset({hung.event_id})

        with ThreadPoolExecutor(1) as thread:
            carried = thread.submit(shop.carry_out, run)
            eventually(lambda: shop.states(run).count("healed") == 4)
            assert shop.items(run)[1].state == "sending"
            world.shop.hangs_on = frozenset()
            assert carried.result().state == "complete"
        items = shop.items(run)
        assert [one.state for one in items] == ["healed"] * 5
        assert max(items, key=lambda one: world.shop.booked.index(one.name)) == items[1], "the last that was booked"
        assert len(shop.heard) == len(set(shop.heard)) == 5


def test_a_shop_that_is_not_idempotent_is_not_hit_twice(world: World, unused: Iterator[str]) -> None:
    """Neither by a run gone on with, nor by a second run or a second plan, nor by somebody at the page of a case."""
    world.shop.mode = Mode.EACH_TIME
    with desk_on(world) as desk:
        shop = shop_of(world, desk, unused, 4)
        plan = shop.plan()
        run = shop.begin(plan)
        shop.carry_out(run, stop=lambda: len(shop.heard) >= 1)
        third = shop.items(run)[2]
        opened = desk.open(third.case_key)
        desk.carry_out(desk.plan_replay(opened, third.event_id), opened, who=BOB)
        assert shop.carry_out(run).state == "complete"
        assert shop.states(run) == ["healed", "healed", "skipped", "healed"]
        assert shop.plan(again=True).reasons == {Why.APPLIED: 4}
        again = shop.begin(plan, who=BOB)  # a plan that is as old as the first: each is looked at anew
        assert shop.carry_out(again).state == "complete"
        assert {(one.state, one.left_out) for one in shop.items(again)} == {("skipped", Why.APPLIED)}
        names = sorted(one.name for one in shop.items(run))
        assert sorted(world.shop.booked) == names, "each of them once"


def test_of_what_the_shop_did_and_called_a_failure_nothing_is_sent_twice(world: World, unused: Iterator[str]) -> None:
    world.shop.mode = Mode.DONE_THEN_CRASH
    with desk_on(world) as desk:
        shop = shop_of(world, desk, unused)
        first = shop.begin()
        shop.carry_out(first)
        world.shop.mode = Mode.EACH_TIME
        assert shop.plan().reasons == {Why.APPLIED: 2}
        assert len(world.shop.booked) == 2
