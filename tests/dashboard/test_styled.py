"""Our style stands in Streamlit's own document, so that nothing moves when it comes; and nowhere else."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from dashboard.server import styled

DOCUMENT = Path(st.__file__).parent / "static" / "index.html"


def got(path: str, **asked: str) -> httpx.Response:
    """What comes for a path of a server that has Streamlit's document at every other."""

    def document(_request: Request) -> Response:
        return FileResponse(DOCUMENT)

    def healthz(_request: Request) -> Response:
        return JSONResponse({"ok": True})

    routes = [Route("/healthz", healthz), Route(styled.SHEET, styled.sheet), Route("/{rest:path}", document)]
    headers = {name.replace("_", "-"): value for name, value in asked.items()}

    async def ask() -> httpx.Response:
        around = [Middleware(styled.Styled), Middleware(GZipMiddleware, minimum_size=9)]  # Streamlit packs it itself
        transport = httpx.ASGITransport(Starlette(routes=routes, middleware=around))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers=headers)

    with ThreadPoolExecutor(1) as beside:  # in this one a browser's loop may run
        return beside.submit(asyncio.run, ask()).result()


@pytest.mark.parametrize("path", ["/", "/discrepancies", "/?case=SH-1"])
def test_the_document_names_the_sheet_that_is_there(path: str) -> None:
    named = got(path).text.partition(f'href=".{styled.SHEET}')[2].partition('"')[0]
    assert named
    sheet = got(styled.SHEET + named)
    assert sheet.headers["content-type"].startswith("text/css")
    assert sheet.content == styled.FILE.read_bytes()
    assert "immutable" in sheet.headers["cache-control"]


def test_a_document_that_was_kept_is_not_taken_for_the_same() -> None:
    document = got("/")
    assert "etag" not in document.headers
    again = got("/", if_none_match='"x"', if_modified_since="Tue, 01 Jan 2030 00:00:00 GMT")
    assert (again.status_code, again.content) == (200, document.content)
    assert document.headers["content-length"] == str(len(document.content))


def test_other_answers_are_as_they_were() -> None:
    assert got("/healthz").json() == {"ok": True}
    assert got("/static/index.html").content == DOCUMENT.read_bytes()
    assert got("/static/index.html").headers["etag"]
    assert got("/static/index.html").headers["content-encoding"] == "gzip"
