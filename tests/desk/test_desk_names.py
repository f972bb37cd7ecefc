"""A case that is opened knows of each name that its payments bear whose order it is, or that no order has it."""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from core.desk import Desk, Opened
from core.errors import OrdersUnreachable
from core.facts import Order
from core.journal import Journal
from core.orders import OrdersReader
from core.sandbox import World
from core.sandbox.stripe.objects import Json
from core.settings import OrdersTable
from core.stripe_api import Access, StripeReader
from core.surroundings import Surroundings
from core.webhooks import Sender
from tests.people import MIRA
from tests.waiting import LIMIT
from tests.worlds import world_of

world = world_of("paid_and_booked", "webhook_refused", scope="function")


class Silent(OrdersReader):
    """One whose database takes too long for names."""

    def named(self, names: Collection[str], **_: object) -> Mapping[str, tuple[Order, ...]]:  # noqa: ARG002 - its own
        raise OrdersUnreachable("It took too long.", next_step="Make an index.")


@contextmanager
def desk_with(world: World, reader: type[OrdersReader] = OrdersReader) -> Iterator[tuple[Desk, OrdersReader]]:
    orders = reader(world.orders_database_url, OrdersTable.model_validate(world.orders_mapping))
    stripe = StripeReader(Access(api_key=world.secret_key, api_base=world.stripe_url), timeout=LIMIT)
    journal = Journal(f"sqlite:///{Path(world.directory) / 'names.sqlite3'}")
    surroundings = Surroundings(name_keys=("basket",), as_live=True)
    with Desk(orders, stripe, Sender(None, None), journal, surroundings, clock=time.time, pause=time.sleep) as desk:
        yield desk, orders


def thing(world: World, name: str, kind: str) -> Json:
    return next(one for one in world.built[name].objects if one["object"] == kind)


def order(world: World, orders: OrdersReader, name: str) -> Order:
    (found,) = orders.find(numbers=[world.built[name].number])
    return found


def opened(world: World, desk: Desk) -> Opened:
    (hit,) = desk.find(world.built["paid_and_booked"].number, who=MIRA).hits
    return desk.open(hit.key)


def test_a_payment_that_names_its_order_asks_nothing(world: World) -> None:
    with desk_with(world) as (desk, orders), desk_with(world, Silent) as (silent, unasked):
        seen, same = opened(world, desk), opened(world, silent)
        assert (seen.case.other_orders, seen.case.no_order) == ((), ())
        assert seen.diagnosis.clean
        assert same.diagnosis == seen.diagnosis
        before, unasked_before = orders.statements, unasked.statements
        desk.open(seen.key)
        silent.open(same.key)
        assert orders.statements - before == unasked.statements - unasked_before


def test_a_payment_that_spells_it_otherwise_asks_nothing(world: World) -> None:
    with desk_with(world) as (desk, orders):
        own = order(world, orders, "paid_and_booked")
        session = thing(world, "paid_and_booked", "checkout.session")
        world.stripe.store.change(
            session, client_reference_id=f"Order #{own.id}", metadata={"basket": f"#{own.number}"}
        )
        case = opened(world, desk).case
    assert any(one.client_reference_id == f"Order #{own.id}" for one in case.facts.sessions)
    assert (case.foreign_names, case.other_orders, case.no_order) == ((), (), ())


def test_names_that_are_not_the_orders_are_asked_in_one_statement(world: World) -> None:
    with desk_with(world) as (desk, orders), desk_with(world, Silent) as (silent, unasked):
        other = order(world, orders, "webhook_refused")
        session, intent = (thing(world, "paid_and_booked", one) for one in ("checkout.session", "payment_intent"))
        world.stripe.store.change(session, client_reference_id=" visitor-9 ", metadata={"basket": "team plan"})
        named = {"order_id": f"wc_order_{other.id}", "reference": '{"cart": [1]}', "order": "#4711"}
        world.stripe.store.change(intent, metadata=named)
        key = opened(world, desk).key
        before, unasked_before = orders.statements, unasked.statements
        case = desk.open(key).case
        assert [one.id for one in case.other_orders] == [other.id]
        assert case.no_order == ("visitor-9", "team plan", "#4711")
        assert silent.open(key).case.no_order == ()
        assert orders.statements - before == unasked.statements - unasked_before + 1


def test_where_the_database_does_not_say_the_case_opens_and_nothing_is_known(world: World) -> None:
    world.stripe.store.change(thing(world, "paid_and_booked", "checkout.session"), client_reference_id="visitor-9")
    with desk_with(world, Silent) as (desk, _):
        case = opened(world, desk).case
    assert case.foreign_names == ("visitor-9",)
    assert (case.other_orders, case.no_order) == ((), ())


def test_a_payment_without_an_order_asks_too(world: World) -> None:
    with desk_with(world) as (desk, orders):
        other = order(world, orders, "webhook_refused")
        intent = thing(world, "paid_and_booked", "payment_intent")
        for one in world.built["paid_and_booked"].objects:
            if one["object"] in ("checkout.session", "payment_intent", "charge"):
                world.stripe.store.change(one, metadata={"order_id": f"order_{other.id}", "order": "4711"})
        number = world.built["paid_and_booked"].number  # the session still names it: nobody has it by now
        world.shop.books._db.execute("DELETE FROM orders WHERE order_number = ?", (number,))  # noqa: SLF001 - the shop loses a row
        case = desk.open(f"stripe:{intent['id']}").case
    assert case.order is None
    assert [one.id for one in case.other_orders] == [other.id]
    assert case.no_order == (number, "4711")
