"""People whom a proxy has logged in: whom it is believed, and by what nobody is."""

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from core.cli.outcomes import Exit
from core.errors import SettingsError
from core.sandbox.loopback import Loopback
from core.settings import EXAMPLE, load_door
from core.wiring import entrances
from dashboard.server.connections import private_socket
from dashboard.server.door import Door
from tests.login.conftest import Doors, tells_who_came
from tests.waiting import LIMIT, eventually

NOW = 1_800_000_000
KEY = ECKey.generate_key("P-256", parameters={"kid": "one"})
ISSUER, US = "https://team.cloudflareaccess.com", "tag-of-this-application"
GOOD = {"iss": ISSUER, "aud": [US], "sub": "a1", "email": "ann@shop.example", "exp": NOW + 60}
SECRET = "what the proxy and Orderlens alone know, all of it"
PEOPLE = '[login.people]\nsupport = ["ann@shop.example"]\n'
PLAIN = f'[login.proxy]\nheader = "X-Auth-Request-Email"\n{PEOPLE}'
EMAIL, SAYS = "x-auth-request-email", "x-orderlens-proxy-secret"


async def keys(scope: Scope, receive: Receive, send: Send) -> None:
    """Where the proxy's public keys are."""
    await JSONResponse({"keys": [KEY.as_dict(private=False)]})(scope, receive, send)


def signed(claims: Mapping[str, object], key: ECKey | OctKey = KEY, algorithm: str = "ES256") -> str:
    return jwt.encode({"alg": algorithm, "kid": "one"}, dict(claims), key, algorithms=[algorithm])


def door(doors: Doors, table: str, *, by_socket: bool = False, now: Callable[[], float] = lambda: NOW) -> Door:
    (doors.folder / "orderlens.toml").write_text(table)
    settings = load_door(doors.folder)
    assert settings.proxied is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERLENS_JOURNAL_URL", doors.journal)
        settings = load_door(doors.folder)
    assert settings.proxied is not None
    proxy = entrances.proxy(settings.proxied, settings, by_socket=by_socket, clock=now)
    return Door(tells_who_came, proxy=proxy, operator="nobody")


@contextmanager
def by_token(doors: Doors, *, verifies: bool = True, now: Callable[[], float] = lambda: NOW) -> Iterator[str]:
    """A door that believes tokens; its address."""
    with Loopback(keys) as there:
        said = f'header = "Cf-Access-Jwt-Assertion", issuer = "{ISSUER}", keys = "{there.url}/certs", audience = "{US}"'
        more = ", verifies_emails = true" if verifies else ""
        table = (
            f"[login]\nhours = 1\n[login.proxy]\njwt = {{ {said}{more} }}\n{PEOPLE}[login.roles]\noperator = ['ops']\n"
        )
        with Loopback(door(doors, table, now=now)) as server:
            yield server.url


