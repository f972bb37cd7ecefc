"""What the books say went back: by Stripe, otherwise, or not yet."""

import pytest

from core.errors import SettingsError
from core.facts import HeldRefund, OrderStatus
from tests.orders.conftest import Open, only


@pytest.mark.parametrize(
    ("overrides", "refunds", "status"),
    [
        ("", "10", "partially_refunded"),
        ("", "-42, 0", "refunded"),
        ("", "0", "fulfilled"),
        ("", "'free'", "fulfilled"),
        ('refund_overrides = ["paid"]', "42", "fulfilled"),
        ("refund_overrides = []", "42", "fulfilled"),
    ],
)
def test_refunds_override_the_statuses_that_the_settings_name(
    shop: Open, overrides: str, refunds: str, status: str
) -> None:
    reader = shop(
        f"""
        [orders]
        table = "o"
        {overrides}
        columns = {{ id = "id", status = "=fulfilled", amount = "=42", currency = "=usd" }}
        [[refunds]]
        query = "SELECT o AS order_id, a AS amount FROM r"
        """,
        "CREATE TABLE o (id integer primary key)",
        "INSERT INTO o VALUES (1)",
        "CREATE TABLE r (o, a)",
        *(f"INSERT INTO r VALUES (1, {one})" for one in refunds.split(", ")),
    )
    assert only(reader).status.value == status


HELD = """
[orders]
table = "orders"
unit = "major"
columns = { id = "id", status = "state", amount = "total", currency = "=eur" }
[orders.status_map]
p = "paid"
[[refunds]]
"""


ROWS = (
    "CREATE TABLE orders (id integer, state text, total text)",
    "INSERT INTO orders VALUES (1, 'p', '23.00')",
    "CREATE TABLE refunds (order_id integer, amount text, state text)",
    "INSERT INTO refunds VALUES (1, '5.00', 'done'), (1, '-8.00', 'external')",
    "INSERT INTO refunds VALUES (1, '9.00', 'failed'), (1, '1.00', 'odd')",
)


@pytest.mark.parametrize(
    "source",
    [
        'table = "refunds"\ncolumns = { order_id = "order_id", amount = "amount", status = "state" }',
        'query = "SELECT order_id, amount, state AS status FROM refunds"',
    ],
    ids=["table", "query"],
)
def test_refunds_that_are_held_are_told_apart_where_a_map_says_so(shop: Open, source: str) -> None:
    words = 'status_map = { done = "succeeded", failed = "failed", external = "pending" }'
    order = only(shop(f"{HELD}{source}\n{words}", *ROWS))
    assert (order.status, order.refunded_minor) == (OrderStatus.PARTIALLY_REFUNDED, 500)
    assert order.refunds_held == (HeldRefund("external", 800), HeldRefund("odd", 100))
    every = only(shop(f"{HELD}{source}"))
    assert (every.refunded_minor, every.refunds_held) == (2300, ()), "without a map each row counts, as ever"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('status_map = { external = "pending" }', "no refund would count"),
        ('status_map = { done = "refunded" }', "succeeded"),
    ],
)
def test_a_map_of_refunds_has_to_say_which_went_back(shop: Open, words: str, said: str) -> None:
    columns = 'columns = { order_id = "order_id", amount = "amount", status = "state" }'
    with pytest.raises(SettingsError, match=said):
        shop(f'{HELD}table = "refunds"\n{columns}\n{words}', *ROWS)


def test_a_map_of_refunds_needs_a_column(shop: Open) -> None:
    columns = 'columns = { order_id = "order_id", amount = "amount" }'
    with pytest.raises(SettingsError, match="`status` is missing"):
        shop(f'{HELD}table = "refunds"\n{columns}\nstatus_map = {{ done = "succeeded" }}', *ROWS)


@pytest.mark.parametrize(
    ("refunds", "found"),
    [
        ("", ("paid", 0, 0)),
        ("(1, 50, 'card')", ("refunded", 5000, 0)),
        ("(1, 50, 'credit')", ("refunded", 0, 5000)),
        ("(1, 20, 'credit'), (1, 10, 'card')", ("partially_refunded", 1000, 2000)),
        ("(1, 'much', 'credit')", ("paid", None, None)),
    ],
)
def test_what_was_given_back_otherwise_is_refunded_and_not_by_stripe(
    shop: Open, refunds: str, found: tuple[object, ...]
) -> None:
    reader = shop(
        """
        [orders]
        table = "o"
        unit = "major"
        columns = { id = "id", status = "=paid", amount = "=50", currency = "=eur" }
        [[refunds]]
        table = "r"
        columns = { order_id = "o", amount = "a", status = "how" }
        status_map = { credit = "otherwise", card = "succeeded" }
        """,
        "CREATE TABLE o (id integer primary key)",
        "INSERT INTO o VALUES (1)",
        "CREATE TABLE r (o, a, how)",
        *([f"INSERT INTO r VALUES {refunds}"] if refunds else []),
    )
    order = only(reader)
    assert (order.status.value, order.refunded_minor, order.refunded_otherwise_minor) == found


def test_a_column_says_what_of_the_refund_was_store_credit(shop: Open) -> None:
    reader = shop(
        """
        [orders]
        query = "SELECT 1 AS id, 'paid' AS status, 5000 AS amount, 3000 AS refunded_amount, 2000 AS refunded_otherwise"
        columns = { currency = "=eur" }
        """,
        "CREATE TABLE o (id integer primary key)",
    )
    order = only(reader)
    assert (order.status.value, order.refunded_minor, order.refunded_otherwise_minor) == (
        "partially_refunded",
        1000,
        2000,
    )
