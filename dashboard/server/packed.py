"""What is the same for everybody is sent packed: Streamlit's files and our own parts, a third of their size.

Nothing else is: whoever can put a text into an answer that also holds a secret, and can see its packed length, learns
the secret letter by letter. These files hold neither. Pages' contents go over the websocket and CSV by `/media`;
both are left as they are.

Each file is packed once and kept, in a thread: packing all of a first visit takes a good part of a second.
"""

import asyncio
import gzip
from collections import OrderedDict
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PACKED: Final = ("/static/", "/_stcore/bidi-components/")
KINDS: Final = (
    "text/javascript",
    "text/css",
    "application/javascript",
    "application/json",
    "image/svg+xml",
    "application/wasm",
)
LEAST: Final = 1024  # bytes; smaller ones are not worth it
FILES: Final = 512  # that are kept; Streamlit has some 300
MOST: Final = 16 * 2**20  # bytes of one file; of all that is kept four times that


class Packed:
    """ASGI middleware: whole answers to GET under `PACKED` are sent with gzip to whoever takes it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _wanted(scope):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(self, scope["path"], send).send)

    async def pack(self, path: str, mark: str, body: bytes) -> bytes:
        """The file packed; the one that was kept where `mark` (its version) is the same."""
        key = (path, mark)
        if mark and key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        packed = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
        if mark:
            self._kept[key] = packed
            while len(self._kept) > FILES or sum(map(len, self._kept.values())) > 4 * MOST:
                self._kept.popitem(last=False)
        return packed


class _Answer:
    """One answer on its way: held until it is whole, where it is worth packing."""

    def __init__(self, packed: Packed, path: str, send: Send) -> None:
        self._packed, self._path, self._send = packed, path, send
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        """What the application sends."""
        if message["type"] == "http.response.start" and _worth(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._whole(self._start, b"".join(self._body))

    async def _whole(self, start: Message, body: bytes) -> None:
        headers = MutableHeaders(raw=list(start["headers"]))
        mark = headers.get("etag", "")
        small = await self._packed.pack(self._path, mark, body)
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(small))
        headers.add_vary_header("Accept-Encoding")
        if mark and not mark.startswith("W/"):
            headers["etag"] = f"W/{mark}"  # the same file, other bytes
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": small})


def _wanted(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    taken = [word.strip().partition(";")[0] for word in headers.get("accept-encoding", "").lower().split(",")]
    whole = scope["method"] == "GET" and "range" not in headers
    return whole and "gzip" in taken and scope["path"].startswith(PACKED)


def _worth(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    size = headers.get("content-length", "")
    fits = size.isdecimal() and LEAST <= int(size) <= MOST
    plain = start["status"] == 200 and "content-encoding" not in headers  # noqa: PLR2004 - all of it, and as it is
    return fits and plain and headers.get("content-type", "").startswith(KINDS)
