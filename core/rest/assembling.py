"""Rows of a copy become an object as Stripe's list sends it: the payment inside the session, the charge inside that.

And what of an object is over and done: it stands in a copy as it stands at Stripe, however old the row is, but for what
went back (refunds, disputes), which has lists of its own. Pure.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from core.facts import Json, unreadable
from core.facts.json import ref, text, whole
from core.stripe_api.spans import Sent, gist_of, sent, without_secrets

_Fields = dict[str, msgspec.Raw]
_FIELDS: Final = msgspec.json.Decoder(_Fields)
_ENCODER: Final = msgspec.json.Encoder()
_IDLE: Final = (None, "canceled", "requires_payment_method")


def assembled(kind: str, own: str, inner: str | None, innermost: str | None) -> Json:
    """An object with what stands inside it, from their JSON; without, where the copy has no row of it. Nothing of it is
    built but its outermost fields: of a million objects nearly all are never looked at again."""
    found, inside = _read(own), _read(inner)
    if kind == "sessions" and inside is not None:
        found = _with(found, payment_intent=_paid(inside, _read(innermost)))
    elif kind == "intents" and found is not None:
        found = _paid(found, inside)
    elif kind == "charges" and inside is not None:
        found = _with(found, payment_intent=_paid(inside, None))
    raw = sent(_ENCODER.encode(found))
    return raw if isinstance(raw, Sent) else {}


def finished(kind: str, raw: Json) -> bool:
    """Whether nothing can become of it any more but that money goes back, and the copy has all of it."""
    raw = gist_of(raw)
    if text(raw, "id") is None or whole(raw, "created") is None or unreadable(raw):
        return False
    match kind:
        case "sessions":
            return _session_is(raw)
        case "intents":
            return _intent_is(raw)
        case "charges":
            return _charge_is(raw) and (
                ref(raw, "payment_intent") is None or _inside(raw, "payment_intent") is not None
            )
        case _:
            return False


def _session_is(raw: Json) -> bool:
    intent = _inside(raw, "payment_intent")
    if ref(raw, "payment_intent") is not None and intent is None:
        return False
    if raw.get("status") == "expired":
        return (intent or {}).get("status") in _IDLE
    done = raw.get("status") == "complete" and raw.get("payment_status") in ("paid", "no_payment_required")
    return done and (intent is None or (intent.get("status") == "succeeded" and _intent_is(intent)))


def _intent_is(raw: Json) -> bool:
    charge = _inside(raw, "latest_charge")
    if ref(raw, "latest_charge") is not None and charge is None:
        return False
    if raw.get("status") == "succeeded":
        return charge is not None and _charge_is(charge)
    return raw.get("status") == "canceled"


def _charge_is(raw: Json) -> bool:
    return raw.get("status") == "failed" or (raw.get("status") == "succeeded" and raw.get("captured") is True)


def _paid(intent: _Fields, charge: _Fields | None) -> _Fields:
    """An intent with its charge inside. Before November 2022 Stripe sent a list of its charges in its place, the newest
    first."""
    former = intent.pop("charges", None)
    if charge is not None:
        return _with(intent, latest_charge=charge)
    if "latest_charge" not in intent:
        listed = msgspec.json.decode(former) if former is not None else None
        data = listed.get("data") if isinstance(listed, Mapping) else None
        newest = data[0] if isinstance(data, list) and data else None
        intent["latest_charge"] = msgspec.Raw(_ENCODER.encode(newest))
    return intent


def _with(found: _Fields | None, **inside: _Fields) -> _Fields:
    return {**(found or {}), **{name: msgspec.Raw(_ENCODER.encode(one)) for name, one in inside.items()}}


def _inside(raw: Json, name: str) -> Json | None:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else None


def _read(stored: str | None) -> _Fields | None:
    """The fields of an object as the database wrote it, each `client_secret` in them emptied; None for what is none."""
    try:
        return None if stored is None else _FIELDS.decode(without_secrets(stored.encode()))
    except msgspec.ValidationError:
        return None
