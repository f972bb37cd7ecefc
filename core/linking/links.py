"""`Links`: the part of a case's facts that belongs to its order, and `link`, which finds it."""

from dataclasses import dataclass, field, replace
from operator import attrgetter, is_
from typing import Any, TypeVar

from core.cases import Case
from core.facts import (
    Charge,
    ChargeStatus,
    Dispute,
    Endpoint,
    Event,
    Facts,
    Intent,
    IntentStatus,
    Invoice,
    Order,
    PaymentStatus,
    Refund,
    Session,
    SessionStatus,
    Subscription,
)
from core.facts.remembered import remembered
from core.linking.billing import (
    are_spoken_of,
    first_payments,
    invoices_told,
    own_invoices,
    own_subscriptions,
    subscriptions_told,
)
from core.linking.ownership import names_other, names_this, own_intents, own_sessions, stored_ids
from core.linking.payments import Payment, payments
from core.money import Money, added_up

_LISTS = (  # of objects, in `Facts`
    "sessions", "intents", "charges", "refunds", "disputes", "subscriptions", "invoices", "events", "endpoints",
)  # fmt: skip
_age, _at = attrgetter("created", "id"), attrgetter("at")
_refunded, _pending = attrgetter("refunded"), attrgetter("pending")
T = TypeVar("T", Session, Intent, Charge, Refund, Dispute, Subscription, Invoice, Event, Endpoint)
B = TypeVar("B", Refund, Dispute)


