"""Files that are the same for everybody are sent packed; nothing that could hold a secret beside somebody's text."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config

from dashboard.server.asgi import app
from dashboard.server.door import HEADER, Door
from dashboard.server.guard import Guard
from dashboard.server.packed import Packed
from dashboard.server.styled import Styled

FILE = "/static/js/index.js"
PART = "/_stcore/bidi-components/orderlens.cases/cases.js"
LONG = b"export const text = 'as long as a script is';\n" * 400


def answered(
    path: str, *, body: bytes = LONG, kind: str = "text/javascript", status: int = 200, **asked: str
) -> Response:
    """What comes for a path of a server whose every answer is this one."""

    def answer(_request: Request) -> Response:
        return Response(body, status, {"etag": '"v1"'}, media_type=kind)

    inner = Starlette(routes=[Route("/{rest:path}", answer, methods=["GET"])], middleware=[Middleware(Packed)])
    headers = {"accept-encoding": "br, gzip", **{name.replace("_", "-"): value for name, value in asked.items()}}

    async def ask() -> Response:
        transport = httpx.ASGITransport(inner)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
            client.stream("GET", path, headers=headers) as got,
        ):
            raw = b"".join([chunk async for chunk in got.aiter_raw()])
            return Response(raw, got.status_code, dict(got.headers))

    with ThreadPoolExecutor(1) as beside:  # in this one a browser's loop may run
        return beside.submit(asyncio.run, ask()).result()


@pytest.mark.parametrize("path", [FILE, PART])
def test_a_file_is_packed_and_says_so(path: str) -> None:
    got = answered(path)
    assert (got.headers["content-encoding"], got.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert got.headers["content-length"] == str(len(bytes(got.body)))
    assert len(bytes(got.body)) < len(LONG) / 10
    assert gzip.decompress(bytes(got.body)) == LONG
    assert got.headers["etag"] == 'W/"v1"'


@pytest.mark.parametrize(
    "path", ["/", "/media/a.csv", "/_stcore/health", "/staticky/a.js", "/_stcore/stream", "/discrepancies"]
)
def test_nothing_else_is(path: str) -> None:
    got = answered(path)
    assert "content-encoding" not in got.headers
    assert bytes(got.body) == LONG


def test_what_would_gain_nothing_or_was_asked_for_otherwise_is_left_alone() -> None:
    assert bytes(answered(FILE, accept_encoding="br").body) == LONG
    assert bytes(answered(FILE, range="bytes=0-9").body) == LONG
    assert bytes(answered(FILE, kind="font/woff2").body) == LONG
    assert bytes(answered(FILE, kind="text/html; charset=utf-8").body) == LONG  # what is shown for a file that is none
    assert bytes(answered(FILE, body=b"short").body) == b"short"
    assert bytes(answered(FILE, status=404).body) == LONG


def test_pitfall_10_the_guard_stands_before_all_and_the_door_before_all_else() -> None:
    stands = [one.cls for one in app._user_middleware]  # noqa: SLF001 - there is no other way to ask
    assert [str(one) for one in stands] == [str(Guard), str(Door), str(Packed), str(Styled)]
    assert config.get_option("server.trustedUserHeaders") == {HEADER: "person"}  # which the door alone can set
