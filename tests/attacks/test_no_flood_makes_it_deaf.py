"""Whoever holds connections and never ends a request keeps nobody out, and ends by himself."""

import asyncio
import contextlib
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from dashboard.server import connections
from tests.waiting import LIMIT, eventually

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the limit of open files is POSIX's")
SERVE = """
import asyncio, contextlib, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({files}, {files}))
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from dashboard.server import connections
from starlette.routing import WebSocketRoute
connections.HEAD_SECONDS = connections.BODY_SECONDS = {seconds}
connections.STOP_SECONDS = 1
async def tab(websocket):
    await websocket.accept()
    while True:  # whatever the other side says, and after it went
        try:
            await websocket.receive()
        except Exception:
            await asyncio.sleep(3600)
@contextlib.asynccontextmanager
async def lifespan(_):
    yield
    print("closed in order", file=sys.stderr)
pages = [Route("/healthz", lambda _: PlainTextResponse("here")), WebSocketRoute("/tab", tab)]
connections.APP = Starlette(routes=pages, lifespan=lifespan)
connections.run("127.0.0.1", {port})
"""


@contextlib.contextmanager
def served(folder: Path, *, files: int, seconds: float) -> Iterator[tuple[int, Path]]:
    """The server of the dashboard, without its pages, in a process with so many files; its port, and its log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log"
    code = SERVE.format(files=files, seconds=seconds, port=port)
    with log.open("wb") as said, subprocess.Popen([sys.executable, "-P", "-c", code], stderr=said) as process:
        try:
            eventually(lambda: process.poll() is not None or answers(port))
            assert process.poll() is None, log.read_text()
            (folder / "pid").write_text(str(process.pid))
            yield port, log
        finally:
            process.kill()


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=LIMIT) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def half_open(port: int, count: int, begun: bytes) -> list[socket.socket]:
    made = []
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        with contextlib.suppress(OSError):
            one.sendall(begun)
        made.append(one)
    return made


def ended(one: socket.socket) -> bool:
    """Whether the other side has ended it."""
    one.settimeout(LIMIT)
    with contextlib.suppress(ConnectionError):
        while one.recv(65_536):
            pass
    return True


def test_more_half_open_requests_than_files(tmp_path: Path) -> None:
    """Nothing of it ends by time here: the oldest make room."""
    with served(tmp_path, files=400, seconds=10 * LIMIT) as (port, log):
        flood = half_open(port, 600, b"GET / HTTP/1.1\r\nX: ")
        assert answers(port)
        more = half_open(port, 100, b"")
        assert answers(port)
        assert ended(flood[0])
        for one in (*flood, *more):
            one.close()
        assert answers(port)
        assert log.stat().st_size < 100_000


def test_a_request_that_never_ends_is_ended(tmp_path: Path) -> None:
    begun = (b"", b"GET / HTTP/1.1\r\nX: ", b"POST /x HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 9\r\n\r\n1")
    with served(tmp_path, files=1024, seconds=0.5) as (port, _log):
        held = [half_open(port, 1, one % port if b"%d" in one else one)[0] for one in begun]
        assert all(map(ended, held))
        for one in held:
            one.close()
        assert answers(port)


def test_a_stop_does_not_wait_for_who_never_goes(tmp_path: Path) -> None:
    """Nor does it leave out what is to be done at the end: what is being sent is waited for there."""
    opens = b"GET /tab HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    opens += b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    with served(tmp_path, files=1024, seconds=10 * LIMIT) as (port, log):
        (tab,) = half_open(port, 1, opens)
        assert b" 101 " in tab.recv(4096)
        pid = int(log.with_name("pid").read_text())
        os.kill(pid, signal.SIGTERM)
        assert eventually(lambda: "closed in order" in log.read_text())
        assert eventually(lambda: not answers(port))
        tab.close()


def test_the_limit_of_files_is_raised_to_what_the_system_allows() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (300, 900));"
        "from dashboard.server import connections as c; print(c.raised(), *resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    ran = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["900", "900", "900"]


def test_so_many_tabs_as_there_are_files() -> None:
    for files in (512, 1024, 20_000):
        assert connections.tabs(files) * connections.A_TAB + 3 * connections.UNHEARD < files
    assert connections.tabs(256) == 16  # and then files may be short, which is said once a minute


def test_out_of_files_is_said_once(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    log = logging.getLogger("uvicorn.error")  # a server that ran in this process before may have taken it for itself
    monkeypatch.setattr(log, "propagate", False)
    monkeypatch.setattr(log, "disabled", False)
    log.addHandler(caplog.handler)
    caplog.set_level(logging.ERROR, log.name)
    loop = asyncio.new_event_loop()
    try:
        for _ in range(1000):
            said = {
                "message": "socket.accept() out of system resource",
                "exception": OSError(24, "Too many open files"),
            }
            connections.out_of_files(loop, said)
    finally:
        loop.close()
        log.removeHandler(caplog.handler)
    assert len(re.findall("No more connections", caplog.text)) == 1
