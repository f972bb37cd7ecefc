"""`Payment`: one sum of money that came in for an order, with what went back of it.

An intent that succeeded; a charge of the years before intents; a session that was paid through an invoice or whose
intent was not read. Amounts are in the currency the app charged in, also where the customer saw another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from core.facts import (
    Charge,
    ChargeStatus,
    Event,
    Intent,
    IntentStatus,
    PaymentStatus,
    Refund,
    RefundStatus,
    Session,
    SessionStatus,
)
from core.money import Money
from core.times import DAY, HOUR

_LIFE, _LAG = DAY, HOUR  # of a checkout that does not say until when, and between Stripe's objects
TELLS_OF_SUCCESS = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
    }
)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in. `amount` is None where Stripe's answer did not say it; `refunded` and `pending` are minor
    units of the same currency, `net` is what is left after the refunds that went through; `at` is when it settled, as
    nearly as the objects tell (seconds since 1970); `ids` are all by which an order may point at it."""

    id: str
    amount: Money | None
    net: Money | None
    refunded: int
    pending: int
    at: int
    ids: frozenset[str]
    session: Session | None = None
    intent: Intent | None = None
    charges: tuple[Charge, ...] = ()

    @property
    def still_paid(self) -> bool:
        """Whether anything is left of it (an unknown amount counts as money)."""
        return self.net is None or self.net.amount_minor > 0

    @property
    def shown(self) -> Money | None:
        """What the customer saw and paid, where that was another currency."""
        if self.session and self.session.presentment:
            return self.session.presentment
        if self.session and self.session.converted and self.session.currency and self.session.amount_total is not None:
            return Money(self.session.amount_total, self.session.currency)
        return self.intent.presentment if self.intent else None


class _Taken(NamedTuple):
    """What came in, before it is known what went back of it."""

    id: str
    amount: Money | None
    at: int
    session: Session | None = None
    intent: Intent | None = None
    charges: tuple[Charge, ...] = ()


def payments(
    sessions: tuple[Session, ...],
    intents: tuple[Intent, ...],
    charges: tuple[Charge, ...],
    refunds: tuple[Refund, ...],
    events: tuple[Event, ...],
) -> tuple[Payment, ...]:
    """The payments among objects that all belong to one order, the oldest first."""
    signed_up = [session for session in sessions if _signed_up(session)]
    session_of = _sessions_by_intent(sessions, intents, signed_up)
    known = {intent.id for intent in intents}
    taken = _by_intents(intents, charges, session_of, signed_up)
    taken += _by_sessions(sessions, session_of, known)
    taken += _by_charges(charges, sessions, known)
    found = [_payment(one, refunds, events) for one in taken]
    return tuple(sorted(found, key=lambda payment: (payment.at, payment.id)) if len(found) > 1 else found)


def _by_intents(
    intents: tuple[Intent, ...],
    charges: tuple[Charge, ...],
    session_of: Mapping[str, Session],
    signed_up: list[Session],
) -> list[_Taken]:
    """What succeeded. After a sign-up, what no session paid is a later bill of the subscription, not the order's."""
    bills_from = min([session.created for session in signed_up]) if signed_up else None
    return [
        _of_intent(intent, session_of.get(intent.id), [c for c in charges if c.payment_intent_id == intent.id])
        for intent in intents
        if intent.status is IntentStatus.SUCCEEDED
        and (bills_from is None or intent.id in session_of or intent.created < bills_from)
    ]


def _by_sessions(sessions: tuple[Session, ...], session_of: Mapping[str, Session], known: set[str]) -> list[_Taken]:
    """Paid sessions whose intent is not among the `known`: it was not read, or an invoice was paid."""
    counted = {session.id for intent_id, session in session_of.items() if intent_id in known}
    return [
        _Taken(session.payment_intent_id or session.id, session.total, session.created, session)
        for session in sessions
        if session.id not in counted and _paid(session)
    ]


