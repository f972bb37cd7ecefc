"""A certified OpenID provider (npm's oidc-provider) and a dashboard behind the door, both on loopback, as users start
them. Without the provider these tests skip here, and fail on CI."""

import asyncio
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin

import httpx
import pytest
import stamina
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from core.journal import Entry, Journal
from core.sandbox import World
from core.sandbox.loopback import HOST, Loopback
from core.settings import load_door
from core.wiring.entrances import entrance
from dashboard.server.door import Door
from dashboard.server.guard import Guard, configured
from tests.waiting import LIMIT

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "provider.mjs"
HOW = "install it with `npm install --no-save oidc-provider@9.13.3` in the project's root (and node)"
CLIENT_SECRET = "a secret: of the client/100%"
SIGNING = "the secret that cookies are signed with in these tests"
T = TypeVar("T")
PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate"}
TABLE = """
[login]
scopes = "openid email profile groups"
[login.roles]
viewer = ["readers"]
support = ["support"]
operator = ["payments-oncall"]
"""


def ports(count: int) -> list[int]:
    """So many free ones."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    found = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return found


@stamina.retry(on=(OSError, httpx.HTTPError), timeout=LIMIT, attempts=None, wait_initial=0.1, wait_max=0.3)
def answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until it does."""
    if process.poll() is not None:
        pytest.fail(f"The process ended with {process.returncode} before it answered.")
    assert httpx.get(url, timeout=LIMIT).status_code == 200


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider: where it is, and its process, which may be stopped and started again."""

    port: int
    redirects: tuple[str, ...]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        node = shutil.which("node")
        if node is None or not (ROOT / "node_modules" / "oidc-provider").exists():
            if os.environ.get("CI") == "true":
                pytest.fail(f"oidc-provider is missing on CI: {HOW}")
            pytest.skip(f"oidc-provider is missing: {HOW}")
        command = [node, str(SCRIPT), str(self.port), *self.redirects]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                answers(f"{self.issuer}/.well-known/openid-configuration", process)
                yield process
            finally:
                process.send_signal(signal.SIGKILL)  # also where a test has stopped it


@dataclass(frozen=True, slots=True)
class Site:
    """Something behind the door: its address."""

    url: str

    @property
    def socket(self) -> str:
        return f"ws{self.url.removeprefix('http')}/_stcore/stream"


@dataclass(frozen=True, slots=True)
class Doors:
    """Doors of this process, before a page that tells who came: quick to open. `folder`: where their journal is."""

    folder: Path

    @property
    def journal(self) -> str:
        return f"sqlite:///{self.folder / 'journal.sqlite3'}"

    @contextmanager
    def before(
        self,
        issuer: str | None,
        port: int,
        *,
        url: str = "",
        table: str = TABLE,
        secret: str = SIGNING,
        clock: Callable[[], float] = time.time,
    ) -> Iterator[Site]:
        """A door with the settings that an environment and a file would give."""
        here = f"http://{HOST}:{port}"
        (self.folder / "door.toml").write_text(table if issuer else "")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment(issuer, url or here, secret).items():
                patch.setenv(name, value)
            patch.setenv("ORDERLENS_JOURNAL_URL", self.journal)
            patch.setenv("ORDERLENS_CONFIG", str(self.folder / "door.toml"))
            settings = load_door()
        coming_in = entrance(settings.login, settings, clock) if settings.login else None
        behind = Door(tells_who_came, entrance=coming_in, operator=settings.operator)
        guarded = Guard(behind, origins=configured(f"{here},{settings.url or ''}"), policy="default-src 'self'")
        with Loopback(guarded, port=port):
            yield Site(here)

    def last(self) -> Entry:
        """What the journal was told last."""
        with closing(Journal(self.journal)) as journal:
            return journal.recent(limit=1)[0][0]


async def tells_who_came(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the door here: it tells the headers that name a person, and keeps a websocket open."""
    named = [value.decode() for name, value in scope["headers"] if name == b"x-orderlens-person"]
    if scope["type"] == "http":
        await JSONResponse(named)(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept", "subprotocol": "streamlit"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


def environment(issuer: str | None, url: str, secret: str = SIGNING) -> dict[str, str]:
    """What stands in the environment of a door; without an issuer there is no log-in."""
    own = {"ORDERLENS_OPERATOR": "ana", "ORDERLENS_SESSION_SECRET": secret}
    if issuer:
        own |= {"ORDERLENS_URL": url, "ORDERLENS_OIDC_ISSUER": issuer}
        own |= {"ORDERLENS_OIDC_CLIENT_ID": "orderlens", "ORDERLENS_OIDC_CLIENT_SECRET": CLIENT_SECRET}
    return own


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    return Doors(tmp_path_factory.mktemp("doors"))


@dataclass(slots=True)
class Somebody:
    """A browser without a screen: cookies, and one step of a redirect at a time."""

    client: httpx.Client

    def opens(self, url: str, **headers: str) -> httpx.Response:
        """Open a page as a browser does; no redirect is followed."""
        return self.client.get(
            url, headers={**PAGE, **{name.replace("_", "-"): said for name, said in headers.items()}}
        )

    def at_provider(self, url: str) -> str:
        """Follow a log-in to where the provider asks who it is; the address of that."""
        for _ in range(6):
            answer = self.opens(url)
            if answer.status_code == 200:
                return str(answer.url)
            url = urljoin(str(answer.url), answer.headers["location"])
        raise AssertionError(f"the provider never asked: {url}")

    def comes_back(self, asked: str, name: str) -> httpx.Response:
        """Say who it is; what the door answers to who comes back."""
        url = f"{asked}/{name}"
        for _ in range(6):
            answer = self.opens(url)
            if "/login/callback" in str(answer.url):
                return answer
            url = urljoin(str(answer.url), answer.headers["location"])
        raise AssertionError(f"nobody came back: {url}")

    def logs_in(self, site: str, name: str, where: str = "/") -> httpx.Response:
        """All of it."""
        return self.comes_back(self.at_provider(site + where), name)


@contextmanager
def served(
    world: World, issuer: str, url: str, table: str, *, known: str = "ann@shop.example support"
) -> Iterator[Site]:
    """`orderlens serve` on a world with a log-in, as a user starts it; whoever came in is `known` to the log."""
    port = url.rpartition(":")[2]
    config, log = world.directory / f"orderlens-{port}.toml", world.directory / f"server-{port}.log"
    config.write_text((world.directory / "orderlens.toml").read_text() + table)
    own = {**world.settings_env(), **environment(issuer, url), "ORDERLENS_CONFIG": str(config)}
    own |= {"ORDERLENS_CACHE_DIR": str(world.directory / "cache")}
    command = [sys.executable, "-m", "core.cli", "serve", f"--port={port}"]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, cwd=world.directory, env={**os.environ, **own}, stdout=out, stderr=out) as server,
    ):
        try:
            answers(f"{url}/healthz", server)
            yield Site(url)
        finally:
            server.terminate()
            server.wait(timeout=90)
    said = log.read_text()
    assert "Traceback" not in said, said
    assert f"log in: {known}" in said


def alone(asked: Coroutine[Any, Any, T]) -> T:
    """What comes of it, in a thread of its own: in this one a browser's loop may run."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, asked).result()


def led_to(answer: httpx.Response) -> str:
    """Where a page leads by itself."""
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]*)"', answer.text)
    assert found, answer.text
    return found[1].replace("&amp;", "&")


@pytest.fixture
def somebody() -> Iterator[Callable[..., Somebody]]:
    """People: each `somebody()` has cookies of their own; `somebody(trust)` believes a certificate of ours."""
    clients: list[httpx.Client] = []

    def make(trust: ssl.SSLContext | None = None) -> Somebody:
        clients.append(httpx.Client(timeout=LIMIT, verify=trust or True))
        return Somebody(clients[-1])

    yield make
    for client in clients:
        client.close()
