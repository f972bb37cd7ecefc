"""Settings: every problem at once, in words, and no secret in any of them."""

import re
import textwrap
from contextlib import suppress
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.settings import EXAMPLE, STRIPE_API, Letters, load, load_orders
from core.settings.columns import Constant, Spec, Term, parse
from tests.shops import NAMES, SCHEMAS, Shop

ROOT = Path(__file__).parents[1]
KEY = "rk_test_" + "k" * 24
DATABASE = "postgresql://reader:hunter2@db.example.com/shop"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "STRIPE_API_BASE",
        "DATABASE_URL",
        "WEBHOOK_SECRET",
        "WEBHOOK_URL",
        "JOURNAL_URL",
        "CONFIG",
        "OPERATOR",
        "STRIPE_RATE_ENDPOINT",
        "STRIPE_RATE_OVERALL",
        "TELL",
        "CACHE_DIR",
    ):
        monkeypatch.delenv(f"ORDERLENS_{name}", raising=False)
    monkeypatch.delenv("STRIPE_API_KEY", raising=False)


@pytest.fixture
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", KEY)
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", DATABASE)


def write(folder: Path, text: str) -> Path:
    (folder / "orderlens.toml").write_text(text)
    return folder


@pytest.mark.usefixtures("_secrets")
def test_the_example_in_every_message_is_itself_accepted(tmp_path: Path) -> None:
    settings = load(write(tmp_path, EXAMPLE))
    assert settings.orders.columns["session_id"] == "stripe_session_id"
    assert settings.orders.status_map == {"awaiting_payment": "pending", "completed": "paid"}
    assert settings.stripe_api_base == STRIPE_API


@pytest.mark.usefixtures("_secrets")
def test_how_the_shop_writes_to_its_customers(tmp_path: Path) -> None:
    assert load(write(tmp_path, EXAMPLE)).letters == Letters()
    own = '\n[letters]\nsignature = "Ana\\nLamps"\nzone = "Europe/Berlin"\nlanguage = "de"\n'
    found = load(write(tmp_path, EXAMPLE + own)).letters
    assert (found.signature, found.zone, found.language) == ("Ana\nLamps", "Europe/Berlin", "de")
    for wrong, said in (
        ('zone = "Mars/Base"', "Mars/Base is not a time zone"),
        ('language = "la"', "letters.language"),
    ):
        with pytest.raises(SettingsError, match=said):
            load(write(tmp_path, f"{EXAMPLE}\n[letters]\n{wrong}\n"))


@pytest.mark.usefixtures("_secrets")
def test_the_event_on_which_the_app_books_is_one_or_several(tmp_path: Path) -> None:
    assert load(write(tmp_path, EXAMPLE)).mapping.booked_on == ()
    one = load(write(tmp_path, EXAMPLE + '[stripe]\nbooked_on = "charge.succeeded"'))
    assert one.mapping.booked_on == ("charge.succeeded",)
    two = load(write(tmp_path, EXAMPLE + '[stripe]\nbooked_on = ["invoice.paid", "charge.captured"]'))
    assert two.mapping.booked_on == ("invoice.paid", "charge.captured")
    with pytest.raises(SettingsError, match=r"stripe\.booked_on.*charge\.succeeded"):
        load(write(tmp_path, EXAMPLE + '[stripe]\nbooked_on = "charge.suceeded"'))


@pytest.mark.usefixtures("_secrets")
def test_printing_the_settings_shows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_WEBHOOK_SECRET", "whsec_" + "s" * 24)
    monkeypatch.setenv("ORDERLENS_JOURNAL_URL", "postgresql://me:swordfish@db/journal")
    shown = repr(load(write(tmp_path, EXAMPLE)))
    for secret in (KEY, "hunter2", "whsec_", "swordfish"):
        assert secret not in shown


@pytest.mark.usefixtures("_secrets")
def test_whom_to_tell_is_a_secret_and_rates_are_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = load(write(tmp_path, EXAMPLE))
    assert (bare.tell, bare.stripe_rate_endpoint, bare.stripe_rate_overall, bare.cache_dir) == ((), None, None, None)
    monkeypatch.setenv("ORDERLENS_TELL", "slack://verysecret/a/b\n json://hooks.example.com/verysecret")
    monkeypatch.setenv("ORDERLENS_STRIPE_RATE_ENDPOINT", "12.5")
    settings = load(tmp_path)
    assert (len(settings.tell), settings.stripe_rate_endpoint) == (2, 12.5)
    assert "verysecret" not in repr(settings)
    for wrong in ("fast", "0", "-1", "nan", "inf"):
        monkeypatch.setenv("ORDERLENS_STRIPE_RATE_OVERALL", wrong)
        with pytest.raises(SettingsError, match="ORDERLENS_STRIPE_RATE_OVERALL is no number"):
            load(tmp_path)


