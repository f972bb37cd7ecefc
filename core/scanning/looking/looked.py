"""A case that a scan has looked at in full, and what more is worth reading for it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from core.facts import (
    CLOSED_ORDER,
    OPEN_ORDER,
    Charge,
    Dispute,
    Facts,
    Intent,
    Order,
    Refund,
    Session,
    SessionStatus,
    Subscription,
    Unread,
)
from core.journal import Kept, Noted
from core.rules import Examined, identity, payment, transport
from core.scanning.scratch import coverage
from core.stripe_api import KEPT_DAYS, Span
from core.stripe_api.spans import Hole, Range
from core.times import DAY, moment

# What is said where no event tells the cause.
_UNTOLD: Final = frozenset({transport.PAID_NOT_RECORDED.code, payment.PAID_ORDER_CLOSED.code})


@dataclass(frozen=True, slots=True)
class Looked(Examined):
    """A case that a scan has looked at. `key`: "order:<id>" or "stripe:<id>"; `partly_read`: something of it was not
    read in this scan, which is the scan's own shortcoming and no finding; `payment_unread`: its payment may be among
    that, so what was found may not be the whole; `waits`: Stripe was not asked yet for an id that the order stores;
    `at_rest`: the ids of what it rests on that is a copy's;
    `rests`: the handles by which it was put together, of what had come up to `mark`."""

    key: str
    partly_read: bool = False
    payment_unread: bool = False
    waits: bool = False
    at_rest: frozenset[str] = frozenset()
    rests: frozenset[int] = frozenset()
    mark: int = 0


def tells_less(noted: Noted, seen: Examined, known: Kept) -> bool:
    """Whether no event told the cause, of an order that stands as it stood when more was known of it: the same status,
    no later payment."""
    untold = bool(seen.case.facts.events_unsearched) and not _UNTOLD.isdisjoint(noted.codes)
    return untold and known.order_status == noted.order_status and (noted.happened_at or 0) <= (known.happened_at or 0)


def tells(look: Looked) -> bool:
    """Whether its events could say more: not of an order that counts as paid and is, for they tell how the app heard of
    a payment, unless that is doubted, and they tell whether the review is over; nor where the two sides cannot be
    compared."""
    order, headline = look.case.order, look.diagnosis.headline
    if headline is not None and headline.code == identity.KEY_MODE_MISMATCH.code:
        return False
    if any(found.code == payment.PAYMENT_DOUBTED.code for found in look.diagnosis.findings):
        return True
    return order is None or order.status in OPEN_ORDER | CLOSED_ORDER or not look.links.payments


def only_events_tell(look: Looked) -> bool:
    """Whether what a set-up saved is still to be heard: no list has it, its event does."""
    done = (one for one in look.case.facts.sessions if one.mode == "setup" and one.status is SessionStatus.COMPLETE)
    return any(session.setup_intent_id for session in done)


def event_spans(facts: Facts, order: Order | None, now: int) -> Iterator[Span]:
    """Where the events of a case lie. `now`: seconds since 1970."""
    things: Iterable[Session | Intent | Charge | Refund | Dispute | Subscription]
    things = chain(facts.sessions, facts.intents, facts.charges, facts.refunds, facts.disputes, facts.subscriptions)
    return coverage.told_in(things, None if order is None else order.status, now=now)


def untold(facts: Facts, order: Order | None, now: int, holes: Iterable[Hole], span: Range) -> Facts:
    """The facts with what of the case's events could not be read, or is too old to be in a scan of `span`."""
    oldest = span.until - KEPT_DAYS * DAY
    spans = list(event_spans(facts, order, now))
    failed = [
        Unread("events", one.words, hole.because)
        for one in spans
        for hole in holes
        if hole.kind == "events" and hole.since <= one.until and one.since < hole.until
    ]
    beyond = f"events before {moment(oldest)}: Stripe lists them for {KEPT_DAYS} days"
    unsearched = (beyond,) if any(one.until < oldest for one in spans) else ()
    return replace(facts, unread=(*facts.unread, *failed), events_unsearched=unsearched)


def ids_to_read(look: Looked) -> Iterator[str]:
    """The session, or else the payment, or else the charge, of a case: read by their ids, with all that is inside."""
    facts = look.case.facts
    yield from (session.id for session in facts.sessions)
    inside = {session.payment_intent_id for session in facts.sessions}
    yield from (intent.id for intent in facts.intents if intent.id not in inside)
    yield from (charge.id for charge in facts.charges if not charge.payment_intent_id)
