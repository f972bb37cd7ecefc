"""`Links`: the part of a case's facts that belongs to its order, and `link`, which finds it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import is_
from typing import TypeVar

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
    Order,
    PaymentStatus,
    Refund,
    Session,
    SessionStatus,
)
from core.linking.ownership import names_other, names_this, own_intents, own_sessions, stored_ids
from core.linking.payments import Payment, payments
from core.money import Money

T = TypeVar("T", Session, Intent, Charge, Refund, Dispute, Event, Endpoint)


@dataclass(frozen=True)  # no slots: what it adds up to is worked out once
class Links:
    """What belongs to the order, the oldest first. For a case without an order: everything that was read.

    `foreign`: objects the order points at that belong to another order. `elsewhere`: sessions that name the order's
    number, on another site. `endpoints` belong to nobody: all there are, each once. `facts`: what was read, tidied.
    """

    sessions: tuple[Session, ...] = ()
    intents: tuple[Intent, ...] = ()
    charges: tuple[Charge, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    events: tuple[Event, ...] = ()
    payments: tuple[Payment, ...] = ()
    foreign: tuple[Session | Intent, ...] = ()
    elsewhere: tuple[Session, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    facts: Facts | None = field(default=None, compare=False, repr=False)

    @cached_property
    def standing(self) -> tuple[Payment, ...]:
        """The payments of which something is left."""
        return tuple(payment for payment in self.payments if payment.standing)

    @cached_property
    def paid(self) -> Money | None:
        """All that came in; None where nothing did, an amount is unknown, or currencies are mixed."""
        return _sum(payment.amount for payment in self.payments)

    @cached_property
    def net(self) -> Money | None:
        """Paid minus refunded; None as for `paid`."""
        return _sum(payment.net for payment in self.payments)

    @cached_property
    def refunded(self) -> int:
        """Minor units that went back, over all payments."""
        return sum(payment.refunded for payment in self.payments)

    @cached_property
    def pending_refund(self) -> int:
        """Minor units on their way back."""
        return sum(payment.pending for payment in self.payments)

    @cached_property
    def free(self) -> tuple[Session, ...]:
        """Finished sessions for which nothing had to be paid: a coupon of 100 %, a trial, a saved card."""
        due = PaymentStatus.NO_PAYMENT_REQUIRED
        return tuple(s for s in self.sessions if s.status is SessionStatus.COMPLETE and s.payment_status is due)

    @cached_property
    def under_way(self) -> bool:
        """A payment the bank has not answered yet: processing, or a voucher or transfer the customer still has."""
        return (
            any(i.status is IntentStatus.PROCESSING or i.awaited for i in self.intents)
            or any(charge.status is ChargeStatus.PENDING for charge in self.charges)
            or any(self._unanswered(session) for session in self.sessions)
        )

    @cached_property
    def unclear(self) -> tuple[str, ...]:
        """Ids of linked objects whose state is a word nobody here knows: nothing can be concluded from them."""
        odd = [s.id for s in self.sessions if s.status is SessionStatus.UNKNOWN]
        odd += [s.id for s in self.sessions if s.payment_status is PaymentStatus.UNKNOWN]
        odd += [i.id for i in self.intents if i.status is IntentStatus.UNKNOWN]
        return tuple(dict.fromkeys(odd + [c.id for c in self.charges if c.status is ChargeStatus.UNKNOWN]))

    @cached_property
    def settled_at(self) -> int | None:
        """When the newest payment (or free checkout) settled; None where none did."""
        times = [payment.at for payment in self.payments]
        for session in self.free:
            told = [e.created for e in self.events if e.object_id == session.id and e.type.endswith(".completed")]
            times.append(max([session.created, *told]))
        return max(times, default=None)

    def _unanswered(self, session: Session) -> bool:
        """Finished and unpaid, and the intent that would say why is not here."""
        done = session.status is SessionStatus.COMPLETE and session.payment_status is PaymentStatus.UNPAID
        return done and all(intent.id != session.payment_intent_id for intent in self.intents)


def link(case: Case) -> Links:
    """What of the case's facts belongs to its order."""
    facts, order = _tidy(case.facts), case.order
    sessions, intents, charges = facts.sessions, facts.intents, facts.charges
    if order is None:
        return _links(facts, sessions, intents, charges)
    own = own_sessions(order, sessions, case.surroundings.app_hosts)
    mine = own_intents(order, intents, sessions, own)
    stored, ours = stored_ids(order), {session.id for session in own}
    intent_ids = {intent.id for intent in mine} | {session.payment_intent_id for session in own}
    intent_ids |= {i for i in stored if i.startswith("pi_")} - {intent.id for intent in intents}
    return _links(
        facts,
        own,
        mine,
        tuple(charge for charge in charges if _owns(order, charge, intent_ids)),
        foreign=_foreign(order, sessions, intents, {*ours, *(intent.id for intent in mine)}),
        elsewhere=tuple(session for session in sessions if session.id not in ours and names_this(order, session)),
    )


