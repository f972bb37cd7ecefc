"""Who may connect: decided by a pure function of the connection."""

import base64
import hashlib

import pytest
from starlette.types import Scope

from core.errors import SettingsError
from dashboard.server.guard import Origin, configured, content_policy, refusal

NONE: frozenset[Origin] = frozenset()
PROXY = configured("https://orders.example.com, http://intranet:8080")


def connection(
    host: str = "127.0.0.1:8501",
    origin: str | None = None,
    *,
    path: str = "/",
    kind: str = "http",
    scheme: str = "http",
    server: tuple[str, int] = ("127.0.0.1", 8501),
) -> Scope:
    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin is not None else [])
    return {"type": kind, "scheme": scheme, "path": path, "headers": headers, "server": server}


def status(scope: Scope, extra: frozenset[Origin] = NONE) -> int | None:
    refused = refusal(scope, extra)
    return refused[0] if refused else None


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "LOCALHOST:8501"])
def test_loopback_names_are_ours(host: str) -> None:
    assert status(connection(host)) is None
    assert status(connection(host, f"http://{host}", kind="websocket", scheme="ws")) is None


@pytest.mark.parametrize("host", ["evil.example:8501", "127.0.0.1:8502", "127.0.0.1", "", "a b", "127.0.0.1:99999"])
def test_other_names_are_not(host: str) -> None:
    assert status(connection(host)) == 421


def test_the_address_that_was_reached_is_ours_too() -> None:
    reached = connection("192.168.1.5:8501", "http://192.168.1.5:8501", server=("192.168.1.5", 8501))
    assert status(reached) is None
    assert status(connection("[fe80::1]:8501", server=("fe80::1", 8501))) is None


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:1", "https://127.0.0.1:8501"])
def test_a_foreign_origin_is_refused_for_every_kind_of_connection(origin: str) -> None:
    assert status(connection(origin=origin)) == 403
    assert status(connection(origin=origin, kind="websocket", scheme="ws")) == 403


def test_a_websocket_without_an_origin_is_no_browser_of_ours() -> None:
    assert status(connection(kind="websocket", scheme="ws")) == 403


def test_behind_a_proxy_the_named_addresses_are_ours() -> None:
    said = connection("orders.example.com", "https://orders.example.com", scheme="https")
    assert status(said) == 421
    assert status(said, PROXY) is None
    # a proxy that hands on plain HTTP under its own name
    assert (
        status(connection("127.0.0.1:8501", "https://orders.example.com", kind="websocket", scheme="ws"), PROXY) is None
    )
    assert status(connection("intranet:8080", "http://intranet:8080"), PROXY) is None
    assert status(connection("orders.example.com", "https://evil.example", scheme="https"), PROXY) == 403


def test_health_is_answered_whatever_the_name() -> None:
    assert status(connection("10.0.0.7", path="/healthz")) is None


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/interact"])
def test_what_nobody_needs_is_hidden_from_everybody(path: str) -> None:
    assert status(connection(path=path)) == 404


@pytest.mark.parametrize("text", ["orders.example.com", "ftp://x", "https://x/path", "https://x:port", "*"])
def test_a_setting_that_is_no_address_is_said(text: str) -> None:
    with pytest.raises(SettingsError, match="ORDERLENS_ORIGINS") as caught:
        configured(f"https://fine.example,{text}")
    assert "https://orderlens.example.com" in caught.value.next_step


def test_no_setting_is_no_further_address() -> None:
    assert configured("") == configured(" , ") == NONE


def test_the_policy_allows_exactly_the_inline_scripts_there_are() -> None:
    policy = content_policy('<script>a()</script><script type="module" src="x.js"></script>')
    digest = base64.b64encode(hashlib.sha256(b"a()").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
