"""How payments lead to their orders: by whatever the rows prove, and never by what is the same in each of them."""

from collections.abc import Iterator

import pytest

from core.setup import draft
from core.setup.guessing import Guess
from tests.databases import execute, mariadb, postgresql
from tests.setup.made import Make, guessed, intents, made, read

__all__ = ["made"]
INTENT = "pi_3QabcDEFghIJklMNopQR"
ORDERS = (
    "CREATE TABLE {name} (id INTEGER PRIMARY KEY, status VARCHAR(20), total NUMERIC(9,2), currency VARCHAR(3),"
    " created_at VARCHAR(30))"
)
ROWS = tuple(
    f"INSERT INTO {{name}} VALUES ({n}, 'paid', {n}2.50, 'eur', '2026-01-0{n}T10:00:00Z')" for n in range(1, 6)
)
EXPECTED = {str(n): [f"{INTENT}{n}"] for n in range(1, 6)}


def orders(name: str) -> tuple[str, ...]:
    return tuple(one.format(name=name) for one in (ORDERS, *ROWS))


def typed(table: str, text: str, others: str) -> tuple[str, ...]:
    """Payments that say the kind and the id in one text; some are of another kind."""
    return (
        f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, origin VARCHAR(99), intent VARCHAR(99), state VARCHAR(20))",
        *(f"INSERT INTO {table} VALUES ({n}, '{text.format(n)}', '{INTENT}{n}', 'succeeded')" for n in range(1, 6)),
        f"INSERT INTO {table} VALUES (9, '{others.format(1)}', '{INTENT}9', 'succeeded')",
    )


def morphs(kind: str, other: str) -> tuple[str, ...]:
    return (
        "CREATE TABLE charges (id INTEGER PRIMARY KEY, payable_type VARCHAR(99), payable_id INTEGER, ref VARCHAR(99))",
        *(f"INSERT INTO charges VALUES ({n}, '{kind}', {n}, '{INTENT}{n}')" for n in range(1, 6)),
        f"INSERT INTO charges VALUES (9, '{other}', 1, '{INTENT}9')",
    )


CONTENT_TYPES = (
    "CREATE TABLE django_content_type (id INTEGER PRIMARY KEY, app_label VARCHAR(99), model VARCHAR(99))",
    "INSERT INTO django_content_type VALUES (7, 'shop', 'order'), (8, 'shop', 'voucher'), (9, 'stock', 'order')",
    (
        "CREATE TABLE pay_payment (id INTEGER PRIMARY KEY, content_type_id INTEGER REFERENCES django_content_type (id),"
        " object_id VARCHAR(40), intent VARCHAR(99))"
    ),
    *(f"INSERT INTO pay_payment VALUES ({n}, 7, '{n}', '{INTENT}{n}')" for n in range(1, 6)),
    f"INSERT INTO pay_payment VALUES (8, 8, '1', '{INTENT}8'), (9, 9, '2', '{INTENT}9')",
)
SHOPS = {
    "tryton": (*orders("sale_sale"), *typed("account_payment", "sale.sale,{}", "account.invoice,{}")),
    "odoo": (*orders("sale_order"), *typed("payment_link", "sale.order,{}", "purchase.order,{}")),
    "global_id": (*orders("orders"), *typed("payment_refs", "gid://shop/Order/{}", "gid://shop/Refill/{}")),
    "laravel": (*orders("orders"), *morphs("App\\Models\\Order", "App\\Models\\Donation")),
    "rails": (*orders("spree_orders"), *morphs("Spree::Order", "Spree::GiftCard")),
    "django": (*orders("shop_order"), *CONTENT_TYPES),
}


@pytest.mark.parametrize("shop", SHOPS)
def test_a_kind_and_an_id_lead_to_the_order(shop: str, made: Make) -> None:
    url = made(*SHOPS[shop])
    found = guessed(url)
    assert intents(read(url, found)) == EXPECTED
    assert [one.confidence for one in found.beliefs if one.key == "payments"] == ["sure"]
    assert found.opens == ()


@pytest.fixture(scope="module")
def pg() -> Iterator[str]:
    with postgresql() as url:
        for shop, statements in SHOPS.items():
            execute(url, f"CREATE SCHEMA {shop}")
            inside = f"{url}&options=-csearch_path%3D{shop}"
            execute(inside, *(one.replace(":", "\\:") for one in statements))
        yield url


@pytest.mark.parametrize("shop", SHOPS)
def test_on_postgresql_they_lead_there_as_well(shop: str, pg: str) -> None:
    url = f"{pg}&options=-csearch_path%3D{shop}"
    assert intents(read(url, guessed(url))) == EXPECTED


def test_on_mariadb_a_backslash_is_a_backslash() -> None:
    with mariadb() as url:
        execute(url, *(one.replace("\\", "\\\\").replace(":", "\\:") for one in SHOPS["laravel"]))
        assert intents(read(url, guessed(url))) == EXPECTED


