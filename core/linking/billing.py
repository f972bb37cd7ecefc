"""Whose a subscription or an invoice is, and what events tell of those that nobody read."""

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from typing import TypeVar

from core.facts import Event, Facts, Invoice, Json, Order, Session, Subscription, SubscriptionStatus, json
from core.linking.ownership import names_other, names_this

T = TypeVar("T", bound=Subscription | Invoice)
_age = attrgetter("created", "id")
_ENDS = "customer.subscription.deleted"
_TELLING = ("customer.subscription.", "invoice.")
_NOTHING = frozenset[str]()
_LAST = frozenset("deleted paid payment_succeeded voided marked_uncollectible".split())


def are_spoken_of(facts: Facts) -> bool:
    """Whether anything was read or told of subscriptions or invoices: of most orders nothing is."""
    return bool(facts.subscriptions or facts.invoices or [e for e in facts.events if e.type.startswith(_TELLING)])


def subscriptions_told(facts: Facts) -> tuple[Subscription, ...]:
    """The subscriptions that were read, and, where one was not, what the newest event says of it."""
    return _told(facts.events, facts.subscriptions, "customer.subscription.", _subscription)


def invoices_told(facts: Facts) -> tuple[Invoice, ...]:
    """The invoices that were read, and, where one was not, what the newest event says of it."""
    return _told(facts.events, facts.invoices, "invoice.", lambda _, raw: Invoice.of(raw))


def own_subscriptions(
    order: Order, subscriptions: tuple[Subscription, ...], sessions: tuple[Session, ...]
) -> tuple[Subscription, ...]:
    """Those that its own sessions began, that its row holds, or that name it."""
    ours = {session.subscription_id for session in sessions} | order.stored_ids
    ours |= {*order.extra.values(), *order.metadata.values()}
    return tuple([one for one in subscriptions if one.id in ours or _is_named(order, one)])


def first_payments(facts: Facts, sessions: tuple[Session, ...]) -> frozenset[str]:
    """The ids of the intents and charges that paid the first bills of sign-ups, which name no order themselves."""
    begun = [session for session in sessions if session.subscription_id]
    if not begun:
        return _NOTHING
    bills, plans = {one.invoice_id for one in begun}, {one.subscription_id for one in begun}
    found = [i for i in invoices_told(facts) if i.id in bills or (i.is_first and i.subscription_id in plans)]
    return frozenset([key for one in found for key in (*one.intent_ids, *one.charge_ids)])


def own_invoices(order: Order, invoices: tuple[Invoice, ...], ids: frozenset[str]) -> tuple[Invoice, ...]:
    """The bills of `ids`, which are all that is the order's so far: of its sessions, subscriptions, intents, charges;
    and those that name it."""
    return tuple([one for one in invoices if not ids.isdisjoint(_touched(one)) or _is_named(order, one)])


def _touched(one: Invoice) -> tuple[str, ...]:
    return (one.id, one.subscription_id or "", *one.intent_ids, *one.charge_ids)


def _is_named(order: Order, thing: Subscription | Invoice) -> bool:
    return bool(thing.metadata) and names_this(order, thing) and not names_other(order, thing)


def _told(events: tuple[Event, ...], read: tuple[T, ...], types: str, of: Callable[[Event, Json], T]) -> tuple[T, ...]:
    telling = [event for event in events if event.type.startswith(types)]
    known, newest = {one.id for one in read} if telling else frozenset(), dict[str, Event]()
    for event in telling:
        key = event.object_id
        if key and key not in known and (key not in newest or _when(newest[key]) < _when(event)):
            newest[key] = event
    if not newest:
        return read
    told = [of(event, json.inner(json.inner(event.raw, "data"), "object")) for event in newest.values()]
    return tuple(sorted([*read, *told], key=_age))


def _when(event: Event) -> tuple[int, int, str]:
    """What can happen within one second happens from the creation to the end."""
    what = event.type.rpartition(".")[2]
    return event.created, 2 if what in _LAST else what != "created", event.id


def _subscription(event: Event, raw: Json) -> Subscription:
    """What an event shows; one that tells of the end is the end, where a short one does not say so itself."""
    found = Subscription.of(raw)
    if event.type != _ENDS:
        return found
    status = found.status if found.ended else SubscriptionStatus.CANCELED
    return replace(found, status=status, ended_at=found.ended_at or event.created)
