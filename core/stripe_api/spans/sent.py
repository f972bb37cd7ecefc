"""What a page of a list holds, at the price of a glance: bytes as they came, and of each object the few fields by which
it is compared.

Building a hundred sessions with all that is in them costs more than everything else that is done with a page, and nine
of ten are never looked at again. So the bytes are kept as they are, and the whole is built for whoever asks for more
than the gist. A field of a strange type is in the gist as it stands.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypedDict, cast

import msgspec

from core.facts import Json

# Whoever has one can act for the customer.
_SECRET: Final = re.compile(rb'"client_secret"\s*:\s*"[^"\\]*(?:\\.[^"\\]*)*"')
_NO_SECRET: Final = b'"client_secret":null'
_Odd = None | bool | int | float | str | list[Any]


class _Contact(TypedDict, total=False):
    email: Any


class _Paying(TypedDict, total=False):
    """What intents and charges have in common, and what may be looked for in either."""

    id: Any
    object: Any
    created: Any
    status: Any
    amount: Any
    currency: Any
    livemode: Any
    metadata: Any
    client_reference_id: Any
    customer_details: _Contact | _Odd
    customer_email: Any
    billing_details: _Contact | _Odd
    receipt_email: Any
    review: Any


class _Outcome(TypedDict, total=False):
    type: Any


class _Charge(_Paying, total=False):
    payment_intent: Any
    amount_captured: Any
    captured: Any
    amount_refunded: Any
    refunded: Any
    disputed: Any
    outcome: _Outcome | _Odd


class _Intent(_Paying, total=False):
    latest_charge: _Charge | _Odd
    amount_received: Any
    last_payment_error: Any
    capture_method: Any


class _Subject(TypedDict, total=False):
    id: Any
    payment_intent: Any
    charge: Any
    latest_charge: Any
    invoice: Any
    subscription: Any
    parent: Any  # an invoice names its subscription in it
    payments: Any


class _Data(TypedDict, total=False):
    object: _Subject | _Odd


class _Gist(_Charge, _Intent, total=False):
    """Of anything that is listed; `data` is an event's."""

    payment_intent: _Intent | _Odd  # expanded in a session
    mode: Any
    payment_status: Any
    amount_total: Any
    expires_at: Any
    currency_conversion: Any
    recovered_from: Any
    subscription: Any
    invoice: Any
    charge: Any
    parent: Any
    payments: Any
    customer: Any  # of a subscription, as the next three
    pause_collection: Any
    ended_at: Any
    trial_end: Any
    subscription_details: Any  # of an invoice, as all that follow
    billing_reason: Any
    total: Any
    amount_due: Any
    amount_paid: Any
    paid_out_of_band: Any
    amount_paid_off_stripe: Any
    post_payment_credit_notes_amount: Any
    data: _Data | _Odd


class _Split(TypedDict, total=False):
    data: list[msgspec.Raw]


class _Page(TypedDict, total=False):
    data: list[_Gist]
    has_more: Any


_SPLIT: Final = msgspec.json.Decoder(_Split)
_PAGE: Final = msgspec.json.Decoder(_Page)
_GIST: Final = msgspec.json.Decoder(_Gist)


class Sent(Mapping[str, object]):
    """An object as Stripe sent it. `body`: its JSON; `gist`: of its fields those that
    `core.scanning.scratch.briefs` and `Event.related_ids` read, and `created`, of what is expanded in it
    likewise. Asked for anything, it is the whole."""

    __slots__ = ("_whole", "body", "gist")

    def __init__(self, body: bytes, gist: Json) -> None:
        self.body = body
        self.gist = gist
        self._whole: Json | None = None

    def __getitem__(self, key: str) -> object:
        """A field of the whole."""
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        """The names of all fields."""
        return iter(self._all())

    def __len__(self) -> int:
        """How many fields it has."""
        return len(self._all())

    def __repr__(self) -> str:
        """Its JSON: the same object comes out the same each time."""
        return f"Sent({self.body!r})"

    def _all(self) -> Json:
        if self._whole is None:
            self._whole = cast("Json", whole(self.body))
        return self._whole


def gist_of(raw: Json) -> Json:
    """What is compared of an object, wherever it comes from: of one that is whole, the whole."""
    return raw.gist if isinstance(raw, Sent) else raw


def page_of(content: bytes) -> object:
    """The body of an answer: of a list its `has_more`, and its objects in `data` as `Sent`. What is no list, or no
    object in one, is as it stands. msgspec.DecodeError where it is no JSON."""
    try:
        bodies = [bytes(one) for one in _SPLIT.decode(content)["data"]]
    except (msgspec.ValidationError, KeyError):
        return whole(content)
    try:
        page = _PAGE.decode(content)
    except msgspec.ValidationError:  # something among them is no object
        return {**cast("Json", whole(content)), "data": [sent(one) for one in bodies]}
    return {**page, "data": [Sent(one, gist) for one, gist in zip(bodies, page["data"], strict=True)]}


def without_secrets(content: bytes) -> bytes:
    """JSON with each `client_secret` in it emptied."""
    return _SECRET.sub(_NO_SECRET, content)


def whole(body: bytes) -> object:
    """All that JSON says. msgspec.DecodeError where it is none."""
    try:
        return msgspec.json.decode(body)
    except msgspec.ValidationError:
        return json.loads(body)  # a number that is none of this world, such as 1e999


def sent(body: bytes) -> object:
    """An object by its JSON: `Sent`, or as it stands where it is none. msgspec.DecodeError where it is no JSON."""
    try:
        return Sent(body, _GIST.decode(body))
    except msgspec.ValidationError:
        return whole(body)