@dataclass(frozen=True)  # no slots: what it adds up to is worked out once
class Links:
    """What belongs to the order, the oldest first. For a case without an order: everything that was read.

    `foreign`: objects the order points at that belong to another order. `on_other_site`: sessions that name the order's
    number, on another site. `subscriptions`, `invoices`: as they were read, else as the newest event tells of them.
    `endpoints` belong to nobody: all there are, each once. `facts`: what was read, tidied.
    """

    sessions: tuple[Session, ...] = ()
    intents: tuple[Intent, ...] = ()
    charges: tuple[Charge, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    events: tuple[Event, ...] = ()
    payments: tuple[Payment, ...] = ()
    foreign: tuple[Session | Intent, ...] = ()
    on_other_site: tuple[Session, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    facts: Facts | None = field(default=None, compare=False, repr=False)

    @remembered
    def still_paid(self) -> tuple[Payment, ...]:
        """The payments of which something is left."""
        return tuple([payment for payment in self.payments if payment.still_paid])

    @remembered
    def paid(self) -> Money | None:
        """All that came in; None where nothing did, an amount is unknown, or currencies are mixed."""
        return added_up([payment.amount for payment in self.payments])

    @remembered
    def net(self) -> Money | None:
        """Paid minus refunded; None as for `paid`."""
        return added_up([payment.net for payment in self.payments])

    @remembered
    def refunded(self) -> int:
        """Minor units that went back, over all payments."""
        return sum(map(_refunded, self.payments))

    @remembered
    def pending_refund(self) -> int:
        """Minor units on their way back."""
        return sum(map(_pending, self.payments))

    @remembered
    def free(self) -> tuple[Session, ...]:
        """Finished sessions for which nothing had to be paid: a coupon of 100 %, a trial, a saved card."""
        due = PaymentStatus.NO_PAYMENT_REQUIRED
        return tuple([s for s in self.sessions if s.payment_status is due and s.status is SessionStatus.COMPLETE])

    @remembered
    def under_way(self) -> bool:
        """A payment the bank has not answered yet: processing, or a voucher or transfer the customer still has."""
        return bool(
            [i for i in self.intents if i.status is IntentStatus.PROCESSING or i.awaited]
            or [charge for charge in self.charges if charge.status is ChargeStatus.PENDING]
            or [session for session in self.sessions if self._unanswered(session)]
        )

    @remembered
    def unclear(self) -> tuple[str, ...]:
        """Ids of linked objects whose state is a word nobody here knows: nothing can be concluded from them."""
        new, due = SessionStatus.UNKNOWN, PaymentStatus.UNKNOWN
        odd = [s.id for s in self.sessions if s.status is new or s.payment_status is due]
        odd += [i.id for i in self.intents if i.status is IntentStatus.UNKNOWN]
        odd += [c.id for c in self.charges if c.status is ChargeStatus.UNKNOWN]
        return tuple(dict.fromkeys(odd)) if odd else ()

    @remembered
    def settled_at(self) -> int | None:
        """When the newest payment (or free checkout) settled; None where none did."""
        times: list[int] = list(map(_at, self.payments))
        for session in self.free:
            finished = [e.created for e in self.events if e.object_id == session.id and e.type.endswith(".completed")]
            times.append(max([session.created, *finished]))
        return max(times) if times else None

    def _unanswered(self, session: Session) -> bool:
        """Finished and unpaid, and the intent that would say why is not here."""
        done = session.status is SessionStatus.COMPLETE and session.payment_status is PaymentStatus.UNPAID
        return done and all(intent.id != session.payment_intent_id for intent in self.intents)


def link(case: Case) -> Links:
    """What of the case's facts belongs to its order."""
    facts, order = _tidy(case.facts), case.order
    sessions, intents, charges = facts.sessions, facts.intents, facts.charges
    if order is None:
        return _links(facts, None, sessions, intents, charges)
    own = own_sessions(order, sessions, case.surroundings.app_hosts)
    mine = own_intents(order, intents, sessions, own)
    if first := first_payments(facts, own):
        mine = tuple([intent for intent in intents if intent.id in first or intent in mine])
    ours = {thing.id for things in (own, mine) for thing in things}
    astray = stored_ids(order) - ours
    unread = astray.difference([intent.id for intent in intents]) if astray else astray
    payable = ours.union(unread, first, [session.payment_intent_id for session in own])
    return _links(
        facts,
        order,
        own,
        mine,
        tuple([charge for charge in charges if _owns(order, charge, payable)]),
        foreign=_foreign(order, sessions, intents, astray) if astray else (),
        on_other_site=tuple([session for session in sessions if session.id not in ours and names_this(order, session)])
        if len(own) < len(sessions)
        else (),
    )


def _links(
    facts: Facts,
    order: Order | None,
    sessions: tuple[Session, ...],
    intents: tuple[Intent, ...],
    charges: tuple[Charge, ...],
    *,
    foreign: tuple[Session | Intent, ...] = (),
    on_other_site: tuple[Session, ...] = (),
) -> Links:
    """The refunds, disputes and events of these objects, and what it all adds up to."""
    ids: set[str | None] = {thing.id for things in (sessions, intents, charges) for thing in things}
    ids.update([session.payment_intent_id for session in sessions])
    ids.discard(None)
    subscriptions, invoices = _billed(facts, order, sessions, ids)
    ids.update(first_payments(facts, sessions))
    refunds, disputes = _concerning(facts.refunds, ids), _concerning(facts.disputes, ids)
    events: tuple[Event, ...] = ()
    if facts.events:
        ids.update([thing.id for things in (refunds, disputes, subscriptions, invoices) for thing in things])
        for session in sessions:
            ids.update((session.subscription_id, session.invoice_id, session.setup_intent_id))
        events = tuple([event for event in facts.events if not event.related_ids.isdisjoint(ids)])
    return Links(
        sessions=sessions,
        intents=intents,
        charges=charges,
        refunds=refunds,
        disputes=disputes,
        subscriptions=subscriptions,
        invoices=invoices,
        events=events,
        payments=payments(sessions, intents, charges, refunds, events),
        foreign=foreign,
        on_other_site=on_other_site,
        endpoints=facts.endpoints,
        facts=facts,
    )


def _billed(
    facts: Facts, order: Order | None, sessions: tuple[Session, ...], ids: set[str | None]
) -> tuple[tuple[Subscription, ...], tuple[Invoice, ...]]:
    """The subscriptions and invoices of an order, which has objects of these `ids`."""
    if not are_spoken_of(facts):
        return (), ()
    subscriptions, invoices = subscriptions_told(facts), invoices_told(facts)
    if order is None:
        return subscriptions, invoices
    subscriptions = own_subscriptions(order, subscriptions, sessions)
    bought = {found for s in sessions for found in (s.subscription_id, s.invoice_id)}
    known = ids | bought | {one.id for one in subscriptions}
    return subscriptions, own_invoices(order, invoices, frozenset([one for one in known if one]))


def _concerning(things: tuple[B, ...], ids: set[str | None]) -> tuple[B, ...]:
    """The refunds, or disputes, of these payments and charges."""
    return (
        tuple([thing for thing in things if thing.charge_id in ids or thing.payment_intent_id in ids]) if things else ()
    )


def _owns(order: Order, charge: Charge, payable: set[str | None]) -> bool:
    if charge.payment_intent_id:
        return charge.payment_intent_id in payable
    return names_this(order, charge) or (charge.id in stored_ids(order) and not names_other(order, charge))


def _foreign(
    order: Order, sessions: tuple[Session, ...], intents: tuple[Intent, ...], astray: frozenset[str]
) -> tuple[Session | Intent, ...]:
    """What the order points at and is not its own (`astray`): it names another order, or its session does."""
    theirs = {session.payment_intent_id for session in sessions if names_other(order, session)}
    found: list[Session | Intent] = [s for s in sessions if s.id in astray and names_other(order, s)]
    pointed = [intent for intent in intents if intent.id in astray]
    return (*found, *(i for i in pointed if i.id in theirs or names_other(order, i)))


def _tidy(facts: Facts) -> Facts:
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
