"""A payment that names no order, and an open order of the same customer: whoever is told of it, somebody is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from tests.scanning.faults import inbox
from tests.scanning.scanned import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with World(scenarios=[BY_NAME["paid_by_payment_link"]]) as world:
        shop = Shop(world, tmp_path)
        yield shop
        shop.close()


def test_one_that_is_like_the_order_is_told_with_it(shop: Shop) -> None:
    for _ in range(2):
        assert shop.scan().state == "complete"
        assert [one[1] for one in inbox(shop.journal).values()] == ["link_missing"]


def test_a_narrow_scan_later_still_finds_it(shop: Shop) -> None:
    shop.scan()
    before = inbox(shop.journal)
    shop.scan(days=0)
    assert inbox(shop.journal) == before


def test_one_of_another_amount_is_nobodys(shop: Shop) -> None:
    store = shop.world.stripe.store
    (session,) = store.newest_first("checkout.session", livemode=False)
    intent = store.get(session["payment_intent"], livemode=False)
    assert intent is not None
    store.put({**session, "amount_total": session["amount_total"] - 1})
    store.put({**intent, "amount": intent["amount"] - 1, "amount_received": intent["amount"] - 1})
    assert shop.scan().state == "complete"
    assert {key: one[1] for key, one in inbox(shop.journal).items()} == {f"stripe:{intent['id']}": "link_missing"}
