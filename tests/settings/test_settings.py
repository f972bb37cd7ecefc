"""Settings: every problem at once, in words, and no secret in any of them."""

from pathlib import Path

import platformdirs
import pytest

from core.errors import SettingsError
from core.settings import EXAMPLE, STRIPE_API, Letters, Replays, load, load_orders
from tests.settings.conftest import DATABASE, KEY, write


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
def test_what_a_run_of_replays_may_do(tmp_path: Path) -> None:
    assert load(write(tmp_path, EXAMPLE)).replays == Replays()
    told = "\n[replays]\nlive = true\nmax_items = 50\nstop_after = 2\nsecond_person = true\n"
    expected = Replays(live=True, max_items=50, stop_after=2, second_person=True)
    assert load(write(tmp_path, EXAMPLE + told)).replays == expected
    with pytest.raises(SettingsError, match="max_items"):
        load(write(tmp_path, f"{EXAMPLE}\n[replays]\nmax_items = 0\n"))


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
def test_somebody_is_always_named_as_the_operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, EXAMPLE)
    monkeypatch.setenv("LOGNAME", "mia")
    assert load(tmp_path).operator == "mia"
    monkeypatch.setenv("ORDERLENS_OPERATOR", "ana")
    assert load(tmp_path).operator == "ana"
