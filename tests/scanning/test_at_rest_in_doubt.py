"""What a copy alone says where Stripe does not answer, or where the copy is not sound: nothing is told or settled by it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.sandbox import World
from tests.scanning.scanned import Shop
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
