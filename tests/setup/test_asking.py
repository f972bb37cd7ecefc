"""What was not found is asked and never denied; what is copied from Stripe, or empty, is taken for nothing."""

import pytest

from core.setup import draft
from tests.setup.made import Make, guessed, made, read

__all__ = ["made"]
CHARGE, INTENT, SESSION = "ch_3QabcDEFghIJklMNopQR", "pi_3QabcDEFghIJklMNopQR", "cs_test_a1QabcDEFghIJklMNopQR"
ORDERS = "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT, {more}, currency TEXT, created_at TEXT)"
DJSTRIPE = (
    "CREATE TABLE djstripe_account (djstripe_id INTEGER PRIMARY KEY, id VARCHAR(255) UNIQUE, livemode BOOL)",
    (
        "CREATE TABLE djstripe_charge (djstripe_id INTEGER PRIMARY KEY, id VARCHAR(255) UNIQUE, livemode BOOL,"
        " amount NUMERIC, currency VARCHAR(3), status VARCHAR(10), created DATETIME, payment_intent_id VARCHAR(255),"
        " djstripe_owner_account_id VARCHAR(255) REFERENCES djstripe_account (id))"
    ),
    (
        "CREATE TABLE djstripe_session (djstripe_id INTEGER PRIMARY KEY, id VARCHAR(255) UNIQUE, livemode BOOL,"
        " djstripe_owner_account_id VARCHAR(255) REFERENCES djstripe_account (id))"
    ),
    (
        "CREATE TABLE djstripe_applicationfee (djstripe_id INTEGER PRIMARY KEY, id VARCHAR(255) UNIQUE, livemode BOOL,"
        " charge_id INTEGER REFERENCES djstripe_charge (djstripe_id), djstripe_owner_account_id VARCHAR(255))"
    ),
    "INSERT INTO djstripe_account VALUES (1, 'acct_1QabcDEFghIJkl', 0)",
    *(
        f"INSERT INTO djstripe_charge VALUES ({n}, '{CHARGE}{n}', 0, 9.9, 'eur', 'succeeded', '2026-01-01 10:00:00',"
        f" '{INTENT}{n}', 'acct_1QabcDEFghIJkl')"
        for n in range(1, 6)
    ),
    *(f"INSERT INTO djstripe_session VALUES ({n}, '{SESSION}{n}', 0, 'acct_1QabcDEFghIJkl')" for n in range(1, 6)),
)
SYNCED = (
    (
        "CREATE TABLE invoices (id TEXT PRIMARY KEY, object TEXT, livemode BOOL, status TEXT, total INT, currency TEXT,"
        " created INTEGER, customer_email TEXT, charge TEXT)"
    ),
    f"INSERT INTO invoices VALUES ('in_1QabcDEFghIJkl', 'x', 0, 'paid', 9, 'eur', 1795000000, 'a@b.c', '{CHARGE}')",
)


@pytest.mark.parametrize("mirror", [DJSTRIPE, SYNCED], ids=["dj-stripe", "sync engine"])
def test_a_mirror_of_stripe_is_not_taken_for_the_orders(mirror: tuple[str, ...], made: Make) -> None:
    found = draft(made(*mirror, "CREATE TABLE auth_user (id INTEGER PRIMARY KEY, email TEXT)"), stripe=None)
    assert found.raw == {}
    assert "mirror Stripe" in found.nothing_because
    assert "Where are your orders?" in found.nothing_because


def test_orders_beside_a_mirror_are_found_and_led_to_by_what_they_name_themselves(made: Make) -> None:
    url = made(
        *DJSTRIPE,
        "CREATE TABLE shop_order (id INTEGER PRIMARY KEY, status TEXT, total REAL, currency TEXT, created_at TEXT,"
        " charge_id INTEGER REFERENCES djstripe_charge (djstripe_id))",
        *(f"INSERT INTO shop_order VALUES ({n}, 'paid', 9.9, 'eur', '2026-01-01T10:00:00Z', {n})" for n in range(1, 6)),
    )
    found = guessed(url)
    assert found.mapping["orders"]["table"] == "shop_order"
    assert {one: order["charge_ids"] for one, order in read(url, found).items()} == {
        str(n): [f"{CHARGE}{n}"] for n in range(1, 6)
    }
    assert "payments" not in found.mapping
    assert found.opens == ()


