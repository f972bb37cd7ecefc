"""The sandbox's shop: it hears of payments by webhook, keeps its own orders, and can fail in the ways real shops do.

Owns what an event does to an order, and the switch that breaks it. Refuses to ask Stripe anything: like most shops it
believes the event. Nothing of the rest of the product is imported here; the shop is a stranger to it.

    POST /webhooks/stripe     Stripe's messages, signature checked by Stripe's SDK, each applied once
    GET  /orders/{number}     what a customer of the shop sees
    GET  /thanks              where a checkout returns to (`?session_id=`)
    GET, POST /_sandbox/mode  the switch: {"mode": "refuse"}
"""

import asyncio
import html
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from stripe import SignatureVerificationError, WebhookSignature

from core.sandbox.books import Books, Row
from core.sandbox.loopback import Loopback, Running

WEBHOOK_PATH = "/webhooks/stripe"
TOLERANCE_SECONDS = 300
_OPEN = ("created", "pending")
_HOLDS_MONEY = ("paid", "fulfilled", "partially_refunded")
_REFERENCES = ("order_id", "order_number")

Json = Mapping[str, object]


class Mode(StrEnum):
    """How the shop treats its webhooks."""

    OFF = "off"  # no fault: it does its work
    REFUSE = "refuse"  # answers 400, as with a wrong signing secret
    CRASH = "crash"  # answers 500
    DROP = "drop"  # answers 200 and forgets
    EARLY = "early"  # answers 200 for orders it does not have yet, so that nobody tries again
    SLOW = "slow"  # does its work, late


@dataclass(frozen=True, slots=True)
class Change:
    """What an event means for an order: its new status (None: nothing to do) and why, in the shop's words."""

    status: str | None
    why: str


