"""Who and what happened: customers, saved cards, reviews, invoices, the account, webhook endpoints and events.

Owns the fields of those objects; like all builders it fills in what follows from what it is given, and an
override always wins.
"""

import json
from random import Random

from core.sandbox.stripe.objects.ids import ACCOUNT_ID, letters, new_id
from core.sandbox.stripe.objects.sessions import Json

API_VERSION = "2026-10-28.endive"

_NULL_ON_AN_INVOICE = (
    "account_country account_name account_tax_ids application automatically_finalizes_at confirmation_secret"
    " custom_fields customer_account customer_address customer_email customer_name customer_phone"
    " customer_shipping customer_tax_exempt default_payment_method default_source description due_date"
    " effective_at ending_balance footer from_invoice hosted_invoice_url invoice_pdf last_finalization_error"
    " latest_revision next_payment_attempt on_behalf_of parent receipt_number rendering shipping_cost"
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


def customer(rng: Random, created: int, **overrides: object) -> Json:
    """A `customer`: `email`, `name`, `metadata`."""
    return {
        "id": new_id("cus", rng),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": created,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": letters(rng, 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
        **overrides,
    }


def webhook_endpoint(rng: Random, created: int, **overrides: object) -> Json:
    """A `webhook_endpoint` for every event; its `secret` (`whsec_...`) is answered only when it is made."""
    return {
        "id": new_id("we", rng, created),
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": created,
        "description": None,
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {},
        "secret": f"whsec_{letters(rng, 32)}",
        "status": "enabled",
        "url": "https://shop.example.com/webhooks/stripe",
        **overrides,
    }


def event(rng: Random, created: int, kind: str, about: Json, **overrides: object) -> Json:
    """An `event` of type `kind` about an object, of which it keeps a copy as it is now.

    `previous` (the `previous_attributes` of an update) may be given beside the fields of an event.
    """
    given: Json = dict(overrides)
    data: Json = {"object": json.loads(json.dumps(about))}  # ten times as fast as a deep copy
    if (previous := given.pop("previous", None)) is not None:
        data["previous_attributes"] = previous
    return {
        "id": new_id("evt", rng, created),
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": data,
        "livemode": about.get("livemode", False),
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        **given,
    }


def account(**overrides: object) -> Json:
    """The merchant's own `account`."""
    return {
        "id": ACCOUNT_ID,
        "object": "account",
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": "DE",
        "created": 1_754_000_000,
        "default_currency": "eur",
        "details_submitted": True,
        "email": "owner@shop.example.com",
        "metadata": {},
        "payouts_enabled": True,
        "type": "standard",
        **overrides,
    }


def invoice(rng: Random, created: int, **overrides: object) -> Json:
    """A paid `invoice`: `total` (minor units), `currency`, `customer`, `customer_email`, `number`."""
    given: Json = dict(overrides)
    made_id, total = given.get("id") or new_id("in", rng, created), given.get("total", 4250)
    return {
        **dict.fromkeys(_NULL_ON_AN_INVOICE.split()),
        **dict.fromkeys(_ZERO_ON_AN_INVOICE.split(), 0),
        **{name: [] for name in _EMPTY_ON_AN_INVOICE.split()},
        "id": made_id,
        "object": "invoice",
        "amount_due": total,
        "amount_paid": total,
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
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": created,
        "period_start": created,
        "status": "paid",
        "status_transitions": {**dict.fromkeys(_TRANSITIONS), "finalized_at": created, "paid_at": created},
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_excluding_tax": total,
        **given,
    }


def setup_intent(rng: Random, created: int, **overrides: object) -> Json:
    """A `setup_intent` that has saved a card: `customer`, `payment_method`, `status`."""
    unset = (
        "application automatic_payment_methods cancellation_reason customer customer_account description"
        " last_setup_error mandate next_action on_behalf_of payment_method_configuration_details single_use_mandate"
    )
    return {
        **dict.fromkeys(unset.split()),
        "id": new_id("seti", rng, created),
        "object": "setup_intent",
        "client_secret": None,
        "created": created,
        "flow_directions": None,
        "latest_attempt": new_id("setatt", rng, created),
        "livemode": False,
        "metadata": {},
        "payment_method": new_id("pm", rng, created),
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "succeeded",
        "usage": "off_session",
        **overrides,
    }


def review(rng: Random, created: int, **overrides: object) -> Json:
    """An open `review` of a payment: `charge`, `payment_intent`, `open`, `reason`."""
    unset = "billing_zip charge closed_reason ip_address ip_address_location payment_intent session"
    return {
        **dict.fromkeys(unset.split()),
        "id": new_id("prv", rng, created),
        "object": "review",
        "created": created,
        "livemode": False,
        "open": True,
        "opened_reason": "rule",
        "reason": "rule",
        **overrides,
    }


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
