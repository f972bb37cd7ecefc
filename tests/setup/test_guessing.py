"""What `init` makes of a database that nobody knows: by its values, and not by its names."""

from core.orders import Doors
from core.setup import Draft, draft
from core.setup.guessing import guess, look, recognised, resembling
from tests.setup.made import Make, guessed, made, read

__all__ = ["made"]

INTENT, CHARGE = "pi_3QabcDEFghIJklMNopQR", "ch_3QabcDEFghIJklMNopQR"
ORDERS = "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT, {more}, currency TEXT, created_at TEXT)"


def test_ids_decide_and_not_names(made: Make) -> None:
    url = made(
        ORDERS.format(more="session_id TEXT, total NUMERIC"),
        "CREATE TABLE gateway_log (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), blob TEXT)",
        "INSERT INTO orders VALUES (1, 'paid', 'a8f5f167f44f4964e6c998dee827110c', 12.5, 'eur', '2026-01-01')",
        f"""INSERT INTO gateway_log VALUES (1, 1, '{{"x": {{"deep": "{INTENT}"}}}}')""",
    )
    found = guessed(url).mapping
    assert "session_id" not in found["orders"]["columns"]
    (payments,) = found["payments"]
    assert payments["columns"] == {"order_id": "order_id", "stripe_refs": "blob", "seq": "id"}


def test_a_table_that_shares_only_the_cart_leads_to_the_order(made: Make) -> None:
    url = made(
        ORDERS.format(more="cart_id INTEGER, total_cents INTEGER"),
        "CREATE TABLE stripe_intents (id INTEGER PRIMARY KEY, cart_id INTEGER, intent TEXT)",
        *(
            f"INSERT INTO orders VALUES ({n}, 'paid', {n + 70}, 1250, 'eur', '2026-01-0{n}T10:00:00Z')"
            for n in (1, 2, 3)
        ),
        *(f"INSERT INTO stripe_intents VALUES ({n}, {n + 70}, '{INTENT}{n}')" for n in (1, 2, 3)),
    )
    orders = read(url, Draft(guessed(url).mapping))
    assert {name: one["payment_intent_ids"] for name, one in orders.items()} == {n: [f"{INTENT}{n}"] for n in "123"}
    assert {one["amount"] for one in orders.values()} == {1250}


def test_keys_and_values_are_told_apart_by_their_values(made: Make) -> None:
    url = made(
        ORDERS.format(more="total REAL"),
        "CREATE TABLE order_attributes (id INTEGER PRIMARY KEY, order_id INTEGER, name TEXT, value TEXT)",
        "INSERT INTO orders VALUES (7, 'paid', 9.99, 'usd', '2026-01-01T10:00:00Z')",
        "INSERT INTO order_attributes (order_id, name, value) VALUES (7, 'gift', 'yes'), (7, 'note', 'ring twice')",
        f"INSERT INTO order_attributes (order_id, name, value) VALUES (7, 'charge', '{CHARGE}')",
    )
    found = guessed(url).mapping
    assert found["payments"][0]["where"] == "name IN ('charge')"
    assert read(url, Draft(found))["7"]["charge_ids"] == [CHARGE]


def test_refunds_in_cents_beside_orders_in_units_keep_their_unit(made: Make) -> None:
    url = made(
        ORDERS.format(more="total NUMERIC, payment_intent TEXT"),
        "CREATE TABLE refunds (id INTEGER PRIMARY KEY, order_id INTEGER, amount INTEGER, status TEXT)",
        f"INSERT INTO orders VALUES (1, 'paid', 12.5, '{INTENT}', 'eur', '2026-01-01T10:00:00Z')",
        "INSERT INTO refunds VALUES (1, 1, 250, 'succeeded'), (2, 1, 999, 'failed')",
    )
    (order,) = read(url, Draft(guessed(url).mapping)).values()
    assert (order["amount"], order["refunded_amount"], order["status"]) == (1250, 250, "partially_refunded")


