"""What a copy alone says where Stripe does not answer, or where it is not sound: nothing is told or settled by it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.journal import ScanRecord
from core.rest.copy import Copy
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.settings import Rest
from tests.databases import execute, postgresql
from tests.rest.connectors import KEPT, fill_kept
from tests.scanning.scanned import DAY, Shop
from tests.scanning.test_at_rest import BACK, PLAIN, REFUSED, copied, scanned, the
from tests.worlds import world_of

small = world_of(PLAIN, REFUSED, BACK, orders=30, scope="function")


@pytest.fixture
def stand(small: World, tmp_path: Path) -> Iterator[tuple[World, Shop]]:
    """A small shop, and what a scan of it needs; Stripe may be gone for half a second."""
    with closing(Shop(small, tmp_path, holds_out=0.5)) as shop:
        yield small, shop


def test_a_kept_payment_that_stripe_could_not_be_asked_of_stays(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    key = f"stripe:{the(world, PLAIN, 'payment_intent')['id']}"
    with sqlite3.connect(world.shop.books.path) as db:
        db.execute("DELETE FROM orders WHERE order_number = ?", (world.built[PLAIN].number,))
    db.close()
    scanned(shop, None)
    told = shop.headlines()[key]
    session = the(world, PLAIN, "checkout.session")["id"]
    world.stripe.switches.fail("500", times=100_000, path=f"/v1/checkout/sessions/{session}")
    with copied(world) as rest:
        scanned(shop, rest)
    assert shop.headlines().get(key) == told, "nobody has seen its order"


def test_a_copy_that_stripe_could_not_be_held_against_is_not_used(stand: tuple[World, Shop]) -> None:
    """Stripe lists no intents when the scan has begun: of the little by which the copy is tried a part is not seen."""
    world, shop = stand

    def gone(_record: ScanRecord) -> None:
        world.stripe.switches.fail("500", times=100_000, path="/v1/payment_intents")

    plan = Plan(since=int(time.time()) - 120 * DAY, who="tests", canary=0.0)
    with copied(world) as rest, closing(Copy(rest, "test")) as copy:
        record = run(plan, replace(shop.sources(), copy=copy, begun=gone))
    assert record.state == "complete", "all that counts was read from Stripe"
    assert "could not be held against Stripe's intents: it was not used" in record.why
    assert "come from the copy" not in record.why


def test_rows_without_their_json_are_read_from_stripe(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    with copied(world, "dj-stripe") as rest:
        url = rest.url.get_secret_value() if rest.url else ""
        execute(url, "UPDATE djstripe_session SET stripe_data = '{}'")
        record = scanned(shop, rest)
    assert record.state == "complete"
    assert "is not complete: it has not" in record.why
    assert world.built[REFUSED].number in shop.headlines()


def test_a_table_with_several_rows_of_an_object_is_not_used(stand: tuple[World, Shop]) -> None:
    """Whatever it is called: which of them is the newest is not known."""
    world, shop = stand
    with postgresql() as url:
        fill_kept(url, world)
        rest = Rest(kind="json", url=SecretStr(url), tables=KEPT, json="attrs", accept=("gaps",))
        table = "stripe_checkout_sessions"
        execute(
            url, f"INSERT INTO {table} SELECT id, created, attrs - 'metadata' FROM {table} ORDER BY created LIMIT 1"
        )
        record = scanned(shop, rest)
    assert record.state == "complete", "all was read from Stripe"
    assert "has several rows of cs_test_" in record.why
    assert "come from the copy" not in record.why