def test_orders_that_no_mirror_names_are_asked_about(made: Make) -> None:
    url = made(
        *DJSTRIPE, ORDERS.format(more="total REAL"), "INSERT INTO orders VALUES (1, 'paid', 9.9, 'eur', '2026-01-01')"
    )
    found = guessed(url)
    assert found.mapping["orders"]["table"] == "orders"
    assert "payments" not in found.mapping
    (asked,) = found.opens
    said = "djstripe_charge, djstripe_session mirror Stripe, and no way was found from them to orders;"
    assert asked.says == f"{said} say where it keeps Stripe's ids."


def test_a_shops_own_tables_that_are_called_stripe_are_no_mirror(made: Make) -> None:
    url = made(
        ORDERS.format(more="total REAL"),
        "CREATE TABLE stripe_payments (id INTEGER PRIMARY KEY, order_id INTEGER, ref TEXT UNIQUE, livemode BOOL)",
        *(f"INSERT INTO orders VALUES ({n}, 'paid', 9.9, 'eur', '2026-01-01T10:00:00Z')" for n in range(1, 4)),
        *(f"INSERT INTO stripe_payments VALUES ({n}, {n}, '{INTENT}{n}', 0)" for n in range(1, 4)),
    )
    assert [one["payment_intent_ids"] for one in read(url, guessed(url)).values()] == [
        [f"{INTENT}{n}"] for n in (3, 2, 1)
    ]


def test_an_empty_column_is_no_amount(made: Make) -> None:
    """The right one stands beside it."""
    url = made(
        ORDERS.format(more="grand_total NUMERIC, amount NUMERIC, number TEXT, updated_at TEXT"),
        *(f"INSERT INTO orders VALUES ({n}, 'paid', NULL, 9.90, '', NULL, 'eur', '2026-01-01')" for n in range(1, 11)),
    )
    found = guessed(url)
    assert found.mapping["orders"]["columns"] | {"amount": "amount"} == found.mapping["orders"]["columns"]
    assert not found.mapping["orders"]["columns"].keys() & {"number", "updated_at"}
    assert not [one for one in found.beliefs if one.because.startswith("its name, and 0 of")]


def test_where_every_amount_is_empty_it_is_asked_and_no_unit_is_written(made: Make) -> None:
    url = made(
        ORDERS.format(more="grand_total NUMERIC, weight REAL, note TEXT"),
        *(f"INSERT INTO orders VALUES ({n}, 'paid', NULL, 1.5, '', 'eur', '2026-01-01')" for n in range(1, 11)),
    )
    found = draft(url, stripe=None)
    assert not {"amount"} & found.raw["orders"]["columns"].keys()
    assert "unit" not in found.raw["orders"]
    assert "# Open: Which column is the amount? There are weight.\n" in found.text
    assert "\nunit" not in found.text


@pytest.mark.parametrize(("total", "firm"), [("11.98", "unsure"), ("9.9", "likely"), ("990", "likely")])
def test_an_amount_that_the_payments_contradict_is_not_likely(total: str, firm: str, made: Make) -> None:
    """Cents beside units are the same sum."""
    url = made(
        ORDERS.format(more="amount NUMERIC"),
        "CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER, total NUMERIC, intent TEXT)",
        *(f"INSERT INTO orders VALUES ({n}, 'paid', 9.9, 'eur', '2026-01-01')" for n in range(1, 6)),
        *(f"INSERT INTO payments VALUES ({n}, {n}, {total}, '{INTENT}{n}')" for n in range(1, 6)),
    )
    (belief,) = [one for one in guessed(url).beliefs if one.key == "orders.columns.amount"]
    assert belief.confidence == firm
    assert ("payments.total says another sum in 5 of 5 rows" in belief.because) == (firm == "unsure")


def test_what_may_be_empty_in_every_row_is_believed_by_its_name_alone(made: Make) -> None:
    url = made(
        ORDERS.format(more="total NUMERIC, refunded_amount NUMERIC, deleted_at TEXT"),
        *(f"INSERT INTO orders VALUES ({n}, 'paid', 9.5, NULL, NULL, 'eur', '2026-01-01')" for n in range(1, 4)),
    )
    firm = {one.key.rpartition(".")[2]: one.confidence for one in guessed(url).beliefs}
    assert (firm["refunded_amount"], firm["deleted"], firm["amount"]) == ("unsure", "unsure", "likely")


