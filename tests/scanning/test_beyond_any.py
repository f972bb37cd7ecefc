"""An amount or a time beyond any: of an order, of Stripe's, of a copy's. It is never called well, and stops nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.cases import Case
from core.journal import Filter
from core.rules import examine
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.stripe_api import StripeReader
from tests.scanning.faults import Between, Json, inbox
from tests.scanning.mixed import mixed
from tests.scanning.scanned import Shop
from tests.scanning.test_at_rest import copied, scanned
from tests.scanning.watched import Watched
from tests.worlds import world_of

BEYOND = (2**63, -(2**63) - 1, 2**64, 10**30, 1e30)
SESSIONS = "/v1/checkout/sessions"
world = world_of("paid_and_booked", orders=40, scope="function")


@pytest.fixture
def between(world: World) -> Between:
    """Each test has a world of its own."""
    return Between.of(world)


def paid(page: Json) -> Iterator[tuple[Json, Json, Json]]:
    """The paid sessions of a page, their intents and charges."""
    for one in page.get("data", []):
        if one["object"] == "checkout.session" and one["payment_status"] == "paid":
            yield one, one["payment_intent"], one["payment_intent"]["latest_charge"]


def every(value: object) -> Iterator[Json]:
    """All objects, at any depth."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every(one)


def swell(session: Json, intent: Json, charge: Json, amount: object) -> None:
    """All that was paid is this much, on every object."""
    session["amount_total"] = intent["amount"] = intent["amount_received"] = amount
    charge["amount"] = charge["amount_captured"] = amount


def test_of_stripes_it_is_a_hole(between: Between, shop: Shop) -> None:
    """Whatever the objects agree on; what stands beside it is read."""
    bent = dict[str, object]()

    def bend(path: str, page: Json) -> None:
        for things in paid(page) if path == SESSIONS else ():
            own = things[0]["id"]
            if own in bent or len(bent) < len(BEYOND):
                swell(*things, bent.setdefault(own, BEYOND[len(bent) % len(BEYOND)]))

    between.bend = bend
    record = shop.scan()
    assert record.state == "partial"
    assert {hole.because.partition(": ")[0] for hole in record.holes} >= bent.keys()
    assert all("`amount_total` is no number" in hole.because for hole in record.holes)
    assert {hole.kind for hole in record.holes} == {"objects"}, "it hides no other"
    assert inbox(shop.journal) == {}, "a hole is no finding"
    between.bend = None
    assert shop.fill(record.id).state == "complete"


def test_inside_a_payment_it_is_one_as_well(between: Between, shop: Shop) -> None:
    def bend(path: str, page: Json) -> None:
        for _, _, charge in paid(page) if path == SESSIONS else ():
            charge["created"] = 253_402_300_800 * 10**6

    between.bend = bend
    record = shop.scan()
    assert record.state == "partial"
    assert all("of the latest charge in it, its `created`" in hole.because for hole in record.holes)
    assert inbox(shop.journal) == {}


@pytest.mark.parametrize(
    ("path", "field"), [("/v1/payment_intents", "amount"), ("/v1/invoices", "amount_paid"), ("/v1/refunds", "amount")]
)
def test_of_every_list_that_a_scan_reads_it_is_one(tmp_path: Path, path: str, field: str) -> None:
    billed = path == "/v1/invoices"
    with World(scenarios=[BY_NAME["renewed_each_month"]] if billed else ()) as world:
        if not billed:
            mixed(world, orders=30)
        between, bent = Between.of(world), set[str]()

        def bend(came: str, page: Json) -> None:
            for one in page["data"] if came == path else ():
                one[field] = 2**63
                bent.add(one["id"])

        between.bend = bend
        with closing(Shop(world, tmp_path)) as shop:
            record = shop.scan()
    assert bent
    assert {one.because.partition(": ")[0] for one in record.holes if one.kind == "objects"} >= bent
    assert record.state == "partial"


@pytest.mark.parametrize("amount", BEYOND)
def test_where_a_case_is_opened_it_was_not_read(world: World, between: Between, shop: Shop, amount: object) -> None:
    def bend(_path: str, page: Json) -> None:
        for one in every(page):
            if one.get("object") == "charge":
                one.update(amount=amount, amount_captured=amount)

    (order,) = shop.orders.page(since=None, until=None, limit=1).orders
    between.bend = bend
    with closing(StripeReader(shop.spans.access)) as reader:
        facts = reader.read_case(order, now=world.now)
    assert facts.charges == ()
    assert [(one.kind, "its `amount` is no number" in one.because) for one in facts.unread] == [("charges", True)]
    seen = examine(Case(order, facts, world.now))
    assert not seen.diagnosis.findings
    assert "Not everything could be read: the charge ch_" in str(seen.diagnosis.undetermined)


@pytest.mark.parametrize("sieved", [False, True], ids=["piece by piece", "sieved"])
@pytest.mark.parametrize("kind", ["sync-engine", "parquet"])
def test_of_a_copy_it_is_read_from_stripe(world: World, shop: Shop, kind: str, *, sieved: bool) -> None:
    count = iter(range(10**6))

    def bend(thing: dict[str, Any]) -> dict[str, Any]:
        for name in ("amount", "amount_total", "amount_received", "amount_captured"):
            if thing.get(name) and next(count) % 3 == 0:
                thing[name] = 2**63
        return thing

    with copied(world, kind, bend) as rest:
        record = scanned(shop, rest, canary=1.0, sieved=sieved)
    assert (record.state, "passed by its sieve" in record.why) == ("complete", sieved), (record.why, record.holes)
    assert inbox(shop.journal) == {}


def test_of_an_order_it_is_told_and_not_compared(world: World, shop: Shop) -> None:
    amounts = ("'9223372036854775808'", "9223372036854775807", "-9223372036854775808", "1e30", "'nothing'", "10e15")
    with closing(sqlite3.connect(world.shop.books.path)) as db:
        orders = [row[0] for row in db.execute("SELECT id FROM orders WHERE status = 'paid' ORDER BY id")]
        for order, amount in zip(orders, amounts, strict=False):
            db.execute(f"UPDATE orders SET total_minor = {amount} WHERE id = ?", (order,))
        db.commit()
    assert shop.scan().state == "complete"
    cases, _ = shop.journal.inbox.page(Filter())
    assert {case.key for case in cases} == {f"order:{order}" for order in orders[: len(amounts)]}
    assert {(case.code, case.money) for case in cases} == {(None, None)}
    said = {case.undetermined for case in cases}
    assert all("The order's total cannot be read" in str(one) for one in said), said


def test_a_watch_waits_for_what_it_could_not_read(world: World, between: Between, tmp_path: Path) -> None:
    """It goes on with everything else, and looks again once Stripe says otherwise."""
    with closing(Watched(world, tmp_path)) as town:
        town.steps(2)
        odd = town.sell(age=120)

        def bend(_path: str, page: Json) -> None:
            for one in every(page):
                if one.get("object") == "charge":
                    one.update(amount=2**63, amount_captured=2**63)

        between.bend = bend
        steps = town.steps(9)
        assert [change for step in steps for change in step.changes] == []
        assert any("is no number" in trouble for step in steps for trouble in step.troubles), steps
        between.bend = None
        steps = town.steps(9)
        assert sum(step.looked for step in steps) >= 1
        assert odd.number not in town.headlines()
