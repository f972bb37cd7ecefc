"""Seven applications, each on its own database and on SQLite: every field of every order, every walk, every look-up."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import event

from core.cli.orders_command import canonical
from core.facts import Order
from core.orders import OrdersReader
from tests.databases import mariadb, postgresql
from tests.shops import NAMES, Shop

SHOPS = {name: Shop(name) for name in NAMES}
PLACES = [
    (name, kind) for kind in ("sqlite", "pg", "mysql") for name in NAMES if kind in ("sqlite", SHOPS[name].native)
]


@pytest.fixture(scope="module", params=PLACES, ids="-".join)
def read(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shop, OrdersReader]]:
    """A shop and a reader on its database."""
    name, kind = request.param
    shop = SHOPS[name]
    file = f"sqlite:///{tmp_path_factory.mktemp('shop') / 'orders.sqlite3'}"
    with nullcontext(file) if kind == "sqlite" else postgresql() if kind == "pg" else mariadb() as url:
        shop.build(url, sqlite=kind == "sqlite")
        reader = OrdersReader(url, shop.mapping)
        yield shop, reader
        reader.close()


def test_every_field_of_every_order_is_right(read: tuple[Shop, OrdersReader]) -> None:
    shop, reader = read
    reader.check()
    page = reader.page(since=None, until=None, limit=100)
    assert page.next is None
    assert (dict(page.unknown), page.repeated) == ({}, ())
    orders = {order.id: canonical(order) for order in page.orders}
    assert orders == {one["id"]: _without_scenario(one) for one in shop.expected}


@pytest.mark.parametrize("size", [1, 4, 22, 23])
def test_a_walk_yields_the_same_orders_as_one_long_page(read: tuple[Shop, OrdersReader], size: int) -> None:
    _, reader = read
    walked, after = list[Order](), None
    while True:
        page = reader.page(since=None, until=None, limit=size, after=after)
        walked += page.orders
        after = page.next
        if after is None:
            break
    assert tuple(walked) == reader.page(since=None, until=None, limit=100).orders


def test_every_name_of_an_order_finds_exactly_the_orders_that_carry_it(read: tuple[Shop, OrdersReader]) -> None:
    shop, reader = read
    for one in shop.expected:
        assert _ids(reader.find(ids=[one["id"]])) == {one["id"]}
        if one["number"]:
            assert _ids(reader.find(numbers=[one["number"]])) == {one["id"]}
            assert _ids(reader.find(numbers=[one["number"].lower()])) == {one["id"]}
        for session in one["session_ids"]:
            assert _ids(reader.find(sessions=[session])) == _carrying(shop, "session_ids", session)
        for intent in one["payment_intent_ids"]:
            assert _ids(reader.find(intents=[intent])) == _carrying(shop, "payment_intent_ids", intent)
        for charge in one["charge_ids"]:
            assert _ids(reader.find(charges=[charge])) == _carrying(shop, "charge_ids", charge)
        for email in {one["customer_email"], one["customer_email"].lower(), one["customer_email"].upper()}:
            assert _ids(reader.find(emails=[email])) == {one["id"]}


def test_an_order_found_is_the_order_of_the_page(read: tuple[Shop, OrdersReader]) -> None:
    shop, reader = read
    for order in reader.page(since=None, until=None, limit=5).orders:
        assert reader.get(order.id) == order
        assert reader.sharing(order) == ()
    assert len(shop.expected) == 23


@pytest.mark.parametrize(
    "nobody", ["", "12abc", "0", "-1", "9" * 30, "pi_", "cs_test_", "' OR 1=1 --", "%", "_", "x\x00", "\ud800"]
)
def test_nobodys_name_finds_nothing_on_any_column_type(read: tuple[Shop, OrdersReader], nobody: str) -> None:
    _, reader = read
    assert (
        reader.find(
            ids=[nobody], numbers=[nobody], sessions=[nobody], intents=[nobody], charges=[nobody], emails=[nobody]
        )
        == ()
    )


def test_an_id_in_another_letter_case_or_cut_short_is_another_id(read: tuple[Shop, OrdersReader]) -> None:
    shop, reader = read
    intent = next(one["payment_intent_id"] for one in shop.expected if one["payment_intent_id"])
    assert reader.find(intents=[intent.swapcase().replace("PI_", "pi_")]) == ()
    assert reader.find(intents=[intent[:-2]]) == ()


def test_a_span_is_taken_by_the_instant_whatever_the_column_holds(read: tuple[Shop, OrdersReader]) -> None:
    shop, reader = read
    orders = reader.page(since=None, until=None, limit=100).orders
    times = sorted(order.created_at or 0 for order in orders)
    for since, until in [(times[3], times[9]), (times[3] + 1, times[9] + 1), (None, times[1]), (times[-2], None)]:
        page = reader.page(since=since, until=until, limit=100)
        assert _ids(page.orders) == {
            order.id for order in orders if (since or 0) <= (order.created_at or 0) < (until or 2**40)
        }, shop.name
    first = reader.page(since=times[3], until=times[9], limit=2)
    rest = reader.page(since=times[3], until=times[9], limit=9, after=first.next)
    assert len(first.orders) + len(rest.orders) == 6


def test_a_page_takes_two_to_five_statements_however_long_it_is(read: tuple[Shop, OrdersReader]) -> None:
    shop, reader = read
    sent: list[str] = []
    engine = reader._doors._reading  # noqa: SLF001 - to count beneath the reader
    reader.check()
    event.listen(engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
    relations = len(shop.mapping.relations)
    for size in (1, 22):
        sent.clear()
        reader.page(since=None, until=None, limit=size)
        questions = [statement for statement in sent if not statement.startswith(("SELECT VERSION()", "SET "))]
        assert len(questions) == relations <= 5


def test_how_many_rows_each_status_has_is_told(read: tuple[Shop, OrdersReader]) -> None:
    shop, reader = read
    counted = {raw: rows for raw, _, rows in reader.status_words()}
    expected: dict[str, int] = {}
    for one in shop.expected:
        expected[one["status_raw"]] = expected.get(one["status_raw"], 0) + 1
    assert counted == expected


def _without_scenario(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key != "scenario"}


def _carrying(shop: Shop, field: str, value: str) -> set[str]:
    return {one["id"] for one in shop.expected if value in one[field]}


def _ids(orders: tuple[Order, ...]) -> set[str]:
    return {order.id for order in orders}
