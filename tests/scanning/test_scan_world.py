"""A scan finds what opening every case would find, and nothing else; for a fraction of the requests."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.cases import mask
from core.desk import Desk
from core.sandbox import World
from core.sandbox.scenarios import SCENARIOS, Scenario
from core.scanning.plan import Plan
from core.scanning.scan import run
from tests.desks import desk_of
from tests.people import MIRA
from tests.scanning.scanned import DAY, Shop
from tests.worlds import AGING, world_of

VOLUME = 400


world = world_of(orders=VOLUME)


@pytest.fixture(scope="module")
def shop(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(world, tmp_path_factory.mktemp("scan"))
    shop.record = shop.scan()
    yield shop
    shop.close()


desk = desk_of("module")


def to_the_hour(says: str) -> str:
    """A payment's charge and its event, of which only one may have been read, lie a second or two apart: with bad luck
    in two minutes."""
    return re.sub(r"\b\d\d:\d\d UTC", "UTC", says)


def test_it_is_complete(shop: Shop) -> None:
    assert shop.record.state == "complete"
    assert shop.record.holes == ()
    assert shop.record.orders > VOLUME
    assert not list((shop.folder / "scratch").iterdir())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_it_says_what_opening_the_case_says(world: World, shop: Shop, desk: Desk, scenario: Scenario) -> None:
    built = world.built[scenario.name]
    (hit,) = desk.find(built.number, who=MIRA).hits
    live = desk.open(hit.key).diagnosis
    kept = shop.journal.inbox.get(hit.key)
    if live.clean or scenario.name == "on_the_sellers_account":  # a scan reads one account, and speaks of no other
        assert kept is None
        return
    assert kept is not None
    assert live.headline is not None
    assert (kept.code, kept.codes) == (scenario.expected_headline, tuple(one.code for one in live.findings))
    assert (kept.severity, kept.confidence) == (live.headline.severity, live.headline.confidence)
    assert kept.money == live.headline.money_at_risk
    assert to_the_hour(kept.says) == to_the_hour(mask(live.headline.says))
    assert kept.undetermined == live.undetermined


def test_a_statement_serves_two_hundred_orders_or_more(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batches, the quantiles, the look at the newest, the suspects: each of them once, for so few orders. Looking
    ahead, which asks as often as it has time to, looks once."""
    monkeypatch.setattr("core.scanning.looking.ahead.WORTH_IT", 10 * VOLUME)
    with closing(Shop(world, tmp_path)) as shop:
        record = run(Plan(since=world.now - 120 * DAY, who="tests"), shop.sources())
    assert record.orders > VOLUME
    assert record.statements < 20


def test_scanning_again_finds_nothing_new(world: World, shop: Shop) -> None:
    """But of orders that are some minutes old, of which another thing is said when the scan before took its time."""
    young = {world.built[name].number for name in AGING}

    def grown() -> dict[str, str | None]:
        return {number: code for number, code in shop.headlines().items() if number not in young}

    before = grown()
    again = shop.scan()
    assert again.state == "complete"
    assert again.id != shop.record.id
    assert grown() == before
    assert again.findings == shop.record.findings
    cases = {key: shop.journal.inbox.readings(key) for key in (f"order:{n}" for n in range(1, 30))}
    assert all(len(readings) <= 1 for readings in cases.values())
