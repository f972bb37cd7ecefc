"""What the newest rows tell of an app's ways: whether an id of Stripe's comes into the row only with the payment."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import Order, OrderStatus
from core.orders import OrdersReader
from core.orders.habits import ids_come_with_payment
from core.settings import OrdersMapping
from tests.databases import execute

NOW = 1_795_000_000
MAPPING = OrdersMapping.model_validate(
    {"orders": {"table": "orders", "columns": {"id": "id", "status": "status", "session_id": "session"}}}
)


def rows(*said: str) -> list[Order]:
    """Orders by a word each: the status, with `+` where the row has an id."""
    return [
        Order(id=str(at), status=OrderStatus(one.rstrip("+")), session_id="cs_test_1" if one.endswith("+") else None)
        for at, one in enumerate(said)
    ]


@pytest.mark.parametrize(
    "said",
    [
        ["paid+", "paid+", "pending", "created"],
        ["fulfilled+", "refunded+", "pending", "cancelled"],
        ["paid+", "paid+", "paid", *["pending"] * 10, "pending+"],  # one was paid, and put back
    ],
)
def test_paid_rows_have_one_and_unpaid_rows_have_none(said: list[str]) -> None:
    assert ids_come_with_payment(rows(*said))


@pytest.mark.parametrize(
    "said",
    [
        [],
        ["pending", "pending", "pending"],  # nothing is paid: the ids may not be mapped at all
        ["paid+", "paid+", "pending"],  # one row tells of itself alone
        ["paid+", "paid+", "pending", "pending", "pending+"],  # it is written at the beginning, and was lost twice
        ["paid+", "paid+", "pending", "pending", "cancelled+"],
        ["paid", "paid", "paid", "paid+", "paid+", "pending", "pending"],  # most keep none at all
        ["paid+", "paid+", "unknown", "unknown"],
    ],
)
def test_else_nothing_is_learned(said: list[str]) -> None:
    assert not ids_come_with_payment(rows(*said))


@given(st.lists(st.sampled_from(["paid+", "paid", "pending", "pending+", "cancelled", "cancelled+"])))
def test_one_more_unpaid_row_with_an_id_never_teaches_it(said: list[str]) -> None:
    if not ids_come_with_payment(rows(*said)):
        assert not ids_come_with_payment(rows(*said, "pending+"))


def test_it_is_asked_once_an_hour_in_one_statement(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    execute(
        url,
        "CREATE TABLE orders (id integer primary key, status text, session text)",
        "INSERT INTO orders VALUES (1, 'paid', 'cs_test_1'), (2, 'paid', 'cs_test_2')",
        "INSERT INTO orders VALUES (3, 'pending', NULL), (4, 'pending', NULL)",
    )
    reader = OrdersReader(url, MAPPING)
    reader.check()
    before = reader.statements
    assert reader.habits.ids_come_with_payment(NOW)
    asked = reader.statements - before
    assert reader.habits.ids_come_with_payment(NOW + 3599)
    assert reader.statements - before == asked
    execute(url, "UPDATE orders SET session = 'cs_test_3' WHERE status = 'pending'")
    assert not reader.habits.ids_come_with_payment(NOW + 3600)
    assert reader.statements - before == 2 * asked
    reader.close()


def test_where_the_database_does_not_answer_nothing_is_learned(tmp_path: Path) -> None:
    reader = OrdersReader(f"sqlite:///{tmp_path / 'gone.sqlite3'}", MAPPING)
    assert not reader.habits.ids_come_with_payment(NOW)
    reader.close()
