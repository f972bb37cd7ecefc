"""Stripe's side of a bundle for the rules, as it comes to be: what an attempt to pay, a refund, a dispute leave behind.

Objects are JSON in Stripe's shapes, consistent with one another and in time, all of one customer's order: `ORDER`.
"""

from random import Random
from typing import Any

from core.sandbox.stripe import objects
from core.times import DAY
from tests.rules.stage import NOW

Json = dict[str, Any]
ORDER = "1042"
HOUR, GRACE = 3_600, 300
LIFE_OF_A_HOLD = 7 * DAY
NAMED: Json = {"metadata": {"order_id": ORDER}}
ALL_EVENTS = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "charge.dispute.created",
    "charge.dispute.closed",
]
ENDPOINTS: dict[str, Json] = {
    "the shop's": {},
    "everything": {"enabled_events": ["*"]},
    "payments only": {"enabled_events": ["payment_intent.succeeded", "charge.succeeded"]},
    "deaf": {"enabled_events": ["payout.paid", "customer.created"]},
    "disabled": {"status": "disabled"},
    "elsewhere": {"url": "https://hooks.example.net/stripe"},
    "other mode": {"livemode": None},
}
KINDS = {
    "sessions": "sessions",
    "payment_intents": "intents",
    "charges": "charges",
    "refunds": "refunds",
    "disputes": "disputes",
    "events": "events",
    "webhook_endpoints": "endpoints",
}


class Ledger:
    """Stripe's side while it is being made: what an attempt to pay leaves behind, object by object."""

    def __init__(self, mode: str, currency: str) -> None:
        self.mode, self.currency, self.live = mode, currency, mode == "live"
        self.lists: dict[str, list[Json]] = {name: [] for name in KINDS}
        self.dice = Random(0)  # noqa: S311 - for ids only

    def id_of(self, prefix: str) -> str:
        return objects.new_id(prefix, self.dice)

    def put(self, name: str, thing: Json) -> Json:
        self.lists[name].append(thing)
        return thing

    def endpoint(self, kind: str) -> Json:
        asked = [*ALL_EVENTS, "invoice.paid", "payment_intent.succeeded"]
        own = {"enabled_events": asked, "livemode": self.live} | ENDPOINTS[kind]
        own |= {"livemode": not self.live} if own["livemode"] is None else {}
        return self.put("webhook_endpoints", objects.webhook_endpoint(self.dice, NOW - 400 * DAY, **own))

    def event(self, kind: str, about: Json, at: int, *, waiting: int = 0) -> Json:
        return self.put("events", objects.event(self.dice, at, kind, about, pending_webhooks=waiting))

    def session(self, at: int, amount: int, **changes: object) -> Json:
        own: Json = {
            "status": "complete",
            "payment_status": "paid",
            "amount_total": amount,
            "currency": self.currency,
            "client_reference_id": ORDER,
            "customer_details": objects.customer_details("jo@example.com"),
            "livemode": self.live,
        }
        return self.put("sessions", objects.checkout_session(self.dice, at, **(own | changes)))

    def intent(self, at: int, amount: int, status: str, **changes: object) -> Json:
        own: Json = {"amount": amount, "currency": self.currency, "status": status, "livemode": self.live}
        return self.put("payment_intents", objects.payment_intent(self.dice, at, **(own | changes)))

    def charge(self, intent: Json, at: int, status: str = "succeeded", **changes: object) -> Json:
        own: Json = {
            "amount": intent["amount"],
            "amount_captured": intent["amount_received"],
            "captured": status == "succeeded" and intent["status"] == "succeeded",
            "currency": self.currency,
            "status": status,
            "payment_intent": intent["id"],
            "livemode": self.live,
        }
        thing = objects.charge(self.dice, at, **(own | changes))
        intent["latest_charge"] = thing["id"]
        return self.put("charges", thing)

    def refund(self, charge: Json, amount: int, status: str, at: int) -> Json:
        if status in ("succeeded", "pending"):
            charge["amount_refunded"] += amount
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.event("charge.refunded", charge, at + 1)
        about = self._of(charge)
        return self.put("refunds", objects.refund(self.dice, at, amount=amount, status=status, **about))

    def dispute(self, charge: Json, status: str, at: int) -> Json:
        charge["disputed"] = True
        about = self._of(charge)
        return self.put("disputes", objects.dispute(self.dice, at, amount=charge["amount"], status=status, **about))

    def _of(self, charge: Json) -> Json:
        return {"charge": charge["id"], "payment_intent": charge["payment_intent"], "currency": self.currency}

    def bundle(self, row: Json, **more: object) -> Json:
        stripe = {"account": "acct_1", **self.lists, "lookup_errors": [], "unread": []}
        return {"case": "made", "order": row, "stripe": stripe, "key_mode": self.mode, "now": NOW} | more


