"""A copy that has listed two stretches to their end and nothing between them: both are used, and only the gap is listed
at Stripe; also by whoever goes on with a scan that was stopped."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from threading import Event
from typing import Final
from urllib.parse import parse_qs

import pytest

from core.facts import NameKeys
from core.rest.opening import opened
from core.rest.proof import ALIVE
from core.rest.sieve import Sieving
from core.rest.sieves import Sieves
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.scanning.scratch import coverage
from core.settings import Rest
from core.stripe_api.spans import Range
from tests.databases import execute
from tests.scanning.faults import Told, about, told
from tests.scanning.scanned import DAY, Shop
from tests.scanning.test_at_rest import copied, scanned
from tests.worlds import STEADY, world_of

world = world_of(*STEADY, orders=30)
GAP: Final = 5 * DAY
SESSIONS: Final = "/v1/checkout/sessions"


@pytest.fixture(scope="module")
def by_api(world: World, tmp_path_factory: pytest.TempPathFactory) -> Told:
    with closing(Shop(world, tmp_path_factory.mktemp("api"))) as shop:
        assert scanned(shop, None).state == "complete"
        return about(told(shop.journal, world.now))


@pytest.fixture
def gapped(world: World) -> Iterator[tuple[Rest, list[Range]]]:
    """Such a copy, and what it has of each list: all until a fortnight ago, less five days, and all since."""
    with copied(world) as rest:
        url = rest.url.get_secret_value() if rest.url else ""
        second = world.now - 15 * DAY
        first = "created_gte = (SELECT min(created_gte) FROM stripe._sync_obj_runs r WHERE r.object = o.object)"
        ends = f"created_lte = CASE WHEN {first} THEN {second - GAP} ELSE created_lte END"
        begins = f"created_gte = CASE WHEN {first} THEN created_gte ELSE {second} END"
        execute(url, f"UPDATE stripe._sync_obj_runs o SET {ends}, {begins} WHERE created_lte > 0")
        yield rest, [Range(0, second - GAP), Range(second, world.now)]


def listed(world: World, since: int) -> list[Range]:
    """Which stretches of sessions were listed to be compared, of the requests since then."""
    asked = [parse_qs(one.query) for one in world.stripe.switches.requests[since:] if one.path == SESSIONS]
    ends = [(one["created[gte]"][0], one["created[lt]"][0]) for one in asked if any("expand" in key for key in one)]
    return [Range(int(since), int(until)) for since, until in ends]


@pytest.mark.parametrize("sieved", [False, True], ids=["piece by piece", "sieved"])
def test_all_that_it_has_is_used(
    world: World, shop: Shop, by_api: Told, gapped: tuple[Rest, list[Range]], *, sieved: bool
) -> None:
    rest, (first, second) = gapped
    before = len(world.stripe.switches.requests)
    record = scanned(shop, rest, sieved=sieved)
    assert (record.state, record.holes) == ("complete", ())
    assert ("passed by its sieve" in record.why) is sieved
    assert told(shop.journal, world.now) == by_api
    asked = listed(world, before)
    assert coverage.less([Range(first.until, second.since)], asked) == ()
    for one in asked:
        assert one.since >= first.until, one
        assert one.until <= second.since or one.since >= second.until - ALIVE - 60, one


def test_what_came_of_it_before_a_scan_was_stopped_comes_anew(
    world: World, shop: Shop, by_api: Told, gapped: tuple[Rest, list[Range]]
) -> None:
    """It is not kept, so it is not done."""
    rest, _ = gapped
    began = Plan(since=int(time.time()) - 120 * DAY, who="tests", canary=0.0)
    with closing(opened(rest, "test")) as copy:
        sieves, begun = Sieves(copy, shop.scratch), Event()

        def noted(keys: NameKeys, canary: float) -> Sieving:
            begun.set()
            return sieves(keys, canary)

        sources = replace(shop.sources(), copy=copy, sieves=sieves, sieved_from=0)
        assert run(began, replace(sources, sieves=noted, stop=begun.is_set)).state == "cancelled"
        record = run(Plan(since=None, who="tests", canary=0.0, scan_id=1), sources)
    assert (record.id, record.state, record.holes) == (1, "complete", ())
    assert "passed by its sieve" in record.why
    assert told(shop.journal, world.now) == by_api