class Shop(Running):
    """A shop on loopback. `mode` may be set at any time, by attribute or over HTTP; `slow_seconds` is how late SLOW is.
    `secret` is the endpoint's signing secret; `now` gives the shop's time in seconds since 1970."""

    def __init__(
        self,
        database: Path,
        secret: str,
        *,
        port: int = 0,
        slow_seconds: float = 3.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.mode = Mode.OFF
        self.slow_seconds = slow_seconds
        self.books = Books(database)
        self._secret = secret
        self._now = now
        routes = [
            Route(WEBHOOK_PATH, self._webhook, methods=["POST"]),
            Route("/orders/{number}", self._order_page),
            Route("/thanks", self._thanks_page),
            Route("/_sandbox/mode", self._switch, methods=["GET", "POST"]),
        ]
        try:
            self._served = Loopback(Starlette(routes=routes), port=port, name="sandbox shop")
        except OSError:
            self.books.close()
            raise
        self.url = self._served.url
        self.webhook_url = self.url + WEBHOOK_PATH

    def start(self) -> None:
        """Return once it answers."""
        self._served.start()

    def stop(self) -> None:
        """Stop answering and close the database."""
        self._served.stop()
        self.books.close()

    async def _webhook(self, request: Request) -> Response:
        body = await request.body()
        if self.mode is Mode.CRASH:
            return JSONResponse({"error": "Internal Server Error"}, 500)
        secret = "whsec_of_another_endpoint" if self.mode is Mode.REFUSE else self._secret
        try:
            WebhookSignature.verify_header(body, request.headers.get("stripe-signature"), secret, TOLERANCE_SECONDS)
            event = json.loads(body)
        except (SignatureVerificationError, ValueError) as refused:
            return JSONResponse({"error": f"Webhook refused: {refused}"}, 400)
        if self.mode is Mode.SLOW:
            await asyncio.sleep(self.slow_seconds)
        if self.mode is Mode.DROP:
            return JSONResponse({"received": True})
        return self._apply(event)

    def _apply(self, event: Json) -> Response:
        subject = _inner(_inner(event, "data"), "object")
        if self.books.has_processed(str(event["id"])):
            return _received("already processed")
        if not self._is_ours(subject):
            return _received("not this shop's")
        order = self._order_of(subject)
        return self._unknown(subject) if order is None else self._book(event, subject, order)

    def _unknown(self, subject: Json) -> Response:
        name = _reference(subject)
        if name is not None and self.mode is not Mode.EARLY:
            return JSONResponse({"error": f"unknown order {name}, try again later"}, 404)
        return _received("no order named" if name is None else "unknown order, ignored")

    def _book(self, event: Json, subject: Json, order: Row) -> Response:
        change = change_for(str(event["type"]), subject, order)
        if change.status is None:
            self.books.remember(event, at=self._now())
            return _received(change.why, order)
        is_session = subject.get("object") == "checkout.session"
        intent = subject.get("payment_intent") if is_session else None
        self.books.book(
            event,
            str(order["order_number"]),
            change.status,
            at=self._now(),
            session=str(subject["id"]) if is_session else None,
            intent=str(intent) if intent else None,
        )
        return _received(change.why, {**order, "status": change.status})

    def _is_ours(self, subject: Json) -> bool:
        """Order numbers repeat between the sites of one Stripe account; the return address tells whose this is."""
        back = subject.get("success_url")
        return not isinstance(back, str) or back.startswith(self.url + "/")

    def _order_of(self, subject: Json) -> Row | None:
        name = _reference(subject)
        if name is not None:
            return self.books.find("order_number", name)
        own = str(subject.get("id") or "")
        is_session = subject.get("object") == "checkout.session"
        intent = own if own.startswith("pi_") else str(subject.get("payment_intent") or "")
        return (self.books.find("stripe_session_id", own) if is_session else None) or (
            self.books.find("payment_intent_id", intent) if intent else None
        )

    async def _order_page(self, request: Request) -> Response:
        order = self.books.find("order_number", request.path_params["number"])
        return _page(order, f"We have no order {request.path_params['number']}.")

    async def _thanks_page(self, request: Request) -> Response:
        order = self.books.find("stripe_session_id", request.query_params.get("session_id", ""))
        return _page(order, "Thank you. We are looking for your order; please come back in a minute.")

    async def _switch(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                self.mode = Mode(json.loads(await request.body())["mode"])
            except (ValueError, KeyError, TypeError):
                known = ", ".join(Mode)
                return JSONResponse({"error": f'send {{"mode": ...}} with one of {known}'}, 400)
        return JSONResponse({"mode": self.mode})


def change_for(event_type: str, subject: Json, order: Json) -> Change:
    """What the shop does with `order` (a row) on an event of `event_type` about `subject` (its `data.object`). Pure."""
    handle = _HANDLERS.get(event_type)
    return handle(subject, order) if handle else Change(None, f"{event_type} needs nothing")


def _paid(subject: Json, order: Json) -> Change:
    if subject.get("payment_status") == "unpaid":
        return Change(None, "checkout done, waiting for the money")
    if order["status"] not in _OPEN:
        return Change(None, f"paid, order is {order['status']} already")
    amount = subject.get("amount_total", subject.get("amount_received"))
    currency = str(subject.get("currency") or "").lower()
    if (amount, currency) != (order["total_minor"], str(order["currency"]).lower()):
        return Change(None, "the amount is not the order's: left for a person")
    return Change("paid", "booked as paid")


def _failed(_: Json, order: Json) -> Change:
    if order["status"] in _OPEN:
        return Change("failed", "the payment failed")
    return Change(None, f"payment failed, order is {order['status']}")


def _expired(session: Json, order: Json) -> Change:
    if order["status"] in _OPEN and order["stripe_session_id"] == session.get("id"):
        return Change("cancelled", "checkout expired, order cancelled")
    return Change(None, "expiry of a checkout that no longer matters")


def _refunded(charge: Json, order: Json) -> Change:
    if order["payment_intent_id"] not in (None, charge.get("payment_intent")):
        return Change(None, "refund of another payment of this order")
    status = "refunded" if charge.get("refunded") else "partially_refunded"
    if order["status"] == status or order["status"] not in _HOLDS_MONEY:
        return Change(None, f"refunded, order is {order['status']}")
    return Change(status, f"booked as {status}")


_HANDLERS: Mapping[str, Callable[[Json, Json], Change]] = {
    "checkout.session.completed": _paid,
    "checkout.session.async_payment_succeeded": _paid,
    "checkout.session.async_payment_failed": _failed,
    "checkout.session.expired": _expired,
    "payment_intent.succeeded": _paid,
    "charge.refunded": _refunded,
}


def _reference(subject: Json) -> str | None:
    metadata = _inner(subject, "metadata")
    named = subject.get("client_reference_id") or next(
        (metadata[key] for key in _REFERENCES if metadata.get(key)), None
    )
    return str(named) if named else None


def _inner(raw: Json, key: str) -> Json:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def _received(why: str, order: Json | None = None) -> Response:
    told = {"order": order["order_number"], "status": order["status"]} if order else {}
    return JSONResponse({"received": True, "result": why, **told})


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<body style="font:16px/1.5 system-ui;max-width:34rem;margin:4rem auto;padding:0 1rem">
<h1>{title}</h1>{text}</body></html>"""


def _page(order: Row | None, otherwise: str) -> Response:
    if order is None:
        return HTMLResponse(_PAGE.format(title="Sandbox Shop", text=f"<p>{html.escape(otherwise)}</p>"), 404)
    shown = ("status", "total_minor", "currency", "customer_email", "created_at", "updated_at")
    terms = "".join(f"<dt>{key}</dt><dd><b>{html.escape(str(order[key]))}</b></dd>" for key in shown)
    title = f"Order {html.escape(str(order['order_number']))}"
    return HTMLResponse(_PAGE.format(title=title, text=f"<dl>{terms}</dl>"))
