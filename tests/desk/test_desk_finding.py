"""From anything a customer gave to the case it means; and an honest answer where there is none."""

from collections.abc import Iterator

import pytest

from core.desk import Desk, Found
from core.errors import OrdersUnreachable, StripeUnreachable, UsageError
from core.sandbox import World
from tests.desk.findable import MANY, findable
from tests.desks import NOWHERE, desk_of, desk_on
from tests.people import MIRA


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with findable() as world:
        yield world


desk = desk_of(scope="module")


def _numbers(found: Found) -> list[str | None]:
    return [hit.order.number if hit.order else hit.key for hit in found.hits]


def test_each_name_of_a_payment_leads_to_the_one_order(world: World, desk: Desk) -> None:
    built = world.built["refunded_in_dashboard"]
    kinds = ("checkout.session", "payment_intent", "charge", "refund", "event", "customer")
    names = [str(thing["id"]) for thing in built.objects if thing["object"] in kinds]
    assert {name.partition("_")[0] for name in names} >= {"cs", "pi", "ch", "re", "evt"}
    for name in (built.number, str(built.order["customer_email"]), f" “{names[0]}”, ", built.number.lower(), *names):
        assert _numbers(desk.find(name, who=MIRA)) == [built.number], name


def test_a_number_that_others_only_hang_on_means_its_own_order(world: World, desk: Desk) -> None:
    assert _numbers(desk.find(world.built["reused_payment"].number, who=MIRA)) == [world.built["reused_payment"].number]


def test_an_order_that_is_named_is_found_without_a_request_to_stripe(world: World, desk: Desk) -> None:
    number, before = world.built["paid_twice"].number, len(world.stripe.switches.requests)
    assert (found := desk.find(number, who=MIRA)).only is not None
    assert (found.cost.requests, found.unread) == (0, ())
    assert len(world.stripe.switches.requests) == before
    assert desk.find("SH-99999", who=MIRA).cost.requests > 0  # somebody may have paid for it all the same


def test_a_payment_that_two_orders_store_lists_both(world: World, desk: Desk) -> None:
    built = world.built["reused_payment"]
    numbers = {str(row["order_number"]) for row in built.orders}
    assert len(numbers) > 1
    assert (
        set(_numbers(desk.find(str(built.order["payment_intent_id"] or built.order["stripe_session_id"]), who=MIRA)))
        == numbers
    )


def test_an_email_lists_that_customers_orders_newest_first_and_says_that_there_are_more(desk: Desk) -> None:
    found = desk.find("regular@example.COM", who=MIRA)
    assert found.more
    assert _numbers(found) == [f"RG-{n}" for n in range(MANY - 1, MANY - 51, -1)]


def test_a_payment_that_no_order_claims_is_a_hit_of_its_own(world: World, desk: Desk) -> None:
    built = world.built["unclaimed"]
    intent = next(thing for thing in built.objects if thing["object"] == "payment_intent")
    for name in (str(intent["id"]), built.number, str(built.order["customer_email"])):
        found = desk.find(name, who=MIRA)
        assert [(hit.key, hit.order) for hit in found.hits] == [(f"stripe:{intent['id']}", None)], name
        assert "149.00 EUR" in found.hits[0].label
        assert found.hits[0].why == "a payment that no order claims"
    opened = desk.open(found.hits[0].key)
    assert opened.case.order is None
    assert opened.key == found.hits[0].key
    assert opened.links.payments


def test_nothing_found_says_where_was_looked(desk: Desk) -> None:
    for text in ("SH-99999", "nobody@example.net", "cs_test_a1" + "Z" * 56, "pi_3AAAAAAAAAAAAAAAAAAAAAAA"):
        found = desk.find(text, who=MIRA)
        assert (found.hits, found.more, found.unread) == ((), False, ()), text
        assert len(found.looked) >= 2, text


def test_nothing_at_all_is_a_usage_error(desk: Desk) -> None:
    with pytest.raises(UsageError):
        desk.find("  \u2018\u2019 ", who=MIRA)