def _links(
    facts: Facts,
    sessions: tuple[Session, ...],
    intents: tuple[Intent, ...],
    charges: tuple[Charge, ...],
    *,
    foreign: tuple[Session | Intent, ...] = (),
    elsewhere: tuple[Session, ...] = (),
) -> Links:
    """The refunds, disputes and events of these objects, and what it all adds up to."""
    ids: set[str | None] = {session.id for session in sessions}
    ids.update(intent.id for intent in intents)
    ids.update(charge.id for charge in charges)
    ids.update(session.payment_intent_id for session in sessions)
    ids.discard(None)
    refunds = tuple(r for r in facts.refunds if r.charge_id in ids or r.payment_intent_id in ids)
    disputes = tuple(d for d in facts.disputes if d.charge_id in ids or d.payment_intent_id in ids)
    ids.update(refund.id for refund in refunds)
    ids.update(dispute.id for dispute in disputes)
    for session in sessions:
        ids.update((session.subscription_id, session.invoice_id, session.setup_intent_id))
    events = tuple(event for event in facts.events if not event.related_ids.isdisjoint(ids))
    return Links(
        sessions=sessions,
        intents=intents,
        charges=charges,
        refunds=refunds,
        disputes=disputes,
        events=events,
        payments=payments(sessions, intents, charges, refunds, events),
        foreign=foreign,
        elsewhere=elsewhere,
        endpoints=facts.endpoints,
        facts=facts,
    )


def _owns(order: Order, charge: Charge, intent_ids: set[str | None]) -> bool:
    if charge.payment_intent_id:
        return charge.payment_intent_id in intent_ids
    return names_this(order, charge) or (charge.id in stored_ids(order) and not names_other(order, charge))


def _foreign(
    order: Order, sessions: tuple[Session, ...], intents: tuple[Intent, ...], own: set[str]
) -> tuple[Session | Intent, ...]:
    """What the order points at and is not its own: it names another order, or its session does."""
    astray = stored_ids(order) - own
    if not astray:
        return ()
    theirs = {session.payment_intent_id for session in sessions if names_other(order, session)}
    found: list[Session | Intent] = [s for s in sessions if s.id in astray and names_other(order, s)]
    pointed = [intent for intent in intents if intent.id in astray]
    return (*found, *(i for i in pointed if i.id in theirs or names_other(order, i)))


def _tidy(facts: Facts) -> Facts:
    """The same facts with each object once, the oldest first: so how they were read makes no difference."""
    lists = {
        "sessions": _unique(facts.sessions),
        "intents": _unique(facts.intents),
        "charges": _unique(facts.charges),
        "refunds": _unique(facts.refunds),
        "disputes": _unique(facts.disputes),
        "events": _unique(facts.events),
        "endpoints": _unique(facts.endpoints),
    }
    changed = {name: things for name, things in lists.items() if things is not getattr(facts, name)}
    return replace(facts, **changed) if changed else facts  # type: ignore[arg-type]  # the fields of these names


def _unique(things: tuple[T, ...]) -> tuple[T, ...]:
    """Each object once, the oldest first; without an id it cannot be told apart and is left out."""
    if not things or (len(things) == 1 and things[0].id):
        return things
    by_id: dict[str, T] = {}
    for thing in things:
        if thing.id and (thing.id not in by_id or repr(thing) > repr(by_id[thing.id])):
            by_id[thing.id] = thing
    found = tuple(sorted(by_id.values(), key=lambda thing: (thing.created, thing.id)))
    return things if all(map(is_, found, things)) and len(found) == len(things) else found


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = list(amounts)
    first = known[0] if known else None
    if first is None or any(money is None or money.currency != first.currency for money in known):
        return None
    return Money(sum(money.amount_minor for money in known if money), first.currency)
