"""The guard at the door: pure ASGI, so that it sees websockets too.

Owns who may connect and which headers every answer carries. A page of another site, or a name that somebody pointed at
this address, gets nothing: Orderlens shows customers' payments and sends webhooks (`tests/dashboard/test_guard.py`).
Does not know who a person is.

Streamlit's own check of a foreign Origin asks the internet for this machine's address, on the event loop, and stalls
everybody for seconds; it is never reached. Behind a proxy, ORDERLENS_ORIGINS names the addresses people use.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import SettingsError

SETTING = "ORDERLENS_ORIGINS"
HEALTH = "/healthz"
HIDDEN = ("/_stcore/metrics", "/_stcore/agent")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a browser calls an origin: scheme, host and port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "Origin | None":
        """The origin that `text` spells ("https://host", "http://host:8501"); None where it spells none."""
        try:
            parts = urlsplit(text.strip().lower())
            port = parts.port
        except ValueError:
            return None
        if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
            return None
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(parts.scheme, host, port or _PORTS[parts.scheme])


def configured(text: str) -> frozenset[Origin]:
    """The origins of ORDERLENS_ORIGINS, separated by commas. SettingsError for anything that is not one."""
    found: set[Origin] = set()
    for word in (word.strip() for word in text.split(",")):
        origin = Origin.of(word) if word else None
        if word and (origin is None or origin.scheme not in ("http", "https")):
            raise SettingsError(
                f"{SETTING} has {word!r}, which is not an address of a browser's.",
                next_step=f"Write scheme and host, with commas between: {SETTING}=https://orderlens.example.com",
                setting=SETTING,
            )
        if origin:
            found.add(origin)
    return frozenset(found)


def content_policy(index_html: str) -> str:
    """The content security policy: everything from here, nothing inline but the scripts that `index_html` has."""
    inline = (rest.partition("</script>")[0] for rest in index_html.split("<script>")[1:])
    digests = (hashlib.sha256(script.encode()).digest() for script in inline)
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


def refusal(scope: Scope, extra: frozenset[Origin]) -> tuple[int, str] | None:
    """Why a connection must not be served, as status and words; None where it may.

    It may where it calls us by a loopback name, by the very address its socket reached, or by one of `extra`, and
    comes from a page of ours: its Origin, where it has one, is ours too. A websocket must have one.
    """
    path = scope["path"]
    if path == HEALTH:
        return None
    if any(path == hidden or path.startswith(hidden + "/") for hidden in HIDDEN):
        return 404, "Not here."
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    scheme = "https" if scope["scheme"] in ("https", "wss") else "http"
    allowed = _own(scope, scheme) | extra
    called = Origin.of(f"{scheme}://{headers.get('host', '')}")
    if called is None or (called.host, called.port) not in {(own.host, own.port) for own in allowed}:
        return 421, f"Orderlens does not answer to this name. Behind a proxy, set {SETTING} to the address people use."
    origin = headers.get("origin")
    if origin is None:
        return (403, "A websocket needs an Origin.") if scope["type"] == "websocket" else None
    if Origin.of(origin) not in allowed:
        return 403, f"This page is not one of Orderlens'. Behind a proxy, set {SETTING} to the address people use."
    return None


def _own(scope: Scope, scheme: str) -> frozenset[Origin]:
    address, port = scope.get("server") or ("127.0.0.1", _PORTS[scheme])
    host = f"[{address}]" if ":" in address else address
    return frozenset(Origin(scheme, name, port or _PORTS[scheme]) for name in (*LOOPBACK, host))


class Guard:
    """ASGI middleware: `refusal` for every connection, security headers on every answer."""

    def __init__(self, app: ASGIApp, *, origins: Iterable[Origin], policy: str) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = refusal(scope, self._origins)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self._headers]}
            await send(message)

        if refused is None:
            await self._app(scope, receive, with_headers)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1][:120]})
        else:
            status, words = refused
            await PlainTextResponse(words + "\n", status)(scope, receive, with_headers)
