"""A key that may list checkout sessions and not see the payments in them: what can be told is, the rest is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.journal import Filter
from core.sandbox import World
from core.sandbox.scenarios import ORDINARY, SCENARIOS, Scenery
from core.sandbox.stripe import READING_RIGHTS, RESTRICTED_KEY_TEST, SECRET_KEY_TEST
from core.sandbox.volume import generate, without_checkout
from tests.desks import desk_on
from tests.scanning.faults import inbox
from tests.scanning.mixed import asked, play
from tests.scanning.scanned import Shop

ORDERS = 60
BLIND = {"payment_intent_read": "payments", "charge_read": "charges"}


@pytest.fixture(scope="module", params=BLIND)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    scenery = Scenery(f"key without {request.param}", hooks=ORDINARY.hooks, lacks=request.param)
    with World(scenery=scenery, scenarios=SCENARIOS, orders=ORDERS) as world:
        yield world


@pytest.fixture(scope="module")
def shop(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(world, tmp_path_factory.mktemp("blind"))
    shop.record = shop.scan()
    yield shop
    shop.close()


def test_the_sessions_are_read_and_what_is_hidden_in_them_is_said(world: World, shop: Shop) -> None:
    lacks = world.scenery.lacks or ""
    assert shop.record.state == "partial"
    assert shop.record.sessions > ORDERS / 2
    hidden = [hole for hole in shop.record.holes if hole.kind == BLIND[lacks]]
    assert hidden
    assert all(lacks in hole.because for hole in hidden)
    assert not [hole for hole in shop.record.holes if hole.kind == "sessions"]


def test_nothing_is_asked_for_that_the_key_may_not_see(world: World, shop: Shop) -> None:
    assert shop.record.id
    refused = [one for one in world.stripe.switches.requests if one.status == 403]
    assert len(refused) < 40, "what was under way when the first was refused, and no more"


def test_nothing_is_told_that_opening_the_case_would_not_tell(world: World, shop: Shop) -> None:
    """With this key; or with one that sees all, for of a payment never tried the scan knows that there is no charge."""
    cases, _ = shop.journal.inbox.page(Filter(), limit=1000)
    told = [case for case in cases if case.code]
    assert told
    with desk_on(world) as desk, desk_on(world, key=SECRET_KEY_TEST) as seeing:
        for case in told:
            blind, whole = desk.open(case.key).diagnosis, seeing.open(case.key).diagnosis
            assert case.code in {one.code for one in (*blind.findings, *whole.findings)}, case.number


def test_once_the_key_has_the_right_the_rest_can_be_filled_in(world: World, shop: Shop, tmp_path: Path) -> None:
    assert shop.record.state == "partial"
    world.stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS)
    whole = Shop(world, tmp_path)
    try:
        assert whole.scan().state == "complete"
        assert shop.fill(shop.record.id).state == "complete"
        assert inbox(shop.journal) == inbox(whole.journal)
    finally:
        whole.close()


def test_payments_without_a_session_are_listed_without_their_charges(tmp_path: Path) -> None:
    with World(scenery=Scenery("no charges", lacks="charge_read"), scenarios=()) as world:
        play(world, map(without_checkout, generate(ORDERS, {}, world.now, shop_url=world.shop.url)))
        shop = Shop(world, tmp_path)
        record = shop.scan(days=30)
        assert (record.state, {hole.kind for hole in record.holes}) == ("partial", {"refunds", "charges"})
        assert asked(world)[1] == 0
        assert inbox(shop.journal) == {}
        shop.close()
