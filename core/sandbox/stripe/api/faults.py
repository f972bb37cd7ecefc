"""Faults on demand: a 429, a 500, a connection that is cut, an answer that never comes.

Owns what a budget of faults does to a request, and the record of every request. It stands before everything
else, as real trouble does.
"""

import asyncio
import json
import socket
import struct

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.sandbox.stripe.api import refusals
from core.sandbox.stripe.switches import Seen, Switches

_LEVERS = "/_sandbox"
_REFUSALS = {
    "429": refusals.rate_limited("global-rate"),
    "lock": refusals.locked(),
    "500": refusals.backend_failed(),
    "unoffered": refusals.invalid("search feature unavailable for merchant"),
}


class Faults:
    """ASGI middleware that lets the next requests fail as the switches say."""

    def __init__(self, app: ASGIApp, switches: Switches) -> None:
        self._app = app
        self._switches = switches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_LEVERS):
            await self._app(scope, receive, send)
            return
        kind = self._switches.next_fault(scope["path"], _account(scope))
        if kind == "hang":
            self._see(scope, 0)
            await _until_gone(receive, self._switches.hang)
        if kind in ("hang", "reset"):
            if kind == "reset":
                self._see(scope, 0)
            await _cut(receive)
        elif kind:
            await self._refuse(scope, send, _REFUSALS[kind])
        else:
            await self._app(scope, receive, self._noting(scope, send))

    def _noting(self, scope: Scope, send: Send) -> Send:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._see(scope, message["status"])
            await send(message)

        return noted

    def _see(self, scope: Scope, status: int) -> None:
        query = scope["query_string"].decode("latin-1")
        self._switches.requests.append(Seen(scope["method"], scope["path"], query, status, _account(scope)))

    async def _refuse(self, scope: Scope, send: Send, refusal: refusals.Refusal) -> None:
        self._see(scope, refusal.status)
        named = {"Content-Type": "application/json", "Request-Id": "req_OfASandboxFault", **refusal.headers}
        headers = [(name.lower().encode(), value.encode()) for name, value in named.items()]
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({"error": refusal.error}).encode()})


def _account(scope: Scope) -> str:
    named: bytes = dict(scope["headers"]).get(b"stripe-account", b"")
    return named.decode("latin-1")


async def _until_gone(receive: Receive, most: float) -> None:
    """Wait until the client gives up, or long enough."""
    try:
        async with asyncio.timeout(most):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def _cut(receive: Receive) -> None:
    """Reset the connection. ASGI has no word for that, so this goes to the transport that uvicorn's `receive` is bound
    to; lingering for zero seconds makes the kernel send RST instead of FIN."""
    transport: asyncio.Transport = receive.__self__.transport  # type: ignore[attr-defined] # uvicorn's own object
    if not transport.is_closing():  # a client that gave up has cut it already
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
