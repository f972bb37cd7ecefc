"""Our style is part of the first document: what comes later would move what is already read.

Streamlit has no word for a style sheet. It stands behind its root element, so that it outweighs Streamlit's own rules
of the same weight. The document is then no longer the file that its marks (`etag`, `last-modified`) speak of: it is
sent whole, without them.
"""

import hashlib
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHEET: Final = "/legible.css"
FILE: Final = Path(__file__).parents[1] / "brand" / "legible.css"
ROOT: Final = b'<div id="root"></div>'
UNASKED: Final = (b"if-none-match", b"if-modified-since", b"accept-encoding")  # so that it comes, whole and unpacked


def sheet(_request: Request) -> Response:
    """The style sheet. Its address has a mark of its own in it, so it may be kept for good."""
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(FILE.read_bytes(), media_type="text/css", headers=kept)


class Styled:
    """ASGI middleware: Streamlit's document names the style sheet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        mark = hashlib.sha256(FILE.read_bytes()).hexdigest()[:12]
        self._named = ROOT + f'<link rel="stylesheet" href=".{SHEET}?{mark}">'.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/static/", "/_stcore/", "/media/")):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body: list[bytes] = []

        async def styled(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                body.append(message.get("body", b""))
                if not message.get("more_body"):
                    await self._whole(start, b"".join(body), send)

        asked = [(name, value) for name, value in scope["headers"] if name not in UNASKED]
        await self._app({**scope, "headers": asked}, receive, styled)

    async def _whole(self, start: Message, body: bytes, send: Send) -> None:
        named = body.replace(ROOT, self._named, 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        if named != body:
            headers["content-length"] = str(len(named))
            del headers["etag"], headers["last-modified"]
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": named})


def _is_html(start: Message) -> bool:
    said = dict(start["headers"])
    return bytes(said.get(b"content-type", b"")).startswith(b"text/html") and b"content-encoding" not in said
