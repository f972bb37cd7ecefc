"""What `init` makes of a database: known applications by their preset, unknown ones by their values."""

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from core.cli.orders_command import canonical
from core.orders import Doors, OrdersReader
from core.settings import OrdersMapping, checking
from core.setup import Draft, draft
from core.setup.guessing import Guess, Preset, guess, look, presets, recognised, resembling
from tests.databases import execute, mariadb, postgresql
from tests.shops import NAMES, Shop

PRESETS = {
    "medusa_v2": "Medusa 2",
    "polar": "Polar",
    "pretix": "pretix",
    "spree": "Spree 5",
    "woocommerce_hpos": "WooCommerce",
}
TABLES = {
    "laravel_intenum": "orders",
    "medusa_v2": "order",
    "polar": "orders",
    "pretix": "pretixbase_order",
    "prisma_next": "Order",
    "spree": "spree_orders",
    "woocommerce_hpos": "wp_wc_orders",
}
NATIVE = [name for name in NAMES if Shop(name).native == "pg"]
Make = Callable[..., str]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """`made("CREATE TABLE ...", ...)`: the address of a database of these statements."""

    def make(*statements: str) -> str:
        path = tmp_path / "shop.sqlite3"
        path.touch()
        execute(f"sqlite:///{path}", *statements)
        return f"sqlite:///{path}"

    return make


def fixture(name: str, folder: Path) -> str:
    """The address of a shop's database on SQLite."""
    url = f"sqlite:///{folder / name}.sqlite3"
    Shop(name).build(url, sqlite=True)
    return url


def guessed(url: str) -> Guess:
    doors = Doors(url)
    try:
        return guess(look(doors))
    finally:
        doors.close()


def read(url: str, found: Draft) -> dict[str, dict[str, object]]:
    """The orders that a draft's mapping yields, by id."""
    reader = OrdersReader(url, found.mapping)
    try:
        reader.check()
        return {order.id: canonical(order) for order in reader.page(since=None, until=None, limit=100).orders}
    finally:
        reader.close()


def expected(name: str, *besides: str) -> dict[str, dict[str, Any]]:
    found = ({key: value for key, value in one.items() if key != "scenario"} for one in Shop(name).expected)
    return {one["id"]: {key: value for key, value in one.items() if key not in besides} for one in found}


def without(orders: dict[str, dict[str, object]], *besides: str) -> dict[str, dict[str, object]]:
    return {name: {key: one[key] for key in one if key not in besides} for name, one in orders.items()}


@pytest.mark.parametrize("name", PRESETS)
def test_a_known_application_is_recognised_and_every_field_is_right(name: str, tmp_path: Path) -> None:
    url = fixture(name, tmp_path)
    found = draft(url, stripe=None)
    assert found.preset is not None
    assert found.preset.name == PRESETS[name]
    assert tomllib.loads(found.text) == json.loads(json.dumps(found.raw))
    assert read(url, found) == expected(name)


def test_a_starter_without_a_preset_is_guessed_whole(tmp_path: Path) -> None:
    url = fixture("prisma_next", tmp_path)
    found = draft(url, stripe=None)
    assert found.preset is None
    (asked,) = found.questions
    assert asked.key == "orders.columns.currency"
    assert {one["currency"] for one in read(url, found).values()} == {None}
    assert '# currency = "=usd"  # Which currency are all amounts in? Say it' in found.text
    answered = found.answered(asked, "USD")
    assert without(read(url, answered), "metadata_expected") == expected("prisma_next", "metadata_expected")


def test_numbers_for_statuses_and_bare_times_stay_questions_and_answers_make_them_right(tmp_path: Path) -> None:
    url = fixture("laravel_intenum", tmp_path)
    found = draft(url, stripe=None)
    assert {order["status"] for order in read(url, found).values()} == {"unknown"}
    assert '# 2 = "?"' in found.text
    answers = {"orders.timezone": "Europe/Berlin", "orders.unit": "minor"}
    answers |= {
        f"orders.status_map#{raw}": word for raw, word in Shop("laravel_intenum").mapping.orders.status_map.items()
    }
    for question in found.questions:
        found = found.answered(question, answers[question.key])
    assert found.questions == ()
    assert without(read(url, found), "metadata_expected") == expected("laravel_intenum", "metadata_expected")


