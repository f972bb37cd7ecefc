"""`Payment`: one sum of money that came in for an order, with every movement of it since (`ledger`).

An intent that succeeded; a charge of the years before intents; a session that was paid through an invoice or whose
intent was not read. Amounts are in the currency the app charged in, also where the customer saw another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from core.facts import (
    Charge,
    Dispute,
    Event,
    Intent,
    IntentStatus,
    PaymentStatus,
    Refund,
    RefundStatus,
    Session,
    SessionStatus,
    json,
)
from core.linking.ledger import OPEN, WAITING, Kind, Movement, added, captured, released, went_back, withdrawals
from core.money import Money
from core.times import DAY, HOUR

_GOING_BACK = ((Kind.RETURNED, frozenset({RefundStatus.SUCCEEDED})), (Kind.RETURNING, WAITING))
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
    """Money that came in. `amount` is what was taken, None where Stripe's answer did not say it; `left` is that minus
    what was returned; `net` is what stands: also minus what a bank has withdrawn. `refunded`, `pending` and
    `withdrawn` are minor units of the same currency, the last without what was reinstated; `questioned` is the part of
    it that the bank has not decided about. `movements` make them up.
    `at` is when it settled, as nearly as the objects tell (seconds since 1970); `ids` are all by which an order may
    point at it."""

    id: str
    amount: Money | None
    left: Money | None
    net: Money | None
    refunded: int
    pending: int
    withdrawn: int
    questioned: int
    at: int
    ids: frozenset[str]
    movements: tuple[Movement, ...] = ()
    session: Session | None = None
    intent: Intent | None = None
    charges: tuple[Charge, ...] = ()

    @property
    def still_paid(self) -> bool:
        """Whether it pays for something: neither all returned nor lost to a bank. What a bank questions does so until
        that is decided; an unknown amount counts as money."""
        return self.net is None or self.net.amount_minor + self.questioned > 0

    @property
    def stands(self) -> bool:
        """Whether anything of it is with the shop (an unknown amount counts as money)."""
        return self.net is None or self.net.amount_minor > 0

    @property
    def unreturned(self) -> bool:
        """Whether the customer got less than all of it back, wherever the rest is now."""
        return self.left is None or self.left.amount_minor > 0

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
    disputes: tuple[Dispute, ...],
    events: tuple[Event, ...],
) -> tuple[Payment, ...]:
    """The payments among objects that all belong to one order, the oldest first. `refunds` are without releases."""
    signed_up = [session for session in sessions if _signed_up(session)]
    session_of = _sessions_by_intent(sessions, intents, signed_up)
    known = {intent.id for intent in intents}
    taken = _by_intents(intents, charges, session_of, signed_up)
    taken += _by_sessions(sessions, session_of, known)
    taken += _by_charges(charges, sessions, known)
    found = [_payment(one, refunds, disputes, events) for one in taken]
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


def _payment(
    taken: _Taken, refunds: tuple[Refund, ...], disputes: tuple[Dispute, ...], events: tuple[Event, ...]
) -> Payment:
    """The payment with all its movements, and the last word that it settled."""
    name, amount, at, session, intent, charges = taken
    ids = frozenset([name, *[thing.id for thing in (session, intent, *charges) if thing]])
    mine = [one for one in refunds if one.charge_id in ids or one.payment_intent_id in ids] if refunds else []
    asked = [one for one in disputes if one.charge_id in ids or one.payment_intent_id in ids] if disputes else []
    for event in events:
        if event.created > at and event.type in TELLS_OF_SUCCESS and not event.related_ids.isdisjoint(ids):
            at = event.created
    refunded, pending = went_back(mine, charges)
    rate = _rate(session, amount)
    if rate:  # what went back is counted in the customer's currency
        refunded, pending = round(refunded * rate), round(pending * rate)
    if amount is None:
        return Payment(name, None, None, None, refunded, pending, 0, 0, at, ids, (), session, intent, charges)
    refunded = min(refunded, amount.amount_minor)
    left = Money(amount.amount_minor - refunded, amount.currency)
    if rate and session:
        asked = [_converted(dispute, rate, session, amount.currency) for dispute in asked]
    drawn, sure = withdrawals(asked, amount.currency, left.amount_minor) if asked else ([], True)
    withdrawn = added(drawn, Kind.WITHDRAWN) - added(drawn, Kind.REINSTATED) if drawn else 0
    undecided = {dispute.id for dispute in asked if dispute.status in OPEN}
    questioned = added([one for one in drawn if one.source in undecided], Kind.WITHDRAWN) if undecided else 0
    net = Money(left.amount_minor - withdrawn, left.currency) if sure else None
    moved = (
        Movement(Kind.TAKEN, amount, name, "amount_captured" if charges else "amount_received", at),
        *_returns(mine, charges, refunded, amount.currency, rate),
        *drawn,
        *_beside(intent, charges),
    )
    return Payment(
        name, amount, left, net, refunded, pending, withdrawn, questioned, at, ids, moved, session, intent, charges
    )


def _rate(session: Session | None, amount: Money | None) -> Fraction | None:
    """Of an amount in the app's currency to the same in the customer's, where the session was converted."""
    if not session or not session.converted or session.converted != amount or not session.amount_total:
        return None
    return Fraction(session.converted.amount_minor, session.amount_total)


def _converted(dispute: Dispute, rate: Fraction, session: Session, currency: str) -> Dispute:
    """A dispute in the app's currency."""
    if (dispute.currency or "").lower() != (session.currency or "").lower():
        return dispute
    return replace(dispute, amount=round(dispute.amount * rate), currency=currency)


def _returns(
    refunds: list[Refund], charges: tuple[Charge, ...], refunded: int, currency: str, rate: Fraction | None
) -> list[Movement]:
    """What went back and what is on its way, refund by refund, to the coin what all of them are together; what only
    the charges tell of, in one sum."""
    found: list[Movement] = []
    for kind, statuses in _GOING_BACK:
        given = counted = 0
        for one in [refund for refund in refunds if refund.status in statuses]:
            given += one.amount
            so_far = round(given * rate) if rate else given
            so_far = min(so_far, refunded) if kind is Kind.RETURNED else so_far
            if so_far > counted:
                found.append(Movement(kind, Money(so_far - counted, currency), one.id, "amount", one.created))
            counted = so_far
    if rest := refunded - added(found, Kind.RETURNED):
        source = next((charge.id for charge in charges if charge.amount_refunded), refunds[0].id if refunds else "")
        found.append(Movement(Kind.RETURNED, Money(rest, currency), source, "amount_refunded"))
    return found


def _beside(intent: Intent | None, charges: tuple[Charge, ...]) -> list[Movement]:
    """What was reserved and let go, and Stripe's fee where it was read: neither counts for what stands."""
    found = [
        Movement(Kind.LET_GO, Money(rest, charge.currency), charge.id, "amount - amount_captured")
        for charge in charges
        if charge.currency and (rest := released(charge))
    ]
    if not charges and intent and intent.currency and 0 < intent.amount_received < intent.amount:
        rest = intent.amount - intent.amount_received
        found.append(Movement(Kind.LET_GO, Money(rest, intent.currency), intent.id, "amount - amount_received"))
    for charge in charges:
        settled = json.inner(charge.raw, "balance_transaction")
        fee, currency = json.whole(settled, "fee"), json.text(settled, "currency")
        if fee and currency:
            found.append(Movement(Kind.FEE, Money(fee, currency), json.text(settled, "id") or charge.id, "fee"))
    return found
