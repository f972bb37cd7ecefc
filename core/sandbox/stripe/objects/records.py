"""Who and what happened: customers, saved cards, reviews, the account, endpoints and events, as Stripe sends them.

Owns the fields of those objects; like all builders it fills in what follows from what it is given, and an
override always wins.
"""

import json
from datetime import UTC, datetime
from random import Random

from core.sandbox.stripe.objects.ids import ACCOUNT_ID, letters, new_id
from core.sandbox.stripe.objects.sessions import Json

HEALTH = "v2.core.health.event_generation_failure.resolved"
API_VERSION = "2026-10-28.endive"


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


def event_destination(rng: Random, created: int, **overrides: object) -> Json:
    """A `v2.core.event_destination`: an Amazon EventBridge for every event unless it is told otherwise. The store keeps
    `created` as a number; the API spells it."""
    return {
        "id": new_id("ed_test", rng, created),
        "object": "v2.core.event_destination",
        "amazon_eventbridge": {
            "aws_account_id": "123456789012",
            "aws_event_source_arn": "arn:aws:events:eu-central-1::event-source/aws.partner/stripe.com/ed_test",
            "aws_event_source_status": "active",
        },
        "created": created,
        "description": "",
        "enabled_events": ["*"],
        "event_payload": "snapshot",
        "events_from": ["@self"],
        "livemode": False,
        "metadata": {},
        "name": "The shop's bus",
        "snapshot_api_version": API_VERSION,
        "status": "enabled",
        "type": "amazon_eventbridge",
        "updated": created,
        **overrides,
    }


def health_event(rng: Random, created: int, kind: str, about: Json) -> Json:
    """A `v2.core.event` that says that Stripe failed to make an event of type `kind` about an object. The store keeps
    `created` as a number; the API spells it, and shows `data` only of one that is fetched."""
    return {
        "id": f"evt_test_{letters(rng, 24)}",
        "object": "v2.core.event",
        "created": created,
        "data": {
            "alert_id": f"halert_{letters(rng, 24)}",
            "grouping_key": f"_grouping_{letters(rng, 24)}",
            "impact": {
                "event_type": kind,
                "related_object": {
                    "id": about["id"],
                    "type": about["object"],
                    "url": f"https://dashboard.stripe.com/{about['id']}",
                },
            },
            "resolved_at": _spelled(created),
            "summary": "We have failed to create a notification for your Stripe account.",
        },
        "livemode": about.get("livemode", False),
        "type": HEALTH,
    }


def _spelled(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


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