def _by_charges(charges: tuple[Charge, ...], sessions: tuple[Session, ...], known: set[str]) -> list[_Taken]:
    """Charges of no known intent and no session: those of the years before intents, above all."""
    loose = [charge for charge in charges if charge.payment_intent_id not in known and captured(charge)]
    counted = {session.payment_intent_id for session in sessions} if loose else set()
    return [
        _Taken(one.id, Money(captured(one), one.currency) if one.currency else None, one.created, charges=(one,))
        for one in loose
        if one.payment_intent_id not in counted
    ]


def captured(charge: Charge) -> int:
    """What a charge took. Answers of old API versions have no `amount_captured`."""
    if charge.status is not ChargeStatus.SUCCEEDED or not charge.captured:
        return 0
    return charge.amount_captured or charge.amount


def _paid(session: Session) -> bool:
    return session.status is SessionStatus.COMPLETE and session.payment_status is PaymentStatus.PAID


def _signed_up(session: Session) -> bool:
    return session.mode == "subscription" and _paid(session) and session.payment_intent_id is None


def _sessions_by_intent(
    sessions: tuple[Session, ...], intents: tuple[Intent, ...], signed_up: list[Session]
) -> dict[str, Session]:
    """By intent, the session it paid. A sign-up does not name the payment of its first bill: it is the one of the same
    amount, made while the checkout could be paid."""
    found = {session.payment_intent_id: session for session in sessions if session.payment_intent_id}
    for session in signed_up:
        until = (session.expires_at or session.created + _LIFE) + _LAG
        due = (session.amount_total, session.currency)
        for intent in (i for i in intents if i.status is IntentStatus.SUCCEEDED and i.id not in found):
            same = (intent.amount_received or intent.amount, intent.currency) == due
            if same and session.created - _LAG <= intent.created <= until:
                found[intent.id] = session
                break
    return found


def _of_intent(intent: Intent, session: Session | None, charges: list[Charge]) -> _Taken:
    minor = intent.amount_received or sum(map(captured, charges)) or intent.amount
    amount = Money(minor, intent.currency) if intent.currency else None
    if session and session.converted and session.amount_total == minor:
        amount = session.converted
    taken = tuple([charge for charge in charges if captured(charge)])
    at = max([intent.created, *[charge.created for charge in taken]])
    return _Taken(intent.id, amount, at, session, intent, taken)


def _payment(taken: _Taken, refunds: tuple[Refund, ...], events: tuple[Event, ...]) -> Payment:
    """The payment with what went back of it, and the last word that it settled."""
    name, amount, at, session, intent, charges = taken
    ids = frozenset([name, *[thing.id for thing in (session, intent, *charges) if thing]])
    mine = [one for one in refunds if one.charge_id in ids or one.payment_intent_id in ids] if refunds else []
    refunded, pending = _went_back(mine, charges)
    converted = session.converted if session and session.converted == amount else None
    if converted and session and session.amount_total:  # refunds are counted in the customer's currency
        rate = Fraction(converted.amount_minor, session.amount_total)
        refunded, pending = round(refunded * rate), round(pending * rate)
    net = Money(amount.amount_minor - refunded, amount.currency) if amount and refunded else amount
    for event in events:
        if event.created > at and event.type in TELLS_OF_SUCCESS and not event.related_ids.isdisjoint(ids):
            at = event.created
    return Payment(name, amount, net, refunded, pending, at, ids, session, intent, charges)


def _went_back(refunds: list[Refund], charges: tuple[Charge, ...]) -> tuple[int, int]:
    """Minor units that were refunded, and that are on their way. A pending refund is inside Stripe's
    `charge.amount_refunded`: so where refunds are known, they decide."""
    said = sum([_given_back(charge) for charge in charges if charge.amount_refunded])
    if not refunds:
        return said, 0
    sure = sum(refund.amount for refund in refunds if refund.status is RefundStatus.SUCCEEDED)
    unclear = sum(refund.amount for refund in refunds if refund.status is RefundStatus.UNKNOWN)
    waiting = {RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION}
    return max(sure, min(sure + unclear, said)), sum(r.amount for r in refunds if r.status in waiting)


def _given_back(charge: Charge) -> int:
    """What a charge says was refunded. What a partial capture released counts there too, and never came in."""
    taken, said = captured(charge), charge.amount_refunded
    released = max(0, charge.amount - taken)
    return said - released if said == released or said > taken else said
