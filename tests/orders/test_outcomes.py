"""What must be true of a paid order beside its status: looked at on each database, and never guessed."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.checks import Level
from core.facts import Expected, Held, Order, OrderStatus
from core.orders import OrdersReader, examine
from core.orders.outcomes import meets
from core.settings import OrdersMapping
from tests.databases import execute, mariadb, postgresql

ORDERS: dict[str, Any] = {
    "table": "orders",
    "columns": {"id": "id", "status": "status", "number": "number"},
    "extra": {"sent": "confirmed_at"},
}
STATEMENTS = (
    "CREATE TABLE orders (id integer PRIMARY KEY, status text, number varchar(9), confirmed_at text, seats integer)",
    "CREATE TABLE access (order_id integer, kind varchar(20))",
    "INSERT INTO orders VALUES (1, 'paid', 'A-1', '2026-11-01', 2), (2, 'paid', 'A-2', NULL, 0)",
    "INSERT INTO access VALUES (1, 'gold'), (1, 'silver')",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A shop with an order that has all it should, and one that has nothing."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("outcomes") / "shop.sqlite3"
        path.touch()
        execute(f"sqlite:///{path}", *STATEMENTS)
        yield f"sqlite:///{path}"
        return
    with (postgresql if request.param == "postgresql" else mariadb)() as address:
        execute(address, *STATEMENTS)
        yield address


def _looked(url: str, order_id: str, **outcome: Mapping[str, object]) -> tuple[Expected, ...]:
    with closing(OrdersReader(url, OrdersMapping.model_validate({"orders": ORDERS, "outcome": outcome}))) as reader:
        order = reader.get(order_id)
        assert order is not None
        return reader.outcomes.of(order)


SENT = {"says": "a confirmation was sent", "lacks": "no confirmation was sent", "column": "confirmed_at"}
ACCESS = {"says": "access was given", "query": "SELECT 1 FROM access WHERE order_id = :id -- for 10:30"}
GOLD = {"says": "gold was given", "query": "SELECT kind FROM access WHERE order_id = :id", "equals": "gold"}
SEATS = {"says": "two seats are booked", "column": "seats", "equals": 2}


def test_an_order_that_has_all_of_it(url: str) -> None:
    found = _looked(url, "1", sent=SENT, by_extra={**SENT, "column": "sent"}, access=ACCESS, gold=GOLD, seats=SEATS)
    assert [one.held for one in found] == [Held.YES] * 5
    assert [one.found for one in found] == ["2026-11-01", "2026-11-01", "", "gold", "2"]
    assert found[0].sentence == "a confirmation was sent"


def test_an_order_that_lacks_all_of_it(url: str) -> None:
    found = _looked(url, "2", sent=SENT, access=ACCESS, gold=GOLD, seats=SEATS)
    assert [one.held for one in found] == [Held.NO] * 4
    assert [one.found for one in found] == ["", "", "", "0"]
    assert found[0].sentence == "no confirmation was sent"
    assert found[1].sentence == "it is not so that access was given"


def test_what_cannot_be_looked_at_is_not_said_to_be_lacking_and_hides_nothing(url: str) -> None:
    wrong = {"says": "access was given", "query": "SELECT 1 FROM acess WHERE order_id = :id"}
    writing = {"says": "it is so", "query": "WITH gone AS (SELECT :id) SELECT 1; DELETE FROM access"}
    found = _looked(url, "1", a={**SENT, "column": "confirmd_at"}, b=wrong, c=writing, d=ACCESS)
    assert [one.held for one in found] == [Held.UNREAD] * 3 + [Held.YES]
    assert "Did you mean `confirmed_at`?" in found[0].because
    assert found[1].sentence == "could not look whether access was given"
    assert _looked(url, "1", access=ACCESS)[0].held is Held.YES


def test_a_query_that_asks_by_what_the_order_has_not_was_not_asked(url: str) -> None:
    by_number = {**ACCESS, "query": "SELECT 1 FROM orders WHERE number = :number"}
    by_session = {**ACCESS, "query": "SELECT 1 FROM access WHERE kind = :session_id"}
    found = _looked(url, "1", a=by_number, b=by_session)
    assert [one.held for one in found] == [Held.YES, Held.UNREAD]
    assert found[1].because == "The order has no session_id, by which the query asks for it."


def test_without_such_settings_nothing_is_asked(url: str) -> None:
    assert _looked(url, "1") == ()


def test_doctor_looks_at_the_newest_paid_orders(url: str) -> None:
    wrong = {**ACCESS, "query": "SELECT 1 FROM acess WHERE order_id = :id"}
    orders = {**ORDERS, "status_map": {"paid": "paid"}}
    mapping = OrdersMapping.model_validate({"orders": orders, "outcome": {"sent": SENT, "access": wrong}})
    checks = {one.checked: one for one in examine(url, mapping, mode=None, now=2_000_000_000).checks}
    assert (checks["outcome.sent"].level, checks["outcome.access"].level) == (Level.FINE, Level.ERROR)
    assert checks["outcome.sent"].found == "True of 1 of the newest 2 paid orders: a confirmation was sent."
    assert checks["outcome.access"].do == "Check column or query of [outcome.access] in orderlens.toml."


def test_a_row_that_is_gone_has_nothing(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    execute(address, *STATEMENTS)
    mapping = OrdersMapping.model_validate({"orders": ORDERS, "outcome": {"sent": SENT}})
    with closing(OrdersReader(address, mapping)) as reader:
        assert reader.outcomes.of(None) == ()
        assert reader.outcomes.of(Order("77", OrderStatus.PAID))[0].held is Held.NO


@pytest.mark.parametrize(
    ("value", "equals", "so"),
    [
        ("2026-11-01", None, True),
        (1, None, True),
        (None, None, False),
        ("", None, False),
        (0, None, False),
        ("false", None, False),
        (b"\x00", None, False),
        ("0000-00-00 00:00:00", None, False),
        (2, 2, True),
        ("2.00", 2, True),
        (3, 2, False),
        (None, 0, False),
        ("many", 2, False),
        (1, True, True),
        (0, False, True),
        (None, False, False),
        ("sent ", "sent", True),
        ("Sent", "sent", False),
    ],
)
def test_what_stands_there_is_what_is_wanted(value: object, equals: object, *, so: bool) -> None:
    assert meets(value, equals) is so
