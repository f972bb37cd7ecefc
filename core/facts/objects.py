"""Stripe's objects that money comes in through, as facts: what of each one the product reads, and how its JSON is read.

Every reader takes any JSON object and never raises: what is absent is None, what is unknown is `unknown`. `created`
and the other times are seconds since 1970 (UTC); amounts are minor units. `raw` is Stripe's answer as it came.
Source: stripe/openapi, and captured payloads of API versions 2018-01-23 to 2026-10-28.endive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from core.facts import json
from core.facts.json import Json
from core.facts.statuses import ChargeStatus, IntentStatus, PaymentStatus, SessionStatus
from core.money import Money

_MICRO_DEPOSITS = "verify_with_microdeposits"
_PAID_LATER = ("_display_details", "display_bank_transfer_instructions", _MICRO_DEPOSITS)
_CONFIRM = frozenset({"redirect_to_url", "use_stripe_sdk"})  # with the bank or a wallet: 3-D Secure, for a card
_PAGES = ("hosted_verification_url", "hosted_voucher_url", "hosted_instructions_url")
_BILL_DROPPED = frozenset({"void_invoice", "failed_invoice"})  # why a payment ended: its bill did
_BILLED = ("Subscription ", "Payment for Invoice")  # how Stripe describes the payment of a bill
_REASONS = {  # of a decline, where Stripe's code does not read as words
    "do_not_honor": "the bank gave no reason",
    "generic_decline": "the bank gave no reason",
    "card_declined": "the card was declined",
    "authentication_required": "the bank asks for 3-D Secure",
    "payment_intent_authentication_failure": "3-D Secure failed",
}


@dataclass(frozen=True, slots=True)
class Session:
    """A Checkout Session. `amount_total` is in `currency`; `converted` is the integration's own figure on sessions
    made before 2025-03-31, when `currency` was the customer's; `presentment` is what the customer saw since."""

    id: str
    status: SessionStatus
    payment_status: PaymentStatus
    mode: str
    created: int
    livemode: bool | None = None
    amount_subtotal: int | None = None
    amount_total: int | None = None
    amount_discount: int = 0
    amount_tax: int = 0
    amount_shipping: int = 0
    currency: str | None = None
    converted: Money | None = None
    presentment: Money | None = None
    client_reference_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    payment_intent_id: str | None = None
    setup_intent_id: str | None = None
    subscription_id: str | None = None
    invoice_id: str | None = None
    customer_id: str | None = None
    email: str | None = None
    recovered_from: str | None = None
    success_url: str | None = None
    url: str | None = None
    expires_at: int | None = None
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def total(self) -> Money | None:
        """What the order is to be compared with: the integration's currency, whatever the customer saw."""
        if self.converted is not None:
            return self.converted
        if self.amount_total is None or self.currency is None:
            return None
        return Money(self.amount_total, self.currency)

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read checkout.session JSON."""
        details, conversion = json.inner(raw, "total_details"), json.inner(raw, "currency_conversion")
        presentment = json.inner(raw, "presentment_details")
        return cls(
            id=json.text(raw, "id") or "",
            status=_session_status(raw),
            payment_status=PaymentStatus.of(raw.get("payment_status")),
            mode=json.text(raw, "mode") or "unknown",
            created=json.whole(raw, "created") or 0,
            livemode=json.flag(raw, "livemode"),
            amount_subtotal=json.whole(raw, "amount_subtotal"),
            amount_total=json.whole(raw, "amount_total"),
            amount_discount=json.whole(details, "amount_discount") or 0,
            amount_tax=json.whole(details, "amount_tax") or 0,
            amount_shipping=json.whole(details, "amount_shipping") or 0,
            currency=json.text(raw, "currency"),
            converted=_money(conversion, "amount_total", "source_currency"),
            presentment=_money(presentment, "presentment_amount", "presentment_currency"),
            client_reference_id=json.text(raw, "client_reference_id"),
            metadata=json.pairs(raw, "metadata"),
            payment_intent_id=json.ref(raw, "payment_intent"),
            setup_intent_id=json.ref(raw, "setup_intent"),
            subscription_id=json.ref(raw, "subscription"),
            invoice_id=json.ref(raw, "invoice"),
            customer_id=json.ref(raw, "customer"),
            email=json.email_of(raw),
            recovered_from=json.ref(raw, "recovered_from"),
            success_url=json.text(raw, "success_url") or json.text(raw, "return_url"),
            url=json.text(raw, "url"),
            expires_at=json.whole(raw, "expires_at"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Intent:
    """A PaymentIntent. `amount` is to be collected, `amount_received` was; `tip` is part of it. `next_action` is its
    type (`oxxo_display_details`, `redirect_to_url`, ...), `action_url` the page on which the customer can do it,
    `action_from` when micro-deposits arrive, `pay_by` the last moment a voucher can be paid. `failure` says in words
    why the last attempt failed, `failure_code` and `decline_code` in Stripe's; `review_id` is set once Radar asked for
    a review, also where that is over."""

    id: str
    status: IntentStatus
    created: int
    livemode: bool | None = None
    amount: int = 0
    amount_received: int = 0
    amount_capturable: int = 0
    tip: int = 0
    currency: str | None = None
    capture_method: str | None = None
    cancellation_reason: str | None = None
    canceled_at: int | None = None
    next_action: str | None = None
    action_url: str | None = None
    action_from: int | None = None
    pay_by: int | None = None
    failure: str | None = None
    failure_code: str | None = None
    decline_code: str | None = None
    review_id: str | None = None
    latest_charge_id: str | None = None
    customer_id: str | None = None
    email: str | None = None
    invoice_id: str | None = None
    description: str | None = None
    presentment: Money | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def awaited(self) -> bool:
        """Whether the customer has a voucher or an account number, and may pay it in the days to come."""
        return self.status is IntentStatus.REQUIRES_ACTION and (self.next_action or "").endswith(_PAID_LATER)

    @property
    def billed(self) -> bool:
        """Whether it says itself that it is a bill's: by why it ended, or by how Stripe describes it."""
        return self.cancellation_reason in _BILL_DROPPED or (self.description or "").startswith(_BILLED)

    @property
    def micro_deposits(self) -> bool:
        """Whether it waits for the customer to confirm small sums that were sent to their bank account."""
        return self.status is IntentStatus.REQUIRES_ACTION and self.next_action == _MICRO_DEPOSITS

    @property
    def unconfirmed(self) -> bool:
        """Whether the customer left at their bank's or wallet's own step, which for a card is 3-D Secure."""
        return self.status is IntentStatus.REQUIRES_ACTION and self.next_action in _CONFIRM

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read payment_intent JSON."""
        failure, step = json.inner(raw, "last_payment_error"), json.inner(raw, "next_action")
        details = json.inner(step, json.text(step, "type") or "")
        return cls(
            id=json.text(raw, "id") or "",
            status=IntentStatus.of(raw.get("status")),
            created=json.whole(raw, "created") or 0,
            livemode=json.flag(raw, "livemode"),
            amount=json.whole(raw, "amount") or 0,
            amount_received=json.whole(raw, "amount_received") or 0,
            amount_capturable=json.whole(raw, "amount_capturable") or 0,
            tip=json.whole(json.inner(json.inner(raw, "amount_details"), "tip"), "amount") or 0,
            currency=json.text(raw, "currency"),
            capture_method=json.text(raw, "capture_method"),
            cancellation_reason=json.text(raw, "cancellation_reason"),
            canceled_at=json.whole(raw, "canceled_at"),
            next_action=json.text(step, "type"),
            action_url=next(filter(None, (json.text(details, page) for page in _PAGES)), None),
            action_from=json.whole(details, "arrival_date"),
            pay_by=json.whole(details, "expires_after") or json.whole(details, "expires_at"),
            failure=_why(*map(failure.get, ("message", "decline_code", "code"))) or ("failed" if failure else None),
            failure_code=json.text(failure, "code"),
            decline_code=json.text(failure, "decline_code"),
            review_id=json.ref(raw, "review"),
            latest_charge_id=json.ref(raw, "latest_charge"),
            customer_id=json.ref(raw, "customer"),
            email=json.email_of(raw),
            invoice_id=json.ref(raw, "invoice"),
            description=json.text(raw, "description"),
            presentment=_money(json.inner(raw, "presentment_details"), "presentment_amount", "presentment_currency"),
            metadata=json.pairs(raw, "metadata"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge (`ch_`, `py_`). `refunded` is true only when all of it was. `failure` says in words why it failed,
    `failure_code` in Stripe's. `review_id` is set once Radar asked for a review, also where that is over; `outcome` is
    its word for what became of the attempt (`authorized`, `manual_review`, `blocked`, ...), with `outcome_reason`,
    `risk_level` and `seller_message`; `reported` who called it fraud, and as what ("user: fraudulent")."""

    id: str
    status: ChargeStatus
    created: int
    livemode: bool | None = None
    amount: int = 0
    amount_captured: int = 0
    amount_refunded: int = 0
    captured: bool = False
    refunded: bool = False
    disputed: bool = False
    currency: str | None = None
    payment_intent_id: str | None = None
    customer_id: str | None = None
    email: str | None = None
    method: str | None = None
    invoice_id: str | None = None
    description: str | None = None
    capture_before: int | None = None
    failure: str | None = None
    failure_code: str | None = None
    review_id: str | None = None
    outcome: str | None = None
    outcome_reason: str | None = None
    risk_level: str | None = None
    seller_message: str | None = None
    reported: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read charge JSON."""
        details, outcome = json.inner(raw, "payment_method_details"), json.inner(raw, "outcome")
        status, reported = ChargeStatus.of(raw.get("status")), json.pairs(raw, "fraud_details")
        bank = outcome.get("reason") if status is ChargeStatus.FAILED else None
        limits = [json.whole(json.inner(details, kind), "capture_before") for kind in ("card", "card_present")]
        return cls(
            id=json.text(raw, "id") or "",
            status=status,
            created=json.whole(raw, "created") or 0,
            livemode=json.flag(raw, "livemode"),
            amount=json.whole(raw, "amount") or 0,
            amount_captured=json.whole(raw, "amount_captured") or 0,
            amount_refunded=json.whole(raw, "amount_refunded") or 0,
            captured=json.flag(raw, "captured") or False,
            refunded=json.flag(raw, "refunded") or False,
            disputed=json.flag(raw, "disputed") or False,
            currency=json.text(raw, "currency"),
            payment_intent_id=json.ref(raw, "payment_intent"),
            customer_id=json.ref(raw, "customer"),
            email=json.email_of(raw),
            method=json.text(details, "type"),
            invoice_id=json.ref(raw, "invoice"),
            description=json.text(raw, "description"),
            capture_before=next(filter(None, limits), None),
            failure=_why(raw.get("failure_message"), bank, raw.get("failure_code")),
            failure_code=json.text(raw, "failure_code"),
            review_id=json.ref(raw, "review"),
            outcome=json.text(outcome, "type"),
            outcome_reason=json.text(outcome, "reason"),
            risk_level=json.text(outcome, "risk_level"),
            seller_message=json.text(outcome, "seller_message"),
            reported=tuple(f"{who.removesuffix('_report')}: {what}" for who, what in sorted(reported.items())),
            metadata=json.pairs(raw, "metadata"),
            raw=raw,
        )


def _session_status(raw: Json) -> SessionStatus:
    """Sessions of old API versions have no status; one that is paid is finished."""
    paid = raw.get("payment_status") == PaymentStatus.PAID
    return SessionStatus.COMPLETE if raw.get("status") is None and paid else SessionStatus.of(raw.get("status"))


def _why(message: object, decline: object, code: object) -> str | None:
    """Why an attempt failed: Stripe's message, and the bank's reason where the message does not give it."""
    said, reason = (text if isinstance(text, str) and text else None for text in (message, decline or code))
    if reason is None:
        return said
    words = _REASONS.get(reason, reason.replace("_", " "))
    if said is None:
        return words
    given = not decline or words in said.lower()
    return said if given else f"{said.rstrip('. ')} ({words})"


def _money(raw: Json, amount_key: str, currency_key: str) -> Money | None:
    amount, currency = json.whole(raw, amount_key), json.text(raw, currency_key)
    return Money(amount, currency) if amount is not None and currency else None
