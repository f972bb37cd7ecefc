"""The sandbox's shop: it hears of payments by webhook, keeps its own orders, and can fail in the ways real shops do.

Owns what is done with a message, a visit and a passing hour; what they mean is in `handler`. Never asks Stripe: like
most shops it believes the event. Nothing of the rest of the product is imported here.

    POST /webhooks/stripe     Stripe's messages, signature checked by Stripe's SDK, each applied once
    GET  /orders/{number}     what a customer of the shop sees
    GET  /thanks              where a checkout returns to (`?session_id=`, and `&order=` for an order without an id)
    GET, POST /_sandbox/mode  the switch: {"mode": "refuse"}
"""

import asyncio
import html
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from stripe import SignatureVerificationError, WebhookSignature

from core.sandbox.loopback import Loopback, Running
from core.sandbox.shop.books import Books, Row, iso
from core.sandbox.shop.handler import OPEN, PATIENCE, Json, Mode, change_for, inner, kept, reference

WEBHOOK_PATH = "/webhooks/stripe"
TOLERANCE_SECONDS = 300
_LOOK = 0.02  # seconds between two looks whether it still hangs


class Shop(Running):
    """A shop on loopback. `mode` may be set at any time, by attribute or over HTTP; `slow_seconds` is how late SLOW and
    LATER are; `hangs_on`: the events at which it hangs whatever its mode, until they are taken out. `secret` is the
    endpoint's signing secret; `now` gives the shop's time in seconds since 1970."""

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
        self.hangs_on = frozenset[str]()
        self.heard: list[str] = []  # the ids of all events that came and were signed, in their order
        self.booked: list[str] = []  # the numbers of the orders that it booked something on, each time
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
            self.heard.append(str(event["id"]))
        except (SignatureVerificationError, ValueError) as refused:
            return JSONResponse({"error": f"Webhook refused: {refused}"}, 400)
        await self._hang(request, str(event["id"]))
        return await self._answer(event)

    async def _hang(self, request: Request, event_id: str) -> None:
        """Where it hangs: until it is let go, or whoever asks has gone."""
        while self._hangs(event_id) and not await request.is_disconnected():  # noqa: ASYNC110 - set by other threads
            await asyncio.sleep(_LOOK)

    def _hangs(self, event_id: str) -> bool:
        return self.mode is Mode.HANG or event_id in self.hangs_on

    async def _answer(self, event: Json) -> Response:
        """What it answers, by its mode; and its work done before, or behind, or not at all."""
        match self.mode:
            case Mode.HANG | Mode.DROP:
                return JSONResponse({"received": True})
            case Mode.REDIRECT:
                return RedirectResponse("/thanks", 307)
            case Mode.LATER:
                return JSONResponse({"received": True}, background=BackgroundTask(self._later, event))
            case Mode.SLOW:
                await asyncio.sleep(self.slow_seconds)
            case _:
                pass
        done = self._apply(event)
        if self.mode is Mode.DONE_THEN_CRASH:
            return JSONResponse({"error": "Internal Server Error"}, 500)
        return StreamingResponse(_half(done), headers={"Content-Length": "100"}) if self.mode is Mode.HALF else done

    async def _later(self, event: Json) -> None:
        await asyncio.sleep(self.slow_seconds)
        self._apply(event)

    def _apply(self, event: Json) -> Response:
        subject = inner(inner(event, "data"), "object")
        if self.books.has_processed(str(event["id"])) and self.mode is not Mode.EACH_TIME:
            return _received("already processed")
        if not self._is_ours(subject):
            return _received("not this shop's")
        order = self._order_of(subject)
        return self._unknown(subject) if order is None else self._book(event, subject, order)

    def _unknown(self, subject: Json) -> Response:
        name = reference(subject)
        if name is not None and self.mode is not Mode.EARLY:
            return JSONResponse({"error": f"unknown order {name}, try again later"}, 404)
        return _received("no order named" if name is None else "unknown order, ignored")

    def _book(self, event: Json, subject: Json, order: Row) -> Response:
        change = change_for(str(event["type"]), subject, order, self.mode)
        if change.status is None:
            self.books.remember(event, at=self._now())
            return _received(change.why, order)
        self.booked.append(str(order["order_number"]))
        is_session = subject.get("object") == "checkout.session"
        intent = subject.get("payment_intent") if is_session else None
        self.books.book(
            event,
            str(order["order_number"]),
            change.status,
            at=self._now(),
            session=kept(str(subject["id"]), self.mode) if is_session else None,
            intent=str(intent) if intent else None,
        )
        return _received(change.why, {**order, "status": change.status})

    def _is_ours(self, subject: Json) -> bool:
        """Order numbers repeat between the sites of one Stripe account; the return address tells whose this is."""
        back = subject.get("success_url")
        return not isinstance(back, str) or back.startswith(self.url + "/")

    def _order_of(self, subject: Json) -> Row | None:
        name = reference(subject)
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
        session, number = (request.query_params.get(name, "") for name in ("session_id", "order"))
        order = self.books.find("order_number", number) or self.books.find("stripe_session_id", session)
        if order is not None and session:
            order = self._returned(order, session)
        return _page(order, "Thank you. We are looking for your order; please come back in a minute.")

    def _returned(self, order: Row, session: str) -> Row:
        """A customer comes back: an order without an id gets it now. That is no proof of a payment, to most shops."""
        trusted = self.mode is Mode.TRUSTS_RETURN and order["status"] in OPEN
        if trusted or not order["stripe_session_id"]:
            status = "paid" if trusted else str(order["status"])
            stored = str(order["stripe_session_id"] or kept(session, self.mode))
            self.books.write(str(order["order_number"]), status, at=self._now(), session=stored)
        return self.books.find("order_number", str(order["order_number"])) or order

    def tick(self) -> None:
        """An hour passes: the timer, where it is on, cancels what has been open for too long."""
        if self.mode is Mode.TIMER:
            for number in self.books.open_since(iso(self._now() - PATIENCE)):
                self.books.write(number, "cancelled", at=self._now())

    async def _switch(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                self.mode = Mode(json.loads(await request.body())["mode"])
            except (ValueError, KeyError, TypeError):
                known = ", ".join(Mode)
                return JSONResponse({"error": f'send {{"mode": ...}} with one of {known}'}, 400)
        return JSONResponse({"mode": self.mode})


async def _half(answer: Response) -> AsyncIterator[bytes]:
    """The beginning of an answer, then nothing more."""
    yield bytes(answer.body)[:9]
    raise ConnectionError("the sandbox's shop breaks off")


def _received(why: str, order: Json | None = None) -> Response:
    about = {"order": order["order_number"], "status": order["status"]} if order else {}
    return JSONResponse({"received": True, "result": why, **about})


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


__all__ = ["WEBHOOK_PATH", "Mode", "Shop"]
