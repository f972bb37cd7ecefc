"""Whose a subscription or an invoice is, and what events tell of those that nobody read."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter
from typing import TypeVar

from core.facts import Event, Facts, Invoice, Json, Order, Session, Subscription, SubscriptionStatus, json
from core.linking.ownership import Books

T = TypeVar("T", bound=Subscription | Invoice)
_age = attrgetter("created", "id")
_ENDS = "customer.subscription.deleted"
_PAYS = frozenset({"invoice.paid", "invoice.payment_succeeded"})
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
    return _told(facts.events, facts.invoices, "invoice.", _invoice)


def own_bills(order: Order, invoices: tuple[Invoice, ...], sessions: tuple[Session, ...]) -> tuple[Invoice, ...]:
    """Of the order's `invoices` those that it was paid by itself: what its checkouts drew up, the first of a
    subscription above all; where it has none, those that its row stores, by their id or their payment, as an app does
    that writes an order for each bill; else those of sign-ups. What a subscription charges later is not the order's."""
    drawn = {session.invoice_id for session in sessions}
    plans = {session.subscription_id for session in sessions} - {None}
    stored = order.stored_ids | {*order.extra.values(), *order.metadata.values()}
    alone = [one for one in invoices if one.subscription_id is None]
    first = [one for one in invoices if one.is_first]
    if plans:
        return _each_once(
            [one for one in invoices if one.id in drawn or (one in first and one.subscription_id in plans)], alone
        )
    kept = [one for one in invoices if not stored.isdisjoint((one.id, *one.intent_ids, *one.charge_ids))]
    return _each_once(kept or first, [] if kept else alone)


def _each_once(*some: list[Invoice]) -> tuple[Invoice, ...]:
    return tuple({one.id: one for part in some for one in part}.values())


def payments_of(invoices: Iterable[Invoice]) -> frozenset[str]:
    """The ids of the intents and charges that paid them, or were to."""
    return frozenset([key for one in invoices for key in (*one.intent_ids, *one.charge_ids)])


def billed(books: Books, facts: Facts, sessions: tuple[Session, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of what paid the order's own bills, which may name no order; and of what paid later ones of its
    subscription."""
    if not are_spoken_of(facts) or not (invoices := invoices_told(facts)):
        return _NOTHING, _NOTHING
    order = books.order
    plans = own_subscriptions(books, subscriptions_told(facts), sessions)
    ids = {found for s in sessions for found in (s.subscription_id, s.invoice_id) if found}
    known = order.stored_ids | ids | {one.id for one in plans}
    invoices = own_invoices(books, invoices, known)
    own = own_bills(order, invoices, sessions)
    later = [one for one in invoices if one not in own and one.subscription_id and one.billing_reason]
    return payments_of(own), payments_of(later)


def billing_of(
    books: Books | None, facts: Facts, sessions: tuple[Session, ...], ids: set[str | None]
) -> tuple[tuple[Subscription, ...], tuple[Invoice, ...], tuple[Invoice, ...]]:
    """The subscriptions and invoices of an order, which has objects of these `ids`, and its own bills among them. All
    that was read where there is no order, and nobody's bills."""
    if not are_spoken_of(facts):
        return (), (), ()
    subscriptions, invoices = subscriptions_told(facts), invoices_told(facts)
    if books is None:
        return subscriptions, invoices, ()
    subscriptions = own_subscriptions(books, subscriptions, sessions)
    bought = {found for s in sessions for found in (s.subscription_id, s.invoice_id)}
    known = ids | bought | {one.id for one in subscriptions}
    invoices = own_invoices(books, invoices, frozenset([one for one in known if one]))
    return subscriptions, invoices, own_bills(books.order, invoices, sessions)


def own_subscriptions(
    books: Books, subscriptions: tuple[Subscription, ...], sessions: tuple[Session, ...]
) -> tuple[Subscription, ...]:
    """Those that its own sessions began, that its row holds, or that name it."""
    order = books.order
    ours = {session.subscription_id for session in sessions} | order.stored_ids
    ours |= {*order.extra.values(), *order.metadata.values()}
    return tuple([one for one in subscriptions if one.id in ours or _is_named(books, one)])


def own_invoices(books: Books, invoices: tuple[Invoice, ...], ids: frozenset[str]) -> tuple[Invoice, ...]:
    """The bills of `ids`, which are all that is the order's so far: of its sessions, subscriptions, intents, charges;
    and those that name it."""
    return tuple([one for one in invoices if not ids.isdisjoint(_touched(one)) or _is_named(books, one)])


def _touched(one: Invoice) -> tuple[str, ...]:
    return (one.id, one.subscription_id or "", *one.intent_ids, *one.charge_ids)


def _is_named(books: Books, thing: Subscription | Invoice) -> bool:
    return bool(thing.metadata) and books.names_ours(thing)


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


def _invoice(event: Event, raw: Json) -> Invoice:
    """What an event shows; one that tells of the payment is as old as that."""
    found = Invoice.of(raw)
    return replace(found, paid_at=event.created) if event.type in _PAYS and found.paid_at is None else found


def _subscription(event: Event, raw: Json) -> Subscription:
    """What an event shows; one that tells of the end is the end, where a short one does not say so itself."""
    found = Subscription.of(raw)
    if event.type != _ENDS:
        return found
    status = found.status if found.ended else SubscriptionStatus.CANCELED
    return replace(found, status=status, ended_at=found.ended_at or event.created)
