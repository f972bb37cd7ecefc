"""What an event tells an app, and whether an order shows it already. Pure.

Goes by the custom of each event type: an app may do otherwise, so nothing here is called proof.
"""

from collections.abc import Mapping
from enum import StrEnum

from core.facts import CLOSED_ORDER, OPEN_ORDER, Event, IntentStatus, Order, OrderStatus, SessionStatus
from core.facts import json as read
from core.linking import Links, Payment
from core.money import Money
from core.rules import Examined

_UNDECIDED = OPEN_ORDER | CLOSED_ORDER | {OrderStatus.UNKNOWN}
_AMOUNTS = ("amount_total", "amount_received", "amount_captured", "amount_paid", "amount")


class Brings(StrEnum):
    """What an event tells an app that follows the custom of its kind."""

    PAID = "paid"
    UNDER_WAY = "under way"
    CLOSED = "closed"
    REFUNDED = "refunded"
    NOTHING = "nothing"


BRINGS: Mapping[str, Brings] = {
    "checkout.session.async_payment_succeeded": Brings.PAID,
    "checkout.session.completed": Brings.PAID,
    "payment_intent.succeeded": Brings.PAID,
    "charge.succeeded": Brings.PAID,
    "charge.captured": Brings.PAID,
    "invoice.paid": Brings.PAID,
    "invoice.payment_succeeded": Brings.PAID,
    "charge.refunded": Brings.REFUNDED,
    "refund.created": Brings.REFUNDED,
    "refund.updated": Brings.REFUNDED,
    "charge.refund.updated": Brings.REFUNDED,
    "checkout.session.expired": Brings.CLOSED,
    "checkout.session.async_payment_failed": Brings.CLOSED,
    "payment_intent.canceled": Brings.CLOSED,
    "payment_intent.payment_failed": Brings.CLOSED,
    "charge.failed": Brings.CLOSED,
    "charge.expired": Brings.CLOSED,
}


def brings(event: Event) -> Brings:
    """What `event` tells an app. A completed checkout whose money is still on its way brings no payment."""
    what = BRINGS.get(event.type, Brings.NOTHING)
    if event.type == "checkout.session.completed" and subject(event).get("payment_status") == "unpaid":
        return Brings.UNDER_WAY
    if event.type in ("refund.created", "refund.updated", "charge.refund.updated"):
        return what if subject(event).get("status") == "succeeded" else Brings.NOTHING
    return what


def reflected(order: Order | None, event: Event) -> str | None:
    """How the order already shows what `event` brings, in words; None where it does not (or nothing can be said)."""
    if order is None:
        return None
    shown = f"The order is {order.state}"
    match brings(event):
        case Brings.PAID if order.status not in _UNDECIDED:
            return f"{shown}: it already has this payment."
        case Brings.CLOSED if order.status in CLOSED_ORDER:
            return f"{shown}: it is closed already."
        case Brings.REFUNDED if order.status is OrderStatus.REFUNDED:
            return f"{shown}: it already shows the whole refund."
        case Brings.REFUNDED if _shows_refund(order, event):
            return f"{shown}: it already shows this refund."
        case _:
            return None


def overtaken(seen: Examined, event: Event) -> str | None:
    """Why this message would do harm now: the order or Stripe has moved on. None where it would not."""
    order, links, what = seen.case.order, seen.links, brings(event)
    if what is Brings.REFUNDED and order and order.due and links.net == order.due:
        return f"{event.type} would call an order refunded of which Stripe still holds the full total."
    if what is Brings.PAID and (gone := _gone(event, links)):
        return f"{event.type} would call an order paid whose payment {gone.id} has gone back to the customer."
    if what is not Brings.CLOSED:
        return None
    held = any(intent.status is IntentStatus.REQUIRES_CAPTURE for intent in links.intents)
    harms = (
        (order and order.status not in _UNDECIDED, f"that is {order and order.state}"),
        (links.payments, "for which Stripe holds a payment"),
        (links.free, "whose checkout was finished, with nothing to pay"),
        (held or links.under_way, "whose payment is still under way"),
        (any(session.status is SessionStatus.OPEN for session in links.sessions), "whose checkout can still be paid"),
    )
    return next((f"{event.type} would close an order {harm}." for holds, harm in harms if holds), None)


def _gone(event: Event, links: Links) -> Payment | None:
    """The payment this message is about, where nothing is left of it."""
    about = (payment for payment in links.payments if payment.ids & event.related_ids)
    return next((payment for payment in about if not payment.still_paid), None)


def _shows_refund(order: Order, event: Event) -> bool:
    about = subject(event)
    minor = read.whole(about, "amount_refunded") or read.whole(about, "amount") or 0
    if order.refunded_minor is not None:
        return order.refunded_minor >= minor
    return order.status is OrderStatus.PARTIALLY_REFUNDED and about.get("refunded") is not True


def keeps_a_secret(event: Event) -> bool:
    """Whether Stripe's own copy holds a client secret, which Orderlens empties as it reads: every intent's does, and a
    checkout's that is embedded in the shop's page."""
    about = subject(event)
    if "client_secret" not in about:
        return False
    embedded = read.text(about, "ui_mode") not in (None, "hosted", "hosted_page")
    return about.get("object") in ("payment_intent", "setup_intent") or embedded


def amount(event: Event) -> Money | None:
    """The amount the event speaks of, where it names one and its currency."""
    about = subject(event)
    minor = next((found for key in _AMOUNTS if (found := read.whole(about, key)) is not None), None)
    currency = read.text(about, "currency")
    return Money(minor, currency) if minor is not None and currency else None


def subject(event: Event) -> read.Json:
    """The object in the event, as it was then."""
    return read.inner(read.inner(event.raw, "data"), "object")
