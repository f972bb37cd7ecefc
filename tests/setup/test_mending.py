"""A preset that lacks one table beside the orders is kept, with what stood there guessed."""

import tomllib

from core.setup import draft
from core.setup.guessing import Preset, presets
from tests.setup.made import Make, made, read

__all__ = ["made"]
INTENT = "pi_3QabcDEFghIJklMNopQR"
OSCAR = (
    "CREATE TABLE {users} (id INTEGER PRIMARY KEY, email TEXT)",
    (
        "CREATE TABLE order_order (id INTEGER PRIMARY KEY, number TEXT, status TEXT, currency TEXT,"
        " total_incl_tax NUMERIC, guest_email TEXT, date_placed TEXT, user_id INTEGER REFERENCES {users} (id))"
    ),
    "CREATE TABLE payment_source (id INTEGER PRIMARY KEY, order_id INT REFERENCES order_order (id), reference TEXT)",
    (
        "CREATE TABLE payment_transaction (id INTEGER PRIMARY KEY, txn_type TEXT, amount NUMERIC, reference TEXT,"
        " date_created TEXT, source_id INTEGER REFERENCES payment_source (id))"
    ),
    "INSERT INTO {users} VALUES (7, 'ann@example.com')",
    (
        "INSERT INTO order_order VALUES (1, '100001', 'Being processed', 'EUR', 12.5, '', '2026-01-01T10:00:00Z', 7),"
        " (2, '100002', 'Complete', 'EUR', 20, 'ben@example.com', '2026-01-02T10:00:00Z', NULL)"
    ),
    f"INSERT INTO payment_source VALUES (11, 1, '{INTENT}1'), (12, 2, '{INTENT}2')",
    (
        f"INSERT INTO payment_transaction VALUES (1, 'Debit', 12.5, '{INTENT}1', '2026-01-01T10:00:00Z', 11),"
        f" (2, 'Debit', 20, '{INTENT}2', '2026-01-02T10:00:00Z', 12), (3, 'Refund', 5, '{INTENT}2', '2026-01-03', 12)"
    ),
)


def oscar() -> Preset:
    return next(one for one in presets() if one.name == "django-oscar")


def test_a_shops_own_table_of_users_takes_nothing_else_away(made: Make) -> None:
    url = made(*(one.format(users="accounts_user") for one in OSCAR))
    found = draft(url, stripe=None)
    assert found.preset is not None
    assert found.preset.name == "django-oscar"
    assert found.mended == "accounts_user.email"
    orders = read(url, found)
    assert [(one["status"], one["customer_email"], one["refunded_amount"]) for one in orders.values()] == [
        ("partially_refunded", "ben@example.com", 500),
        ("paid", "ann@example.com", 0),
    ]
    assert found.raw["payments"] == oscar().mapping["payments"]
    assert found.raw["refunds"] == oscar().mapping["refunds"]
    assert "but for auth_user.email, auth_user.id." in found.text
    assert tomllib.loads(found.text) == found.raw


def test_where_no_table_stands_for_it_the_rest_is_kept(made: Make) -> None:
    url = made(*(one.format(users="crypt") for one in OSCAR), "ALTER TABLE crypt DROP COLUMN email")
    found = draft(url, stripe=None)
    assert found.preset is not None
    assert found.raw["orders"]["columns"]["customer_email"] == "guest_email"
    assert "join" not in found.raw["orders"]
    assert [one["customer_email"] for one in read(url, found).values()] == ["ben@example.com", None]


def test_a_table_that_payments_are_read_from_is_not_mended(made: Make) -> None:
    url = made(*(one.format(users="auth_user").replace("payment_source", "paying") for one in OSCAR))
    found = draft(url, stripe=None)
    assert found.preset is None
