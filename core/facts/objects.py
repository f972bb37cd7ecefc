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

_PAID_LATER = ("_display_details", "display_bank_transfer_instructions", "verify_with_microdeposits")


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
    type (`oxxo_display_details`, `redirect_to_url`, ...), `pay_by` the last moment a voucher can be paid."""

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
    pay_by: int | None = None
    failure: str | None = None
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
            pay_by=json.whole(details, "expires_after") or json.whole(details, "expires_at"),
            failure=json.text(failure, "message") or json.text(failure, "code") or ("failed" if failure else None),
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
    """A charge (`ch_`, `py_`). `refunded` is true only when all of it was."""

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
    metadata: Mapping[str, str] = field(default_factory=dict)
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read charge JSON."""
        details = json.inner(raw, "payment_method_details")
        return cls(
            id=json.text(raw, "id") or "",
            status=ChargeStatus.of(raw.get("status")),
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
            capture_before=json.whole(json.inner(details, "card"), "capture_before"),
            failure=json.text(raw, "failure_message") or json.text(raw, "failure_code"),
            metadata=json.pairs(raw, "metadata"),
            raw=raw,
        )


def _session_status(raw: Json) -> SessionStatus:
    """Sessions of old API versions have no status; one that is paid is finished."""
    paid = raw.get("payment_status") == PaymentStatus.PAID
    return SessionStatus.COMPLETE if raw.get("status") is None and paid else SessionStatus.of(raw.get("status"))


def _money(raw: Json, amount_key: str, currency_key: str) -> Money | None:
    amount, currency = json.whole(raw, amount_key), json.text(raw, currency_key)
    return Money(amount, currency) if amount is not None and currency else None
