"""The amounts and times of Stripe's objects: which of them stand there and cannot be read. Pure.

Whoever reads an object takes for 0 what is not there. What is there and is no whole number, or greater than any amount
or time is, must not become a 0: then the object was not read, and that is said.
"""

from collections.abc import Mapping
from typing import Final

from core.facts.json import FURTHEST, Json

_NUMBERS: Final = (
    "created", "amount", "amount_received", "amount_captured", "amount_refunded", "amount_total", "amount_due",
    "amount_paid", "total", "expires_at",
)  # fmt: skip
_INSIDE: Final = ("payment_intent", "latest_charge", "charge", "invoice")


def unreadable(raw: Json) -> str | None:
    """Why an object of Stripe's cannot be read, in words: by its own numbers, or those of the payment in it."""
    for name in _NUMBERS:  # once for each object that a scan reads
        value = raw.get(name)
        if value is None or (type(value) is int and -FURTHEST < value < FURTHEST):
            continue
        if str(raw.get("object")).startswith("v2."):
            return None  # where times are texts
        return f"its `{name}` is no number that an amount or a time can be"
    for name in _INSIDE:
        inside = raw.get(name)
        if isinstance(inside, Mapping) and (because := unreadable(inside)):
            return f"of the {name.replace('_', ' ')} in it, {because}"
    return None