PARTY = (
    "CREATE TABLE currency_currency (id INTEGER PRIMARY KEY, code VARCHAR(3), name TEXT, numeric_code TEXT)",
    "CREATE TABLE party_party (id INTEGER PRIMARY KEY, name TEXT, code TEXT, login INTEGER REFERENCES res_user (id))",
    "CREATE TABLE res_user (id INTEGER PRIMARY KEY, email TEXT)",
    (
        "CREATE TABLE sale_sale (id INTEGER PRIMARY KEY, number TEXT, state TEXT, untaxed_amount_cache NUMERIC,"
        " tax_amount_cache NUMERIC, total_amount_cache NUMERIC, currency INTEGER REFERENCES currency_currency (id),"
        " party INTEGER REFERENCES party_party (id), create_date TIMESTAMP, write_date TIMESTAMP)"
    ),
    "INSERT INTO currency_currency VALUES (3, 'EUR', 'Euro', '978'), (4, 'JPY', 'Yen', '392')",
    "INSERT INTO res_user VALUES (1, 'ann@example.com'), (2, 'ben@example.com')",
    "INSERT INTO party_party VALUES (11, 'Ann', 'P1', 1), (12, 'Ben', 'P2', 2)",
    (
        "INSERT INTO sale_sale VALUES (1, 'S1', 'draft', 10.5, 1.5, 12, 3, 11, '2026-01-01 10:00', '2026-01-02 10:00'),"
        " (2, 'S2', 'cancelled', 100, 20.5, 120.5, 3, 12, '2026-01-03 10:00:00', '2026-01-04 10:00:00')"
    ),
)


def test_money_and_times_as_tryton_and_odoo_name_them_are_found(made: Make) -> None:
    url = made(*PARTY)
    columns = guessed(url).mapping["orders"]["columns"]
    assert {name: columns[name] for name in ("amount", "created_at", "updated_at", "currency")} == {
        "amount": "total_amount_cache",
        "created_at": "create_date",
        "updated_at": "write_date",
        "currency": "currency_currency.code",
    }
    orders = read(url, guessed(url))
    assert [(one["amount"], one["currency"], one["customer_email"]) for one in orders.values()] == [
        (12050, "eur", "ben@example.com"),
        (1200, "eur", "ann@example.com"),
    ]


def test_the_address_is_the_customers_and_not_that_of_who_sold(made: Make) -> None:
    url = made(
        "CREATE TABLE res_users (id INTEGER PRIMARY KEY, login TEXT, email TEXT)",
        "CREATE TABLE res_partner (id INTEGER PRIMARY KEY, email TEXT)",
        "CREATE TABLE sale_order (id INTEGER PRIMARY KEY, name TEXT, state TEXT, user_id INT REFERENCES res_users (id),"
        " partner_id INTEGER REFERENCES res_partner (id), amount_untaxed REAL, amount_total REAL, date_order TEXT)",
        "INSERT INTO res_users VALUES (1, 'seller', 'seller@example.com')",
        "INSERT INTO res_partner VALUES (5, 'buyer@example.com')",
        "INSERT INTO sale_order VALUES (1, 'S00024', 'sale', 1, 5, 9.5, 11.5, '2026-01-01 10:00:00')",
    )
    columns = guessed(url).mapping["orders"]["columns"]
    assert columns["customer_email"] == "res_partner.email"
    assert (columns["number"], columns["amount"], columns["created_at"]) == ("name", "amount_total", "date_order")


def test_addresses_that_no_way_leads_to_are_asked_about(made: Make) -> None:
    url = made(
        ORDERS.format(more="total REAL"),
        "CREATE TABLE party_contact_mechanism (id INTEGER PRIMARY KEY, kind TEXT, value TEXT, party INTEGER)",
        "INSERT INTO orders VALUES (1, 'paid', 9.5, 'eur', '2026-01-01')",
        "INSERT INTO party_contact_mechanism VALUES (1, 'email', 'ann@example.com', 7)",
    )
    says = [one.says for one in guessed(url).opens if one.key == "orders.columns.customer_email"]
    assert says == ["Where is the customer's e-mail address? There are party_contact_mechanism.value."]


