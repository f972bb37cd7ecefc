"""Settings: every problem at once, in words, and no secret in any of them."""

from pathlib import Path

import platformdirs
import pytest

from core.errors import SettingsError
from core.settings import EXAMPLE, STRIPE_API, load

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
def test_printing_the_settings_shows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_WEBHOOK_SECRET", "whsec_" + "s" * 24)
    monkeypatch.setenv("ORDERLENS_JOURNAL_URL", "postgresql://me:swordfish@db/journal")
    shown = repr(load(write(tmp_path, EXAMPLE)))
    for secret in (KEY, "hunter2", "whsec_", "swordfish"):
        assert secret not in shown


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
def test_somebody_is_always_named_as_the_operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, EXAMPLE)
    monkeypatch.setenv("LOGNAME", "mia")
    assert load(tmp_path).operator == "mia"
    monkeypatch.setenv("ORDERLENS_OPERATOR", "ana")
    assert load(tmp_path).operator == "ana"
