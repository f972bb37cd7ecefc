"""Stripe's objects that money comes in by again and again, as facts; read as those of `objects` are.

Source: stripe/openapi, and captured payloads of API versions 2018-01-23 to 2026-10-28.endive. Since 2025-03-31.basil a
period stands on a subscription's items, an invoice's payments in a list, and its subscription under `parent`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from core.facts import json
from core.facts.json import Json
from core.facts.statuses import InvoiceStatus, SubscriptionStatus
from core.money import Money, added_up

_LIVE: Final = frozenset("trialing active past_due unpaid paused".split())
_CHARGING: Final = frozenset("trialing active past_due".split())
_ENDED: Final = frozenset("canceled incomplete_expired".split())


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription (`sub_`). `period_end` is until when it is paid, the latest of its items; `cancel_at` when it will
    end by itself, `canceled_at` when that was asked for, `ended_at` when it did. `amount` is what a period costs before
    discounts and tax: None where tiers, use, or items of different periods decide. `paused`: bills are not collected.
    `ended_for`: why it ended (`cancellation_requested`, `payment_failed`, `payment_disputed`).
    """

    id: str
    status: SubscriptionStatus
    created: int
    livemode: bool | None = None
    customer_id: str | None = None
    cancel_at: int | None = None
    cancel_at_period_end: bool = False
    canceled_at: int | None = None
    ended_at: int | None = None
    ended_for: str | None = None
    period_end: int | None = None
    trial_end: int | None = None
    prices: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    amount: Money | None = None
    paused: bool = False
    latest_invoice_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def ended(self) -> bool:
        """Whether it is over: it never charges again, and cannot be resumed."""
        return self.status in _ENDED

    @property
    def live(self) -> bool:
        """Whether it began and is not over, though `unpaid` and `paused` charge nobody until somebody acts."""
        return self.status in _LIVE

    @property
    def ends_by_itself(self) -> bool:
        """Whether its end is settled; until then it may still charge (`charges_on`)."""
        return self.cancel_at is not None or self.cancel_at_period_end

    @property
    def charges_on(self) -> bool:
        """Whether Stripe will charge for it again without anybody acting: it runs, and does not end with its period."""
        if self.status not in _CHARGING or self.paused or self.cancel_at_period_end:
            return False
        return self.cancel_at is None or (self.period_end is not None and self.cancel_at > self.period_end)

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read subscription JSON."""
        items = _listed(raw, "items")
        sold = [json.inner(item, "price") or json.inner(item, "plan") for item in items]
        sold = [one for one in [*sold, json.inner(raw, "plan")] if one]
        ends = [json.whole(one, "current_period_end") for one in (raw, *items)]
        return cls(
            id=json.text(raw, "id") or "",
            status=SubscriptionStatus.of(raw.get("status")),
            created=json.whole(raw, "created") or 0,
            livemode=json.flag(raw, "livemode"),
            customer_id=json.ref(raw, "customer"),
            cancel_at=json.whole(raw, "cancel_at"),
            cancel_at_period_end=json.flag(raw, "cancel_at_period_end") or False,
            canceled_at=json.whole(raw, "canceled_at"),
            ended_at=json.whole(raw, "ended_at"),
            ended_for=json.text(json.inner(raw, "cancellation_details"), "reason"),
            period_end=max([end for end in ends if end is not None], default=None),
            trial_end=json.whole(raw, "trial_end"),
            prices=frozenset([found for one in sold if (found := json.text(one, "id"))]),
            products=frozenset([found for one in sold if (found := json.ref(one, "product"))]),
            amount=_per_period(raw, items),
            paused=bool(json.inner(raw, "pause_collection")),
            latest_invoice_id=json.ref(raw, "latest_invoice"),
            metadata=json.pairs(raw, "metadata"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice (`in_`), a subscription's bill above all. `amount_paid` may have been paid outside Stripe, then
    `paid_out_of_band` holds. `period_start` and `period_end` are its own: a subscription's bill looks back.
    `next_attempt`: when Stripe tries again. `metadata` is its own, and what it copied of its subscription's."""

    id: str
    status: InvoiceStatus
    created: int
    livemode: bool | None = None
    subscription_id: str | None = None
    customer_id: str | None = None
    total: int | None = None
    amount_due: int | None = None
    amount_paid: int | None = None
    currency: str | None = None
    paid_out_of_band: bool = False
    billing_reason: str | None = None
    intent_ids: tuple[str, ...] = ()
    charge_ids: tuple[str, ...] = ()
    paid_at: int | None = None
    period_start: int | None = None
    period_end: int | None = None
    next_attempt: int | None = None
    attempts: int = 0
    hosted_url: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_first(self) -> bool:
        """Whether it is the bill of a sign-up."""
        return self.billing_reason == "subscription_create"

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read invoice JSON."""
        about = about_subscription(raw)
        off_stripe = (json.whole(raw, "amount_paid_off_stripe") or 0) > 0
        return cls(
            id=json.text(raw, "id") or "",
            status=_invoice_status(raw),
            created=json.whole(raw, "created") or json.whole(raw, "date") or 0,
            livemode=json.flag(raw, "livemode"),
            subscription_id=subscription_of(raw),
            customer_id=json.ref(raw, "customer"),
            total=json.whole(raw, "total"),
            amount_due=json.whole(raw, "amount_due"),
            amount_paid=json.whole(raw, "amount_paid"),
            currency=json.text(raw, "currency"),
            paid_out_of_band=json.flag(raw, "paid_out_of_band") or off_stripe,
            billing_reason=json.text(raw, "billing_reason"),
            intent_ids=paid_by(raw, "payment_intent"),
            charge_ids=paid_by(raw, "charge"),
            paid_at=json.whole(json.inner(raw, "status_transitions"), "paid_at"),
            period_start=json.whole(raw, "period_start"),
            period_end=json.whole(raw, "period_end"),
            next_attempt=json.whole(raw, "next_payment_attempt"),
            attempts=json.whole(raw, "attempt_count") or 0,
            hosted_url=json.text(raw, "hosted_invoice_url"),
            metadata={**json.pairs(about, "metadata"), **json.pairs(raw, "metadata")},
            raw=raw,
        )


def subscription_of(raw: Json) -> str | None:
    """The subscription that an invoice, or another object, is for, in whichever place its API version has it."""
    return json.ref(raw, "subscription") or json.ref(about_subscription(raw), "subscription")


def paid_by(raw: Json, kind: str) -> tuple[str, ...]:
    """The ids of the payments, each a `payment_intent` or a `charge`, of an invoice: also those that failed."""
    each = [json.ref(json.inner(one, "payment"), kind) for one in _listed(raw, "payments")]
    return tuple(dict.fromkeys([found for found in (json.ref(raw, kind), *each) if found]))


def about_subscription(raw: Json) -> Json:
    """What an invoice says of its subscription; before 2025-03-31 beside its own fields, and without the id."""
    return json.inner(json.inner(raw, "parent"), "subscription_details") or json.inner(raw, "subscription_details")


def _listed(raw: Json, key: str) -> list[Json]:
    """The objects of a list inside an object."""
    data = json.inner(raw, key).get("data")
    return [one for one in data if isinstance(one, Mapping)] if isinstance(data, list) else []


def _per_period(raw: Json, items: list[Json]) -> Money | None:
    """What the items cost together, where each has one price and all have one period."""
    found, periods = [], set()
    for item in items:
        price = json.inner(item, "price") or json.inner(item, "plan")
        every = json.inner(price, "recurring") or price
        unit = next((u for key in ("unit_amount", "amount") if (u := json.whole(price, key)) is not None), None)
        count = json.whole(item, "quantity") if "quantity" in item else 1
        currency, odd = json.text(price, "currency"), "metered" in (every.get("usage_type"), price.get("usage_type"))
        if unit is None or count is None or not currency or odd or price.get("transform_quantity"):
            return None
        found.append(Money(unit * count, currency))
        periods.add((json.text(every, "interval"), json.whole(every, "interval_count") or 1))
    whole = json.flag(json.inner(raw, "items"), "has_more") is not True and len(periods) == 1
    return added_up(found) if whole else None


def _invoice_status(raw: Json) -> InvoiceStatus:
    """Invoices of old API versions have no status; one that is paid is paid."""
    paid = raw.get("status") is None and raw.get("paid") is True
    return InvoiceStatus.PAID if paid else InvoiceStatus.of(raw.get("status"))
