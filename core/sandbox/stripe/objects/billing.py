"""What is paid again and again: subscriptions, and the invoices that bill them, as Stripe sends them since 2025-03-31.

Owns the fields of those objects; like all builders it fills in what follows from what it is given, and an
override always wins.
"""

from random import Random

from core.sandbox.stripe.objects.ids import letters, new_id
from core.sandbox.stripe.objects.sessions import Json, price

MONTH = 30 * 86_400

_NULL_ON_AN_INVOICE = (
    "account_country account_name account_tax_ids application automatically_finalizes_at confirmation_secret"
    " custom_fields customer_account customer_address customer_email customer_name customer_phone"
    " customer_shipping customer_tax_exempt default_payment_method default_source description due_date"
    " effective_at ending_balance footer from_invoice hosted_invoice_url invoice_pdf last_finalization_error"
    " latest_revision next_payment_attempt on_behalf_of receipt_number rendering shipping_cost"
    " shipping_details statement_descriptor test_clock webhooks_delivered_at"
)
_ZERO_ON_AN_INVOICE = (
    "amount_overpaid amount_paid_off_stripe amount_remaining amount_shipping attempt_count"
    " post_payment_credit_notes_amount pre_payment_credit_notes_amount starting_balance"
)
_EMPTY_ON_AN_INVOICE = (
    "customer_tax_ids default_tax_rates discounts total_discount_amounts total_pretax_credit_amounts total_taxes"
)

_TRANSITIONS = ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
_NULL_ON_A_SUBSCRIPTION = (
    "application application_fee_percent billing_cycle_anchor_config billing_thresholds cancel_at canceled_at"
    " customer_account days_until_due default_payment_method default_source description ended_at latest_invoice"
    " next_pending_invoice_item_invoice on_behalf_of pause_collection payment_settings"
    " pending_invoice_item_interval pending_setup_intent pending_update schedule test_clock transfer_data trial_end"
    " trial_settings trial_start"
)
_NO_TAX = dict.fromkeys(("disabled_reason", "liability"))


def subscription(rng: Random, created: int, **overrides: object) -> Json:
    """A `subscription` to one price, paid until `period_end`: `unit_amount` (minor units), `currency`, `customer`, and
    the `sold` price where it is to be a certain one; or to all that was `bought`, as prices and their numbers."""
    given: Json = dict(overrides)
    made_id, currency = given.get("id") or new_id("sub", rng, created), given.get("currency", "eur")
    unit, ends = given.pop("unit_amount", 4250), given.pop("period_end", created + MONTH)
    monthly = {"interval": "month", "interval_count": 1, "meter": None, "usage_type": "licensed"}
    bought, sold = (
        given.pop("bought", None),
        given.pop("sold", None)
        or price(rng, created, active=True, currency=currency, recurring=monthly, type="recurring", unit_amount=unit),
    )
    return {
        **dict.fromkeys(_NULL_ON_A_SUBSCRIPTION.split()),
        "id": made_id,
        "object": "subscription",
        "automatic_tax": {"enabled": False, **_NO_TAX},
        "billing_cycle_anchor": created,
        "billing_mode": {"flexible": None, "type": "classic"},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": dict.fromkeys(("comment", "feedback", "reason")),
        "collection_method": "charge_automatically",
        "created": created,
        "currency": currency,
        "customer": new_id("cus", rng),
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": {
            "object": "list",
            "data": [_item(rng, created, made_id, one, ends, count) for one, count in bought or [(sold, 1)]],
            "has_more": False,
            "url": f"/v1/subscription_items?subscription={made_id}",
        },
        "livemode": False,
        "metadata": {},
        "start_date": created,
        "status": "active",
        **given,
    }


def _item(rng: Random, created: int, plan_id: str, sold: Json, ends: int, count: int) -> Json:
    """What is sold, for a month that ends then."""
    return {
        "id": new_id("si", rng),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": created,
        "current_period_end": ends,
        "current_period_start": max(created, ends - MONTH),
        "discounts": [],
        "metadata": {},
        "plan": _plan(sold),
        "price": sold,
        "quantity": count,
        "subscription": plan_id,
        "tax_rates": [],
    }


def _plan(sold: Json) -> Json:
    """The price under its old name, which Stripe still gives beside it."""
    same = "active billing_scheme created currency id livemode metadata nickname product tiers_mode".split()
    return {
        **{name: sold[name] for name in same},
        **{name: sold["recurring"][name] for name in ("interval", "interval_count", "meter", "usage_type")},
        "object": "plan",
        "amount": sold["unit_amount"],
        "amount_decimal": sold["unit_amount_decimal"],
        "transform_usage": None,
        "trial_period_days": None,
    }


def invoice(rng: Random, created: int, **overrides: object) -> Json:
    """An `invoice`, paid unless its `status` says otherwise: `total` (minor units), `currency`, `customer`, `number`,
    and the `subscription` that it bills."""
    given: Json = dict(overrides)
    made_id, total = given.get("id") or new_id("in", rng, created), given.get("total", 4250)
    paid, billed = given.get("status", "paid") == "paid", given.pop("subscription", None)
    paid_at = created if paid else None
    return {
        **dict.fromkeys(_NULL_ON_AN_INVOICE.split()),
        **dict.fromkeys(_ZERO_ON_AN_INVOICE.split(), 0),
        **{name: [] for name in _EMPTY_ON_AN_INVOICE.split()},
        "id": made_id,
        "object": "invoice",
        "amount_due": total,
        "amount_paid": total if paid else 0,
        "amount_remaining": 0 if paid else total,
        "attempted": True,
        "auto_advance": False,
        "automatic_tax": dict.fromkeys(("disabled_reason", "liability", "provider", "status")) | {"enabled": False},
        "billing_reason": "subscription_create",
        "collection_method": "charge_automatically",
        "created": created,
        "currency": "eur",
        "customer": new_id("cus", rng),
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [], "has_more": False, "url": f"/v1/invoices/{made_id}/lines"},
        "livemode": False,
        "metadata": {},
        "number": f"{letters(rng, 8).upper()}-0001",
        "parent": _parent(billed),
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": created,
        "period_start": created,
        "status": "paid",
        "status_transitions": {**dict.fromkeys(_TRANSITIONS), "finalized_at": created, "paid_at": paid_at},
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_excluding_tax": total,
        **given,
    }


def _parent(subscription_id: str | None) -> Json | None:
    if subscription_id is None:
        return None
    about = {"metadata": {}, "subscription": subscription_id}
    return {"quote_details": None, "subscription_details": about, "type": "subscription_details"}


def invoice_payment(rng: Random, created: int, invoice_id: str, intent_id: str, **overrides: object) -> Json:
    """The `invoice_payment` that ties an intent to the invoice it paid: `amount_paid` (minor units), `currency`."""
    given: Json = dict(overrides)
    amount = given.get("amount_paid", 4250)
    return {
        "id": new_id("inpay", rng, created),
        "object": "invoice_payment",
        "amount_paid": amount,
        "amount_requested": amount,
        "created": created,
        "currency": "eur",
        "invoice": invoice_id,
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent_id, "type": "payment_intent"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": created},
        **given,
    }
