"""What `init` makes of known applications: by their preset, on each database, in each generation."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from core.settings import OrdersMapping, checking
from core.setup import Draft, draft
from core.setup.guessing import Preset, presets
from tests.databases import execute, mariadb, postgresql
from tests.setup.made import Make, guessed, made, read
from tests.shops import NAMES, Shop

__all__ = ["made"]

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


def fixture(name: str, folder: Path) -> str:
    """The address of a shop's database on SQLite."""
    url = f"sqlite:///{folder / name}.sqlite3"
    Shop(name).build(url, sqlite=True)
    return url


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
    found = draft(made(*statements), stripe=None)
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