def who(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    (told,) = answer.json()
    return dict(json.loads(base64.urlsafe_b64decode(told)))


def test_a_token_of_the_proxy_for_this_application_says_who_it_is(doors: Doors) -> None:
    with by_token(doors) as url:
        found = who(httpx.get(url, headers={"cf-access-jwt-assertion": signed(GOOD)}))
        assert (found["sub"], found["email"], found["role"]) == ("a1", "ann@shop.example", "support")
        assert (doors.last().who, doors.last().what) == ("ann@shop.example", "log in")
        more = signed({**GOOD, "groups": ["ops"]})
        assert who(httpx.get(url, headers={"cf-access-jwt-assertion": more}))["role"] == "operator"


@pytest.mark.parametrize(
    "token",
    [
        signed({**GOOD, "aud": ["another application"]}),
        signed({**GOOD, "iss": "https://other.cloudflareaccess.com"}),
        signed({**GOOD, "exp": NOW - 120}),
        signed(GOOD, ECKey.generate_key("P-256", parameters={"kid": "one"})),
        signed(GOOD, OctKey.import_key("s" * 40, {"kid": "one"}), "HS256"),
        ".".join((*signed(GOOD).split(".")[:2], "")),
        "",
    ],
    ids=["audience", "issuer", "age", "key", "algorithm", "unsigned", "none"],
)
def test_any_other_token_lets_nobody_in(doors: Doors, token: str) -> None:
    with by_token(doors) as url:
        answer = httpx.get(url, headers={"cf-access-jwt-assertion": token, "x-orderlens-person": "e30="})
        assert (answer.status_code, "You are not in." in answer.text) == (403, True)


def test_an_e_mail_that_nobody_verified_gives_no_role(doors: Doors) -> None:
    with by_token(doors, verifies=False) as url:
        answer = httpx.get(url, headers={"cf-access-jwt-assertion": signed(GOOD)})
        assert (answer.status_code, "ann@shop.example may not use Orderlens" in answer.text) == (403, True)
        assert (doors.last().what, doors.last().outcome) == ("refused", "no role")


def test_an_open_page_ends_by_our_own_clock_though_its_token_was_short(doors: Doors) -> None:
    ahead = 0
    with by_token(doors, now=lambda: NOW + ahead) as url:
        token = {"cf-access-jwt-assertion": signed(GOOD)}
        here = f"ws{url.removeprefix('http')}/_stcore/stream"
        own = [Subprotocol("streamlit")]
        with connect(here, origin=Origin(url), subprotocols=own, additional_headers=token) as opened:
            ahead = 1800
            opened.send(b"x")
            assert opened.recv(timeout=LIMIT) == b"x"
            ahead = 3600
            opened.recv(timeout=LIMIT)  # where to go
            eventually(lambda: opened.close_code)
        assert opened.close_code == 1008


def test_a_plain_header_is_believed_beside_the_secret_alone(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_PROXY_SECRET", SECRET)
    with Loopback(door(doors, PLAIN, by_socket=True)) as server:
        ann = [(EMAIL, "ann@shop.example")]
        assert who(httpx.get(server.url, headers=[*ann, (SAYS, SECRET)]))["email"] == "ann@shop.example"
        for headers in (
            ann,
            [*ann, (SAYS, SECRET[:-1])],
            [*ann, (SAYS, "")],
            [(SAYS, SECRET)],
            [*ann, (SAYS, SECRET), (SAYS, SECRET)],
            [*ann, (EMAIL, "root@shop.example"), (SAYS, SECRET)],
            [(EMAIL, "nora@shop.example"), (SAYS, SECRET)],
        ):
            assert httpx.get(server.url, headers=headers).status_code == 403, headers
        assert httpx.get(f"{server.url}/_stcore/health").status_code == 200


def test_what_a_proxy_sends_for_us_alone_goes_no_further(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_PROXY_SECRET", SECRET)
    heard: list[bytes] = []

    async def listens(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend(value for _, value in scope["headers"])
        await tells_who_came(scope, receive, send)

    before = door(doors, PLAIN)
    before._app = listens  # noqa: SLF001 - what stands behind it
    with Loopback(before) as server:
        httpx.get(server.url, headers={EMAIL: "ann@shop.example", SAYS: SECRET})
    assert SECRET.encode() not in heard
    assert b"ann@shop.example" not in heard


def test_a_plain_header_is_believed_over_a_socket_that_is_for_the_proxy_alone(doors: Doors, tmp_path: Path) -> None:
    ann = {EMAIL: "ann@shop.example"}
    with Loopback(door(doors, PLAIN, by_socket=True)) as server:
        assert httpx.get(server.url, headers=ann).status_code == 403  # by the network, whatever was meant
    path = tmp_path / "orderlens.sock"
    with private_socket(path) as bound:
        assert path.stat().st_mode & 0o777 == 0o660
        config = uvicorn.Config(door(doors, PLAIN, by_socket=True), lifespan="off", log_config=None)
        server_on_it = uvicorn.Server(config)
        thread = Thread(target=server_on_it.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        eventually(lambda: server_on_it.started)
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://orderlens") as proxy:
            assert who(proxy.get("/", headers=ann))["email"] == "ann@shop.example"
            assert proxy.get("/").status_code == 403
        server_on_it.should_exit = True
        thread.join(LIMIT)
    assert not path.exists()


def test_a_socket_that_somebody_listens_on_is_left_alone_and_an_old_one_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with private_socket(path) as bound:
        bound.listen()
        with pytest.raises(OSError, match="in use"), private_socket(path):
            pass
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="in use"), private_socket(tmp_path / "file"):
        pass


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("", "takes either `jwt` or `header`"),
        ('header = "X Y"', "login.proxy.header"),
        ('header = "X"\njwt = { header = "A", issuer = "b", keys = "https://c.example", audience = "d" }', "either"),
        ('jwt = { header = "A", issuer = "b", keys = "http://c.example", audience = "d" }', "jwt.keys"),
        ('jwt = { header = "A", issuer = "b", keys = "https://c.example" }', "audience"),
    ],
)
def test_a_proxy_that_is_half_set_up_is_an_error(tmp_path: Path, proxy: str, said: str) -> None:
    (tmp_path / "orderlens.toml").write_text(f"[login.proxy]\n{proxy}\n{PEOPLE}")
    with pytest.raises(SettingsError, match=said):
        load_door(tmp_path)


def test_a_header_without_groups_takes_people(tmp_path: Path) -> None:
    table = '[login.proxy]\nheader = "X-Email"\n[login.roles]\nsupport = ["x"]\n'
    (tmp_path / "orderlens.toml").write_text(table)
    with pytest.raises(SettingsError, match=r"\[login.people\] gives nobody a role"):
        load_door(tmp_path)


def test_a_proxy_and_a_provider_are_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_OIDC_ISSUER", "https://login.example.com")
    (tmp_path / "orderlens.toml").write_text(PLAIN)
    with pytest.raises(SettingsError, match="Leave one of them out"):
        load_door(tmp_path)


def test_serve_refuses_a_header_that_anybody_could_send(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "orderlens.toml").write_text(f"{EXAMPLE}\n{PLAIN}")
    monkeypatch.setenv("STRIPE_API_KEY", "rk_test_" + "k" * 24)
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", "sqlite:///shop.sqlite3")
    command = [sys.executable, "-m", "core.cli", "serve", "--port=0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "nothing tells the proxy from them" in done.stderr) == (Exit.USAGE, True)