@pytest.mark.parametrize("name", NAMES)
def test_the_guess_alone_finds_the_orders_and_every_id_of_stripe(name: str, tmp_path: Path) -> None:
    url = fixture(name, tmp_path)
    found = guessed(url)
    assert found.mapping["orders"]["table"] == TABLES[name]
    orders = read(url, Draft(found.mapping))
    kinds = ("session_ids", "payment_intent_ids", "charge_ids")
    assert {n: [one[kind] for kind in kinds] for n, one in orders.items()} == {
        n: [one[kind] for kind in kinds] for n, one in expected(name).items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_a_row_holds_is_said(name: str, tmp_path: Path) -> None:
    url = fixture(name, tmp_path)
    found = draft(url, stripe=None)
    said = f"{found.text} {found!r} {guessed(url)!r}"
    for one in Shop(name).expected:
        values = [one["customer_email"], *one["session_ids"], *one["payment_intent_ids"], *one["charge_ids"]]
        assert [value for value in values if value and value in said] == []


@pytest.fixture(scope="module")
def pg() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.mark.parametrize("name", NATIVE)
def test_on_postgresql_it_is_the_same(name: str, pg: str) -> None:
    execute(pg.replace("postgresql:", "postgresql+psycopg:"), f'CREATE SCHEMA "{name}"')
    url = make_url(pg).update_query_dict({"options": f"-c search_path={name}"}).render_as_string(hide_password=False)
    Shop(name).build(url, sqlite=False)
    found = draft(url, stripe=None)
    for one in found.questions:
        found = found.answered(one, one.suggestion)
    besides = () if name in PRESETS else ("metadata_expected",)
    assert (found.preset.name if found.preset else None) == PRESETS.get(name)
    assert without(read(url, found), *besides) == expected(name, *besides)


def test_on_mariadb_it_is_the_same() -> None:
    with mariadb() as url:
        Shop("woocommerce_hpos").build(url, sqlite=False)
        Shop("laravel_intenum").build(url, sqlite=False)
        found = draft(url, stripe=None)
        assert found.preset is not None
        assert found.preset.name == "WooCommerce"
        assert read(url, found) == expected("woocommerce_hpos")
        assert 'prefix = "wp_"' in found.text


def test_another_prefix_is_found(made: Make) -> None:
    script = [(Shop("woocommerce_hpos").folder / f"{kind}.sqlite.sql").read_text() for kind in ("schema", "seed")]
    statements = [one for text in script for one in text.replace("wp_", "shop7_").split(";\n") if one.strip()]
    found = draft(made(*(one.replace(":", "\\:") for one in statements)), stripe=None)
    assert 'prefix = "shop7_"' in found.text
    assert found.mapping.database.prefix == "shop7_"


def test_a_generation_that_renamed_its_columns_is_recognised_as_itself(tmp_path: Path) -> None:
    url = fixture("spree", tmp_path)
    execute(
        url,
        "ALTER TABLE spree_orders RENAME COLUMN payment_state TO payment_status",
        "ALTER TABLE spree_orders RENAME COLUMN shipment_state TO fulfillment_status",
        "ALTER TABLE spree_payments RENAME COLUMN state TO status",
    )
    found = draft(url, stripe=None)
    assert found.preset is not None
    assert found.preset.name == "Spree 6"
    statuses = {name: one["status"] for name, one in read(url, found).items()}
    assert statuses == {name: one["status"] for name, one in expected("spree").items()}


def test_a_generation_nobody_knows_is_guessed_and_what_it_lacks_is_said(tmp_path: Path) -> None:
    url = fixture("pretix", tmp_path)
    execute(url, "ALTER TABLE pretixbase_order RENAME COLUMN require_approval TO needs_approval")
    found = draft(url, stripe=None)
    assert found.preset is None
    assert found.near is not None
    assert found.near.missing == ("pretixbase_order.require_approval",)
    assert found.raw["orders"]["table"] == "pretixbase_order"


@pytest.mark.parametrize("preset", presets(), ids=lambda one: one.name)
def test_every_preset_is_a_settings_file_and_requires_columns(preset: Preset) -> None:
    raw = preset.mapping
    assert list(checking.problems(raw)) == []
    stripe = raw.pop("stripe", {})
    booked_on = stripe.get("booked_on", [])
    booked_on = booked_on if isinstance(booked_on, list) else [booked_on]
    OrdersMapping.model_validate({**raw, "metadata": stripe.get("metadata", {}), "booked_on": booked_on})
    assert len(preset.requires) >= 5
    assert preset.note or preset.name in PRESETS.values()


TABLED = [one for one in presets() if one.name != "Indico"]  # its tables stand in schemas, which SQLite does not have


@pytest.mark.parametrize(
    ("preset", "carts"),
    [*((one, ()) for one in TABLED), *((one, one.carts_require) for one in TABLED if one.carts)],
    ids=[*(one.name for one in TABLED), *(f"{one.name}, carts" for one in TABLED if one.carts)],
)
def test_a_preset_reads_nothing_but_what_it_requires(preset: Preset, carts: tuple[str, ...], made: Make) -> None:
    raw = preset.mapping
    tables: dict[str, list[str]] = {}
    for one in dict.fromkeys((*preset.requires, *carts)):
        table, _, column = one.replace("{prefix}", raw.get("database", {}).get("prefix", "")).rpartition(".")
        tables.setdefault(table, []).append(f'"{column}"')
    url = made(*(f'CREATE TABLE "{table}" ({", ".join(columns)})' for table, columns in tables.items()))
    found = draft(url, stripe=None)
    assert found.preset is not None
    assert found.preset.name == preset.name
    assert ("carts" in found.raw) is bool(carts)
    assert list(checking.problems(found.raw)) == []
    assert read(url, found) == {}


INTENT, CHARGE = "pi_3QabcDEFghIJklMNopQR", "ch_3QabcDEFghIJklMNopQR"
ORDERS = "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT, {more}, currency TEXT, created_at TEXT)"


def test_ids_decide_and_not_names(made: Make) -> None:
    url = made(
        ORDERS.format(more="session_id TEXT, total NUMERIC"),
        "CREATE TABLE gateway_log (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), blob TEXT)",
        "INSERT INTO orders VALUES (1, 'paid', 'a8f5f167f44f4964e6c998dee827110c', 12.5, 'eur', '2026-01-01')",
        f"""INSERT INTO gateway_log VALUES (1, 1, '{{"x"\\: {{"deep"\\: "{INTENT}"}}}}')""",
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
            f"INSERT INTO orders VALUES ({n}, 'paid', {n + 70}, 1250, 'eur', '2026-01-0{n}T10\\:00\\:00Z')"
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
        "INSERT INTO orders VALUES (7, 'paid', 9.99, 'usd', '2026-01-01T10\\:00\\:00Z')",
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
        f"INSERT INTO orders VALUES (1, 'paid', 12.5, '{INTENT}', 'eur', '2026-01-01T10\\:00\\:00Z')",
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
