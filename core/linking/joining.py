"""`link`: which of a case's facts belong to its order."""

from typing import TypeVar

from core.cases import Case
from core.facts import Charge, Dispute, Event, Facts, Intent, Order, Refund, Session, plainly
from core.linking.billing import billed, billing_of, payments_of
from core.linking.claims import Claim, claim
from core.linking.ledger import releases
from core.linking.links import Links
from core.linking.ownership import Books, Whose, own_intents, own_sessions, stored_ids
from core.linking.payments import payments
from core.linking.tidy import tidy

B = TypeVar("B", Refund, Dispute)
_NONE = frozenset[str]()


def link(case: Case) -> Links:
    """What of the case's facts belongs to its order."""
    facts, order = tidy(case.facts), case.order
    sessions, intents, charges = facts.sessions, facts.intents, facts.charges
    if order is None:
        return _links(facts, None, sessions, intents, charges)
    books = _books(case, order, sessions, intents)
    own = own_sessions(books, sessions, case.surroundings.app_hosts)
    mine = own_intents(books, intents, sessions, own)
    first, later = billed(books, facts, own)
    if first or later:
        bills = [i for i in intents if i.id in first and books.whose(i) is not Whose.ANOTHERS]
        mine = tuple([i for i in intents if i in bills or (i in mine and i.id not in later)])
    taken = frozenset[str]()
    claims: tuple[tuple[Claim, Order], ...] = ()
    if case.other_orders:
        own, mine, taken, claims = _without_taken(books, own, mine)
    ours = {thing.id for things in (own, mine) for thing in things}
    astray = stored_ids(order) - ours
    unread = astray.difference([intent.id for intent in intents]) if astray else astray
    payable = ours.union(unread - taken, first - taken, [session.payment_intent_id for session in own]) - later
    return _links(
        facts,
        books,
        own,
        mine,
        tuple([charge for charge in charges if _owns(books, charge, payable) and charge.id not in later]),
        foreign=_foreign(books, sessions, intents, astray, taken) if astray else (),
        on_other_site=tuple([session for session in sessions if session.id not in ours and books.names_ours(session)])
        if len(own) < len(sessions)
        else (),
        claims=claims,
    )


def _books(case: Case, order: Order, sessions: tuple[Session, ...], intents: tuple[Intent, ...]) -> Books:
    return Books(
        order,
        case.other_orders,
        frozenset(map(plainly, case.no_order)) if case.no_order else _NONE,
        case.surroundings.keys,
        sessions,
        intents,
    )


def _without_taken(
    books: Books, own: tuple[Session, ...], mine: tuple[Intent, ...]
) -> tuple[tuple[Session, ...], tuple[Intent, ...], frozenset[str], tuple[tuple[Claim, Order], ...]]:
    """What is the order's own of what it stores and another order does too; the ids that are that one's; and what this
    order has to do with each payment that several store."""
    claims, taken = list[tuple[Claim, Order]](), set[str]()
    things: tuple[Session | Intent, ...] = (*own, *mine)
    for thing in things:
        if thing.id in books.naming or thing.id in taken:
            continue
        what, other = claim(books, thing)
        if other is not None and (what, other) not in claims:
            claims.append((what, other))
        if what is Claim.TAKEN:
            taken.add(thing.id)
            if isinstance(thing, Session) and thing.payment_intent_id:
                taken.add(thing.payment_intent_id)
    own = tuple([session for session in own if session.id not in taken])
    mine = tuple([intent for intent in mine if intent.id not in taken])
    return own, mine, frozenset(taken), tuple(claims)


def _links(
    facts: Facts,
    books: Books | None,
    sessions: tuple[Session, ...],
    intents: tuple[Intent, ...],
    charges: tuple[Charge, ...],
    *,
    foreign: tuple[Session | Intent, ...] = (),
    on_other_site: tuple[Session, ...] = (),
    claims: tuple[tuple[Claim, Order], ...] = (),
) -> Links:
    """The refunds, disputes and events of these objects, and what it all adds up to."""
    ids: set[str | None] = {thing.id for things in (sessions, intents, charges) for thing in things}
    ids.update([session.payment_intent_id for session in sessions])
    ids.discard(None)
    subscriptions, invoices, bills = billing_of(books, facts, sessions, ids)
    ids.update(payments_of(bills))
    refunds, disputes = _concerning(facts.refunds, ids), _concerning(facts.disputes, ids)
    let_go = releases(refunds, charges)
    events: tuple[Event, ...] = ()
    if facts.events:
        ids.update([thing.id for things in (refunds, disputes, subscriptions, invoices) for thing in things])
        for session in sessions:
            ids.update((session.subscription_id, session.invoice_id, session.setup_intent_id))
        events = tuple([event for event in facts.events if not event.related_ids.isdisjoint(ids)])
    refunds = tuple([one for one in refunds if one not in let_go]) if let_go else refunds
    return Links(
        sessions=sessions,
        intents=intents,
        charges=charges,
        refunds=refunds,
        releases=let_go,
        disputes=disputes,
        subscriptions=subscriptions,
        invoices=invoices,
        bills=bills,
        events=events,
        payments=payments(sessions, intents, charges, refunds, disputes, events, bills),
        foreign=foreign,
        on_other_site=on_other_site,
        claims=claims,
        books=books,
        endpoints=facts.endpoints,
        facts=facts,
    )


def _concerning(things: tuple[B, ...], ids: set[str | None]) -> tuple[B, ...]:
    """The refunds, or disputes, of these payments and charges."""
    return (
        tuple([thing for thing in things if thing.charge_id in ids or thing.payment_intent_id in ids]) if things else ()
    )


def _owns(books: Books, charge: Charge, payable: set[str | None]) -> bool:
    if charge.payment_intent_id:
        return charge.payment_intent_id in payable
    if charge.id in payable:
        return True
    if books.names_ours(charge):
        return True
    return charge.id in stored_ids(books.order) and books.whose(charge) is not Whose.ANOTHERS


def _foreign(
    books: Books,
    sessions: tuple[Session, ...],
    intents: tuple[Intent, ...],
    astray: frozenset[str],
    taken: frozenset[str],
) -> tuple[Session | Intent, ...]:
    """What the order points at and is not its own (`astray`): another order's by its name, or by its session's, or
    `taken` by one that stores it too."""
    named = [session for session in sessions if books.whose(session) is Whose.ANOTHERS]
    theirs = {session.payment_intent_id for session in named}
    found: list[Session | Intent] = [s for s in sessions if s.id in astray and (s in named or s.id in taken)]
    pointed = [intent for intent in intents if intent.id in astray]
    return (
        *found,
        *(i for i in pointed if i.id in theirs or i.id in taken or books.whose(i) is Whose.ANOTHERS),
    )
