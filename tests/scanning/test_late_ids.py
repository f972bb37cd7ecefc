"""A shop whose rows get an id of Stripe's when the payment is booked: an unpaid order without one is no finding, be it
opened or scanned, and a lost message is the headline."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cases import Case, bundle
from core.desk import Desk
from core.rules import examine
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from tests.desks import desk_of
from tests.people import MIRA
from tests.scanning.scanned import Shop

UNPAID = ("still_choosing", "abandoned_checkout", "expired_and_cancelled")
LOST = "webhook_refused"
BOOKED = ("paid_and_booked", "yen", "dinar")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(scenarios=[BY_NAME[one] for one in (*UNPAID, LOST, *BOOKED)]) as world:
        with sqlite3.connect(world.orders_database_url.removeprefix("sqlite:///")) as books:
            books.execute(
                "UPDATE orders SET stripe_session_id = NULL, payment_intent_id = NULL "
                "WHERE status IN ('created', 'pending', 'cancelled')"
            )
        yield world


desk = desk_of("module")


def test_opened(world: World, desk: Desk) -> None:
    for name in (*UNPAID, LOST):
        (hit,) = desk.find(world.built[name].number, who=MIRA).hits
        seen = desk.open(hit.key)
        codes = [one.code for one in seen.diagnosis.findings]
        assert "id_missing" not in codes, name
        assert codes == {LOST: ["webhook_failing"], "abandoned_checkout": ["expired_order_open"]}.get(name, [])
        again = examine(Case.of(bundle(seen.case)))
        assert [one.code for one in again.diagnosis.findings] == codes, "a bundle carries what was learned"


def test_scanned(world: World, tmp_path: Path) -> None:
    shop = Shop(world, tmp_path)
    assert shop.scan().state == "complete"
    numbers = {name: world.built[name].number for name in (*UNPAID, LOST)}
    assert shop.headlines() == {numbers["abandoned_checkout"]: "expired_order_open", numbers[LOST]: "webhook_failing"}
    shop.close()
