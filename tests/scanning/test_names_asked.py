"""A scanned case knows of the names that its payments bear what an opened one does; many are one statement."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from core.cases import Case
from core.desk.sides import Sides
from core.errors import OrdersUnreachable
from core.facts import Order
from core.orders import OrdersReader
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.scanning.looking import Suspects
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.scanning.scratch import Scratch, of_id
from core.scanning.whose import account_of
from core.settings import OrdersTable
from core.stripe_api import Access, StripeReader
from core.stripe_api.spans import Range
from core.surroundings import Surroundings
from tests.scanning.scanned import DAY, Shop
from tests.waiting import LIMIT


class Silent(OrdersReader):
    """One whose database takes too long for names; `asked`: how often it was."""

    asked = 0

    def named(self, names: Collection[str], **_: object) -> Mapping[str, tuple[Order, ...]]:  # noqa: ARG002 - its own
        self.asked += 1
        raise OrdersUnreachable("It took too long.", next_step="Make an index.")


def rename(world: World, name: Callable[[int], str]) -> None:
    """Every payment bears a name of the app's own making: `name` of its place."""
    store = world.stripe.store
    for kind in ("checkout.session", "payment_intent", "charge"):
        for place, one in enumerate(list(store.newest_first(kind, livemode=False))):
            own = {"client_reference_id": name(place)} if kind == "checkout.session" else {}
            store.put({**one, **own, "metadata": {"reference": name(place)}})


def statements(folder: Path, orders: int, name: Callable[[int], str]) -> int:
    with World(scenarios=[], orders=orders, shares={"refunded_in_dashboard": 1.0}) as world:
        rename(world, name)
        with closing(Shop(world, folder)) as shop:
            shop.orders.check()
            record = run(Plan(since=world.now - 120 * DAY, who="tests"), shop.sources())
    assert record.orders == orders
    assert record.suspects >= orders
    return record.statements


def test_statements_do_not_grow_with_the_suspects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.scanning.looking.ahead.WORTH_IT", 10_000)  # looking ahead, which has its own pace, once
    counted = [statements(tmp_path / str(n), n, "visitor-{}".format) for n in (20, 200)]
    assert counted[0] == counted[1]


@pytest.fixture
def world() -> Iterator[World]:
    with World(scenarios=[BY_NAME[one] for one in ("paid_and_booked", "webhook_refused", "paid_twice")]) as world:
        store = world.stripe.store
        other = world.built["webhook_refused"].number
        for one in world.built["paid_and_booked"].objects:
            if one["object"] == "checkout.session":
                store.change(
                    one, client_reference_id="visitor-9", metadata={"basket": "team plan", "order": f"#{other}"}
                )
            elif one["object"] == "payment_intent":
                store.change(one, metadata={"order_id": "4711"})
        yield world


class Looked:
    """The cases of a world, as a scan that has read its sessions sees them."""

    def __init__(self, world: World, shop: Shop, folder: Path, orders: OrdersReader) -> None:
        self.scratch, now, self.orders = Scratch.of(folder, "1"), world.now, shop.orders
        for batch in shop.orders.batches(since=now - 60 * DAY, until=now):
            self.scratch.keep_orders(batch)
        sessions = [one["id"] for one in world.stripe.store.newest_first("checkout.session", livemode=False)]
        shop.spans.retrieve(sessions, keep=lambda raw: self.scratch.keep("sessions", [raw]))
        self.scratch.meet()
        self.suspects = Suspects(
            self.scratch, orders, shop.spans, Surroundings(name_keys=("basket",)), account_of(shop.spans)[0], [], now,
            Range(now - 60 * DAY, now), time.time, lambda: False,
        )  # fmt: skip

    def cases(self) -> dict[str, Case]:
        found = self.orders.find(ids=[str(n) for n in range(9)])
        keys = [of_id(f"order {order.id}") for order in found]
        return {look.key: look.case for _, look in self.suspects.second(keys)}


def test_a_scanned_case_knows_what_the_opened_one_knows(world: World, tmp_path: Path) -> None:
    access = Access(api_key=world.secret_key, api_base=world.stripe_url)
    with closing(Shop(world, tmp_path)) as shop, closing(StripeReader(access, timeout=LIMIT)) as stripe:
        looked = Looked(world, shop, tmp_path, shop.orders)
        sides = Sides(shop.orders, stripe, Surroundings(name_keys=("basket",)), time.time)
        for key, case in looked.cases().items():
            opened = sides.open(key).case
            assert set(case.no_order) == set(opened.no_order)
            assert [one.id for one in case.other_orders] == [one.id for one in opened.other_orders]
        looked.scratch.close()


def test_what_is_known_of_the_names(world: World, tmp_path: Path) -> None:
    with closing(Shop(world, tmp_path)) as shop:
        looked = Looked(world, shop, tmp_path, shop.orders)
        (odd,) = shop.orders.find(numbers=[world.built["paid_and_booked"].number])
        (other,) = shop.orders.find(numbers=[world.built["webhook_refused"].number])
        cases = looked.cases()
        assert set(cases[f"order:{odd.id}"].no_order) == {"visitor-9", "team plan", "4711"}
        assert [one.id for one in cases[f"order:{odd.id}"].other_orders] == [other.id]
        assert all(case.no_order == () for key, case in cases.items() if key != f"order:{odd.id}")
        looked.scratch.close()


def test_an_orphan_knows_too(world: World, tmp_path: Path) -> None:
    with closing(Shop(world, tmp_path)) as shop:
        looked = Looked(world, shop, tmp_path, shop.orders)
        session = next(one for one in world.built["paid_and_booked"].objects if one["object"] == "checkout.session")
        ((payment, look),) = looked.suspects.orphans([of_id(str(session["id"]))])
        assert payment == session["payment_intent"]
        assert set(look.case.no_order) == {"visitor-9", "team plan", "4711"}
        assert world.built["webhook_refused"].number in [one.number for one in look.case.other_orders]
        looked.scratch.close()


def test_where_the_database_does_not_say_nothing_is_known_and_it_is_not_asked_again(
    world: World, tmp_path: Path
) -> None:
    silent = Silent(world.orders_database_url, OrdersTable.model_validate(world.orders_mapping))
    with closing(Shop(world, tmp_path)) as shop, closing(silent):
        looked = Looked(world, shop, tmp_path, silent)
        for _ in range(2):
            assert all(case.no_order == () == case.other_orders for case in looked.cases().values())
        assert silent.asked == 1
        looked.scratch.close()
