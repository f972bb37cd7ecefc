"""Equal openings are one reading, and the order is there before Stripe has answered."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from core.desk import Desk, Opened
from core.desk.coming import ANEW, MOST, SHARED_FOR, Openings
from core.errors import StripeUnreachable
from core.facts import Order
from core.sandbox import World
from tests.desks import PatientClock, desk_of, desk_on
from tests.people import MIRA, person
from tests.report.told import seen
from tests.waiting import LIMIT
from tests.worlds import world_of

world = world_of("webhook_refused", "paid_and_booked", scope="function")
desk = desk_of()


@dataclass
class Reading:
    """Reads when it is let to, and counts."""

    clock: PatientClock = field(default_factory=PatientClock)
    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    keys: list[str] = field(default_factory=list)
    error: Exception | None = None

    def __call__(self, key: str, row: Callable[[Order], None]) -> Opened:
        one = seen("paid_and_booked")
        self.keys.append(key)
        assert one.case.order is not None
        row(one.case.order)
        self.begun.release()
        assert self.gate.wait(LIMIT)
        if self.error is not None:
            raise self.error
        return Opened(one.case, one.links, one.diagnosis, key)


@pytest.fixture
def reading() -> Reading:
    return Reading()


@pytest.fixture
def openings(reading: Reading) -> Iterator[Openings]:
    made = Openings(reading, reading.clock)
    yield made
    reading.gate.set()
    made.close()


def test_what_is_under_way_is_waited_for_by_all(reading: Reading, openings: Openings) -> None:
    some = [openings.begin("order:1", visitor) for visitor in ("a", "b", "c", "a")]
    other = openings.begin("order:2", "a")
    reading.gate.set()
    assert len({id(one.opened(LIMIT)) for one in some}) == 1
    assert other.opened(LIMIT) is not some[0].opened(LIMIT)
    assert sorted(reading.keys) == ["order:1", "order:2"]


def test_a_reading_serves_others_for_a_few_seconds_and_nobody_twice(reading: Reading, openings: Openings) -> None:
    reading.gate.set()
    first = openings.begin("order:1", "a")
    assert first.opened(LIMIT)
    reading.clock.pause(SHARED_FOR)
    assert openings.begin("order:1", "b") is first
    own = openings.begin("order:1", "a")
    assert own is not first
    assert own.opened(LIMIT)
    reading.clock.pause(SHARED_FOR + 1)
    assert openings.begin("order:1", "c") is not own


def test_a_clock_that_steps_back_makes_nothing_young(reading: Reading, openings: Openings) -> None:
    reading.gate.set()
    first = openings.begin("order:1", "a")
    assert first.opened(LIMIT)
    reading.clock.pause(-60)
    assert openings.begin("order:1", "b") is not first


def test_an_error_is_of_those_who_waited(reading: Reading, openings: Openings) -> None:
    reading.error = StripeUnreachable("Stripe is gone.", next_step="Wait.")
    some = [openings.begin("order:1", visitor) for visitor in "ab"]
    reading.gate.set()
    for one in some:
        with pytest.raises(StripeUnreachable):
            one.opened(LIMIT)
        assert one.over
    reading.error = None
    assert openings.begin("order:1", "c").opened(LIMIT)


def test_an_error_of_the_reading_is_not_taken_for_our_waiting(reading: Reading, openings: Openings) -> None:
    reading.error = TimeoutError("a socket's own")
    reading.gate.set()
    with pytest.raises(TimeoutError):
        openings.begin("order:1", "a").opened(LIMIT)


def test_the_order_is_there_while_stripe_is_not(reading: Reading, openings: Openings) -> None:
    coming = openings.begin("order:1", "a")
    order = coming.order()
    assert order is not None
    assert not coming.over
    assert coming.opened(0) is None
    reading.gate.set()
    opened = coming.opened(LIMIT)
    assert opened is not None
    assert opened.case.order is order


def test_what_is_forgotten_serves_those_who_wait_and_nobody_else(reading: Reading, openings: Openings) -> None:
    waiting = openings.begin("order:1", "a")
    openings.forget("order:1")
    later = openings.begin("order:1", "b")
    assert later is not waiting
    reading.gate.set()
    assert waiting.opened(LIMIT) is not later.opened(LIMIT)


def test_asking_anew_begins_a_reading_but_not_without_end(reading: Reading, openings: Openings) -> None:
    made = [openings.begin("order:1", "a", anew=True) for _ in range(ANEW + 5)]
    assert len(set(map(id, made))) == ANEW
    for _ in range(ANEW):
        assert reading.begun.acquire(timeout=LIMIT)
    reading.gate.set()
    assert all(one.opened(LIMIT) for one in made)
    assert openings.begin("order:1", "a", anew=True) not in made


def test_only_so_many_are_kept(reading: Reading, openings: Openings) -> None:
    reading.gate.set()
    made = [openings.begin(f"order:{number}", "a") for number in range(3 * MOST)]
    assert all(one.opened(LIMIT) for one in made)
    served = [openings.begin(one.key, "b") is one for one in made[-MOST:]]
    assert served.count(True) <= MOST
    assert len(openings._kept) <= MOST  # noqa: SLF001 - what is not handed out either


def test_what_was_not_begun_when_all_is_closed_keeps_nobody_waiting(reading: Reading, openings: Openings) -> None:
    made = [openings.begin(f"order:{number}", "a") for number in range(MOST + 1)]
    for _ in range(MOST):
        assert reading.begun.acquire(timeout=LIMIT)
    openings.close()
    assert made[-1].order() is None
    with pytest.raises(CancelledError):
        made[-1].opened(LIMIT)


def test_ten_tabs_at_once_cost_stripe_one_reading(world: World) -> None:
    clock = PatientClock()
    with desk_on(world, clock=clock, pause=clock.pause) as desk:
        ((hit,), requests) = (
            desk.find(world.built["paid_and_booked"].number, who=MIRA).hits,
            world.stripe.switches.requests,
        )
        desk.open(hit.key)  # the first asks for the account too
        requests.clear()
        desk.open(hit.key)
        alone = len(requests)
        requests.clear()
        gate = threading.Barrier(10)

        def tab(number: int) -> Opened | None:
            gate.wait(LIMIT)
            return desk.opening(hit.key, visitor=str(number), who=MIRA).opened(LIMIT)

        with ThreadPoolExecutor(10) as tabs:
            found = list(tabs.map(tab, range(10)))
        assert found[0] is not None
        assert all(one is found[0] for one in found)
        assert len(requests) == alone
        assert desk.retrieve(found[0], who=person("ada")).after is not found[0]
        assert len(requests) == 2 * alone


def test_nobody_gets_a_reading_from_before_a_sending_or_a_retrieval(world: World, desk: Desk) -> None:
    (hit,) = desk.find(world.built["webhook_refused"].number, who=MIRA).hits
    before = desk.opening(hit.key, visitor="a", who=MIRA).opened(LIMIT)
    assert before is not None
    event = next(one for one in before.links.events if one.type == "checkout.session.completed")
    proof = desk.carry_out(desk.plan_replay(before, event.id), before, who=person("ada"))
    other = desk.opening(hit.key, visitor="b", who=MIRA).opened(LIMIT)
    assert other is not None
    assert proof.after is not None
    assert other.case.order == proof.after.case.order
    assert other.diagnosis.clean
    desk.retrieve(other, who=person("ada"))
    assert desk.opening(hit.key, visitor="c", who=MIRA).opened(LIMIT) is not other