def test_words_that_shops_use_differently_stay_questions(made: Make) -> None:
    url = made(
        ORDERS.format(more="total NUMERIC"),
        *(
            f"INSERT INTO orders (status, total, currency) VALUES ('{word}', 1.5, 'eur')"
            for word in ("complete", "closed", "processing", "paid", "CANCELED")
        ),
    )
    found = guessed(url)
    assert found.mapping["orders"]["status_map"] == {"CANCELED": "cancelled", "paid": "paid"}
    asked = {one.key.partition("#")[2] for one in found.questions if "#" in one.key}
    assert asked == {"complete", "closed", "processing"}


def test_numbers_that_a_table_of_statuses_names_are_understood(made: Make) -> None:
    url = made(
        "CREATE TABLE tbl_order (order_id INTEGER PRIMARY KEY, order_status_id INTEGER, total REAL, date_added TEXT)",
        "CREATE TABLE tbl_order_status (order_status_id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO tbl_order_status VALUES (1, 'Pending'), (5, 'Complete'), (7, 'Canceled')",
        "INSERT INTO tbl_order VALUES (1, 1, 1.5, '2026-01-01'), (2, 5, 2.5, '2026-01-02'), (3, 7, 3.5, '2026-01-03')",
    )
    found = guessed(url)
    assert found.mapping["orders"]["status_map"] == {"7": "cancelled", "1": "pending"}
    (asked,) = [one for one in found.questions if "#" in one.key]
    assert (asked.key, asked.suggestion) == ("orders.status_map#5", "paid")
    assert "(Complete)" in asked.asks


def test_subscriptions_alone_are_nothing_to_compare(made: Make) -> None:
    url = made("CREATE TABLE subscription (id TEXT PRIMARY KEY, plan TEXT, stripe_subscription_id TEXT, status TEXT)")
    found = draft(url, stripe=None)
    assert found.raw == {}
    assert "subscriptions" in found.nothing_because


def test_an_empty_shop_is_guessed_by_names_that_name_stripe(made: Make) -> None:
    found = guessed(made(ORDERS.format(more="total INTEGER, stripe_session_id TEXT, session_id TEXT")))
    assert found.mapping["orders"]["columns"]["session_id"] == "stripe_session_id"
    assert any("by its name alone" in one.because for one in found.beliefs)


def test_what_is_no_shop_resembles_none(made: Make) -> None:
    doors = Doors(made("CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT)"))
    seen = look(doors)
    assert recognised(seen) is None
    assert resembling(seen) is None
    assert guess(seen).mapping == {}


def test_indexes_on_expressions_are_passed_over_in_silence(made: Make) -> None:
    """Every warning is an error here, as pyproject.toml says; an operator would read it on the terminal."""
    url = made(ORDERS.format(more="total REAL"), "CREATE INDEX upper_status ON orders (upper(status), total)")
    assert guessed(url).mapping["orders"]["table"] == "orders"


def test_payment_rows_of_another_provider_are_what_was_paid_otherwise(made: Make) -> None:
    rows = [
        ("stripe", "confirmed", 15, f"'{INTENT}'"),
        ("giftcard", "confirmed", 8, "NULL"),
        ("transfer", "pending", 9, "NULL"),
    ]
    url = made(
        ORDERS.format(more="total NUMERIC"),
        "CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), provider TEXT,"
        " status TEXT, amount NUMERIC, reference TEXT)",
        "INSERT INTO orders VALUES (1, 'paid', 23.50, 'eur', '2026-01-01T00:00:00Z')",
        *(
            f"INSERT INTO payments VALUES ({n}, 1, '{who}', '{state}', {amount}, {ref})"
            for n, (who, state, amount, ref) in enumerate(rows, 1)
        ),
    )
    found = draft(url, stripe=None)
    (said,) = found.mapping.paid_otherwise
    assert said.where == "provider NOT IN ('stripe') AND status IN ('confirmed')"
    assert {one["paid_otherwise"] for one in read(url, found).values()} == {800}
    assert "[[paid_otherwise]]" in found.text
