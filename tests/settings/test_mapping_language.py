"""The mapping language: what it means is what was written, and each slip is named with its key and an example."""

import re
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.settings import EXAMPLE, load
from core.settings.columns import Constant, Spec, Term, parse
from tests.settings.conftest import DATABASE, write
from tests.shops import NAMES, SCHEMAS, Shop

ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("_secrets")
def test_every_problem_of_the_language_is_said_at_once_with_its_key_and_an_example(tmp_path: Path) -> None:
    text = """
[database]
url = "postgresql://reader:hunter2@db/shop"
prefix = "wp-"
[orders]
table = "orders"
query = "DELETE FROM orders"
unit = "euros"
timezone = "Mars/Base"
page_by = "mood"
colums = 1
columns = { id = ["a", "b"], sesion_id = "x", status = ["s", "p"], amount = "a->", currency = 3.5 }
[orders.status_map]
"paid" = "paid"
"a/b" = "settled"
[[payments]]
table = "p"
columns = { status = "s" }
find.order = "x = :value"
[[refunds]]
where = "x = 1"
columns = { order_id = "o" }
[carts]
table = "c"
columns = { id = "id", custmer_email = "e" }
extra = { token = "token" }
metadata = { x = "{nobody}", y = "{id}{token}", z = "{token}" }
[stripe.metadata]
a = "{cart}"
b = "{id"
[app]
hosts = ["sk_live_abcdefgh"]
"""
    with pytest.raises(SettingsError) as error:
        load(write(tmp_path, text))
    said = error.value.message
    for key in (
        "database.url:", "database.prefix:", "orders:", "orders.query:", "orders.unit:", "orders.timezone:",
        "orders.page_by:", "orders.colums:", "orders.columns.id:", "orders.columns:", "orders.columns.amount:",
        "orders.status_map:", "orders.status_map.a/b:", "payments.0.columns:", "payments.0.find.order:", "refunds.0:",
        "refunds.0.columns:", "carts.columns:", "carts.metadata.x:", "carts.metadata.y:", "stripe.metadata.a:",
        "stripe.metadata.b:", "app.hosts:",
    ):  # fmt: skip
        assert f"- orderlens.toml: {key}" in said, key
    assert "Did you mean `customer_email`?" in said
    assert "carts.metadata.z" not in said
    assert said.count("Example:") >= 20
    assert "hunter2" not in said
    assert "sk_live_abcdefgh" not in said


@pytest.mark.usefixtures("_secrets")
@pytest.mark.parametrize(
    ("carts", "said"),
    [
        ('columns = { id = "id", customer_email = "mail" }', "nothing says which payment is for a cart"),
        ('columns = { id = "id", payment_intent_id = "pi" }', "`customer_email` or `customer_name` is missing"),
        ('columns = { customer_email = "mail", payment_intent_id = "pi" }', "`id` is missing"),
        ('columns = { id = "id", customer_email = "mail", status = "s", charge_id = "c" }', "`status` is not a name"),
    ],
)
def test_carts_that_lead_to_nobody_are_an_error_with_what_to_write(tmp_path: Path, carts: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(write(tmp_path, f'{EXAMPLE}[carts]\ntable = "carts"\n{carts}\n'))
    assert (said in error.value.message, "Example:" in error.value.message) == (True, True)


@pytest.mark.usefixtures("_secrets")
@pytest.mark.parametrize("name", NAMES)
def test_the_settings_of_real_applications_are_accepted(tmp_path: Path, name: str) -> None:
    settings = load(write(tmp_path, (SCHEMAS / name / "mapping.toml").read_text()))
    assert settings.mapping == Shop(name).mapping


@pytest.mark.usefixtures("_secrets")
def test_a_column_that_is_called_secret_is_no_secret(tmp_path: Path) -> None:
    columns = '{ id = "id", status = "status", stripe_refs = "payment_secret_reference" }'
    assert load(write(tmp_path, f'[orders]\ntable = "o"\ncolumns = {columns}')).orders.table == "o"


WORDS = st.text(st.characters(exclude_characters=".,+=->[]", exclude_categories=("Z", "C")), min_size=1)


@given(st.lists(WORDS, min_size=1, max_size=3), WORDS, st.none() | WORDS)
def test_what_a_column_says_is_what_was_meant(path: list[str], column: str, table: str | None) -> None:
    text = (f"{table}." if table else "") + column
    assert parse(text) == Spec(((Term(column, table),),))
    assert parse(f"{text}->{'.'.join(path)} + b") == Spec(((Term(column, table, tuple(path)), Term("b")),))
    assert parse([text, f"={text}", 7]).alternatives[1:] == (Constant(text), Constant(7))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_whatever_stands_for_a_column_is_understood_or_refused_in_words(value: object) -> None:
    with suppress(ValueError):
        assert parse(value).alternatives


DOCUMENTED = [
    pytest.param(found[1], id=f"{path.name}-{number}")
    for path in (ROOT / "README.md", ROOT / "docs" / "mapping.md")
    for number, found in enumerate(re.finditer(r"```toml\n(.*?)```", path.read_text(), re.DOTALL))
]


@pytest.mark.usefixtures("_secrets")
@pytest.mark.parametrize("text", DOCUMENTED)
def test_every_file_in_the_documents_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SHOP_DATABASE_URL", DATABASE)
    assert load(write(tmp_path, textwrap.dedent(text))).orders.columns is not None


def test_a_key_that_nobody_knows_is_an_error_at_any_depth_and_the_near_word_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ORDERLENS_CONFIG", raising=False)
    (tmp_path / "orderlens.toml").write_text(
        """
        databse = { url_env = "X" }
        [orders]
        table = "orders"
        refund_override = ["paid"]
        join = [{ table = "users", onn = "a = b", on = "id = user_id" }]
        columns = { id = "id", status = "status", refund_amount = "back" }
        [[payments]]
        table = "payments"
        staus_map = { done = "succeeded" }
        columns = { order_id = "order_id", number = "no" }
        [[refunds]]
        table = "refunds"
        columns = { order_id = "order_id", amount = "amount", created_at = "at" }
        [[paid_otherwise]]
        table = "cards"
        columns = { order_id = "order_id", amonut = "amount" }
        [stripe]
        acount = "acct_1"
        """
    )
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    said = caught.value.message
    for key, meant in {
        "databse": "database", "orders.refund_override": "refund_overrides", "orders.join.0.onn": "on",
        "payments.0.staus_map": "status_map", "stripe.acount": "account",
    }.items():  # fmt: skip
        assert f"{key}: this is no setting that Orderlens knows. Did you mean `{meant}`?" in said
    for key, name, meant in (
        ("orders.columns", "refund_amount", "refunded_amount"), ("paid_otherwise.0.columns", "amonut", "amount"),
    ):  # fmt: skip
        assert f"{key}: `{name}` is not a name Orderlens knows here. Did you mean `{meant}`?" in said
    assert "payments.0.columns: `number` is not" in said
    assert "refunds.0.columns: `created_at` is not" in said
