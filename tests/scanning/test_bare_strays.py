"""Single payments without a session: a second one for an order, one that no order knows, one that its session hides."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, Built
from core.sandbox.scenarios.stage import DAY, HOUR
from core.sandbox.stripe.objects import Json
from core.sandbox.volume import generate, without_checkout
from tests.desks import desk_on
from tests.people import MIRA
from tests.scanning.faults import inbox
from tests.scanning.mixed import asked, play
from tests.scanning.scanned import Shop

PAID = BY_NAME["paid_and_booked"]


@pytest.fixture
def world() -> Iterator[World]:
    with World(scenarios=()) as world:
        yield world


def ordinary(world: World, count: int, *, bare: bool, seed: int = 1) -> list[Built]:
    """Orders that are well; those of each seed have numbers of their own."""
    made = list(generate(seed * 250, {}, world.now, seed, shop_url=world.shop.url))[(seed - 1) * 250 :][:count]
    return [without_checkout(one) if bare else one for one in made]


def payment(built: Built) -> Json:
    (intent,) = [one for one in built.objects if one["object"] == "payment_intent"]
    return intent


def paid(world: World, of: Built) -> Built:
    """An order that is there already is paid (once more) on a page of the shop's own, an hour later."""
    row = of.orders[0]
    buys = replace(
        PAID.purchase, number=of.number, amount=int(str(row["total_minor"])), currency=str(row["currency"]).lower()
    )
    begun = min(one["created"] for one in of.objects if one["object"] == "checkout.session")
    age = max(HOUR, world.now - begun - HOUR)
    return replace(without_checkout(PAID.build(world.now, world.shop.url, purchase=buys, age=age)), orders=())


def test_a_shop_without_checkout_is_compared_by_its_payments(world: World, shop: Shop) -> None:
    some = ordinary(world, 250, bare=True)
    unknown, *rest = some
    play(world, [replace(unknown, orders=()), *rest])
    record = shop.scan(days=30)
    assert (record.state, record.orders) == ("complete", 249)
    lists, one_by_one = asked(world)
    assert (lists <= 5, one_by_one) == (True, 0)
    assert set(inbox(shop.journal)) == {f"stripe:{payment(unknown)['id']}"}, "the one whose order was never written"


def test_an_order_paid_a_second_time_without_a_session_is_found_where_payments_are_listed(
    world: World, shop: Shop
) -> None:
    twice, *rest = ordinary(world, 100, bare=False)
    play(world, [*rest, paid(world, twice), twice, *ordinary(world, 60, bare=True, seed=2)])
    record = shop.scan(days=30)
    assert (record.state, record.suspects) == ("complete", 1), "what is listed and inside a session is one payment"
    with desk_on(world) as desk:
        (hit,) = desk.find(twice.number, who=MIRA).hits
        live = desk.open(hit.key).diagnosis
    assert live.headline is not None
    assert live.headline.code == "duplicate_payment"
    assert shop.headlines() == {twice.number: "duplicate_payment"}


def test_an_open_order_that_was_paid_without_a_session_is_found_beside_its_expired_checkout(
    world: World, shop: Shop
) -> None:
    """Nothing on the order points at the payment: only the payment names the order."""
    left = BY_NAME["expired_and_cancelled"].build(world.now, world.shop.url)
    row = {**left.order, "status": "pending"}
    play(world, [*ordinary(world, 60, bare=False), replace(left, orders=(row,)), paid(world, left)])
    assert shop.scan(days=30).state == "complete"
    assert asked(world)[1] == 0
    with desk_on(world) as desk:
        (hit,) = desk.find(left.number, who=MIRA).hits
        live = desk.open(hit.key).diagnosis
    assert live.headline is not None
    assert shop.headlines() == {left.number: live.headline.code}
    assert live.headline.money_at_risk is not None


def test_the_payment_of_a_checkout_before_the_span_is_nobodys_stray(world: World, shop: Shop) -> None:
    """Its order keeps the session alone, which was made an hour before the span begins; it was paid in the span."""
    edge = PAID.build(world.now, world.shop.url, age=10 * DAY + HOUR)
    row = {**edge.order, "payment_intent_id": None}
    objects = [
        {**one, "created": one["created"] + 2 * HOUR, "metadata": {}}
        if one["object"] in ("payment_intent", "charge")
        else one
        for one in edge.objects
        if one["object"] != "event"
    ]
    play(world, [*ordinary(world, 250, bare=True), *ordinary(world, 250, bare=False, seed=2)])
    play(world, [replace(edge, orders=(row,), objects=tuple(objects))])
    assert shop.scan(days=10).state == "complete"
    assert asked(world)[0] > 0
    assert shop.headlines() == {}
