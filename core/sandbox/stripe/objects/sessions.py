"""Checkout sessions and what stands in their basket, as Stripe sends them.

Owns the fields of `checkout.session`, `item` and `price`. A builder fills in what follows from what it is given (an
expired session has no url), and an override always wins.
Every builder takes a source of randomness for ids and the moment of creation in unix seconds.
"""

from random import Random
from typing import Any

from core.sandbox.stripe.objects.ids import letters, new_id

Json = dict[str, Any]
"""One of Stripe's objects as the JSON that goes over the wire."""

DAY = 86_400


def checkout_session(rng: Random, created: int, **overrides: object) -> Json:
    """A `checkout.session`; open and unpaid unless an override says otherwise.

    What is usually given: `amount_total` (minor units), `currency`, `client_reference_id`, `metadata`,
    `status`, `payment_status`, `payment_intent`, `customer_details`, `success_url`, `livemode`, `mode`.
    """
    given: Json = dict(overrides)
    mode, total = given.get("mode", "payment"), given.get("amount_total", 4250)
    made_id = new_id("cs_live" if given.get("livemode") else "cs_test", rng)
    session: Json = {
        **_settings(mode),
        "id": made_id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "client_reference_id": None,
        "created": created,
        "currency": "eur",
        "customer": None,
        "customer_details": None,
        "customer_email": None,
        "expires_at": created + DAY,
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "mode": mode,
        "payment_intent": None,
        "payment_status": "no_payment_required" if mode == "setup" or total == 0 else "unpaid",
        "setup_intent": None,
        "status": "open",
        "subscription": None,
        "url": f"https://checkout.stripe.com/c/pay/{given.get('id', made_id)}#fid{letters(rng, 40)}",
    }
    if mode == "setup":
        session |= {"amount_subtotal": None, "amount_total": None, "currency": None, "total_details": None}
    if given.get("status", "open") != "open":
        session["url"] = None
    return {**session, **given}


def customer_details(email: str | None, name: str | None = None, **overrides: object) -> Json:
    """The `customer_details` of a session whose customer has filled in the form."""
    return {
        "address": address(),
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
        **overrides,
    }


def address(**overrides: object) -> Json:
    """An address of which nothing is known but what is given."""
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {**empty, **overrides}


def line_item(rng: Random, created: int, **overrides: object) -> Json:
    """An `item` of a session's basket: `description`, `quantity` and `amount_total` (for all of them)."""
    given: Json = dict(overrides)
    total, quantity = given.get("amount_total", 4250), given.get("quantity", 1)
    currency = given.get("currency", "eur")
    return {
        "id": new_id("li", rng, created),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": currency,
        "description": "Brass desk lamp",
        "price": price(rng, created, unit_amount=total // max(quantity, 1), currency=currency),
        "quantity": quantity,
        **given,
    }


def price(rng: Random, created: int, **overrides: object) -> Json:
    """A one-time `price` with `unit_amount` in minor units."""
    given: Json = dict(overrides)
    return {
        "id": new_id("price", rng, created),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": "eur",
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod", rng),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": 4250,
        "unit_amount_decimal": str(given.get("unit_amount", 4250)),
        **given,
    }


def product(rng: Random, created: int, **overrides: object) -> Json:
    """A `product` with a `name`."""
    return {
        "id": new_id("prod", rng),
        "object": "product",
        "active": True,
        "created": created,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": "Brass desk lamp",
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": created,
        "url": None,
        **overrides,
    }


def _settings(mode: str) -> Json:
    """What the shop chose when it made the session, and hardly ever looks at."""
    unset = (
        "after_expiration allow_promotion_codes billing_address_collection client_secret consent"
        " consent_collection currency_conversion customer_account integration_identifier locale origin_context"
        " payment_link permissions recovered_from shipping_address_collection shipping_cost submit_type wallet_options"
    )
    pays = mode == "payment"
    return {
        **dict.fromkeys(unset.split()),
        "adaptive_pricing": {"enabled": mode != "setup"},
        "cancel_url": "https://shop.example.com/basket",
        "success_url": "https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}",
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "branding_settings": {
            "background_color": "#ffffff",
            "border_style": "rounded",
            "button_color": "#0074d4",
            "display_name": "Lantern & Loom",
            "font_family": "default",
            "icon": None,
            "logo": None,
        },
        "collected_information": {"business_name": None, "individual_name": None, "shipping_details": None},
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer_creation": "if_required" if pays else None,
        "discounts": [],
        "invoice_creation": _invoice_creation() if pays else None,
        "payment_method_collection": "if_required" if pays else "always",
        "payment_method_configuration_details": None,
        "payment_method_types": ["card", "link"],
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "phone_number_collection": {"enabled": False},
        "saved_payment_method_options": None,
        "shipping_options": [],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }


def _invoice_creation() -> Json:
    unset = "account_tax_ids custom_fields description footer issuer rendering_options"
    return {"enabled": False, "invoice_data": {**dict.fromkeys(unset.split()), "metadata": {}}}
