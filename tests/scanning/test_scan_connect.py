"""A scan of one account beside orders of several: what is on another is left out and counted, and accuses nobody."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.sandbox import World
from core.sandbox.scenarios import SCENARIOS
from tests.scanning.scanned import Shop
from tests.sellers import OTHER, SELLER, hearing, name_account, to_seller
from tests.worlds import world_of

world = world_of(
    "paid_and_booked", "paid_twice", "webhook_refused", "shipped_before_the_bank", orders=40, scope="function"
)


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    with closing(Shop(world, tmp_path)) as made:
        yield made


def test_orders_of_sellers_accuse_nobody_and_are_counted(world: World, shop: Shop) -> None:
    to_seller(world, "paid_and_booked", "paid_twice")
    to_seller(world, "webhook_refused", account=OTHER)
    world.stripe.switches.requests.clear()
    record = shop.scan()
    assert record.state == "complete"
    ours = {world.built[name].number for name in ("paid_and_booked", "paid_twice", "webhook_refused")}
    assert ours.isdisjoint(shop.headlines())
    assert f"Not judged: 3 orders of other accounts ({SELLER}, {OTHER})" in record.why
    assert f"`orderlens scan --account {SELLER}`" in record.why
    stored = {str(row["stripe_session_id"]) for name in world.built for row in world.built[name].orders}
    assert not any(one.path.endswith(tuple(stored)) for one in world.stripe.switches.requests)  # nor asked for


def test_destination_charges_are_judged_and_claimed(world: World, shop: Shop) -> None:
    before = shop.scan()
    said = shop.headlines()
    for name in world.built:
        name_account(world, name)
    assert before.why == shop.scan().why
    assert shop.headlines() == said


def test_a_scan_settles_no_case_of_another_account(world: World, shop: Shop) -> None:
    hearing(world)
    shop.scan()
    number = world.built["webhook_refused"].number
    assert shop.headlines()[number] == "webhook_off"
    to_seller(world, "webhook_refused")
    shop.scan()
    assert number in shop.headlines()


def test_no_scenario_on_a_sellers_account_is_spoken_of(tmp_path: Path) -> None:
    """Whatever is wrong there: a scan of the platform has not seen it."""
    with World(scenarios=SCENARIOS[::3]) as world, closing(Shop(world, tmp_path)) as shop:
        to_seller(world, *world.built)
        record = shop.scan()
        assert (record.state, record.findings, shop.headlines()) == ("complete", 0, {})
        assert not [one for one in world.stripe.switches.requests if one.path.count("/") > 3]  # none asked for by id