def test_the_key_of_a_hit_is_understood_too(world: World, desk: Desk) -> None:
    (hit,) = desk.find(world.built["paid_twice"].number, who=MIRA).hits
    assert _numbers(desk.find(hit.key, who=MIRA)) == [world.built["paid_twice"].number]
    assert _numbers(desk.find(f"Order: {world.built['paid_twice'].number}", who=MIRA)) == [
        world.built["paid_twice"].number
    ]
    assert _numbers(desk.find(f"order:{world.built['paid_twice'].number}", who=MIRA)) == [
        world.built["paid_twice"].number
    ]
    assert desk.find("order:424242", who=MIRA).hits == ()
    assert desk.find("stripe:nonsense", who=MIRA).hits == ()
    assert desk.open(hit.key).key == hit.key


@pytest.mark.parametrize("key", ["order:424242", "stripe:pi_3AAAAAAAAAAAAAAAAAAAAAAA", "nonsense", ""])
def test_a_key_of_nothing_is_a_usage_error(desk: Desk, key: str) -> None:
    with pytest.raises(UsageError):
        desk.open(key)


def test_with_stripe_down_the_orders_side_still_answers_and_says_so(world: World) -> None:
    with desk_on(world, stripe_url=NOWHERE) as desk:
        email = str(world.built["paid_twice"].order["customer_email"])
        found = desk.find(email, who=MIRA)
        assert _numbers(found) == [world.built["paid_twice"].number]
        assert [unread.kind for unread in found.unread] == ["search"]
        assert desk.find("nobody@example.net", who=MIRA).unread
        with pytest.raises(StripeUnreachable):
            desk.open(found.hits[0].key)


def test_without_the_orders_database_nothing_is_guessed(world: World) -> None:
    with desk_on(world) as desk:
        there, away = world.shop.books.path, world.directory / "moved.sqlite3"
        there.rename(away)
        try:
            with pytest.raises(OrdersUnreachable, match="is not there"):
                desk.find("SH-1", who=MIRA)
            assert not there.exists()
        finally:
            away.rename(there)


def test_a_wrong_key_is_said_without_the_key(world: World) -> None:
    key = "sk_test_" + "51NotTheRightOne00000000"
    with desk_on(world, key=key) as desk:
        found = desk.find(str(world.built["paid_twice"].order["customer_email"]), who=MIRA)
        assert found.unread
        with pytest.raises(StripeUnreachable) as caught:
            desk.check()
        assert key not in f"{caught.value} {found}"


@pytest.mark.parametrize(
    "said", ["{digits}", "SH {digits}", "order no. {digits}, please", "#{digits}", "sh\u2011{digits}"]
)
def test_a_number_is_found_as_people_say_it(world: World, desk: Desk, said: str) -> None:
    number = world.built["paid_and_booked"].number
    found = desk.find(said.format(digits=number.removeprefix("SH-")), who=MIRA)
    assert _numbers(found) == [number]
    assert found.only == found.hits[0]
    assert found.near == ()


def test_a_number_that_is_nearly_one_is_offered_and_never_taken_for_it(world: World, desk: Desk) -> None:
    number = world.built["paid_and_booked"].number
    digits = number.removeprefix("SH-")
    wrong = f"SH-{digits[:-1]}{(int(digits[-1]) + 1) % 10}"
    found = desk.find(wrong, who=MIRA)
    assert found.hits == ()
    assert number in {hit.order.number for hit in found.near if hit.order}


def test_the_beginning_of_a_number_offers_those_that_begin_so_and_opens_none(world: World, desk: Desk) -> None:
    number = world.built["paid_and_booked"].number
    for typed in (number[:-1], number[:-1].removeprefix("SH-")):
        found = desk.find(typed, who=MIRA)
        assert (found.hits, found.only) == ((), None), typed
        assert number in {hit.order.number for hit in found.near if hit.order}, typed
        assert {hit.why for hit in found.near} == {"its number begins so"}
