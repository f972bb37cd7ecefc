"""What came in for an order: an intent that succeeded, a session that was paid, a bill, a charge of the years before
intents. Each sum of money once, whichever objects tell of it; what became of it is for `payments` to say."""

from collections.abc import Mapping
from typing import NamedTuple

from core.facts import Charge, Intent, IntentStatus, Invoice, InvoiceStatus, PaymentStatus, Session, SessionStatus
from core.linking.ledger import captured
from core.money import Money
from core.times import DAY, HOUR

_LIFE, _LAG = DAY, HOUR  # of a checkout that does not say until when, and between Stripe's objects


class Taken(NamedTuple):
    """What came in, before it is known what went back of it."""

    id: str
    amount: Money | None
    at: int
    session: Session | None = None
    intent: Intent | None = None
    charges: tuple[Charge, ...] = ()
    bill: Invoice | None = None


def taken(
    sessions: tuple[Session, ...],
    intents: tuple[Intent, ...],
    charges: tuple[Charge, ...],
    bills: tuple[Invoice, ...],
) -> list[Taken]:
    """What came in, by objects that all belong to one order."""
    signed_up = [session for session in sessions if _signed_up(session)]
    session_of = _sessions_by_intent(sessions, intents, signed_up, bills)
    known = {intent.id for intent in intents}
    found = _by_intents(intents, charges, session_of, signed_up, bills)
    found += _by_sessions(sessions, session_of, known, bills, charges)
    found += _by_bills(bills, found)
    found += _by_charges(charges, sessions, known, bills)
    return found


def _by_intents(
    intents: tuple[Intent, ...],
    charges: tuple[Charge, ...],
    session_of: Mapping[str, Session],
    signed_up: list[Session],
    bills: tuple[Invoice, ...],
) -> list[Taken]:
    """What succeeded. After a sign-up, what no session paid is a later bill of the subscription, not the order's."""
    bills_from = min([session.created for session in signed_up]) if signed_up else None
    billed = {key: one for one in bills for key in one.intent_ids}
    return [
        _of_intent(
            intent,
            session_of.get(intent.id),
            [c for c in charges if c.payment_intent_id == intent.id],
            billed.get(intent.id),
        )
        for intent in intents
        if intent.status is IntentStatus.SUCCEEDED
        and (bills_from is None or intent.id in session_of or intent.id in billed or intent.created < bills_from)
    ]


def _by_sessions(
    sessions: tuple[Session, ...],
    session_of: Mapping[str, Session],
    known: set[str],
    bills: tuple[Invoice, ...],
    charges: tuple[Charge, ...],
) -> list[Taken]:
    """Paid sessions whose intent is not among the `known`: it was not read, or an invoice was paid."""
    counted = {session.id for intent_id, session in session_of.items() if intent_id in known}
    found = []
    for session in sessions:
        if session.id not in counted and _paid(session):
            bill = _bill_of(session, bills)
            paid = tuple([one for one in charges if bill and _pays(one, bill) and captured(one)])
            found.append(
                Taken(
                    session.payment_intent_id or session.id, session.total, session.created, session, None, paid, bill
                )
            )
    return found


def _by_bills(bills: tuple[Invoice, ...], before: list[Taken]) -> list[Taken]:
    """The order's own bills that were paid at Stripe, where neither a session nor an intent tells of it."""
    told = {one.bill.id for one in before if one.bill}
    return [
        Taken(one.id, Money(one.amount_paid, one.currency), one.paid_at or one.created, bill=one)
        for one in bills
        if one.id not in told and one.status is InvoiceStatus.PAID and one.amount_paid and one.currency
        if not one.paid_out_of_band
    ]


def _by_charges(
    charges: tuple[Charge, ...], sessions: tuple[Session, ...], known: set[str], bills: tuple[Invoice, ...]
) -> list[Taken]:
    """Charges of no known intent and no session: those of the years before intents, above all."""
    loose = [charge for charge in charges if charge.payment_intent_id not in known and captured(charge)]
    counted = {session.payment_intent_id for session in sessions} if loose else set()
    return [
        Taken(one.id, Money(captured(one), one.currency) if one.currency else None, one.created, charges=(one,))
        for one in loose
        if one.payment_intent_id not in counted and not any(_pays(one, bill) for bill in bills)
    ]


def _pays(charge: Charge, bill: Invoice) -> bool:
    return charge.payment_intent_id in bill.intent_ids or charge.id in bill.charge_ids


def _bill_of(session: Session, bills: tuple[Invoice, ...]) -> Invoice | None:
    """What a checkout drew up, the first bill of its subscription above all."""
    named = [one for one in bills if one.id == session.invoice_id]
    first = [one for one in bills if one.is_first and one.subscription_id == session.subscription_id]
    return next(iter(named or (first if session.subscription_id else [])), None)


def _paid(session: Session) -> bool:
    return session.status is SessionStatus.COMPLETE and session.payment_status is PaymentStatus.PAID


def _signed_up(session: Session) -> bool:
    return session.mode == "subscription" and _paid(session) and session.payment_intent_id is None


def _sessions_by_intent(
    sessions: tuple[Session, ...], intents: tuple[Intent, ...], signed_up: list[Session], bills: tuple[Invoice, ...]
) -> dict[str, Session]:
    """By intent, the session it paid. A sign-up does not name the payment of its first bill: the bill does, else it is
    the one of the same amount, made while the checkout could be paid."""
    found = {session.payment_intent_id: session for session in sessions if session.payment_intent_id}
    for session in signed_up:
        bill = _bill_of(session, bills)
        if bill and bill.intent_ids:
            paid = [i.id for i in intents if i.id in bill.intent_ids and i.status is IntentStatus.SUCCEEDED]
            found |= dict.fromkeys(paid, session)
            continue
        until = (session.expires_at or session.created + _LIFE) + _LAG
        due = (session.amount_total, session.currency)
        for intent in (i for i in intents if i.status is IntentStatus.SUCCEEDED and i.id not in found):
            same = (intent.amount_received or intent.amount, intent.currency) == due
            if same and session.created - _LAG <= intent.created <= until:
                found[intent.id] = session
                break
    return found


def _of_intent(intent: Intent, session: Session | None, charges: list[Charge], bill: Invoice | None) -> Taken:
    minor = intent.amount_received or sum(map(captured, charges)) or intent.amount
    amount = Money(minor, intent.currency) if intent.currency else None
    if session and session.converted and session.amount_total == minor:
        amount = session.converted
    taken = tuple([charge for charge in charges if captured(charge)])
    at = max([intent.created, *[charge.created for charge in taken]])
    return Taken(intent.id, amount, at, session, intent, taken, bill)
