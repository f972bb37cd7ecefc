"""`Stage`: where a scenario is played: the story of one purchase, told forwards, as rows and Stripe objects.

Owns how the two sides come to be: opening a checkout, paying, being declined, giving up, and the events of each, with
the object as it was then. What else can happen to a payment is in `stage_later`. Events older than 30 days are not
kept: Stripe forgets them too.

Every `after` is in seconds since the purchase began. Amounts are minor units.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from random import Random

from core.sandbox.shop import iso
from core.sandbox.stripe.objects import (
    API_VERSION,
    Json,
    billing_details,
    charge,
    checkout_session,
    customer,
    customer_details,
    event,
    new_id,
    payment_intent,
    refund,
)

MINUTE, HOUR, DAY = 60, 3600, 86_400
EVENTS_KEPT = 30 * DAY

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Purchase:
    """Who buys what, under which order number, for how much (minor units of a lower-case ISO code)."""

    number: str
    name: str
    email: str
    item: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A checkout that was gone through: the session, its intent and its charge, each as it is now."""

    session: Json
    intent: Json
    charge: Json


class Stage:
    """One purchase, begun `age` seconds before `now`, in the shop at `shop_url`."""

    def __init__(self, purchase: Purchase, *, now: int, age: int, shop_url: str, rng: Random) -> None:
        self.purchase = purchase
        self.began = now - age
        self.shop_url = shop_url
        self.rng = rng
        self.api_version = API_VERSION
        """The version that events are told in."""
        self.orders: list[Row] = []
        self._now = now
        self._objects: dict[str, Json] = {}

    def aside(self, purchase: Purchase, *, earlier: int = 0) -> "Stage":
        """The same shop and the same Stripe, another purchase: begun `earlier` seconds before this one."""
        other = Stage(
            purchase, now=self._now, age=self._now - self.began + earlier, shop_url=self.shop_url, rng=self.rng
        )
        other.orders, other._objects = self.orders, self._objects
        return other

    @property
    def objects(self) -> tuple[Json, ...]:
        """What Stripe still has of it, each object as it is now, in the order of its making."""
        oldest = self._now - EVENTS_KEPT
        return tuple(o for o in self._objects.values() if o["object"] != "event" or o["created"] >= oldest)

    @property
    def lasted(self) -> int:
        """Seconds since the purchase began."""
        return self._now - self.began

    # the shop's side

    def order(self, status: str, *, after: int = 0, updated: int = 2, **columns: object) -> None:
        """An order as the books have it now: written `after`, last touched `updated`."""
        row: dict[str, object] = {
            "order_number": self.purchase.number,
            "status": status,
            "total_minor": self.purchase.amount,
            "currency": self.purchase.currency,
            "customer_email": self.purchase.email,
            "customer_name": self.purchase.name,
            "stripe_session_id": None,
            "payment_intent_id": None,
            "metadata": {},
            "created_at": iso(self.began + after),
            "updated_at": iso(self.began + updated),
        }
        self.orders.append({**row, **columns})

    def booked(self, status: str, payment: Payment, *, updated: int, **columns: object) -> None:
        """An order that knows its payment: both ids stored."""
        ids = {"stripe_session_id": payment.session["id"], "payment_intent_id": payment.intent["id"]}
        self.order(status, updated=updated, **{**ids, **columns})

    # Stripe's side

    def checkout(self, after: int = 0, **overrides: object) -> Json:
        """A session is opened; it names the order, as does the intent it will make."""
        fields: dict[str, object] = {
            "amount_total": self.purchase.amount,
            "currency": self.purchase.currency,
            "client_reference_id": self.purchase.number,
            "metadata": {"order_id": self.purchase.number},
            "success_url": f"{self.shop_url}/thanks?session_id={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{self.shop_url}/orders/{self.purchase.number}",
        }
        return self.keep(checkout_session(self.rng, self.began + after, **{**fields, **overrides}))

    def pay(
        self,
        session: Json,
        after: int,
        *,
        declined: Json | None = None,
        undelivered: Collection[str] = (),
        **of_intent: object,
    ) -> Payment:
        """The customer pays by card, perhaps after the same intent was `declined`; `undelivered` are the types of the
        events that the shop's endpoint has not acknowledged."""
        at, missed = self.began + after, undelivered
        intent = self.attempt(session, at - 6, "succeeded", of_intent)
        if declined is not None:
            intent |= {key: declined[key] for key in ("id", "client_secret", "created")}
        made = self.charged(intent, at - 3, "card", "succeeded")
        intent = self.keep({**intent, "latest_charge": made["id"], "payment_method": made["payment_method"]})
        self.tell("charge.succeeded", at - 2, made, missed)
        self.tell("payment_intent.succeeded", at - 2, intent, missed)
        done = self.finished(session, "paid", intent)
        self.tell("checkout.session.completed", at, done, missed)
        return Payment(done, intent, made)

    def promise(self, session: Json, after: int, *, method: str = "sepa_debit") -> Payment:
        """The customer agrees to a bank debit: the checkout is complete, the money is days away."""
        at = self.began + after
        intent = self.attempt(session, at - 6, "processing", {"payment_method_types": [method]})
        made = self.charged(intent, at - 3, method, "pending")
        intent = self.keep({**intent, "latest_charge": made["id"], "payment_method": made["payment_method"]})
        self.tell("payment_intent.processing", at - 2, intent)
        done = self.finished(session, "unpaid", intent)
        self.tell("checkout.session.completed", at, done)
        return Payment(done, intent, made)

    def complete(self, session: Json, after: int, payment_status: str, **overrides: object) -> Json:
        """A checkout is gone through without a payment intent: free, or a subscription paid by its invoice."""
        done = self.keep({**self.finished(session, payment_status, None), **overrides})
        self.tell("checkout.session.completed", self.began + after, done)
        return done

    def decline(self, session: Json, after: int) -> Json:
        """The bank declines: an intent with its error, a failed charge, their event. The session is left as it is."""
        at = self.began + after
        intent = self.attempt(session, at - 6, "requires_payment_method", {})
        declined = {"failure_code": "card_declined", "failure_message": "Your card has insufficient funds."}
        made = self.charged(intent, at - 3, "card", "failed", **declined)
        error = {
            "charge": made["id"],
            "code": "card_declined",
            "decline_code": "insufficient_funds",
            "doc_url": "https://stripe.com/docs/error-codes/card-declined",
            "message": "Your card has insufficient funds.",
            "type": "card_error",
        }
        intent = self.keep({**intent, "latest_charge": made["id"], "last_payment_error": error})
        self.tell("payment_intent.payment_failed", at - 2, intent)
        return intent

    def expire(self, session: Json, after: int = DAY) -> Json:
        """Nobody paid: the session expires, with the e-mail address that was typed in."""
        at = self.began + after
        left = customer_details(self.purchase.email)
        gone = self.keep({**session, "status": "expired", "expires_at": at, "customer_details": left, "url": None})
        self.tell("checkout.session.expired", at, gone)
        return gone

    def refund(self, payment: Payment, after: int, amount: int | None = None, *, status: str = "succeeded") -> None:
        """Someone gives money back in Stripe's dashboard: all of it, or `amount`. Stripe counts it on the charge at
        once, also while it is `pending`, and takes the count back when it has `failed`."""
        at, whole = self.began + after, payment.charge["amount"]
        back = whole if amount is None else amount
        counted = 0 if status == "failed" else back
        made = self.keep({**payment.charge, "amount_refunded": counted, "refunded": counted == whole})
        begins = "pending" if status == "failed" else status
        given = self.given_back(payment, at, back, reason="requested_by_customer", status=begins)
        request = new_id("req", self.rng)
        self.tell("refund.created", at, given, request=request)
        if status == "succeeded":
            self.tell("charge.refunded", at + 1, made, request=request)
        if status == "failed":
            failed = self.keep({**given, "status": status, "failure_reason": "lost_or_stolen_card"})
            self.tell("refund.failed", at + DAY, failed)

    def customer(self) -> Json:
        """The buyer becomes a customer in Stripe."""
        return self.keep(customer(self.rng, self.began, email=self.purchase.email, name=self.purchase.name))

    def amend(self, thing: Json, **fields: object) -> Json:
        """An object is changed later, without an event: as when its metadata is edited by hand."""
        return self.keep({**thing, **fields})

    # what the turns of a purchase are made of; `at` is in seconds since 1970

    def attempt(self, session: Json, at: int, status: str, fields: Mapping[str, object]) -> Json:
        """An intent for what a session asks for. Not kept yet: its charge is still to come."""
        of_session = {
            "amount": session["amount_total"],
            "currency": session["currency"],
            "customer": session["customer"],
            "livemode": session["livemode"],
            "metadata": dict(session["metadata"]),
            "receipt_email": self.purchase.email,
            "status": status,
        }
        return payment_intent(self.rng, at, **{**of_session, **fields})

    def charged(self, intent: Json, at: int, method: str, status: str, **fields: object) -> Json:
        """The charge of an intent."""
        made = charge(
            self.rng,
            at,
            method=method,
            amount=intent["amount"],
            currency=intent["currency"],
            customer=intent["customer"],
            livemode=intent["livemode"],
            metadata=dict(intent["metadata"]),
            payment_intent=intent["id"],
            billing_details=billing_details(self.purchase.email, self.purchase.name),
            receipt_email=self.purchase.email,
            status=status,
            **fields,
        )
        return self.keep(made)

    def given_back(self, payment: Payment, at: int, amount: int, **fields: object) -> Json:
        """A refund of a charge, which does not know of it yet."""
        made = refund(
            self.rng,
            at,
            amount=amount,
            currency=payment.charge["currency"],
            charge=payment.charge["id"],
            payment_intent=payment.intent["id"],
            **fields,
        )
        return self.keep(made)

    def finished(self, session: Json, payment_status: str, intent: Json | None) -> Json:
        """A session whose customer has gone through it."""
        done = {
            **session,
            "status": "complete",
            "payment_status": payment_status,
            "payment_intent": intent["id"] if intent else None,
            "customer_details": customer_details(self.purchase.email, self.purchase.name),
            "url": None,
        }
        return self.keep(done)

    def tell(self, kind: str, at: int, about: Json, missed: Collection[str] = (), request: str | None = None) -> None:
        """An event about an object as it is now; the endpoint has not accepted it if its type is among `missed`."""
        told: Json = {
            "api_version": self.api_version,
            "data": {"object": about},  # no copy: what changes later is another object of the same id
            "livemode": about.get("livemode", False),
            "pending_webhooks": int(kind in missed),
            "request": {"id": request, "idempotency_key": None},
        }
        self.keep(event(self.rng, at, kind, {}, **told))

    def keep(self, thing: Json) -> Json:
        """Stripe has this object from now on, in place of one of the same id."""
        self._objects[thing["id"]] = thing
        return thing
