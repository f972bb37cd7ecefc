"""What doctor says of the log-in: quiet where people can come in, else a line with what to do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from core.checks import Check, Level
from core.errors import SettingsError
from core.sandbox.loopback import Loopback
from core.settings import DoorSettings, Login, Provider, load_door
from core.setup.logging_in import checks

KEY = RSAKey.generate_key(2048, parameters={"kid": "one"}).as_dict(private=False)
NOW = 1_800_000_000.0


class Telling:
    """A provider that says who it is; `keys`: what it signs with."""

    def __init__(self) -> None:
        self.url, self.keys = "", [KEY]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = dict.fromkeys(("authorization_endpoint", "token_endpoint"), f"{self.url}/x")
        said = {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **own}
        there = Request(scope).url.path
        await JSONResponse({"keys": self.keys} if there == "/keys" else said)(scope, receive, send)


@pytest.fixture
def provider() -> Iterator[Telling]:
    telling = Telling()
    with Loopback(telling) as server:
        telling.url = server.url
        yield telling


def door(issuer: str, **changed: object) -> DoorSettings:
    login = Login(
        url="https://orderlens.example.com",
        provider=Provider(issuer, "orderlens", SecretStr("s")),
        roles={"support": frozenset({"help"}), "operator": frozenset({"oncall"})},
        people={"admin": frozenset({"ann@shop.example"})},
        session_secret=SecretStr("3f9a1c7e5b2d8f604c1e9a7b3d5f2e8c"),
    )
    journal = SecretStr(str(changed.pop("journal", "sqlite:///journal.sqlite3")))
    return DoorSettings(None, replace(login, **changed), "ana", journal)  # type: ignore[arg-type]  # a test's own words


def lines(of: DoorSettings | SettingsError) -> dict[str, Check]:
    found = checks(of, lambda: NOW)
    assert {one.area for one in found} == {"login"}
    return {one.checked: one for one in found}


def test_all_is_well_and_the_redirect_uri_is_there_to_be_pasted(provider: Telling) -> None:
    found = lines(door(provider.url))
    assert {one.level for one in found.values()} == {Level.FINE}
    assert found["redirect URI"].paste == "https://orderlens.example.com/login/callback"
    assert "support: help; operator: oncall; admin: ann@shop.example" in found["roles"].found


def test_no_log_in_is_nothing_wrong() -> None:
    (line,) = lines(DoorSettings(None, None, "ana", SecretStr("sqlite:///x"))).values()
    assert (line.level, "Nobody has to log in" in line.found) == (Level.FINE, True)


def test_a_proxy_is_said_with_what_it_is_believed_by(tmp_path: Path) -> None:
    own = '[login.proxy]\nheader = "X-Email"\n[login.people]\noperator = ["ann@shop.example"]\n'
    (tmp_path / "orderlens.toml").write_text(own)
    found = lines(load_door(tmp_path))
    assert {one.level for one in found.values()} == {Level.FINE}
    assert "--socket" in found["proxy"].found


def test_half_a_log_in_is_a_line_for_each_missing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_OIDC_ISSUER", "https://login.example.com")
    with pytest.raises(SettingsError) as caught:
        load_door(tmp_path)
    found = checks(caught.value, lambda: NOW)
    assert {one.level for one in found} == {Level.ERROR}
    assert len(found) == 4  # the address, the client's id and secret, somebody with a role


def test_a_provider_that_is_away_is_nothing_wrong_here() -> None:
    away = lines(door("http://127.0.0.1:1"))["provider"]
    assert away.level is Level.UNREAD


def test_a_provider_that_calls_itself_otherwise_or_has_no_keys(provider: Telling) -> None:
    wrong = lines(door(provider.url + "/"))["provider"]
    assert (wrong.level, "calls itself" in wrong.found) == (Level.ERROR, True)
    provider.keys = []
    assert lines(door(provider.url))["provider"].level is Level.UNREAD


def test_what_could_be_better_is_a_warning(provider: Telling) -> None:
    alone = lines(door(provider.url, roles={"viewer": frozenset({"all"})}, people={}))["highest role"]
    assert (alone.level, "more than viewer" in alone.found) == (Level.WARNING, True)
    poor = lines(door(provider.url, session_secret=SecretStr("abababababababababababababababab")))["session secret"]
    assert (poor.level, "abab" in poor.found) == (Level.WARNING, False)
    own = lines(door(provider.url, session_secret=None, journal="postgresql://u:p@db/journal"))["session secret"]
    assert (own.level, "two machines" in own.found) == (Level.WARNING, True)
    assert lines(door(provider.url, session_secret=None))["session secret"].level is Level.FINE
