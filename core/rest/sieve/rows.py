"""What the sieve takes: an order in a row, and which columns of Stripe's objects it needs, each read in one way.

`COLUMNS` is the one description of both: Parquet is written by it, and PostgreSQL's JSON is read by it. The names are
those of the tables of Stripe's own Sync Engine. Amounts are minor units, times seconds since 1970. Pure.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal, NamedTuple

import msgspec

from core.facts import Json
from core.facts.billing import about_subscription, paid_by, subscription_of
from core.facts.json import flag, inner, ref, text, whole

How = Literal["text", "ref", "whole", "flag", "told", "some", "object", "charge", "bill_of", "paid", "about"]
KINDS: Final = ("sessions", "intents", "charges", "refunds", "disputes", "subscriptions", "invoices")
COLUMNS: Final[Mapping[str, Mapping[str, How]]] = {
    "sessions": {
        "status": "text", "payment_status": "text", "mode": "text", "currency": "text", "client_reference_id": "text",
        "payment_intent": "ref", "subscription": "ref", "invoice": "ref", "recovered_from": "ref",
        "currency_conversion": "told", "customer_email": "text", "customer_details": "object", "amount_total": "whole",
        "expires_at": "whole", "livemode": "flag", "metadata": "object",
    },
    "intents": {
        "status": "text", "currency": "text", "latest_charge": "charge", "capture_method": "text", "review": "told",
        "last_payment_error": "some", "receipt_email": "text", "amount": "whole", "amount_received": "whole",
        "livemode": "flag", "metadata": "object",
    },
    "charges": {
        "status": "text", "currency": "text", "payment_intent": "ref", "review": "told", "receipt_email": "text",
        "billing_details": "object", "outcome": "object", "amount": "whole", "amount_captured": "whole",
        "amount_refunded": "whole", "captured": "flag", "refunded": "flag", "disputed": "flag", "livemode": "flag",
        "metadata": "object",
    },
    "refunds": {"payment_intent": "ref", "charge": "ref", "metadata": "object"},
    "disputes": {"payment_intent": "ref", "charge": "ref", "metadata": "object"},
    "subscriptions": {
        "status": "text", "customer": "ref", "pause_collection": "told", "ended_at": "told", "livemode": "flag",
        "metadata": "object",
    },
    "invoices": {
        "subscription": "bill_of", "paid_by": "paid", "about": "about", "status": "text", "billing_reason": "text",
        "currency": "text", "total": "whole", "amount_due": "whole", "amount_paid": "whole",
        "paid_out_of_band": "told", "amount_paid_off_stripe": "told", "post_payment_credit_notes_amount": "told",
        "livemode": "flag", "metadata": "object",
    },
}  # fmt: skip


class OrderRow(NamedTuple):
    """An order as the sieve takes it: what the cheap test of a scan needs, and all by which it may meet a payment.

    `names` and `surnames` as names are compared, `ids` all that are stored, one a line; `email` only of an open order;
    `make`: "plain", "free", "bare" or "", as in the scan's own brief of an order; `plans`: subscriptions and bills that
    stand in other columns, sorted, one a line.
    """

    id: str
    status: str
    amount: int | None
    currency: str
    session: str | None
    intent: str | None
    charge: str | None
    names: str
    surnames: str
    ids: str
    email: str | None
    make: str
    plans: str


class Touch(NamedTuple):
    """Something by which an object that was read elsewhere may belong to what lies here: the object's `id`; of what
    `kind` (`words.ID`, `NAME`, `EMAIL`); what is `said`, names and e-mails as they are compared."""

    id: str
    kind: int
    said: str


AS_JSON: Final = frozenset({"object", "about"})


def value_of(raw: Json, name: str, how: How) -> object:
    """A column of an object as Stripe sent it. What is `AS_JSON` is the object itself."""
    return _READ[how](raw, name)


def types_of(kind: str, of_object: str) -> dict[str, str]:
    """The SQL types of `row_of`, by the names of the columns. `of_object`: that of an object."""
    types: dict[How, str] = {"whole": "bigint", "flag": "boolean"}
    own = {name: of_object if how in AS_JSON else types.get(how, "text") for name, how in COLUMNS[kind].items()}
    return {"id": "text", "created": "bigint", **own}


def row_of(kind: str, raw: Json) -> tuple[object, ...]:
    """An object's columns: its id, when it was made, and those of its kind."""
    return (str(raw["id"]), whole(raw, "created"), *_values(kind, raw))


def _values(kind: str, raw: Json) -> Iterator[object]:
    for name, how in COLUMNS[kind].items():
        value = value_of(raw, name, how)
        yield msgspec.json.encode(value).decode() if how in AS_JSON else value


def _told(raw: Json, name: str) -> str | None:
    return str(raw[name]) if raw.get(name) else None


def _some(raw: Json, name: str) -> str | None:
    return None if raw.get(name) is None else "1"


def _charge(raw: Json, name: str) -> str | None:
    """An intent's last charge: before 2022-11-15 it stood in a list inside."""
    listed = inner(raw, "charges").get("data")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], Mapping) else {}
    return ref(raw, name) or text(first, "id")


def _paid(raw: Json, _: str) -> str:
    return "\n".join((*paid_by(raw, "payment_intent"), *paid_by(raw, "charge")))


def _about(raw: Json, _: str) -> Json:
    """The metadata of its subscription, as a bill says it."""
    return inner(about_subscription(raw), "metadata")


def _bill_of(raw: Json, _: str) -> str | None:
    return subscription_of(raw)


_READ: Final[Mapping[How, Callable[[Json, str], object]]] = {
    "text": text, "ref": ref, "whole": whole, "flag": flag, "told": _told, "some": _some, "object": inner,
    "charge": _charge, "bill_of": _bill_of, "paid": _paid, "about": _about,
}  # fmt: skip
