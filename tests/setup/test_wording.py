"""What words of status columns mean together: what decides alone is one pattern, what is unsure is asked."""

import pytest

from core.setup.guessing import Guess
from tests.setup.made import Make, guessed, made

__all__ = ["made"]
ORDERS = "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT, {more}, currency TEXT, created_at TEXT)"
STATES = [
    ("processing", "stripe_captured", "pending"),
    ("completed", "stripe_captured", "delivered"),
    ("new", "pending", "pending"),
    ("new", "pending", "processing"),
    ("processing", "stripe_partial_refunded", "pending"),
    ("closed", "stripe_refunded", "pending"),
    ("closed", "stripe_refunded", "delivered"),
    ("canceled", "pending", "canceled"),
]


def of_states(made: Make) -> Guess:
    rows = [
        f"INSERT INTO orders VALUES ({n}, '{a}', '{b}', '{c}', 9.5, 'eur', '')" for n, (a, b, c) in enumerate(STATES)
    ]
    return guessed(made(ORDERS.format(more="payment_status TEXT, shipment_status TEXT, total REAL"), *rows))


def test_a_word_that_decides_alone_is_one_pattern(made: Make) -> None:
    assert of_states(made).mapping["orders"]["status_map"] == {
        "*/stripe_partial_refunded/*": "partially_refunded",
        "*/stripe_refunded/*": "refunded",
        "canceled/*/*": "cancelled",
        "processing/stripe_captured/pending": "paid",
        "completed/stripe_captured/delivered": "fulfilled",
    }


def test_an_order_that_was_placed_and_not_paid_is_asked_about(made: Make) -> None:
    asked = {one.key.partition("#")[2]: one for one in of_states(made).questions if "#" in one.key}
    assert {name: one.suggestion for name, one in asked.items()} == {"new/pending/*": "pending"}
    assert "(2 of the newest 8 orders have it)" in asked["new/pending/*"].asks


@pytest.mark.parametrize(
    "word", ["not_refunded", "refund_requested", "unrefunded", "to_be_refunded", "stripe_refund_failed"]
)
def test_a_refund_that_is_denied_or_not_over_is_no_refund(word: str, made: Make) -> None:
    found = guessed(
        made(
            ORDERS.format(more="payment_status TEXT, total REAL"),
            f"INSERT INTO orders VALUES (1, 'open', '{word}', 9.5, 'eur', ''), (2, 'open', 'paid', 9.5, 'eur', '')",
        )
    )
    assert found.mapping["orders"]["status_map"] == {"open/paid": "paid"}
