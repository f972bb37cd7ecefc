"""Payments of a copy of which money went back: the payment is put in as Stripe's list of refunds and disputes has it.

A copy may be older than the refund. Seen beside one another, a payment of which nothing went back and its refund would
tell two stories.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.facts import Json
from core.facts.json import ref
from core.scanning.scratch import Scratch, of_id
from core.scanning.scratch.copied import OF_A_COPY

_BACK: Final = "SELECT raw FROM objects WHERE kind IN ('refund', 'dispute')"
_PAID: Final = f"""SELECT p.kind, p.raw FROM objects p
WHERE (p.key = ?1 OR p.intent_key = ?1 OR p.key = ?2) AND p.kind IN ('session', 'intent', 'charge')
  AND {OF_A_COPY.format("p.raw")}"""  # noqa: S608 - our own words
_KINDS: Final = {"session": "sessions", "intent": "intents", "charge": "charges"}


def put_right(scratch: Scratch) -> None:
    """Put every payment of a copy of which something went back into the scratch as it is now."""
    for places in scratch.stream(_BACK, size=250):
        for (place,) in places:
            back = scratch.raw(place)
            for kind, raw in _now(scratch, back):
                scratch.keep(_KINDS[kind], [raw], at_rest=True)


def _now(scratch: Scratch, back: Json) -> Iterator[tuple[str, Json]]:
    """The session, the intent, the charge of a copy that it went back from, with what is inside as it is now."""
    intent, charge = _whole(back, "payment_intent"), _whole(back, "charge")
    keys = [of_id(one) if one else None for one in (ref(back, "payment_intent"), ref(back, "charge"))]
    for kind, place in scratch.rows(_PAID, keys):
        raw = dict(scratch.raw(place))
        if kind == "session" and intent:
            yield kind, {**raw, "payment_intent": intent}
        elif kind == "intent" and intent:
            yield kind, intent
        elif kind == "charge" and charge:
            yield kind, {**charge, "payment_intent": intent or charge.get("payment_intent")}


def _whole(raw: Json, name: str) -> dict[str, Any] | None:
    found = raw.get(name)
    return dict(found) if isinstance(found, Mapping) and found.get("id") else None