PAYMENTS = (
    "CREATE TABLE payment_source (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), label TEXT)",
    (
        "CREATE TABLE payment_transaction (id INTEGER PRIMARY KEY, txn_type TEXT, amount NUMERIC, reference TEXT,"
        " source_id INTEGER REFERENCES payment_source (id))"
    ),
    "INSERT INTO orders VALUES (1, 'paid', 12.5, 'eur', '2026-01-01'), (2, 'paid', 7.5, 'eur', '2026-01-02')",
    "INSERT INTO payment_source VALUES (11, 1, ''), (12, 2, '')",
    (
        f"INSERT INTO payment_transaction VALUES (21, 'Debit', 12.5, '{INTENT}1', 11),"
        f" (22, 'Debit', 7.5, '{INTENT}2', 12), (23, 'Refund', 2.5, '{INTENT}2', 12)"
    ),
)


def test_refunds_among_payments_become_refunds(made: Make) -> None:
    url = made(ORDERS.format(more="total REAL"), *PAYMENTS)
    found = guessed(url)
    orders = read(url, found)
    assert {name: (one["refunded_amount"], one["status"]) for name, one in orders.items()} == {
        "1": (0, "paid"),
        "2": (250, "partially_refunded"),
    }
    assert "COALESCE(r.txn_type, '') NOT IN ('Refund')" in found.mapping["payments"][0]["query"]


def test_what_a_payment_gave_back_is_read_from_its_own_column(made: Make) -> None:
    url = made(
        ORDERS.format(more="total REAL"),
        "CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER, intent TEXT, amount_refunded INTEGER)",
        "INSERT INTO orders VALUES (1, 'paid', 12.5, 'eur', '2026-01-01'), (2, 'paid', 7.5, 'eur', '2026-01-02')",
        f"INSERT INTO payments VALUES (1, 1, '{INTENT}1', 0), (2, 2, '{INTENT}2', 250)",
    )
    assert {name: one["refunded_amount"] for name, one in read(url, guessed(url)).items()} == {"1": 0, "2": 250}


@pytest.mark.parametrize(
    ("payments", "speaks"),
    [
        ("status TEXT, CHECK (1)", "payments.status says refunded (1)"),
        ("txn_type TEXT, CHECK (2)", "payments.txn_type says refunded (1)"),
    ],
)
def test_refunds_that_only_a_word_speaks_of_are_asked_about(payments: str, speaks: str, made: Make) -> None:
    url = made(
        ORDERS.format(more="total REAL"),
        f"CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER, intent TEXT, {payments})",
        "INSERT INTO orders VALUES (1, 'paid', 12.5, 'eur', '2026-01-01'), (2, 'paid', 7.5, 'eur', '2026-01-02')",
        f"INSERT INTO payments VALUES (1, 1, '{INTENT}1', 'confirmed'), (2, 2, '{INTENT}2', 'refunded')",
    )
    (asked,) = [one for one in guessed(url).opens if one.key == "refunds"]
    assert asked.says.startswith(f"Where are refunds? {speaks}; but no column was found that says how much went back.")


def test_a_table_of_refunds_that_leads_nowhere_is_asked_about(made: Make) -> None:
    url = made(
        ORDERS.format(more="total REAL"),
        "CREATE TABLE refunds (id INTEGER PRIMARY KEY, thing TEXT, amount NUMERIC)",
        "INSERT INTO orders VALUES (1, 'paid', 12.5, 'eur', '2026-01-01')",
        "INSERT INTO refunds VALUES (1, 'x', 2.5)",
    )
    assert [one.says.split(";")[0] for one in guessed(url).opens if one.key == "refunds"] == [
        "Where are refunds? the table refunds"
    ]


def test_a_shop_in_which_nothing_speaks_of_refunds_is_not_asked(made: Make) -> None:
    url = made(
        ORDERS.format(more="total REAL, pay TEXT"), f"INSERT INTO orders VALUES (1, 'paid', 1.5, '{INTENT}', 'eur', '')"
    )
    assert not [one for one in guessed(url).opens if one.key == "refunds"]
