"""What becomes of cases between two scans, and of payments and orders that are not in the span."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from core.orders import OrdersReader
from core.sandbox import World
from core.sandbox.stripe.objects import Json
from core.settings import OrdersMapping
from tests.scanning.scanned import DAY, Shop
from tests.worlds import world_of

PICKED = ("paid_and_booked", "webhook_refused", "expired_and_cancelled", "refunded_in_dashboard")


world = world_of(*PICKED, scope="function")


def write(world: World, statement: str, *values: object) -> None:
    """The shop changes its books."""
    with sqlite3.connect(world.shop.books.path) as db:
        db.execute(statement, values)
    db.close()


def payment_of(world: World, name: str) -> list[Json]:
    return [thing for thing in world.built[name].objects if thing["object"] != "event"]


def test_a_case_that_is_mended_is_resolved_by_the_next_scan(world: World, shop: Shop) -> None:
    shop.scan()
    number = world.built["webhook_refused"].number
    assert shop.headlines()[number] == "webhook_failing"
    session = next(one for one in payment_of(world, "webhook_refused") if one["object"] == "checkout.session")
    write(
        world,
        "UPDATE orders SET status = 'paid', stripe_session_id = ?, payment_intent_id = ? WHERE order_number = ?",
        session["id"], session["payment_intent"], number,
    )  # fmt: skip
    shop.scan()
    assert number not in shop.headlines()


def test_one_that_lacks_what_belongs_to_a_paid_order_is_not(world: World, shop: Shop) -> None:
    shop.scan()
    number = world.built["webhook_refused"].number
    write(world, "UPDATE orders SET status = 'paid' WHERE order_number = ?", number)
    write(world, "CREATE TABLE access (number TEXT)")
    access = {"says": "access was given", "query": "SELECT 1 FROM access WHERE number = :number"}
    mapping = {"orders": dict(world.orders_mapping), "outcome": {"access": access}}
    shop.orders.close()
    shop.orders = OrdersReader(world.orders_database_url, OrdersMapping.model_validate(mapping))
    shop.scan()
    assert number in shop.headlines()
    write(world, "INSERT INTO access VALUES (?)", number)
    shop.scan()
    assert number not in shop.headlines()


def test_so_is_one_that_is_no_longer_in_the_span(world: World, shop: Shop) -> None:
    shop.scan()
    number = world.built["webhook_refused"].number
    write(world, "UPDATE orders SET status = 'paid' WHERE order_number = ?", number)
    record = shop.scan(days=0)
    assert record.orders == 2, "the two that are kept open are looked at again, though they are older"
    assert number not in shop.headlines()


def test_an_order_that_is_broken_again_is_open_again(world: World, shop: Shop) -> None:
    number = world.built["paid_and_booked"].number
    for status in ("pending", "paid", "pending"):
        write(world, "UPDATE orders SET status = ? WHERE order_number = ?", status, number)
        shop.scan()
    assert shop.headlines()[number] == "webhook_acked_not_applied"


def test_a_payment_that_no_order_claims_is_a_case(world: World, shop: Shop) -> None:
    number = world.built["paid_and_booked"].number
    intent = next(one for one in payment_of(world, "paid_and_booked") if one["object"] == "payment_intent")
    write(world, "DELETE FROM orders WHERE order_number = ?", number)
    shop.scan()
    kept = shop.journal.inbox.get(f"stripe:{intent['id']}")
    assert kept is not None
    assert kept.code == "link_missing"


def test_one_that_an_older_order_claims_is_none(world: World, shop: Shop) -> None:
    number = world.built["paid_and_booked"].number
    write(world, "UPDATE orders SET created_at = '2020-01-01T00:00:00+00:00' WHERE order_number = ?", number)
    shop.scan()
    assert not any(key.startswith(("pi_", "stripe:")) for key in shop.headlines())


def test_an_order_whose_payment_is_older_than_the_span_is_read_by_its_ids(world: World, shop: Shop) -> None:
    moment = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - 600))
    write(world, "UPDATE orders SET created_at = ?", moment)
    shop.scan(days=1)
    found = shop.headlines()
    assert found[world.built["webhook_refused"].number] == "webhook_failing"
    assert world.built["paid_and_booked"].number not in found


def test_a_part_that_was_not_read_is_a_hole_and_can_be_filled(world: World, shop: Shop) -> None:
    world.stripe.switches.fail("500", times=1000, path="/v1/checkout/sessions")
    partial = shop.scan()
    assert partial.state == "partial"
    assert {hole.kind for hole in partial.holes} == {"sessions"}
    assert not shop.headlines(), "an outage is never a finding"
    world.stripe.switches.faults.clear()
    filled = shop.fill(partial.id)
    assert (filled.id, filled.state, filled.holes) == (partial.id, "complete", ())
    assert shop.headlines()[world.built["webhook_refused"].number] == "webhook_failing"


def test_nothing_is_resolved_by_a_scan_that_could_not_look(world: World, shop: Shop) -> None:
    shop.scan()
    before = shop.headlines()
    write(world, "UPDATE orders SET updated_at = ?", "2026-01-01T00:00:00+00:00")
    world.stripe.switches.fail("500", times=1000, path="/v1/checkout/sessions")
    assert shop.scan().state == "partial"
    assert shop.headlines() == before


def test_a_scan_that_is_stopped_is_cancelled_and_the_next_finds_all(shop: Shop) -> None:
    calls = iter(range(1000))
    stopped = shop.scan(stop=lambda: next(calls) > 2)
    assert stopped.state == "cancelled"
    assert shop.scan().state == "complete"
    assert len(shop.headlines()) == 2


class Killed(BaseException):
    """As if the process were gone."""


def test_a_scan_that_was_killed_goes_on_where_it_stopped(world: World, tmp_path: Path) -> None:
    shop = Shop(world, tmp_path)

    def die() -> bool:
        if threading.current_thread() is not threading.main_thread():
            return False
        asked = world.stripe.switches.requests[before:]
        if any((tmp_path / "scratch").glob("*.sqlite3")) and any(one.path.endswith("sessions") for one in asked):
            raise Killed
        return False

    before = len(world.stripe.switches.requests)
    with pytest.raises(Killed):
        shop.scan(stop=die)
    shop.close()
    later = Shop(world, tmp_path, clock=lambda: time.time() + 120)
    record = later.scan()
    assert (record.id, record.state) == (1, "complete")
    assert sorted(filter(None, later.headlines().values())) == ["refund_not_recorded", "webhook_failing"]
    later.close()


def test_the_orders_database_that_is_gone_is_a_hole_and_no_payment_an_orphan(world: World, shop: Shop) -> None:
    path = Path(world.shop.books.path)
    shop.orders.check()
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE orders RENAME TO moved")
    db.close()
    record = shop.scan()
    assert record.state == "partial"
    assert {hole.kind for hole in record.holes} == {"orders"}
    assert not shop.headlines()


def test_the_days_before_are_read_again(shop: Shop) -> None:
    first = shop.scan(days=30)
    second = shop.scan(days=None)
    assert second.since == first.until - 25 * 3600
    assert second.until - second.since > DAY


def test_two_journals_that_share_a_folder_share_no_file(world: World, tmp_path: Path) -> None:
    """The first scan of each has the same number; the first journal's was stopped half-way."""
    calls = iter(range(1000))
    folders = tmp_path / "one", tmp_path / "two"
    for folder in folders:
        folder.mkdir()
    first, second = (Shop(world, folder) for folder in folders)
    second.scratch = first.scratch
    assert first.scan(stop=lambda: next(calls) > 2).state == "cancelled"
    left = set(first.scratch.iterdir())
    assert second.scan().state == "complete"
    assert set(first.scratch.iterdir()) == left != set()
    first.close()
    second.close()