def paid(ledger: Ledger, at: int, amount: int, waiting: int) -> None:
    """A card in a checkout; `waiting` endpoints have not accepted the messages."""
    intent = ledger.intent(at, amount, "succeeded")
    charge = ledger.charge(intent, at + 40)
    session = ledger.session(at, amount, payment_intent=intent["id"])
    ledger.event("payment_intent.succeeded", intent, at + 41, waiting=waiting)
    ledger.event("charge.succeeded", charge, at + 41)
    ledger.event("checkout.session.completed", session, at + 42, waiting=waiting)


def bare(ledger: Ledger, at: int, amount: int, waiting: int) -> None:
    """A payment without a checkout, in the shop's own form."""
    intent = ledger.intent(at, amount, "succeeded", **NAMED)
    ledger.charge(intent, at + 40, **NAMED)
    ledger.event("payment_intent.succeeded", intent, at + 41, waiting=waiting)


def abandoned(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """The same, which nobody finished."""
    ledger.intent(at, amount, "requires_payment_method", **NAMED)


def still_open(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A checkout that can still be paid."""
    ledger.session(at, amount, status="open", payment_status="unpaid")


def expired(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A checkout that nobody finished in its half hour."""
    session = ledger.session(at, amount, status="expired", payment_status="unpaid", expires_at=at + HOUR // 2)
    ledger.event("checkout.session.expired", session, at + HOUR // 2 + 5)


def free(ledger: Ledger, at: int, _: int, waiting: int) -> None:
    """A coupon over everything."""
    session = ledger.session(at, 0, payment_status="no_payment_required")
    ledger.event("checkout.session.completed", session, at + 42, waiting=waiting)


def setup(ledger: Ledger, at: int, _: int, waiting: int) -> None:
    """A card that is saved for later."""
    saved: Json = {"setup_intent": ledger.id_of("seti"), "amount_total": None, "amount_subtotal": None}
    session = ledger.session(at, 0, mode="setup", payment_status="no_payment_required", currency=None, **saved)
    ledger.event("checkout.session.completed", session, at + 42, waiting=waiting)


def subscription(ledger: Ledger, at: int, amount: int, waiting: int) -> None:
    """A sign-up whose first bill is paid through an invoice."""
    bill = {"subscription": ledger.id_of("sub"), "invoice": ledger.id_of("in")}
    session = ledger.session(at, amount, mode="subscription", **bill)
    ledger.event("checkout.session.completed", session, at + 42, waiting=waiting)


def processing(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A bank debit that takes days."""
    intent = ledger.intent(at, amount, "processing")
    ledger.charge(intent, at + 40, "pending", captured=False)
    session = ledger.session(at, amount, payment_intent=intent["id"], payment_status="unpaid")
    ledger.event("checkout.session.completed", session, at + 42)


def voucher(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A voucher that the customer still has to pay."""
    intent = ledger.intent(at, amount, "requires_action", next_action={"type": "oxxo_display_details"})
    ledger.session(at, amount, payment_intent=intent["id"], payment_status="unpaid")


def refused(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A bank debit that the bank has refused."""
    said = {"code": "payment_intent_payment_attempt_failed", "message": "The account has no funds."}
    intent = ledger.intent(at, amount, "requires_payment_method", last_payment_error=said)
    session = ledger.session(at, amount, payment_intent=intent["id"], payment_status="unpaid")
    ledger.event("checkout.session.async_payment_failed", session, at + 60)


def reserved(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A card that is reserved, to be charged later."""
    intent = ledger.intent(at, amount, "requires_capture", capture_method="manual")
    _hold(ledger, intent, at)


def lapsed(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A reservation that ran out."""
    over = {"cancellation_reason": "automatic", "canceled_at": at + LIFE_OF_A_HOLD}
    intent = ledger.intent(at, amount, "canceled", capture_method="manual", **over)
    ledger.event("charge.expired", _hold(ledger, intent, at), at + LIFE_OF_A_HOLD)


def _hold(ledger: Ledger, intent: Json, at: int) -> Json:
    until = {"type": "card", "card": {"capture_before": at + LIFE_OF_A_HOLD}}
    charge = ledger.charge(intent, at + 40, captured=False, payment_method_details=until)
    session = ledger.session(at, intent["amount"], payment_intent=intent["id"], payment_status="unpaid")
    ledger.event("checkout.session.completed", session, at + 42)
    return charge


ATTEMPTS = {
    "paid": paid,
    "bare": bare,
    "abandoned": abandoned,
    "still_open": still_open,
    "expired": expired,
    "free": free,
    "setup": setup,
    "subscription": subscription,
    "processing": processing,
    "voucher": voucher,
    "refused": refused,
    "reserved": reserved,
    "lapsed": lapsed,
}
