"""A shop where part of the orders is paid without a checkout session: bulk, not one by one, and no other findings."""

from collections.abc import Iterator

import pytest

from core.desk import Desk
from core.journal import Filter
from core.sandbox import World
from core.sandbox.scenarios import SCENARIOS, Scenario
from core.sandbox.volume import by_charge, without_checkout
from tests.desks import desk_of
from tests.people import MIRA
from tests.scanning.mixed import ORDERS, asked, mixed
from tests.scanning.scanned import DAY, Shop

OF_THE_SPAN = [scenario for scenario in SCENARIOS if scenario.age < 120 * DAY]


@pytest.fixture(scope="module", params=[without_checkout, by_charge], ids=lambda way: way.__name__)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with World(scenarios=()) as world:
        mixed(world, wrong=request.param)
        yield world


@pytest.fixture(scope="module")
def shop(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, tuple[int, int]]]:
    """And how many questions the scan asked of intents and charges, as lists and one by one."""
    shop = Shop(world, tmp_path_factory.mktemp("bare"))
    shop.record = shop.scan()
    yield shop, asked(world)
    shop.close()


desk = desk_of("module")


def test_nothing_is_left_unread(shop: tuple[Shop, tuple[int, int]]) -> None:
    record = shop[0].record
    assert (record.state, record.holes) == ("complete", ())
    assert record.orders > ORDERS


def test_payments_are_listed_and_not_asked_for_one_by_one(shop: tuple[Shop, tuple[int, int]]) -> None:
    lists, one_by_one = shop[1]
    assert lists <= ORDERS / 20, "some five pages of each, of which a few are part-filled"
    assert one_by_one < ORDERS / 20, "only those that do not exist, or belong elsewhere"


@pytest.mark.parametrize("scenario", OF_THE_SPAN, ids=lambda scenario: scenario.name)
def test_it_says_what_opening_the_case_says(shop: tuple[Shop, tuple[int, int]], desk: Desk, scenario: Scenario) -> None:
    (hit,) = desk.find(scenario.purchase.number, who=MIRA).hits
    live, kept = desk.open(hit.key).diagnosis, shop[0].journal.inbox.get(hit.key)
    elsewhere = scenario.name == "on_the_sellers_account"  # a scan reads one account, and speaks of no other
    assert (kept is None) == (live.clean or elsewhere)
    if kept is None:
        return
    assert kept.codes == tuple(one.code for one in live.findings)
    assert kept.undetermined == live.undetermined
    if live.headline:
        assert (kept.code, kept.money) == (live.headline.code, live.headline.money_at_risk)
        assert (kept.severity, kept.confidence) == (live.headline.severity, live.headline.confidence)


def test_whatever_it_tells_of_the_others_is_what_opening_them_says(
    shop: tuple[Shop, tuple[int, int]], desk: Desk
) -> None:
    known = {scenario.purchase.number for scenario in SCENARIOS}
    cases, _ = shop[0].journal.inbox.page(Filter(), limit=1000)
    others = [case for case in cases if case.number not in known]
    assert len(others) < ORDERS / 20
    for case in others:
        live = desk.open(case.key).diagnosis
        assert case.codes == tuple(one.code for one in live.findings), case.key
