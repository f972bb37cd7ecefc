"""A scan from a copy that has single columns tells what a scan of the API tells, or names what it could not see."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.rest.fields import HOLES
from core.rest.opening import opened
from core.rest.sieves import Sieves
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.settings import Rest
from tests.databases import postgresql
from tests.rest.connectors import FILLS, KEPT
from tests.rest.copies import Bend, Json, as_it_is
from tests.rest.pipelines import fill_pipeline
from tests.scanning.faults import Told, about, told
from tests.scanning.scanned import DAY, Shop
from tests.scanning.test_at_rest import scanned
from tests.worlds import STEADY, world_of

world = world_of(*STEADY, orders=20)
PLAIN = "paid_and_booked"
small = world_of(PLAIN, orders=20, scope="function")
RESTS = {"fivetran": Rest(), "airbyte": Rest(), "json": Rest(kind="json", tables=KEPT, json="attrs")}
ACCEPTS = {
    "fivetran": ("gaps", "session.recovered_from", "session.currency_conversion", "intent.review"),
    "airbyte": ("gaps",),
    "json": ("gaps",),
}


@contextmanager
def copied(world: World, kind: str, bend: Bend = as_it_is) -> Iterator[Rest]:
    if kind == "data-pipeline":
        with tempfile.TemporaryDirectory() as folder:
            fill_pipeline(Path(folder), world, bend)
            yield Rest(kind="data-pipeline", path=Path(folder), accept=tuple(HOLES))
        return
    with postgresql() as url:
        FILLS[kind](url, world, bend)
        yield replace(RESTS[kind], url=SecretStr(url), accept=ACCEPTS[kind])


@pytest.fixture(scope="module")
def by_api(world: World, tmp_path_factory: pytest.TempPathFactory) -> Told:
    with closing(Shop(world, tmp_path_factory.mktemp("api"))) as shop:
        assert scanned(shop, None).state == "complete"
        return about(told(shop.journal, world.now))


@pytest.mark.parametrize("kind", [*FILLS, "data-pipeline"])
def test_it_tells_the_same_cases(world: World, shop: Shop, by_api: Told, kind: str) -> None:
    """Whole objects under any name are sieved where they lie, single columns never."""
    with copied(world, kind) as rest, closing(opened(rest, "test")) as copy:
        sieves, plan = Sieves(copy, shop.scratch), Plan(since=int(time.time()) - 120 * DAY, who="tests", canary=0.0)
        record = run(plan, replace(shop.sources(), copy=copy, sieves=sieves, sieved_from=0))
    assert (record.state, record.holes) == ("complete", ())
    assert f"come from the copy of Stripe's data ({kind}" in record.why
    assert ("were passed by its sieve" in record.why) is (kind == "json")
    hidden = {"fivetran": ACCEPTS["fivetran"], "data-pipeline": tuple(HOLES)}.get(kind, ())
    for one in ("session.recovered_from", "session.metadata"):
        assert (one in record.why) is (one in hidden)
    assert told(shop.journal, world.now) == by_api


@pytest.fixture
def stand(small: World, tmp_path: Path) -> Iterator[tuple[World, Shop]]:
    """A small shop, and what a scan of it needs."""
    with closing(Shop(small, tmp_path)) as shop:
        yield small, shop


def keeps_no_id(world: World, number: str = "%") -> None:
    """Of these orders the shop knows no id of Stripe's."""
    with sqlite3.connect(world.shop.books.path) as db:
        update = "UPDATE orders SET stripe_session_id = NULL, payment_intent_id = NULL WHERE order_number LIKE ?"
        db.execute(update, (number,))
    db.close()


def test_what_a_copy_does_not_show_is_a_hole_by_name(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    with copied(world, "data-pipeline") as rest:
        record = scanned(shop, replace(rest, accept=("session.recovered_from",)))
    assert (record.state, [hole.kind for hole in record.holes]) == ("partial", ["copy"])
    because = record.holes[0].because
    assert "does not show session.payment_status (whether an expired checkout had anything to pay)" in because
    assert 'accept = ["session.recovered_from", "session.payment_status"' in because
    assert "As the settings accept, it does not show session.recovered_from" in record.why


def test_a_run_of_which_a_file_seems_to_be_missing_proves_nothing(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    with copied(world, "data-pipeline") as rest:
        assert rest.path is not None
        (part,) = (rest.path / "testmode").glob("*/charges/*.parquet")
        part.rename(part.with_name("part-00001.parquet"))
        record = scanned(shop, rest)
        assert (record.state, [hole.kind for hole in record.holes]) == ("partial", ["copy"])
        assert "has no part 0 of charges, and has part 1, so nobody can see" in record.holes[0].because


def test_where_orders_are_named_in_a_checkouts_metadata_alone_the_copy_is_not_used(stand: tuple[World, Shop]) -> None:
    """The shop keeps no id of Stripe's, and nothing of what the copy has names an order."""
    world, shop = stand
    keeps_no_id(world)
    with copied(world, "data-pipeline", nameless) as rest:
        record = scanned(shop, rest)
    assert record.state == "complete"
    assert "is of no use to this shop: data-pipeline keeps no metadata of sessions" in record.why


def nameless(thing: Json) -> Json:
    return {**thing, "client_reference_id": None, "metadata": {}}


def test_a_checkout_that_leads_to_no_order_is_read_from_stripe(stand: tuple[World, Shop]) -> None:
    """All but one order keep an id; that one is named in the metadata of its checkout, which only Stripe has."""
    world, shop = stand
    own = world.built[PLAIN]
    session = next(one for one in own.objects if one["object"] == "checkout.session")
    keeps_no_id(world, own.number)
    with copied(world, "data-pipeline", nameless) as rest:
        record = scanned(shop, rest)
    assert record.state == "complete"
    assert "come from the copy" in record.why
    assert any(one.path.endswith(session["id"]) for one in world.stripe.switches.requests)
