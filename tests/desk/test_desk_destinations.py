"""An EventBridge or an Event Grid that is told is not "nobody is listening"; without one, all is said as before."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from core.cases import Case, bundle
from core.desk import Desk, Opened
from core.rules import examine
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.stripe.objects import event_destination
from tests.desks import desk_on
from tests.people import MIRA
from tests.scanning.scanned import Shop

RNG = Random(7)  # noqa: S311 - makes ids
NAMES = ("endpoint_switched_off", "delayed_events_forgotten")


@pytest.fixture(params=NAMES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    played = BY_NAME[request.param]
    with World(scenery=played.scenery, scenarios=[played]) as running:
        yield running


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    with desk_on(world) as running:
        yield running


def opened(world: World, desk: Desk) -> Opened:
    (built,) = world.built.values()
    (hit,) = desk.find(built.number, who=MIRA).hits
    return desk.open(hit.key)


def headline(seen: Opened) -> str:
    return seen.diagnosis.headline.code if seen.diagnosis.headline else ""


def put(world: World, **fields: object) -> None:
    world.stripe.store.put(event_destination(RNG, world.now, **fields))


def test_where_there_is_none_and_where_it_cannot_be_seen_all_is_said_as_before(world: World, desk: Desk) -> None:
    (built,) = world.built.values()
    said = BY_NAME[built.name].code
    assert headline(opened(world, desk)) == said
    put(world, status="disabled")
    put(world, enabled_events=["payout.paid"])
    assert headline(opened(world, desk)) == said
    world.stripe.switches.v2_events = False
    seen = opened(world, desk)
    assert headline(seen) == said
    assert not seen.case.facts.unread


def test_a_bus_that_is_told_is_not_nobody(world: World, desk: Desk) -> None:
    put(world)
    seen = opened(world, desk)
    assert headline(seen) == "paid_not_recorded"
    assert seen.diagnosis.headline is not None
    assert "Stripe sends its messages to Amazon EventBridge (ed_test" in seen.diagnosis.headline.says
    again = examine(Case.of(bundle(seen.case)))
    assert again.diagnosis.headline == seen.diagnosis.headline


def test_a_shop_that_hears_everything_is_not_asked_about() -> None:
    with World(scenarios=[BY_NAME["paid_and_booked"]]) as world, desk_on(world) as desk:
        assert opened(world, desk).diagnosis.clean
        asked = {one.path for one in world.stripe.switches.requests}
        assert "/v2/core/event_destinations" not in asked


def test_a_scan_says_the_same(world: World, tmp_path: Path) -> None:
    put(world)
    shop = Shop(world, tmp_path)
    try:
        shop.scan()
        assert set(shop.headlines().values()) == {"paid_not_recorded"}
    finally:
        shop.close()
