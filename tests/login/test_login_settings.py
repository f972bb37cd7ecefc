"""What is set of the log-in: all of it, none of it, and every half of it in words."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import EXAMPLE, load, load_door, load_every, load_orders

URL, ISSUER = "https://orderlens.example.com", "https://login.example.com/realms/shop"
WHOLE = {
    "ORDERLENS_URL": URL,
    "ORDERLENS_OIDC_ISSUER": ISSUER,
    "ORDERLENS_OIDC_CLIENT_ID": "orderlens",
    "ORDERLENS_OIDC_CLIENT_SECRET": "a-secret-of-the-client",
}
ROLES = '[login.roles]\nsupport = ["support"]\n'


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*WHOLE, "ORDERLENS_SESSION_SECRET", "ORDERLENS_CONFIG", "ORDERLENS_JOURNAL_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ORDERLENS_OPERATOR", "ana")
    monkeypatch.setenv("STRIPE_API_KEY", "rk_test_" + "k" * 24)
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", "postgresql://reader:hunter2@db.example.com/shop")


def write(folder: Path, text: str = "") -> Path:
    (folder / "orderlens.toml").write_text(f"{EXAMPLE}\n{text}")
    return folder


def said(folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_door(folder)
    with pytest.raises(SettingsError) as served:
        load_every(folder)
    assert served.value.message == caught.value.message
    return caught.value.message


def test_nothing_set_is_no_log_in(tmp_path: Path) -> None:
    door = load_door(write(tmp_path))
    assert (door.login, door.url, door.operator) == (None, None, "ana")
    assert load_door(tmp_path / "elsewhere").login is None


def test_the_address_alone_is_no_log_in_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_URL", f"{URL}/")
    door = load_door(write(tmp_path))
    assert (door.login, door.url) == (None, URL)


def test_what_is_set_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    table = '[login]\nclaim = "roles"\nscopes = "openid  email"\nhours = 2\n'
    people = '[login.people]\nadmin = ["Ann@Shop.Example"]\n'
    found = load_door(write(tmp_path, table + ROLES + people)).login
    assert found is not None
    assert (found.url, found.redirect_uri, found.https) == (URL, f"{URL}/login/callback", True)
    assert (found.claim, found.provider.scopes, found.seconds) == ("roles", "openid email", 7200)
    assert found.roles == {"support": {"support"}}
    assert found.people == {"admin": {"ann@shop.example"}}
    assert "a-secret-of-the-client" not in repr(found)
    assert load_every(tmp_path)[0].operator == "ana"


def test_ten_hours_where_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    found = load_door(write(tmp_path, ROLES)).login
    assert found is not None
    assert (found.seconds, found.claim) == (36_000, "groups")


@pytest.mark.parametrize("left_out", list(WHOLE))
def test_half_of_it_is_an_error_that_names_the_other_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, "" if name == left_out else value)
    lines = said(write(tmp_path, ROLES)).splitlines()[1:]
    assert [line.partition(" is not set")[0] for line in lines] == [f"- {left_out}"]


def test_roles_in_the_file_alone_are_half_of_it_but_in_nobody_elses_way(tmp_path: Path) -> None:
    text = said(write(tmp_path, ROLES))
    assert all(name in text for name in WHOLE)
    assert load(tmp_path).operator == "ana"  # a watch that shares the file
    load_orders(tmp_path)


def test_everything_that_is_wrong_is_said_at_once_and_repeats_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {
        "ORDERLENS_URL": "http://orderlens.example.com",
        "ORDERLENS_OIDC_ISSUER": "http://login.example.com",
        "ORDERLENS_OIDC_CLIENT_ID": "orderlens",
        "ORDERLENS_OIDC_CLIENT_SECRET": "a-secret-of-the-client",
        "ORDERLENS_SESSION_SECRET": f"{'s' * 32},too-short-to-be-one",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    text = said(write(tmp_path))
    for what in (
        "ORDERLENS_URL begins with http://",
        "ORDERLENS_OIDC_ISSUER is not the https address",
        "ORDERLENS_SESSION_SECRET is shorter than 32 bytes",
        "nobody could come in",
    ):
        assert what in text
    assert "too-short" not in text
    assert "a-secret" not in text


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ('[login.roles]\nboss = ["x"]\n', "login.roles.boss"),
        ('[login]\nscopes = "email"\n', "`openid` is missing"),
        ("[login]\nhours = 0\n", "login.hours"),
        ('[login]\nclaims = "groups"\n', "Did you mean `claim`?"),
        ('[login.roles]\nsupport = [""]\n', "login.roles.support"),
    ],
)
def test_a_wrong_shape_is_said_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, what: str
) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    assert what in said(write(tmp_path, table))


@pytest.mark.parametrize("url", ["https://x.example/path", "orderlens.example.com", "https://u:p@x.example", "ftp://x"])
def test_an_address_that_no_browser_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ORDERLENS_URL", url)
    text = said(write(tmp_path))
    assert "ORDERLENS_URL is not an address" in text
    assert ":p@" not in text


def test_this_machine_may_be_without_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = {**WHOLE, "ORDERLENS_URL": "http://127.0.0.1:8501", "ORDERLENS_OIDC_ISSUER": "http://localhost:9400"}
    for name, value in here.items():
        monkeypatch.setenv(name, value)
    found = load_door(write(tmp_path, ROLES)).login
    assert found is not None
    assert not found.https


def test_a_file_that_cannot_be_read_opens_no_door(tmp_path: Path) -> None:
    (tmp_path / "orderlens.toml").write_text("[login")
    with pytest.raises(SettingsError, match="is not TOML"):
        load_door(tmp_path)
