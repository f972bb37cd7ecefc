"""The same facts, however they were read: each object once, the oldest first."""

from dataclasses import replace
from operator import attrgetter, is_
from typing import Any, TypeVar

from core.facts import Charge, Dispute, Endpoint, Event, Facts, Intent, Invoice, Refund, Session, Subscription

_LISTS = (  # of objects, in `Facts`
    "sessions", "intents", "charges", "refunds", "disputes", "subscriptions", "invoices", "events", "endpoints",
)  # fmt: skip
_age = attrgetter("created", "id")
T = TypeVar("T", Session, Intent, Charge, Refund, Dispute, Subscription, Invoice, Event, Endpoint)


def tidy(facts: Facts) -> Facts:
    """The same facts with each object once, the oldest first: so how they were read makes no difference."""
    changed: dict[str, Any] = {}
    for name in _LISTS:
        things = getattr(facts, name)
        if (len(things) > 1 or (things and not things[0].id)) and (tidied := _unique(things)) is not things:
            changed[name] = tidied
    return replace(facts, **changed) if changed else facts


def _unique(things: tuple[T, ...]) -> tuple[T, ...]:
    """Each object once, the oldest first; without an id it cannot be told apart and is left out."""
    by_id: dict[str, T] = {}
    for thing in things:
        if thing.id and (thing.id not in by_id or repr(thing) > repr(by_id[thing.id])):
            by_id[thing.id] = thing
    found = tuple(sorted(by_id.values(), key=_age))
    return things if len(found) == len(things) and all(map(is_, found, things)) else found
