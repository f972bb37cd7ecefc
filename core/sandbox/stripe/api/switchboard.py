"""The switches over HTTP, under a path that Stripe does not have: for demos and for tests in another process.

Owns `/_sandbox`. What it sets is in `switches`; what it does to objects is what customers and time do.
"""

import json
from collections.abc import Callable
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.sandbox.stripe.api import paying, payment_page, refusals, sessions
from core.sandbox.stripe.api.call import Account, Asker, Call
from core.sandbox.stripe.api.forms import Form
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.switches import SECRET_KEY_LIVE, SECRET_KEY_TEST, FaultKind

_SETTABLE = {
    "frozen_at": (int, type(None)),
    "offset": (int,),
    "latency": (int, float),
    "rate_limits": (bool,),
    "search_lag": (int,),
    "v2_events": (bool,),
    "retry_delays": (list,),
    "delivery_timeout": (int, float),
    "hang": (int, float),
    "listening_at": (str, type(None)),
}


class _Switchboard:
    def __init__(self, account: Account) -> None:
        self._account = account
        self._store, self._switches, self._deliveries = account.store, account.switches, account.deliveries

    async def show(self, request: Request) -> JSONResponse:  # noqa: ARG002 - an endpoint takes its request
        """The settings, the faults that are left, the requests and the attempts to deliver."""
        return JSONResponse(
            {
                "switches": self._switches.shown(),
                "requests": [[one.method, one.path, one.query, one.status] for one in self._switches.requests],
                "attempts": [[one.event, one.endpoint, one.status] for one in self._deliveries.attempts],
                "busy": self._deliveries.busy,
            }
        )

    async def set(self, request: Request) -> JSONResponse:
        """Change settings by name."""
        wanted: dict[str, Any] = json.loads(await request.body())
        for name, value in wanted.items():
            if name not in _SETTABLE or not isinstance(value, _SETTABLE[name]):
                return JSONResponse({"error": f"there is no setting {name} that could be {value!r}"}, 400)
        for name, value in wanted.items():
            setattr(self._switches, name, tuple(value) if isinstance(value, list) else value)
        return await self.show(request)

    async def fail(self, request: Request) -> JSONResponse:
        """Add a fault of one of the kinds in `switches`: `{"kind": "429", "times": 1, "path": "/v1/events"}`."""
        wanted = json.loads(await request.body())
        if wanted.get("kind") not in (kinds := get_args(FaultKind)):
            return JSONResponse({"error": f"kind is one of {', '.join(kinds)}"}, 400)
        self._switches.fail(wanted["kind"], int(wanted.get("times", 1)), str(wanted.get("path", "/v")))
        return await self.show(request)

    async def restrict(self, request: Request) -> JSONResponse:
        """Accept a key with chosen rights: `{"key": "rk_test_...", "rights": ["charge_read"]}`."""
        wanted = json.loads(await request.body())
        self._switches.restrict(wanted["key"], wanted["rights"])
        return await self.show(request)

    async def put(self, request: Request) -> JSONResponse:
        """Seed objects: a list of them, as they are on the wire."""
        things = json.loads(await request.body())
        self._store.put_all(things)
        return JSONResponse({"kept": len(things)})

    async def expire(self, request: Request) -> JSONResponse:  # noqa: ARG002 - an endpoint takes its request
        """End every open session whose time is over by the sandbox's clock."""
        ended: list[str] = []
        for livemode in (False, True):
            call = self._call(livemode=livemode)
            listed = self._store.newest_first("checkout.session", livemode=livemode)
            due = [one for one in listed if one["status"] == "open" and one["expires_at"] <= call.now]
            ended += [sessions.close(call, one, automatic=True)["id"] for one in due]
        return JSONResponse({"expired": ended})

    async def settle(self, request: Request) -> JSONResponse:
        """End a slow payment: `{"session": "cs_...", "succeeds": true}`, or with an `intent`."""
        return await self._concluded(request, paying.settle)

    async def authenticate(self, request: Request) -> JSONResponse:
        """The customer confirms a payment in the browser, or does not: `{"intent": "pi_...", "succeeds": true}`."""
        return await self._concluded(request, paying.authenticate)

    async def _concluded(self, request: Request, conclude: Callable[..., Json]) -> JSONResponse:
        wanted = json.loads(await request.body())
        made_id, succeeds = str(wanted.get("session") or wanted["intent"]), bool(wanted.get("succeeds", True))
        call = self._call(livemode=self._store.mode(made_id))
        try:
            if "session" in wanted:
                session = call.find("checkout.session", made_id)
                return JSONResponse(payment_page.settle(call, session, succeeds=succeeds))
            return JSONResponse(conclude(call, call.find("payment_intent", made_id), succeeds=succeeds))
        except refusals.Refusal as refusal:
            return JSONResponse({"error": refusal.error}, refusal.status)

    def _call(self, *, livemode: bool) -> Call:
        """A call by nobody: what happens by itself."""
        key = SECRET_KEY_LIVE if livemode else SECRET_KEY_TEST
        return Call(self._account, Asker(key, livemode, rights=None), Form(""))


def routes(account: Account) -> list[Route]:
    """The board as routes."""
    board = _Switchboard(account)
    return [
        Route("/_sandbox", board.show, methods=["GET"]),
        Route("/_sandbox/switches", board.set, methods=["POST"]),
        Route("/_sandbox/faults", board.fail, methods=["POST"]),
        Route("/_sandbox/keys", board.restrict, methods=["POST"]),
        Route("/_sandbox/objects", board.put, methods=["POST"]),
        Route("/_sandbox/expire", board.expire, methods=["POST"]),
        Route("/_sandbox/settle", board.settle, methods=["POST"]),
        Route("/_sandbox/authenticate", board.authenticate, methods=["POST"]),
    ]
