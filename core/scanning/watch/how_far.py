"""How far a watch has read, and what waits to be looked at. Pure; kept in the journal as one JSON text, in one write.

What moved is looked at once, when its grace time is over: a webhook may be on its way, and whatever moves again
meanwhile is looked at together. But not later than twice the grace time, however often it moves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from core.facts import Event, Json, NameKeys
from core.facts.billing import subscription_of
from core.facts.json import inner
from core.scanning.scratch import ObjectBrief, brief_of_object
from core.times import GRACE, HOUR

SLACK: Final = 5  # seconds: clocks are not exact
TRIES: Final = 3  # at what could not be told; then it is left to the next scan
TYPES: Final = tuple(
    "checkout.session.completed checkout.session.async_payment_succeeded checkout.session.async_payment_failed "
    "checkout.session.expired payment_intent.succeeded payment_intent.canceled payment_intent.payment_failed "
    "payment_intent.processing payment_intent.amount_capturable_updated charge.succeeded charge.captured "
    "charge.expired charge.refunded charge.refund.updated refund.created refund.updated refund.failed "
    "charge.dispute.created charge.dispute.updated charge.dispute.closed".split()
)
"""The events that can change what is to be said of an order; one list of Stripe's takes twenty types."""
BILLING_TYPES: Final = tuple(
    "customer.subscription.updated customer.subscription.deleted customer.subscription.paused "
    "customer.subscription.resumed invoice.payment_failed invoice.voided invoice.marked_uncollectible".split()
)
"""Those of subscriptions, listed where there are any. A bill that was paid changes nothing that is said of an order:
the first one comes with its checkout, and that a later one may come is known from the subscription."""
_TELLING: Final = frozenset("status cancel_at cancel_at_period_end canceled_at ended_at pause_collection plan".split())
_LATER: Final = {"checkout.session.expired": HOUR}  # so long the app has to close the order
_PAYMENTS: Final = ("cs_", "pi_", "ch_", "py_")


@dataclass(frozen=True, slots=True)
class Touched:
    """A payment that an event tells of: the ids of what it consists of, the orders it names, when
    that was, and when it is to be looked at; `later`: because of what the app has yet to do, not because it is new."""

    payment: str
    ids: frozenset[str]
    names: frozenset[str]
    at: int
    due: int
    later: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is to be looked at: since when it waits, and when it is due (seconds since 1970); the ids and the names that
    events told of it; how often it was tried in vain."""

    since: int
    due: int
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Followed:
    """How far the watch has read. `heard_at`: when events were last listed to the end; `events_to`, `orders_to`: the
    newest event and row that are known, by their own clocks; `events`, `orders`: what is known of the overlap below (an
    event's id with its time; an order's id with a print of its row); `waiting`: by the key of the case; `scan_at`: when
    the next scan is due; `fill`: the scan that left something unread; `billing`: whether there are subscriptions;
    `unsent_at`: when Stripe is to be asked next what it failed to make, `unsent_why`: why that could not be read. Times
    are seconds since 1970."""

    heard_at: int
    events_to: int
    orders_to: int
    events: Mapping[str, int] = field(default_factory=dict)
    orders: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    scan_at: int = 0
    fill: int | None = None
    billing: bool = False
    unsent_at: int = 0
    unsent_why: str = ""


def written(state: Followed) -> str:
    """The state as the journal keeps it."""
    return msgspec.json.encode(state).decode()


def read(kept: str | None) -> Followed | None:
    """What the journal kept; None where there is nothing, or nothing that can be read: then a scan has to be made."""
    try:
        return msgspec.json.decode(kept, type=Followed) if kept else None
    except msgspec.DecodeError:
        return None


def touched(raw: Json, keys: NameKeys) -> Touched | None:
    """The payment, or the subscription, that an event is about, None where it is about none. `keys`: where the
    names of orders stand."""
    event, data = Event.of(raw), raw.get("data")
    thing = data.get("object") if isinstance(data, Mapping) else None
    if not isinstance(thing, dict):
        return None
    brief, _ = brief_of_object(thing, keys)
    if brief.kind in ("subscription", "invoice"):
        return _billed(event, thing, brief)
    own = brief.id if brief.kind in ("session", "intent", "charge") else None
    payment = brief.intent or (own if brief.kind == "session" else None) or brief.charge or own
    if not payment:
        return None
    ids = {one for one in (*event.related_ids, brief.intent, brief.charge) if one and one.startswith(_PAYMENTS)}
    names = frozenset(filter(None, brief.references.split("\n")))
    later = _LATER.get(event.type, 0)
    return Touched(payment, frozenset(ids), names, event.created, event.created + later + GRACE + SLACK, later > 0)


def _billed(event: Event, thing: Json, brief: ObjectBrief) -> Touched | None:
    """The subscription that an event is about; None for a change that only tells of another month."""
    before = inner(inner(event.raw, "data"), "previous_attributes")
    plan = brief.id if brief.kind == "subscription" else subscription_of(thing)
    if plan is None or (before and _TELLING.isdisjoint(before)):
        return None
    names = frozenset(filter(None, brief.references.split("\n")))
    return Touched(plan, frozenset({plan}), names, event.created, event.created + GRACE + SLACK, later=False)


def waiting_with(
    before: Mapping[str, Waiting], key: str, *, at: int, due: int, ids: Iterable[str] = (), names: Iterable[str] = ()
) -> dict[str, Waiting]:
    """What waits, and this as well: together with what waits under the same key already."""
    stood = before.get(key)
    if stood is None:
        return {**before, key: Waiting(at, due, tuple(sorted(ids)), tuple(sorted(names)))}
    since = min(stood.since, at)
    together = replace(
        stood,
        since=since,
        due=max(stood.due, min(due, since + 2 * GRACE)),
        ids=tuple(sorted({*stood.ids, *ids})),
        names=tuple(sorted({*stood.names, *names})),
    )
    return {**before, key: together}
