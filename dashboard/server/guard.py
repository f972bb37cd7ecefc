"""The guard at the door: pure ASGI, so that it sees websockets too.

Owns who may connect and which headers every answer carries. A page of another site, or a name that somebody pointed at
this address, gets nothing: Orderlens shows customers' payments and sends webhooks (`tests/dashboard/test_guard.py`).
Who a person is, `door` behind it knows.

Streamlit's own check of a foreign Origin asks the internet for this machine's address, on the event loop, and stalls
everybody for seconds; it is never reached. Behind a proxy, ORDERLENS_ORIGINS names the addresses people use.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

import idna
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.logger import get_logger

from core.errors import SettingsError
from dashboard.server import links

SETTING = "ORDERLENS_ORIGINS"
HEALTH = "/healthz"
HIDDEN = (
    "/_stcore/metrics", "/_stcore/agent", "/_stcore/upload_file",
    "/auth/login", "/auth/logout", "/oauth2callback",  # Streamlit's own log-in, which is not ours
)  # fmt: skip
LOGGED = 8  # different refusals
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_log = get_logger(__name__)


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

    def __str__(self) -> str:
        """As a browser spells it."""
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port != _PORTS[self.scheme] else "")


def configured(text: str) -> frozenset[Origin]:
    """The origins of ORDERLENS_ORIGINS, separated by commas; a name in other letters as browsers send it (xn--...).
    SettingsError, which repeats nothing, for anything that is not one."""
    found: set[Origin] = set()
    for number, word in enumerate((word.strip() for word in text.split(",")), 1):
        if not word:
            continue
        origin = _spelled(word)
        if isinstance(origin, str):
            raise SettingsError(
                f"{SETTING}: address {number} {origin}.",
                next_step=f"Write scheme and host, with commas between: {SETTING}=https://orderlens.example.com",
                setting=SETTING,
            )
        found.add(origin)
    return frozenset(found)


def _spelled(word: str) -> Origin | str:
    """The origin that one word of the setting spells; else what is wrong with it."""
    if "*" in word:
        return "has a *, which stands for nothing here: name each address"
    if "@" in word:
        return "has a user or a password, which no browser sends"
    origin = Origin.of(word)
    if origin is None or origin.scheme not in ("http", "https"):
        return "is not an address of a browser's"
    if origin.host.isascii():
        return origin
    try:
        return replace(origin, host=idna.encode(origin.host, uts46=True).decode())
    except idna.IDNAError:
        return "has a name that no browser sends"


def doubts(origins: Iterable[Origin]) -> list[str]:
    """What is likely not meant, in words for the log."""
    return [
        f"{SETTING} names {one}: whoever opens it by https:// gets in only where https://{one.host} is named too."
        for one in sorted(origins, key=str)
        if one.scheme == "http" and one.host not in LOOPBACK
    ]


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

    It may where it calls us by a loopback name, by the very address its socket reached, or by the name of one of
    `extra` (a proxy need not say by which scheme it was called), and comes from a page of ours: its Origin, where it
    has one, is ours to the letter. A websocket must have one.
    """
    path = scope["path"]
    if path == HEALTH:
        return None
    if any(path == hidden or path.startswith(hidden + "/") for hidden in HIDDEN):
        return 404, "Not here."
    names = [name.decode("latin-1").lower() for name, _ in scope["headers"]]
    if any(names.count(once) > 1 for once in ("host", "origin")):
        return 400, "A request has one Host and one Origin."
    if "content-length" in names and "transfer-encoding" in names:
        return 400, "A request says its length in one way."
    headers = dict(zip(names, (value.decode("latin-1") for _, value in scope["headers"]), strict=True))
    scheme = "https" if scope["scheme"] in ("https", "wss") else "http"
    own = _own(scope, scheme)
    if wrong := _name(headers.get("host", ""), scheme, own, extra):
        return 421, wrong
    said = headers.get("x-forwarded-proto", scheme).split(",")[0].strip().lower()
    return _page(headers.get("origin"), said, own, extra, websocket=scope["type"] == "websocket")


def _name(host: str, scheme: str, own: frozenset[Origin], extra: frozenset[Origin]) -> str | None:
    """Why this is no name of ours. A port is compared with the addresses people use where the Host has one."""
    called = Origin.of(f"{scheme}://{host}")
    if called is not None:
        if (called.host, called.port) in {(one.host, one.port) for one in own}:
            return None
        bare = re.search(r":\d*$", host) is None
        if any(one.host == called.host and (bare or one.port == called.port) for one in extra):
            return None
    return f"Orderlens does not answer to this name. Behind a proxy, set {SETTING} to the address people use."


def _page(
    text: str | None, scheme: str, own: frozenset[Origin], extra: frozenset[Origin], *, websocket: bool
) -> tuple[int, str] | None:
    """Why the page that asks is none of ours; `scheme`: by which the proxy says that it was called."""
    if text is None:
        return (403, "A websocket needs an Origin.") if websocket else None
    origin = Origin.of(text)
    if origin in own | extra:
        return None
    near = next((one for one in sorted(extra, key=str) if origin and one.host == origin.host), None)
    if near:
        return 403, f"{SETTING} names {near}, but the browser calls it {origin}: name that (the proxy says {scheme})."
    return 403, f"This page is not one of Orderlens'. Behind a proxy, set {SETTING} to the address people use."


def _own(scope: Scope, scheme: str) -> frozenset[Origin]:
    address, port = scope.get("server") or ("127.0.0.1", _PORTS[scheme])
    host = f"[{address}]" if ":" in address else address
    return frozenset(Origin(scheme, name, port or _PORTS[scheme]) for name in (*LOOPBACK, host))


class Guard:
    """ASGI middleware: `refusal` for every connection, security headers on every answer."""

    def __init__(self, app: ASGIApp, *, origins: Iterable[Origin], policy: str) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._logged: set[str] = set()
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

        if refused is None and links.from_another_site(scope):
            await links.asking(scope)(scope, receive, with_headers)
        elif refused is None:
            await self._app(scope, receive, with_headers)
        elif scope["type"] == "websocket":
            self._log_once(refused[1])
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1][:120]})
        else:
            status, words = refused
            ends = {"connection": "close"} if status == HTTPStatus.BAD_REQUEST else None
            await PlainTextResponse(words + "\n", status, headers=ends)(scope, receive, with_headers)

    def _log_once(self, words: str) -> None:
        """A page that never connects is a riddle: what to set stands in the log, a few times at most."""
        if words not in self._logged and len(self._logged) < LOGGED:
            self._logged.add(words)
            _log.warning("%s", words)
