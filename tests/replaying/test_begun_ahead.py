"""What is begun before it is its turn: not too much of it, and what must not be sent any more is let back, not sent."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from core.desk import Desk
from core.journal import Begun, ReplayRun
from core.replaying import Runs, together
from core.replaying.bulk import FRESH
from core.sandbox import World
from core.settings import Replays
from tests.desks import PatientClock, desk_on
from tests.replaying.conftest import Shop
from tests.replaying.planned import planned
from tests.sandbox.postbox import Postbox
from tests.waiting import LIMIT, eventually

ORDERS, AT_ONCE = 30, 3
ANSWERED = 12  # before the endpoint takes its time


@dataclass
class Waiting(Shop):
    """A shop whose endpoint stands still after the first letters, until its box is opened."""

    box: Postbox = field(default_factory=Postbox)

    def take(self) -> None:
        """A letter: its order is paid at once."""
        event = json.loads(self.box.letters[-1].body)
        self.world.shop.books.book(event, event["data"]["object"]["client_reference_id"], "paid", at=self.desk.now())
        if len(self.box.letters) == ANSWERED:
            self.box.open.clear()

    @property
    def sent(self) -> list[str]:
        """The events that came, in this order."""
        return [json.loads(one.body)["id"] for one in self.box.letters]

    def waits(self, run: ReplayRun) -> int:
        """How many stand in the journal as being sent and were not."""
        items = self.runs.page(run.id, limit=ORDERS)
        return sum(one.state == "sending" and one.event_id not in self.sent for one in items)

    def stands_still(self, run: ReplayRun) -> bool:
        """Whether as many as may be are on their way, and others wait behind them: they are begun two by two."""
        on_their_way = len(self.box.letters) - self.box.answered
        return not self.box.open.is_set() and on_their_way == AT_ONCE and self.waits(run) >= AT_ONCE - 1

    def held_back(self) -> int:
        """How many entries say that nothing was sent after all."""
        entries, _ = self.desk.activity(limit=10 * ORDERS)
        return sum((one.what, one.outcome, one.holder) == ("replay", "failed", "") for one in entries)


@pytest.fixture
def clock() -> PatientClock:
    """Of which no time passes by itself: no reading is stale, however slow the machine is."""
    return PatientClock()


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch, clock: PatientClock) -> Iterator[Waiting]:
    monkeypatch.setattr(together, "SOON", 1000 * LIMIT)  # however slow the machine is
    with (
        World(scenarios=[], orders=ORDERS, shares={"webhook_refused": 1.0}) as world,
        Postbox() as box,
        desk_on(world, webhook_url=box.url, clock=clock, patience=LIMIT) as desk,
    ):
        shop = waiting_on(world, desk, box)
        yield shop
        box.open.set()


def waiting_on(world: World, desk: Desk, box: Postbox) -> Waiting:
    shop = Waiting(world, desk, Runs(desk, Replays(), desk.now), box=box)
    box.comes = shop.take
    return shop


def begun(shop: Waiting) -> ReplayRun:
    run = Begun(who="ada", sub="ada", account=shop.desk.account, how="replay", chosen="all", at_once=AT_ONCE)
    return shop.runs.records.begin(run, planned(shop), now=shop.desk.now())


def standing_still(
    shop: Waiting, run: ReplayRun, then: Callable[[], None], stop: Callable[[], bool]
) -> tuple[ReplayRun, int]:
    """The run, carried out: `then` happens while its endpoint stands still; and how many waited at that moment."""
    with ThreadPoolExecutor(1) as thread:
        carried = thread.submit(shop.carry_out, run, stop=stop)
        try:
            eventually(lambda: carried.done() or shop.stands_still(run))
            assert not carried.done(), carried.result()
            waited = shop.waits(run)
            then()
        finally:
            shop.box.open.set()
        return carried.result(), waited


def test_twice_as_many_as_are_sent_at_once_are_begun_and_what_is_stale_when_its_turn_comes_is_read_anew(
    waiting: Waiting, clock: PatientClock
) -> None:
    run = begun(waiting)
    done, waited = standing_still(waiting, run, lambda: clock.pause(FRESH + 1), lambda: False)
    assert done.state == "complete"
    assert {one.state for one in waiting.runs.page(run.id, limit=ORDERS)} == {"healed"}
    assert len(waiting.sent) == len(set(waiting.sent)) == ORDERS
    assert waiting.held_back() == waited <= AT_ONCE


def test_what_is_begun_when_a_run_is_to_stop_is_not_sent(waiting: Waiting) -> None:
    run, seen, asked = begun(waiting), list[bool](), list[bool]()

    def stop() -> bool:
        seen.extend(asked[:1])
        return bool(asked)

    def ask() -> None:
        asked.append(True)
        eventually(lambda: len(seen) > 3)  # it has heard it, wherever it was

    done, waited = standing_still(waiting, run, ask, stop)
    states = [one.state for one in waiting.runs.page(run.id, limit=ORDERS)]
    assert (done.state, states.count("healed")) == ("paused", len(waiting.sent))
    assert states.count("planned") == ORDERS - len(waiting.sent)
    assert waiting.held_back() == waited <= AT_ONCE
    before = len(waiting.sent)
    assert waiting.carry_out(run).state == "complete"
    assert {one.state for one in waiting.runs.page(run.id, limit=ORDERS)} == {"healed"}
    assert len(waiting.sent) == len(set(waiting.sent)) == ORDERS > before
