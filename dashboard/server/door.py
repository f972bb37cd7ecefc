"""The door: pure ASGI behind the guard. Nothing of Streamlit is reached before a person with a role is known.

Owns who somebody is, for every connection, and hands it on as one header that nobody else can set: Streamlit makes
`st.user` of it (`dashboard.visit.person`), and a session is resumed by the same person only. Where no log-in is set,
everybody is who has this machine, and only this machine is let in.

An open page's websocket ends with the log-in: at its end the page loads itself anew, and so comes to the provider and
back; after a log-out, in any tab and by any process, it shows that. Streamlit's two pings stay open for everybody: a
page that they refuse keeps what is on it for ever.
"""

import asyncio
import base64
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.errors import OrderlensError, Unreachable
from core.login import Entrance, Proxy, Session
from core.login.sessions import Sessions
from core.people import Person
from dashboard.server import comings, plain

HEADER: Final = "x-orderlens-person"
PINGS: Final = ("/healthz", "/_stcore/health", "/_stcore/host-config")
POLL: Final = 2.0  # seconds between two looks whether an open page may stay
Lasting = Sessions | Proxy  # who says how long an open page may stay
_OVER: Final = 1008  # the websocket's word for: not allowed


class Door:
    """ASGI middleware. `entrance`: how people come in; or `proxy`: who has logged them in already; where there is
    neither, nobody has to be: `operator`: who they are then; `anywhere`: whether other machines may come in."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        entrance: Entrance | None = None,
        proxy: Proxy | None = None,
        operator: str,
        anywhere: bool = False,
    ) -> None:
        self._app, self._entrance, self._proxy, self._anywhere = app, entrance, proxy, anywhere
        self._at_terminal = Person.at_terminal(operator)
        self._comings = comings.Comings(entrance) if entrance else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif scope["path"] == PINGS[0]:
            await self._app(without(scope), receive, send)
        elif self._proxy is not None:
            await self._by_proxy(self._proxy, scope, receive, send)
        elif self._entrance is None or self._comings is None:
            await self._open(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] in comings.PATHS:
            await (await self._comings.answer(scope))(scope, receive, send)
        else:
            try:
                session = await self._entrance.sessions.holding(cookies(scope).get(self._comings.name, ""))
            except Unreachable as error:
                await _closed(scope, receive, send, comings.trouble(error))
                return
            if session is None:
                await self._stranger(scope, receive, send)
            elif scope["type"] == "websocket":
                await self._tab(session, self._entrance.sessions, scope, receive, send)
            else:
                await self._app(named(scope, session.person), receive, send)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nobody has to log in: everybody has this machine. So nobody else may come."""
        if self._anywhere or _here(scope):
            await self._app(named(scope, self._at_terminal), receive, send)
            return
        said = "Orderlens was not told who may come in here, so that only its own machine may. See docs/login.md."
        await _closed(scope, receive, send, PlainTextResponse(f"{said}\n", 403))

    async def _by_proxy(self, proxy: Proxy, scope: Scope, receive: Receive, send: Send) -> None:
        """A proxy says who it is. Its words go no further."""
        headers = Headers(scope=scope)
        bare = {**scope, "headers": [one for one in scope["headers"] if one[0].decode("latin-1") not in proxy.headers]}
        if scope["type"] == "http" and scope["path"] in PINGS:
            await self._app(without(bare), receive, send)
            return
        try:
            by_socket = (scope.get("server") or ("", 0))[1] is None  # it has a path, and no port
            own = {name: headers.getlist(name) for name in proxy.headers}
            session = await proxy.holding(own, by_socket=by_socket)
        except OrderlensError as error:
            if scope["type"] == "http":
                await comings.trouble(error, href="/", press="Try again")(scope, receive, send)
            else:
                await self._stranger(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._tab(session, proxy, bare, receive, send)
        else:
            await self._app(named(bare, session.person), receive, send)

    async def _stranger(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept", "subprotocol": "streamlit"})
            await _sent_away(send, "", "log in")
        elif scope["path"] in PINGS:
            await self._app(without(scope), receive, send)
        else:
            await _to_log_in(scope)(scope, receive, send)

    async def _tab(self, session: Session, lasting: Lasting, scope: Scope, receive: Receive, send: Send) -> None:
        """An open page, as long as its log-in lasts."""
        accepted = over = False
        coming: asyncio.Task[Message] | None = None

        async def out(message: Message) -> None:
            nonlocal accepted
            if not over:
                accepted = accepted or message["type"] == "websocket.accept"
                await send(message)

        async def inward() -> Message:
            nonlocal coming, over
            coming = coming or asyncio.ensure_future(_message(receive))
            while not over:
                left = session.until - lasting.now()
                await asyncio.wait({coming}, timeout=max(0.0, min(POLL, left)))
                if await lasting.over(session):
                    break
                if coming.done():
                    done, coming = coming, None
                    return done.result()
            over = True
            coming.cancel()
            if accepted:
                left_by_choice = lasting.revoked(session)
                await _sent_away(send, plain.SIGNED_OUT if left_by_choice else "", "logged out")
            return {"type": "websocket.disconnect", "code": _OVER}

        try:
            await self._app(named(scope, session.person), inward, out)
        finally:
            if coming is not None:
                coming.cancel()


def told(person: Person) -> str:
    """A person as the header has them: whatever letters a name has, none that a header could not carry."""
    return base64.urlsafe_b64encode(json.dumps(asdict(person), sort_keys=True).encode()).decode()


def named(scope: Scope, person: Person) -> Scope:
    """A connection with the person in its one header; one that it brought along is cut out."""
    bare = without(scope)
    return {**bare, "headers": [*bare["headers"], (HEADER.encode(), told(person).encode())]}


def without(scope: Scope) -> Scope:
    """A connection without the header that names a person."""
    return {**scope, "headers": [one for one in scope["headers"] if one[0].lower() != HEADER.encode()]}


def cookies(scope: Scope) -> Mapping[str, str]:
    """The cookies of a connection."""
    return cookie_parser("; ".join(Headers(scope=scope).getlist("cookie")))


async def _message(receive: Receive) -> Message:
    return await receive()


async def _sent_away(send: Send, url: str, reason: str) -> None:
    """The page goes to `url`; where it is empty, it loads itself anew."""
    message = ForwardMsg()
    message.auth_redirect.url = url
    message.metadata.cacheable = False
    await send({"type": "websocket.send", "bytes": message.SerializeToString()})
    await send({"type": "websocket.close", "code": _OVER, "reason": reason})


async def _closed(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """Nobody comes in."""
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.close", "code": _OVER, "reason": "not let in"})


def _to_log_in(scope: Scope) -> Response:
    """A page leads to the log-in and comes back; anything else is refused."""
    headers = Headers(scope=scope)
    opens = headers.get("sec-fetch-mode", "navigate") == "navigate" and "text/html" in headers.get("accept", "")
    if scope["method"] not in ("GET", "HEAD") or not opens:
        return PlainTextResponse("Log in first.\n", 401, headers={"cache-control": "no-store"})
    query = scope["query_string"].decode("latin-1")
    here = scope["path"] + (f"?{query}" if query else "")
    to = plain.LOGIN if here == "/" else f"{plain.LOGIN}?next={quote(here, safe='')}"
    return RedirectResponse(to, 302, headers={"cache-control": "no-store"})


def _here(scope: Scope) -> bool:
    """Whether the connection reached an address that only this machine has."""
    address, _ = scope.get("server") or ("", None)
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
