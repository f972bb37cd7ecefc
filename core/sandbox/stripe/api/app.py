"""The way of a request through the sandbox's Stripe: from its key to its answer, headers and all.

Owns the order of the checks and the headers of Stripe's answers. A request addressed to another host than this
machine is turned away, so that a page in a browser cannot reach the sandbox under a name of its own.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.sandbox.stripe import versions
from core.sandbox.stripe.api import (
    account,
    charges,
    customers,
    events,
    faults,
    invoices,
    nothing,
    payment_intents,
    payment_methods,
    payment_page,
    products,
    refusals,
    sessions,
    setup_intents,
    subscriptions,
    switchboard,
    webhook_endpoints,
)
from core.sandbox.stripe.api.call import Account, Asker, Call, Operation, require
from core.sandbox.stripe.api.expansion import expanded
from core.sandbox.stripe.api.forms import Form
from core.sandbox.stripe.api.limits import Answered, Memory, Rates, admit
from core.sandbox.stripe.objects import ACCOUNT_ID, API_VERSION, Json, new_id

OPERATIONS: tuple[Operation, ...] = (
    *products.OPERATIONS,
    *sessions.OPERATIONS,
    *payment_page.OPERATIONS,
    *payment_intents.OPERATIONS,
    *setup_intents.OPERATIONS,
    *payment_methods.OPERATIONS,
    *charges.OPERATIONS,
    *subscriptions.OPERATIONS,
    *invoices.OPERATIONS,
    *customers.OPERATIONS,
    *account.OPERATIONS,
    *webhook_endpoints.OPERATIONS,
    *events.OPERATIONS,
    *nothing.OPERATIONS,
)
"""Everything that Stripe's API does here."""

_LOOPBACK = ["127.0.0.1", "localhost"]
_ALWAYS = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry",
    "Access-Control-Max-Age": "300",
    "Cache-Control": "no-cache, no-store",
    "Vary": "Origin",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request before anybody has looked into it, and the id it will be known by."""

    request: Request
    body: str
    request_id: str

    @property
    def idempotency_key(self) -> str | None:
        return self.request.headers.get("Idempotency-Key") if self.request.method == "POST" else None


def application(owner: Account, rates: Rates | None = None) -> Starlette:
    """The API of an account, the switchboard beside it under `/_sandbox`, the faults before both."""
    gate = _Gate(owner, rates or Rates(), Memory())
    routes = [Route(one.path, gate.endpoint(one), methods=[one.method]) for one in OPERATIONS]
    app = Starlette(
        routes=[*routes, *switchboard.routes(owner)],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=_LOOPBACK, www_redirect=False),
            Middleware(faults.Faults, switches=owner.switches),
        ],
        exception_handlers={404: gate.nowhere, 405: gate.nowhere},
    )
    app.router.redirect_slashes = False
    return app


@dataclass(frozen=True, slots=True)
class _Gate:
    """What stands between a request and its operation."""

    account: Account
    rates: Rates
    memory: Memory

    def endpoint(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        """The operation as an endpoint of Starlette."""

        async def answer(request: Request) -> Response:
            query = request.url.query
            body = (await request.body()).decode(errors="replace") if request.method == "POST" else query
            asked = _Asked(request, body, self._request_id())
            asker: Asker | None = None
            try:
                with self.memory.alone(request.headers.get("Authorization", ""), asked.idempotency_key):
                    await asyncio.sleep(self.account.switches.latency)
                    asker = admit(request.headers, self.account.switches, self.account.connected)
                    return self._answer(operation, asker, asked)
            except refusals.Refusal as refusal:
                return _refused(asked, refusal, asker)

        return answer

    async def nowhere(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - as Starlette calls it
        """The answer to an address that is none, or not under this method."""
        refusal = refusals.unknown_url(request.method, request.url.path)
        return _refused(_Asked(request, "", self._request_id()), refusal, None)

    def _request_id(self) -> str:
        return new_id("req", self.account.rng)

    def _answer(self, operation: Operation, asker: Asker, asked: _Asked) -> Response:
        """Every check after the key's, in Stripe's order, then the operation itself."""
        if self.account.switches.rate_limits:
            self.rates.spend(operation, asker)
        require(asker, operation.right)
        now, key = self.account.switches.now(), asked.idempotency_key
        asked_for = (operation.method, asked.request.url.path, asked.body)
        if key and (known := self.memory.recall(asker, key, asked_for, now)):
            return _response(asked, asker, known.status, known.body, replays=known.request_id)
        form, version = Form(asked.body), _version(asked)
        form.refuse_unknown(operation.accepts)
        call = Call(
            self.account.of(asker.account), asker, form, asked.request.path_params, asked.request_id, key, version
        )
        try:
            status, body = 200, expanded(call, operation.answer(call))
        except refusals.Refusal as refusal:
            refusal.error = {name: call.shown(part) for name, part in refusal.error.items()}
            if not key:
                raise
            status, body = refusal.status, _error(asked, refusal, asker)
        if key:
            self.memory.keep(asker, key, Answered(asked_for, now, asked.request_id, status, body))
        return _response(asked, asker, status, body)


def _version(asked: _Asked) -> versions.Version:
    name = asked.request.headers.get("Stripe-Version")
    if version := versions.known(name, reading=asked.request.method == "GET"):
        return version
    raise refusals.unknown_version(str(name), versions.KNOWN)


def _refused(asked: _Asked, refusal: refusals.Refusal, asker: Asker | None) -> Response:
    body = _error(asked, refusal, asker)
    if refusal.anonymous:
        headers = {**_ALWAYS, **refusal.headers}
        return Response(json.dumps(body, indent=2), refusal.status, headers, "application/json")
    response = _response(asked, asker, refusal.status, body)
    response.headers.update(refusal.headers)
    return response


def _error(asked: _Asked, refusal: refusals.Refusal, asker: Asker | None) -> Json:
    if refusal.anonymous or asker is None:
        return {"error": refusal.error}
    mode = "" if asker.livemode else "/test"
    log = f"https://dashboard.stripe.com/{ACCOUNT_ID}{mode}/workbench/logs?object={asked.request_id}"
    return {"error": {**refusal.error, "request_log_url": log}}


def _response(asked: _Asked, asker: Asker | None, status: int, body: Json, *, replays: str | None = None) -> Response:
    headers = {
        **_ALWAYS,
        "Request-Id": asked.request_id,
        "Stripe-Version": asked.request.headers.get("Stripe-Version") or API_VERSION,
    }
    if asker and not asker.livemode:
        headers["X-Stripe-Routing-Context-Priority-Tier"] = "api-testmode"
    if account := asked.request.headers.get("Stripe-Account"):
        headers["Stripe-Account"] = account
    if key := asked.idempotency_key:
        headers |= {
            "Idempotency-Key": key,
            "Original-Request": replays or asked.request_id,
            "Stripe-Should-Retry": "false",
        }
    if replays:
        headers["Idempotent-Replayed"] = "true"
    return Response(json.dumps(body, separators=(",", ":")), status, headers, "application/json")
