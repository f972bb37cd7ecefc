"""From what a customer says of a payment to the case it means: a name, an amount and a day, a card, a receipt."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from core.desk import Desk, Found
from core.desk.finding import COMPARED
from core.sandbox import World
from core.sandbox.stripe import objects
from tests.desk.findable import findable
from tests.desks import desk_of, desk_on
from tests.people import MIRA


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with findable() as world:
        yield world


desk = desk_of(scope="module")


def _numbers(found: Found) -> list[str | None]:
    return [hit.order.number if hit.order else hit.key for hit in found.hits]


def test_an_order_that_nobody_has_paid_is_found_by_amount_and_day(world: World, desk: Desk) -> None:
    now = datetime.fromtimestamp(world.now, UTC)
    row = dict(world.built["paid_and_booked"].order)
    row |= {"stripe_session_id": None, "payment_intent_id": None, "status": "pending", "currency": "eur"}
    row |= {"created_at": now.isoformat(), "total_minor": 77_31, "customer_email": "unpaid@example.net"}
    world.shop.books.add([row | {"order_number": "UP-77777"}])
    found = desk.find(f"77.31 EUR on {now:%Y-%m-%d}", who=MIRA)
    assert [(hit.order.number, hit.why) for hit in found.hits if hit.order] == [
        ("UP-77777", "an order of this amount, made about then")
    ]
    assert found.only is None
    assert desk.find(f"77.31 GBP on {now:%Y-%m-%d}", who=MIRA).hits == ()
    undated = desk.find("77.31 EUR", who=MIRA)
    assert undated.hits == ()
    assert any("add the day" in one.because for one in undated.unread)


def test_many_orders_of_a_day_are_compared_up_to_a_bound_that_is_said(world: World, desk: Desk) -> None:
    row = dict(world.built["paid_and_booked"].order) | {"stripe_session_id": None, "payment_intent_id": None}
    row |= {"created_at": "2025-06-01T10:00:00+00:00", "customer_email": "many@example.net"}
    world.shop.books.add(row | {"order_number": f"MANY/{n}"} for n in range(COMPARED + 1))
    found = desk.find("77.31 EUR on 2025-06-01", who=MIRA)
    assert [one.because for one in found.unread] == ["only the newest 2,000 were compared"]


def _paid(world: World, name: str) -> dict[str, Any]:
    """The charge of a scenario."""
    return next(thing for thing in world.built[name].objects if thing["object"] == "charge")


@pytest.mark.parametrize("said", ["{name}", "{last}, {first}", "{upper}", "order from {first}", "{last}"])
def test_a_customers_name_finds_the_orders(world: World, desk: Desk, said: str) -> None:
    name = str(world.built["paid_and_booked"].order["customer_name"])
    first, _, last = name.partition(" ")
    found = desk.find(said.format(name=name, first=first, last=last, upper=name.upper()), who=MIRA)
    assert world.built["paid_and_booked"].number in _numbers(found)
    hit = next(hit for hit in found.hits if hit.order and hit.order.customer_name == name)
    assert hit.why == f"the customer is called {name}"
    assert found.unread == ()
    assert found.cost.requests <= 25


def test_a_name_that_nobody_bears_is_said_to_have_been_looked_for(desk: Desk) -> None:
    found = desk.find("Zacharias Quitzow", who=MIRA)
    assert (found.hits, found.near) == ((), ())
    assert found.sought == "an order with the number or id Zacharias Quitzow, or a customer called Zacharias Quitzow"
    assert "the orders' customer names" in found.looked


def test_an_amount_and_a_day_find_the_payment_and_its_order(world: World, desk: Desk) -> None:
    charge, number = _paid(world, "paid_and_booked"), world.built["paid_and_booked"].number
    amount = f"{charge['amount'] / 100:.2f}"
    day = datetime.fromtimestamp(charge["created"], UTC)
    for text in (
        amount,
        f"{amount} EUR",
        f"{amount.replace('.', ',')} € on {day.day} {day:%B}",
        f"{amount} {day:%Y-%m-%d}",
    ):
        found = desk.find(text, who=MIRA)
        assert number in _numbers(found), text
        assert next(hit.why for hit in found.hits if hit.order).startswith("has a payment of ")
        assert found.cost.requests <= 21
    away = desk.find(f"{amount} on {(day - timedelta(30)):%Y-%m-%d}", who=MIRA)
    assert number not in _numbers(away)
    assert number not in _numbers(desk.find(f"{amount} JPY", who=MIRA)), (
        "an amount of another currency is another amount"
    )


def test_the_last_four_of_a_card_find_who_paid_with_it(world: World, desk: Desk) -> None:
    last4 = _paid(world, "paid_and_booked")["payment_method_details"]["card"]["last4"]
    for text in (last4, f"card ending in {last4}"):
        found = desk.find(text, who=MIRA)
        assert world.built["paid_and_booked"].number in _numbers(found), text
    assert desk.find("card 0001", who=MIRA).hits == ()


def test_a_receipts_number_finds_what_its_invoice_was_paid_with(world: World, desk: Desk) -> None:
    rng = Random(9)  # noqa: S311 - made-up ids
    intent = next(thing for thing in world.built["paid_and_booked"].objects if thing["object"] == "payment_intent")
    bill = objects.invoice(rng, world.now, receipt_number="2421-7842")
    world.stripe.store.put_all([bill, objects.invoice_payment(rng, world.now, bill["id"], intent["id"])])
    found = desk.find("receipt 2421-7842", who=MIRA)
    assert _numbers(found) == [world.built["paid_and_booked"].number]
    assert found.only is None, "what was only described somebody has to choose, be it alone"
    other = desk.find("receipt 9999-0000", who=MIRA)
    assert other.sought == "the receipt 9999-0000"
    assert any("Stripe's search has no field" in one.because for one in other.unread), (
        "of a charge's own it is not known"
    )


@pytest.mark.parametrize("slip", ["swapped", "missing", "wrong ending"])
def test_an_address_that_is_nearly_one_is_offered_and_never_opened(world: World, desk: Desk, slip: str) -> None:
    email = str(world.built["paid_and_booked"].order["customer_email"])
    name, _, host = email.partition("@")
    said = {
        "swapped": f"{name[1]}{name[0]}{name[2:]}@{host}",
        "missing": f"{name[:-1]}@{host}",
        "wrong ending": f"{name}@{host[:-1]}{'n' if host[-1] != 'n' else 'm'}",
    }[slip]
    found = desk.find(said, who=MIRA)
    assert found.hits == ()
    assert world.built["paid_and_booked"].number in {hit.order.number for hit in found.near if hit.order}
    assert any(email in hit.why for hit in found.near)


def test_where_stripe_may_not_be_searched_it_says_so(world: World) -> None:
    key = "rk_test_" + "51MayReadSessionsOnly000"
    world.stripe.switches.restrict(key, ["checkout_session_read", "payment_intent_read"])
    with desk_on(world, key=key) as desk:
        for text, lacking in (("card 4242", "charge_read"), ("Hannah Bergmann", "customer_read")):
            found = desk.find(text, who=MIRA)
            assert any(lacking in one.because for one in found.unread), text
    world.stripe.switches.fail("unoffered", times=4, path="/v1/charges/search")
    try:
        with desk_on(world) as desk:
            assert [one.kind for one in desk.find("card 4242", who=MIRA).unread] == ["search"]
    finally:
        world.stripe.switches.faults.clear()


def test_one_address_of_several_customers_names_them(world: World, desk: Desk) -> None:
    row = dict(world.built["paid_and_booked"].order) | {"customer_email": "shared@example.net", "status": "pending"}
    row |= {"stripe_session_id": None, "payment_intent_id": None}
    world.shop.books.add(
        [row | {"order_number": f"TW-{n}", "customer_name": name} for n, name in enumerate(("Ann Lee", "Bo Lee"))]
    )
    found = desk.find("shared@example.net", who=MIRA)
    assert set(found.customers) == {"Ann Lee", "Bo Lee"}
    assert {hit.why for hit in found.hits} == {"by the e-mail address alone"}
