"""Stripe goes away between a sending and its proof, many at a time: what is not seen is not said."""

import json
from collections.abc import Iterator

import pytest

from core.journal import Begun, ReplayRun
from core.replaying import Runs
from core.sandbox import World
from core.settings import Replays
from tests.desks import PatientClock, desk_on
from tests.replaying.conftest import Shop
from tests.replaying.planned import planned
from tests.sandbox.postbox import Postbox

ORDERS, AT_ONCE = 12, 3


@pytest.fixture
def box() -> Iterator[Postbox]:
    with Postbox() as running:
        yield running


@pytest.fixture
def shop(box: Postbox) -> Iterator[Shop]:
    clock = PatientClock()
    with (
        World(scenarios=[], orders=ORDERS, shares={"webhook_refused": 1.0}) as world,
        desk_on(world, webhook_url=box.url, clock=clock, pause=clock.pause) as desk,
    ):
        yield Shop(world, desk, Runs(desk, Replays(), desk.now))


def sent(box: Postbox) -> list[str]:
    return [json.loads(one.body)["id"] for one in box.letters]


def books(shop: Shop, box: Postbox) -> None:
    """The app does with the last letter what it is for."""
    event = json.loads(box.letters[-1].body)
    shop.world.shop.books.book(event, event["data"]["object"]["client_reference_id"], "paid", at=shop.desk.now())


def begun(shop: Shop) -> ReplayRun:
    run = Begun(who="ada", sub="ada", account=shop.desk.account, how="replay", chosen="all", at_once=AT_ONCE)
    return shop.runs.records.begin(run, planned(shop), now=shop.desk.now())


def goes(shop: Shop, box: Postbox, *, booked: bool) -> None:
    """Only the canary is answered while Stripe is there. Without `booked` the app drops all that comes after it."""
    if len(box.letters) == 1 or booked:
        books(shop, box)
    if len(box.letters) > 1:
        shop.world.stripe.switches.fail("reset", 100_000)


def outcomes(shop: Shop) -> dict[str, str]:
    """What the journal says of each event."""
    entries, _ = shop.desk.activity(limit=100)
    return {one.object_id: one.outcome for one in entries if one.what == "replay"}


def test_what_nobody_could_look_at_is_not_called_healed_and_not_sent_again(shop: Shop, box: Postbox) -> None:
    run = begun(shop)
    box.comes = lambda: goes(shop, box, booked=False)
    done = shop.carry_out(run)
    canary, *rest = shop.items(run)
    out = {one.event_id: one for one in rest if one.event_id in sent(box)}
    assert (done.state, canary.state) == ("stopped", "healed")
    assert "in a row" in done.why
    assert "Nothing was read from Stripe" in done.why
    assert out, "many were sent"
    for event, one in out.items():
        assert (one.state, outcomes(shop)[event]) == ("unverified", "sent, not verified")
        assert "could not be looked at: Nothing was read from Stripe" in one.says
    assert {one.state for one in rest if one.event_id not in out} == {"planned"}

    shop.world.stripe.switches.faults.clear()
    box.comes = lambda: books(shop, box)
    assert shop.carry_out(run).state == "complete"
    for one in shop.items(run):
        assert one.state == ("unverified" if one.event_id in out else "healed"), "as it was seen, and no more"
    assert len(sent(box)) == len(set(sent(box))) == ORDERS


def test_what_the_order_shows_is_said_with_what_could_not_be_read(shop: Shop, box: Postbox) -> None:
    """The row is the proof, and it was read: as of one."""
    run = begun(shop)
    box.comes = lambda: goes(shop, box, booked=True)
    shop.carry_out(run)
    canary, *rest = shop.items(run)
    for one in rest:
        assert one.state == ("healed" if one.event_id in sent(box) else "planned")
        assert one.state == "planned" or "Both sides could not be read again: Nothing was read from Stripe" in one.says
    assert "could not be read" not in canary.says
    assert len(sent(box)) == len(set(sent(box))) > 1