def test_a_foreign_key_that_is_empty_in_every_row_gives_way_to_what_rows_prove(made: Make) -> None:
    url = made(
        *orders("orders"),
        "CREATE TABLE pays (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), ref_type TEXT,"
        " ref_id INTEGER, intent TEXT)",
        *(f"INSERT INTO pays VALUES ({n}, NULL, 'Order', {n}, '{INTENT}{n}')" for n in range(1, 6)),
    )
    assert intents(read(url, guessed(url))) == EXPECTED


def test_orders_without_a_key_of_one_column_are_no_stumbling_block(made: Make) -> None:
    url = made(
        "CREATE TABLE orders (shop INT, no INT, status TEXT, total REAL, cart_id INT, PRIMARY KEY (shop, no))",
        "CREATE TABLE pays (id INTEGER PRIMARY KEY, cart_id INTEGER, total REAL, intent TEXT)",
        *(f"INSERT INTO orders VALUES (1, {n}, 'paid', 9.5, {n})" for n in range(1, 6)),
        *(f"INSERT INTO pays VALUES ({n}, {n}, 9.5, '{INTENT}{n}')" for n in range(1, 6)),
    )
    assert any("pays.intent holds 5 pi_" in one.says for one in guessed(url).opens)


def test_a_kind_that_is_not_the_orders_leads_nowhere_and_its_ids_are_asked_about(made: Make) -> None:
    url = made(*orders("sale_order"), *typed("payment_link", "purchase.order,{}", "account.invoice,{}"))
    found = guessed(url)
    assert "payments" not in found.mapping
    (asked,) = [one.says for one in found.opens if one.key == "payments"]
    assert asked == "payment_link.intent holds 6 pi_, but I found no way from it to sale_order; say how."
    assert "no column" not in said(found)


def test_ids_without_a_way_are_never_denied_and_the_file_begins_the_query(made: Make) -> None:
    url = made(
        *orders("orders"),
        "CREATE TABLE gateway_log (id INTEGER PRIMARY KEY, ref TEXT)",
        *(f"INSERT INTO gateway_log VALUES ({n}, '{INTENT}{n}')" for n in range(1, 10)),
    )
    found = draft(url, stripe=None)
    assert "# Open: gateway_log.ref holds 9 pi_, but I found no way from it to orders; say how.\n" in found.text
    assert "#   SELECT r.? AS order_id, r.ref AS payment_intent_id\n#   FROM gateway_log r\n" in found.text


def test_a_shop_whose_rows_hold_no_ids_is_asked_where_they_are(made: Make) -> None:
    found = guessed(made(*orders("orders")))
    (asked,) = [one.says for one in found.opens if one.key == "payments"]
    assert asked.startswith("Where are Stripe's ids? No row that was looked at holds one")


def test_an_account_that_is_the_same_in_every_row_leads_nowhere(made: Make) -> None:
    url = made(
        *orders("orders"),
        "CREATE TABLE fees (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), owner_account_id INTEGER)",
        "CREATE TABLE attempts (id INTEGER PRIMARY KEY, owner_account_id INTEGER, intent TEXT)",
        *(f"INSERT INTO fees VALUES ({n}, {n}, 1)" for n in range(1, 6)),
        *(f"INSERT INTO attempts VALUES ({n}, 1, '{INTENT}{n}')" for n in range(1, 6)),
    )
    found = guessed(url)
    assert "payments" not in found.mapping
    assert any("attempts.intent holds 5 pi_" in one.says for one in found.opens)


def test_an_empty_table_in_between_proves_nothing(made: Make) -> None:
    url = made(
        *orders("orders"),
        "CREATE TABLE bills (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), batch_id INTEGER)",
        "CREATE TABLE attempts (id INTEGER PRIMARY KEY, bill_id INTEGER REFERENCES bills (id), batch_id INT, ref TEXT)",
        *(f"INSERT INTO attempts VALUES ({n}, NULL, {n}, '{INTENT}{n}')" for n in range(1, 6)),
    )
    assert "payments" not in guessed(url).mapping


def test_a_table_in_between_that_rows_bear_out_leads_there(made: Make) -> None:
    url = made(
        *orders("orders"),
        "CREATE TABLE bills (id INTEGER PRIMARY KEY, payable_type TEXT, payable_id INTEGER)",
        "CREATE TABLE attempts (id INTEGER PRIMARY KEY, bill_id INTEGER REFERENCES bills (id), ref TEXT)",
        *(f"INSERT INTO bills VALUES ({n + 50}, 'Order', {n})" for n in range(1, 6)),
        "INSERT INTO bills VALUES (90, 'Donation', 1)",
        *(f"INSERT INTO attempts VALUES ({n}, {n + 50}, '{INTENT}{n}')" for n in range(1, 6)),
        f"INSERT INTO attempts VALUES (9, 90, '{INTENT}9')",
    )
    assert intents(read(url, guessed(url))) == EXPECTED


def said(found: Guess) -> str:
    return " ".join([*(one.because for one in found.beliefs), *(one.says for one in found.opens)])
