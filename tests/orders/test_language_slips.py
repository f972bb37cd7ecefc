"""What the settings name and the database or a query lacks is an error in words, with what is meant."""

import pytest

from core.errors import OrdersUnreachable, SettingsError
from tests.orders.conftest import Open, only


@pytest.mark.parametrize(
    ("result", "kind", "meant"),
    [
        ("id, status, amout", "orders", "amount"),
        ("id, status, custmer_email", "orders", "customer_email"),
        ("id, status, created", "orders", "created_at"),
        ("order_id, payment_intent", "payments", "payment_intent_id"),
        ("order_id, amount, staus", "refunds", "status"),
    ],
)
def test_a_misspelled_column_of_a_querys_result_is_an_error(shop: Open, result: str, kind: str, meant: str) -> None:
    """It would be passed over, and the field be empty for ever."""
    own = f"SELECT {', '.join(f'1 AS {one}' for one in result.split(', '))}"
    text = f'[orders]\nquery = "{own}"' if kind == "orders" else f'{PLAIN}[[{kind}]]\nquery = "{own}"'
    reader = shop(text, "CREATE TABLE o (id integer primary key, s text)")
    with pytest.raises(SettingsError) as error:
        reader.check()
    assert f"Did you mean `{meant}`?" in error.value.message
    assert f"AS {meant}" in (error.value.next_step or "")


PLAIN = '[orders]\ntable = "o"\ncolumns = { id = "id", status = "s" }\n'


@pytest.mark.parametrize(
    "text",
    [
        '[orders]\nquery = "SELECT 1 AS id, 2 AS status, 3 AS amount, 4 AS amounts, 5 AS kind"',
        '[orders]\nquery = "SELECT 1 AS id, 2 AS status, 3 AS amout"\ncolumns = { amount = "amout" }',
        '[orders]\nquery = "SELECT 1 AS id, 2 AS status, 3 AS created"\nextra = { created = "created" }',
        '[orders]\nquery = "SELECT 1 AS id, 2 AS state_1, 3 AS stat_us"\ncolumns = { status = ["state_1", "stat_us"] }',
        '[orders]\nquery = "SELECT 1 AS id, 2 AS Status, 3 AS AMOUNT"',
    ],
)
def test_a_column_that_is_used_or_is_something_else_is_no_slip(shop: Open, text: str) -> None:
    reader = shop(text, "CREATE TABLE o (id integer primary key)")
    reader.check()
    assert only(reader).id == "1"


def test_a_column_that_the_settings_name_and_the_query_lacks_is_an_error(shop: Open) -> None:
    text = '[orders]\nquery = "SELECT 1 AS id, 2 AS status"\ncolumns = { amount = "amount_total" }'
    with pytest.raises(OrdersUnreachable, match="no column for amount in `q`: `amount_total`"):
        shop(text, "CREATE TABLE o (id integer primary key)").check()


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('columns = { id = "id", status = "state" }', r"no column for status in `o`: `state`"),
        ('columns = { id = "id", status = "x.status" }', r"no table or alias for status: `x`"),
        (
            'columns = { id = "id", status = "status" }\njoin = { table = "users", on = "id = user_id" }',
            "no table `users`",
        ),
        ('columns = { id = "id", status = "status" }\nwhere = "no_such = 1"', "no_such"),
    ],
)
def test_what_the_database_does_not_have_is_said_with_what_it_has(shop: Open, toml: str, said: str) -> None:
    reader = shop(f'[orders]\ntable = "o"\n{toml}', "CREATE TABLE o (id integer primary key, status text)")
    with pytest.raises(OrdersUnreachable, match=said):
        reader.check()


def test_a_join_that_is_no_equation_is_a_matter_of_settings(shop: Open) -> None:
    reader = shop(
        '[orders]\ntable = "o"\ncolumns = { id = "id", status = "id" }\n'
        'join = { table = "o", as = "p", on = "id > id" }',
        "CREATE TABLE o (id integer primary key)",
    )
    with pytest.raises(SettingsError, match="not an equation"):
        reader.check()


def test_a_query_that_lacks_what_is_needed_says_what_and_how(shop: Open) -> None:
    tables = "CREATE TABLE o (id integer primary key, state text)"
    reader = shop('[orders]\nquery = "SELECT id, state FROM o"', tables)
    with pytest.raises(
        SettingsError, match=r"no column for `status` in the query's result; there is id\. Select it in"
    ):
        reader.check()
    reader = shop(
        '[orders]\nquery = "SELECT id, state AS status FROM o"\n[[payments]]\nquery = "SELECT id AS stripe_refs FROM o"'
    )
    with pytest.raises(SettingsError, match="no column for `order_id`"):
        reader.page(since=None, until=None, limit=1)
