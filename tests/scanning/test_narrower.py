"""A later scan that reads less says no less: what was told of an older order stays told, as well as it was."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.findings import Severity
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, SCENARIOS, Scenario
from tests.scanning.scanned import DAY, Shop
from tests.scanning.watched import Clock

NARROW = 7  # days
OLDER = 12 * DAY


def _aged(scenario: Scenario) -> Scenario:
    """The same, long enough ago not to lie in the narrow span, if it is still true then."""
    return replace(scenario, age=max(scenario.ages[0], min(OLDER, scenario.ages[1])))


AGED = tuple(aged for scenario in SCENARIOS if (aged := _aged(scenario)).age > (NARROW + 2) * DAY)
# What a scan knows by events only: it lists neither reviews and warnings, nor saved cards. Once the events are gone it
# cannot tell whether the doubt is still there or the card still useless, and says nothing.
BY_EVENTS_ALONE = {"payment_doubted", "setup_unusable"}
Told = dict[str, tuple[str | None, Severity | None, int | None]]


class Scans:
    """What the inbox says after a wide scan, after a narrow one, and long afterwards, when the events are gone."""

    def __init__(self, shop: Shop, clock: Clock) -> None:
        self.shop = shop
        self.wide = self._told(120)
        self.narrow = self._told(NARROW)
        clock.pass_by(25 * DAY)
        self.late = self._told(120)

    def _told(self, days: int) -> Told:
        record = self.shop.scan(days=days)
        assert (record.state, record.holes) == ("complete", ())
        kept = {name: self.shop.journal.inbox.get(f"order:{self._id(name)}") for name in self.shop.world.built}
        return {
            name: (case.code, case.severity, case.money.amount_minor if case.money else None)
            for name, case in kept.items()
            if case and case.state != "resolved"
        }

    def _id(self, name: str) -> str:
        built = self.shop.world.built[name]
        found = self.shop.orders.find(numbers=[built.number], limit=1)
        return found[0].id


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scans]:
    with World(scenarios=AGED) as world:
        clock = Clock(world)
        shop = Shop(world, tmp_path_factory.mktemp("narrower"), clock=clock)
        yield Scans(shop, clock)
        shop.close()


@pytest.mark.parametrize("scenario", AGED, ids=lambda scenario: scenario.name)
def test_a_narrow_scan_changes_nothing_of_what_is_older(scans: Scans, scenario: Scenario) -> None:
    assert scans.narrow.get(scenario.name) == scans.wide.get(scenario.name)


@pytest.mark.parametrize("scenario", AGED, ids=lambda scenario: scenario.name)
def test_events_that_stripe_no_longer_lists_take_no_headline_away(scans: Scans, scenario: Scenario) -> None:
    code, _, _ = scans.late.get(scenario.name, (None, None, None))
    first, _, _ = scans.wide.get(scenario.name, (None, None, None))
    assert first in (None, code) or (first in BY_EVENTS_ALONE and code is None)


def test_an_order_that_moved_is_another_story(tmp_path: Path) -> None:
    """The shop cancels a paid order of twelve days ago: the narrow scan says so, though it reads less than the wide."""
    refused = _aged(BY_NAME["webhook_refused"])
    with World(scenarios=[refused]) as world:
        shop = Shop(world, tmp_path)
        number = world.built[refused.name].number
        shop.scan(days=120)
        assert shop.headlines() == {number: "webhook_failing"}
        with sqlite3.connect(world.shop.books.path) as db:
            db.execute("UPDATE orders SET status = 'cancelled'")
        db.close()
        shop.scan(days=NARROW)
        assert shop.headlines() == {number: "paid_order_closed"}
        shop.close()
