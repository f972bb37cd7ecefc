"""What is read of Stripe's objects where a copy has single columns and not the whole: which columns may hold it, and
what is not seen where none does. Pure.

A field that the sieve and the rules need in order to call a pair well is `NEEDED`: an object without it is not taken
from the copy, so that Stripe itself is asked. One whose absence looks like nothing being wrong is `SILENT`: a copy
without it can hide what Stripe would show, which is a hole by name (`session.metadata`), unless the shop accepts it.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from core.facts import Json
from core.facts.json import flag, ref, text, whole

How = Literal["text", "whole", "time", "flag", "object"]
OBJECTS: Final = {  # Stripe's word, as the settings have it, and ours
    "checkout_session": "sessions", "payment_intent": "intents", "charge": "charges", "refund": "refunds",
    "dispute": "disputes",
}  # fmt: skip
STRIPES: Final = {ours: theirs for theirs, ours in OBJECTS.items()}
FIELDS: Final[Mapping[str, Mapping[str, How]]] = {
    "sessions": {
        "status": "text", "payment_status": "text", "mode": "text", "currency": "text", "client_reference_id": "text",
        "payment_intent": "text", "subscription": "text", "invoice": "text", "recovered_from": "text",
        "customer": "text", "amount_total": "whole", "amount_subtotal": "whole", "expires_at": "time",
        "livemode": "flag", "customer_email": "text", "customer_details": "object", "currency_conversion": "object",
        "success_url": "text", "metadata": "object",
    },
    "intents": {
        "status": "text", "currency": "text", "capture_method": "text", "receipt_email": "text", "description": "text",
        "cancellation_reason": "text", "latest_charge": "text", "review": "text", "customer": "text",
        "invoice": "text", "amount": "whole", "amount_received": "whole", "amount_capturable": "whole",
        "canceled_at": "time", "livemode": "flag", "last_payment_error": "object", "metadata": "object",
    },
    "charges": {
        "status": "text", "currency": "text", "receipt_email": "text", "description": "text", "failure_code": "text",
        "failure_message": "text", "payment_intent": "text", "review": "text", "customer": "text", "invoice": "text",
        "amount": "whole", "amount_captured": "whole", "amount_refunded": "whole", "captured": "flag", "paid": "flag",
        "refunded": "flag", "disputed": "flag", "livemode": "flag", "billing_details": "object", "outcome": "object",
        "metadata": "object",
    },
    "refunds": {
        "status": "text", "currency": "text", "charge": "text", "payment_intent": "text", "amount": "whole",
        "metadata": "object",
    },
    "disputes": {
        "status": "text", "currency": "text", "charge": "text", "payment_intent": "text", "reason": "text",
        "amount": "whole", "metadata": "object",
    },
}  # fmt: skip
NAMES: Final = {
    kind: STRIPES[kind].replace("_", ".") if kind != "sessions" else "checkout.session" for kind in FIELDS
} | {"intents": "payment_intent"}
"""What Stripe writes under `object`."""
ALSO: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {("refunds", "payment_intent"): ("refund_payment_intent",)}
"""Columns that hold a field under a name that is neither its own nor that with `_id`."""
FLAT: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "customer_details": {"email": ("customer_details_email", "customer_detail_email")},
    "billing_details": {"email": ("billing_details_email", "billing_detail_email")},
    "outcome": {"type": ("outcome_type",), "reason": ("outcome_reason",), "risk_level": ("outcome_risk_level",)},
    "last_payment_error": {
        "type": ("last_payment_error_type",), "code": ("last_payment_error_code",),
        "message": ("last_payment_error_message",), "decline_code": ("last_payment_error_decline_code",),
        "charge": ("last_payment_error_charge", "last_payment_error_charge_id"),
        "source": ("last_payment_error_source", "last_payment_error_source_id"),
    },
}  # fmt: skip
"""Objects that may be laid out flat, a column for each part."""
SILENT: Final[Mapping[str, Mapping[str, str]]] = {
    "sessions": {
        "metadata": "whether a checkout names another order, or says otherwise than its payment",
        "client_reference_id": "which order a checkout names",
        "subscription": "which checkouts began a subscription",
        "invoice": "which checkouts have a bill",
        "recovered_from": "which checkout took the place of an expired one",
        "currency_conversion": "what Stripe converted for the customer before April 2025",
        "customer_details": "whose e-mail address a checkout bears",
        "payment_status": "whether an expired checkout had anything to pay",
        "amount_total": "what an expired checkout would have cost",
    },
    "intents": {
        "metadata": "whether a payment names another order",
        "receipt_email": "whose e-mail address a payment bears",
        "last_payment_error": "that a payment was tried in vain",
        "capture_method": "whether money was only to be reserved",
        "cancellation_reason": "why a payment was cancelled",
        "review": "that Stripe wanted a payment to be reviewed",
    },
    "charges": {
        "metadata": "whether a charge names another order",
        "receipt_email": "whose e-mail address a charge bears",
        "billing_details": "whose e-mail address a card bears",
        "outcome": "that Stripe wanted a charge to be reviewed",
    },
}
"""What cannot be seen where a field is missing."""
_TAKEN: Final = ("payment", "subscription")  # of a card that is only to be kept the session says too little
HOLES: Final[Mapping[str, str]] = {
    f"{kind.removesuffix('s')}.{field}": said for kind, some in SILENT.items() for field, said in some.items()
}


def enough(kind: str, raw: Json) -> bool:
    """Whether an object that is over has all by which it can be called well, and what stands inside it as well."""
    went_well = raw.get("status") == "succeeded"
    if kind == "sessions":
        amounts = ["amount_total"] * (raw.get("payment_status") == "paid")
        told = raw.get("mode") in _TAKEN and text(raw, "payment_status") is not None
        return told and _has(raw, amounts, ("livemode",)) and _enough_inside(raw, "payment_intent", "intents")
    if kind == "intents":
        amounts = ["amount", *["amount_received"] * went_well]
        return _has(raw, amounts, ("livemode",)) and _enough_inside(raw, "latest_charge", "charges")
    amounts = ["amount", *["amount_captured", "amount_refunded"] * went_well]
    if ref(raw, "payment_intent") is None:
        return False  # of years ago: whether it was reviewed stands nowhere else
    return _has(raw, amounts, ("livemode", "captured", "refunded", "disputed"))


def _enough_inside(raw: Json, name: str, kind: str) -> bool:
    inside = raw.get(name)
    return not isinstance(inside, Mapping) or enough(kind, inside)


def _has(raw: Json, amounts: Sequence[str], flags: Sequence[str]) -> bool:
    numbers = all(whole(raw, one) is not None for one in amounts)
    if "metadata" in raw and raw["metadata"] is None:
        return False  # what stands there is no object that can be read
    return text(raw, "currency") is not None and numbers and all(flag(raw, one) is not None for one in flags)
