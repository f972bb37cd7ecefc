"""What goes over the wire to Stripe: the pinned version, the account, the key in its header, and no telemetry."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from core.errors import StripeUnreachable
from core.facts import STRIPE_VERSION
from core.sandbox.loopback import Loopback
from core.stripe_api import Access, StripeReader

KEY = "rk_live_" + "TheKeyOfThisTest000000000000"


def test_a_request_carries_version_account_and_key_and_tells_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    seen: list[Request] = []

    async def reply(request: Request) -> JSONResponse:
        seen.append(request)
        notice = {"Stripe-Notice": "Your API version is old.", "Request-Id": "req_1"}
        return JSONResponse({"object": "list", "data": [], "has_more": False}, headers=notice)

    with Loopback(Starlette(routes=[Route("/{path:path}", reply)])) as other:
        reader = StripeReader(Access(KEY, other.url + "/", account="acct_1Connected"))
        reader.check()
        reader.check()
        reader.close()

    assert reader.key_mode == "live"
    assert [request.url.path for request in seen] == ["/v1/checkout/sessions"] * 2
    for request in seen:
        assert request.headers["Stripe-Version"] == STRIPE_VERSION
        assert request.headers["Stripe-Account"] == "acct_1Connected"
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        assert "X-Stripe-Client-Telemetry" not in request.headers
        assert "telemetry_id" not in request.headers["X-Stripe-Client-User-Agent"]
    assert list(tmp_path.rglob("*")) == []


def test_no_answer_leads_to_another_address() -> None:
    strangers: list[str] = []

    async def stranger(request: Request) -> JSONResponse:
        strangers.append(request.url.path)
        return JSONResponse({"object": "list", "data": [], "has_more": False})

    with Loopback(Starlette(routes=[Route("/{path:path}", stranger)])) as other:

        async def away(_: Request) -> RedirectResponse:
            return RedirectResponse(other.url + "/v1/checkout/sessions")

        with Loopback(Starlette(routes=[Route("/{path:path}", away)])) as configured:
            reader = StripeReader(Access(KEY, configured.url))
            with pytest.raises(StripeUnreachable, match="Nothing was read from Stripe"):
                reader.check()
            reader.close()
    assert strangers == []
