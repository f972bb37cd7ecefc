"""The official tools fill a PostgreSQL from the sandbox: what lies there is what Stripe lists, and a scan of it tells
what a scan of Stripe tells."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr

from core.rest.copy import Copy
from core.rest.proof import proofs
from core.rest.sieves import Sieves
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.scanning.scratch import brief_of_object
from core.settings import Rest
from core.stripe_api.spans import CHARGES, INTENTS, SESSIONS, Listing, gist_of
from tests.rest.copies import listed
from tests.rest.official import by_django, by_engine, by_replit, by_supabase, database, postgresql_with_gist
from tests.rest.test_copy import EVER, live
from tests.scanning.faults import Told, about, told
from tests.scanning.scanned import DAY, Shop
from tests.worlds import STEADY, world_of

TOOLS: Final[dict[str, Callable[[str, World, Path], str]]] = {
    "A3": by_engine,
    "A2": by_replit,
    "A1": by_supabase,
    "dj-stripe": by_django,
}
pytestmark = pytest.mark.timeout(900)  # the first test of each tool waits for it to fill its database
OBJECTS: Final = 18  # that today's engine syncs when it is asked for all
world = world_of(*STEADY)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_with_gist() as url:
        yield url


@pytest.fixture(scope="module", params=TOOLS)
def copy(
    request: pytest.FixtureRequest, server: str, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Copy]:
    """The copy that a tool made; of those that prove nothing it is accepted that nobody sees gaps, of that of single
    columns that it does not show everything."""
    with database(server, request.param) as url:
        said = TOOLS[request.param](url, world, tmp_path_factory.mktemp("tool"))
        holes = ("charge.billing_details",) if request.param == "A1" else ()
        rest = Rest(url=SecretStr(url), accept=() if request.param == "A3" else ("gaps", *holes))
        with closing(Copy(rest, "test")) as copy:
            assert request.param in (copy.kind.name, copy.kind.generation), said
            assert copy.kind.lacks == holes
            yield copy


@pytest.fixture(scope="module")
def by_api(world: World, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return about(scanned(world, tmp_path_factory.mktemp("api"), None))


def scanned(world: World, folder: Path, copy: Copy | None, *, sieved: bool = False) -> Told:
    with closing(Shop(world, folder)) as shop:
        sieves = Sieves(copy, shop.scratch) if sieved and copy else None
        sources = replace(shop.sources(), copy=copy, sieves=sieves, sieved_from=0)
        record = run(Plan(since=int(time.time()) - 120 * DAY, who="tests"), sources)
        assert (record.state, bool(record.sessions)) == ("complete", True), record.why
        assert ("passed by its sieve" in record.why) == (sieves is not None and not (copy and copy.kind.flat))
        assert ("come from the copy" in record.why) == (copy is not None)
        return told(shop.journal, world.now)


@pytest.mark.parametrize("listing", [SESSIONS, INTENTS, CHARGES], ids=lambda one: one.kind)
def test_what_lies_there_is_what_stripe_lists(world: World, copy: Copy, listing: Listing) -> None:
    at_stripe = live(world, listing)
    at_rest = {str(one["id"]): one for some in copy.objects(listing.kind, EVER) for one in some}
    assert at_rest.keys() == at_stripe.keys()
    for key, one in at_stripe.items():
        assert brief_of_object(at_rest[key]) == brief_of_object(gist_of(one))


@pytest.mark.parametrize("kind", ["refunds", "disputes"])
def test_nothing_that_went_back_is_missing(world: World, copy: Copy, kind: str) -> None:
    at_stripe = {str(one["id"]) for one in listed(world, kind)}
    rows = copy.rows(f"SELECT o.id FROM {copy.named(copy.kind.tables[kind])} o")
    assert sorted(str(one) for (one,) in rows) == sorted(at_stripe)


@pytest.mark.parametrize("sieved", [False, True], ids=["piece by piece", "sieved"])
def test_a_scan_of_it_tells_what_a_scan_of_stripe_tells(
    world: World, copy: Copy, by_api: Told, tmp_path: Path, *, sieved: bool
) -> None:
    assert scanned(world, tmp_path, copy, sieved=sieved) == by_api


def test_the_engine_of_today_lists_everything_to_its_end(copy: Copy) -> None:
    if copy.kind.generation != "A3":
        assert not any(one.proven for one in proofs(copy).values()), "the others note nothing of that"
        return
    assert all(proof.proven and len(proof.listed) == 1 for proof in proofs(copy).values())
    states = copy.rows(f"SELECT status, count(DISTINCT object) FROM {copy.runs} GROUP BY status")
    assert [tuple(one) for one in states] == [("complete", OBJECTS)]
    assert all(ended for (ended,) in copy.rows(f"SELECT closed_at FROM {copy.named('_sync_runs')}"))


def test_the_engine_of_today_asks_in_its_own_version(copy: Copy) -> None:
    """2020-08-27: an intent has its charges in a list."""
    if copy.kind.generation == "A3":
        intents = copy.named(copy.kind.tables["intents"])
        shapes = "jsonb_exists(o._raw_data, 'charges'), jsonb_exists(o._raw_data, 'latest_charge')"
        assert [tuple(one) for one in copy.rows(f"SELECT DISTINCT {shapes} FROM {intents} o")] == [(True, False)]
