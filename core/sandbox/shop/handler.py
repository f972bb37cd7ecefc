"""How the sandbox's shop does its work: what an event means for an order, what it keeps of an id, and the ways in which
real shops do it wrong.

Owns the switch (`Mode`) and the pure functions behind it. HTTP is `server`'s, the database `books`'.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

OPEN = ("created", "pending")
TEMPLATE = "%7BCHECKOUT_SESSION_ID%7D"
"""What a URL builder makes of the braces that Stripe would have filled in."""
VARCHAR = 64
"""The width of the column that is too narrow: an id has 66 characters."""
PATIENCE = 1800
"""Seconds after which the timer cancels an order that is not paid."""
_HOLDS_MONEY = ("paid", "fulfilled", "partially_refunded")
_REFERENCES = ("order_id", "order_number")

Json = Mapping[str, object]


class Mode(StrEnum):
    """How the shop does its work."""

    OFF = "off"  # no fault: it does it well
    # what it answers
    REFUSE = "refuse"  # 400, as with a wrong signing secret
    CRASH = "crash"  # 500
    DROP = "drop"  # 200, and forgets
    EARLY = "early"  # 200 for orders it does not have yet, so that nobody tries again
    SLOW = "slow"  # does its work, late
    HANG = "hang"  # never answers, and does nothing
    REDIRECT = "redirect"  # 307, to somewhere else
    HALF = "half"  # does its work; the answer breaks off in the middle
    LATER = "later"  # 200 at once, and does its work afterwards
    DONE_THEN_CRASH = "done_then_crash"  # does its work, then 500
    EACH_TIME = "each_time"  # keeps no ids of what it has applied: books whatever comes, whenever it comes
    # what it makes of an event
    KEYED_ON_INTENT = "keyed_on_intent"  # finished checkouts without a payment intent are passed over
    DONE_IS_PAID = "done_is_paid"  # a finished checkout is booked as paid, whatever it says
    UNPAID_IS_FAILED = "unpaid_is_failed"  # a finished checkout that waits for the bank is booked as failed
    FAILS_LATE = "fails_late"  # a failure is booked whatever came before it
    PART_IS_WHOLE = "part_is_whole"  # any refund is booked as all of it
    # what it does by itself
    TEMPLATE = "template"  # keeps the text of the URL's template for the session's id
    CUT = "cut"  # keeps as much of an id as its column holds
    FOLD = "fold"  # keeps ids in small letters
    TRUSTS_RETURN = "trusts_return"  # who comes to the success page has paid
    TIMER = "timer"  # cancels what is not paid after half an hour, without asking Stripe


@dataclass(frozen=True, slots=True)
class Change:
    """What an event means for an order: its new status (None: nothing to do) and why, in the shop's words."""

    status: str | None
    why: str


def kept(session_id: str, mode: Mode) -> str:
    """What the shop writes into its column for a session's id."""
    as_kept = {Mode.TEMPLATE: TEMPLATE, Mode.CUT: session_id[:VARCHAR], Mode.FOLD: session_id.lower()}
    return as_kept.get(mode, session_id)


def change_for(event_type: str, subject: Json, order: Json, mode: Mode = Mode.OFF) -> Change:
    """What the shop does with `order` (a row) on an event of `event_type` about `subject` (its `data.object`). Pure."""
    handle = _HANDLERS.get(event_type)
    return handle(subject, order, mode) if handle else Change(None, f"{event_type} needs nothing")


def reference(subject: Json) -> str | None:
    """The order number that one of Stripe's objects carries."""
    metadata = inner(subject, "metadata")
    named = subject.get("client_reference_id") or next(
        (metadata[key] for key in _REFERENCES if metadata.get(key)), None
    )
    return str(named) if named else None


def inner(raw: Json, key: str) -> Json:
    """The object inside an object; empty where there is none."""
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def _done(session: Json, order: Json, mode: Mode) -> Change:
    if mode is Mode.KEYED_ON_INTENT and not session.get("payment_intent"):
        return Change(None, "no payment intent to look for")
    if session.get("payment_status") == "unpaid" and mode is Mode.UNPAID_IS_FAILED:
        return _failed(session, order, mode)
    if session.get("payment_status") == "unpaid" and mode is not Mode.DONE_IS_PAID:
        return Change(None, "checkout done, waiting for the money")
    return _paid(session, order, mode)


def _paid(subject: Json, order: Json, mode: Mode) -> Change:
    if order["status"] not in OPEN and mode is not Mode.EACH_TIME:
        return Change(None, f"paid, order is {order['status']} already")
    amount = subject.get("amount_total", subject.get("amount_received"))
    currency = str(subject.get("currency") or "").lower()
    if (amount, currency) != (order["total_minor"], str(order["currency"]).lower()):
        return Change(None, "the amount is not the order's: left for a person")
    return Change("paid", "booked as paid")


def _failed(_: Json, order: Json, mode: Mode) -> Change:
    if order["status"] in OPEN or mode is Mode.FAILS_LATE:
        return Change("failed", "the payment failed")
    return Change(None, f"payment failed, order is {order['status']}")


def _declined(intent: Json, order: Json, mode: Mode) -> Change:
    """A customer whose card was declined may try again; a shop in a hurry does not wait for that."""
    return _failed(intent, order, mode) if mode is Mode.FAILS_LATE else Change(None, "declined, may be tried again")


def _expired(session: Json, order: Json, _: Mode) -> Change:
    if order["status"] in OPEN and order["stripe_session_id"] == session.get("id"):
        return Change("cancelled", "checkout expired, order cancelled")
    return Change(None, "expiry of a checkout that no longer matters")


def _refunded(charge: Json, order: Json, mode: Mode) -> Change:
    if order["payment_intent_id"] not in (None, charge.get("payment_intent")):
        return Change(None, "refund of another payment of this order")
    whole = charge.get("refunded") or mode is Mode.PART_IS_WHOLE
    status = "refunded" if whole else "partially_refunded"
    if order["status"] == status or order["status"] not in _HOLDS_MONEY:
        return Change(None, f"refunded, order is {order['status']}")
    return Change(status, f"booked as {status}")


_HANDLERS: Mapping[str, Callable[[Json, Json, Mode], Change]] = {
    "checkout.session.completed": _done,
    "checkout.session.async_payment_succeeded": _paid,
    "checkout.session.async_payment_failed": _failed,
    "checkout.session.expired": _expired,
    "payment_intent.succeeded": _paid,
    "payment_intent.payment_failed": _declined,
    "charge.refunded": _refunded,
}