def test_everything_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path)
    for name in ("STRIPE_API_KEY", "ORDERLENS_DATABASE_URL", "orderlens.toml"):
        assert name in error.value.message
    assert "orderlens demo" in error.value.next_step
    assert "[orders]" in error.value.message  # an example to paste


@pytest.mark.usefixtures("_secrets")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[orders", "is not TOML"),
        ("", "orders"),
        ('[orders]\ntable = "o"\nunit = "euros"\ncolumns = {id = "id", status = "s"}', "unit"),
        ('[orders]\ntable = "o"\ncolumns = {id = "id"}', "`status` is missing"),
        ('[orders]\ntable = "o"\ncolumns = {id = "id", status = "s", sesion_id = "x"}', "`sesion_id` is not a name"),
        (
            '[orders]\ntable = "o"\ncolumns = {id = "id", status = "s"}\n[orders.status_map]\nok = "done"',
            "status_map.ok",
        ),
        (
            '[orders]\ntable = "o"\ncolumns = {id = "id", status = "s"}\n[stripe]\nkey = "sk_live_abcdefgh"',
            "stripe.key",
        ),
    ],
)
def test_a_wrong_file_names_the_setting_and_what_was_found(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(write(tmp_path, text))
    assert said in error.value.message
    assert "sk_live_abcdefgh" not in str(error.value)


@pytest.mark.usefixtures("_secrets")
@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ('3|4 = "cancelled"', '"3|4" = "cancelled"'),
        ('a | b/* = "paid"', '"a | b/*" = "paid"'),
        ("* = 'paid'", "\"*\" = 'paid'"),
        ('db password = "hunter2"', '"db password" = ...'),
    ],
)
def test_a_key_that_has_to_be_quoted_is_shown_quoted(tmp_path: Path, line: str, mended: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(write(tmp_path, f"{EXAMPLE}{line}\n"))
    assert mended in error.value.message
    assert "stands in quotes" in error.value.message
    assert "Example" not in error.value.message


@pytest.mark.usefixtures("_secrets")
@pytest.mark.parametrize("line", ["a = b", '"a|b = "x"', "[orders", "a.b c"])
def test_other_lines_that_are_no_toml_are_not_said_to_lack_quotes(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsError, match="Example") as error:
        load(write(tmp_path, f"{line}\n"))
    assert "stands in quotes" not in error.value.message


@pytest.mark.usefixtures("_secrets")
def test_a_file_that_is_not_text_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "orderlens.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path)


@pytest.mark.usefixtures("_secrets")
def test_the_file_may_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "shop.toml"
    other.write_text(EXAMPLE)
    monkeypatch.setenv("ORDERLENS_CONFIG", str(other))
    assert load(tmp_path / "nowhere").orders.table == "orders"


@pytest.mark.usefixtures("_secrets")
def test_the_journal_lies_in_the_users_data_folder_unless_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, EXAMPLE)
    folder = platformdirs.user_data_path("orderlens", appauthor=False)
    assert load(tmp_path).journal_url.get_secret_value() == f"sqlite:///{folder / 'journal.sqlite3'}"
    monkeypatch.setenv("ORDERLENS_JOURNAL_URL", "sqlite:///elsewhere.sqlite3")
    assert load(tmp_path).journal_url.get_secret_value() == "sqlite:///elsewhere.sqlite3"


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
@pytest.mark.parametrize("line", ['url = "env:SHOP_URL"', 'url_env = "SHOP_URL"'])
def test_the_address_may_stand_in_any_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    folder = write(tmp_path, f"[database]\n{line}\n{EXAMPLE}")
    with pytest.raises(SettingsError, match="SHOP_URL is not set"):
        load(folder)
    monkeypatch.setenv("SHOP_URL", "sqlite:///shop.sqlite3")
    assert load(folder).database_url.get_secret_value() == "sqlite:///shop.sqlite3"


def test_reading_the_orders_alone_needs_no_stripe_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", DATABASE)
    (tmp_path / "other.toml").write_text(EXAMPLE)
    settings = load_orders(config=tmp_path / "other.toml")
    assert settings.mapping.orders.table == "orders"
    assert "hunter2" not in repr(settings)


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


@pytest.mark.usefixtures("_secrets")
def test_somebody_is_always_named_as_the_operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, EXAMPLE)
    monkeypatch.setenv("LOGNAME", "mia")
    assert load(tmp_path).operator == "mia"
    monkeypatch.setenv("ORDERLENS_OPERATOR", "ana")
    assert load(tmp_path).operator == "ana"


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
