"""The fields of the comparison: which value of the order answers to which of Stripe's.

Pure. Owns what "the same" means for each field; how rows are marked and arranged is `case_comparison`.
"""

from collections.abc import Iterator
from datetime import UTC, tzinfo

from core.cases import Case
from core.facts import (
    CLOSED_ORDER,
    OPEN_ORDER,
    PAID_ORDER,
    REFERENCE_KEYS,
    Order,
    OrderStatus,
    SessionStatus,
    order_references,
)
from core.findings import Diagnosis
from core.linking import stored_ids
from core.money import Money
from dashboard.parts.case_attempts import NOTHING, Attempt
from dashboard.parts.case_comparison import Comparison, Row, arranged, compared, judged, shown
from dashboard.words import moment


def compare(case: Case, attempt: Attempt | None, diagnosis: Diagnosis, zone: tzinfo = UTC) -> Comparison:
    """The order beside one attempt at paying; without an attempt it stands alone. Times are shown in `zone`."""
    order, attempt = case.order, attempt or NOTHING
    rows = (
        *_money(order, attempt),
        *_ids(order, attempt),
        *_about(order, attempt),
        *_circumstances(case, attempt),
        *_times(order, attempt, zone),
    )
    return arranged(case, attempt, diagnosis, rows)


def _money(order: Order | None, attempt: Attempt) -> Iterator[Row]:
    session, intent, charge = attempt.session, attempt.intent, attempt.charge
    yield _payment(order, attempt)
    yield compared(
        "Amount",
        order.amount if order else None,
        session.total if session else None,
        _amount(intent.amount_received or intent.amount, intent.currency) if intent else None,
        _amount(charge.amount_captured or charge.amount, charge.currency) if charge else None,
    )
    if session and session.presentment:
        yield shown("Shown to the customer", None, session.presentment, None, None)
    currencies = (order, session.total if session else None, intent, charge)
    yield compared("Currency", *(one.currency.upper() if one and one.currency else None for one in currencies))
    yield _refunded(order, attempt)


def _payment(order: Order | None, attempt: Attempt) -> Row:
    """Paid or not, in each one's own words."""
    session, intent, charge = attempt.session, attempt.intent, attempt.charge
    words = (
        _own_word(order) if order else None,
        f"{session.status.value}, {session.payment_status.value}".replace("_", " ") if session else None,
        intent.status.value.replace("_", " ") if intent else None,
        charge.status.value if charge else None,
    )
    if order is None or attempt == NOTHING:
        return shown("Payment", *words)
    kept = attempt.free or (attempt.payment is not None and attempt.payment.standing)
    contradicts = (kept and order.status in OPEN_ORDER | CLOSED_ORDER) or (
        not attempt.settled and order.status in PAID_ORDER
    )
    return judged("Payment", *words, differs=contradicts)


def _refunded(order: Order | None, attempt: Attempt) -> Row:
    """What went back, by the order's own count and by Stripe's. A count of nothing on both sides is not worth a row."""
    paid = attempt.payment
    currency = paid.amount.currency if paid and paid.amount else None
    stripe = paid.refunded if paid else 0
    said = order.refunded_minor if order else None
    if said is None and order and order.status is OrderStatus.REFUNDED and paid and paid.amount:
        said = paid.amount.amount_minor
    if currency is None or not (stripe or said):
        return shown("Refunded", None, None, None, None)
    ours = None if order is None else str(Money(said, currency)) if said is not None else "nothing noted"
    theirs = str(Money(stripe, currency))
    column = 2 if attempt.charge else 1 if attempt.intent else 0
    beside = [None] * column + [theirs]
    return judged("Refunded", ours, *beside, differs=order is not None and (said or 0) != stripe)


def _ids(order: Order | None, attempt: Attempt) -> Iterator[Row]:
    session, intent, charge = (part.id if part else None for part in (attempt.session, attempt.intent, attempt.charge))
    named = attempt.session.payment_intent_id if attempt.session else None
    charged = attempt.charge.payment_intent_id if attempt.charge else None
    if order and session and attempt.settled and not stored_ids(order):
        yield judged("Session id", "none stored", session, differs=True)
    else:
        yield compared("Session id", _stored(order.session_ids if order else (), session), session)
    stored = _stored(order.payment_intent_ids if order else (), intent or named)
    yield compared("Intent id", stored, named, intent, charged)
    yield compared("Charge id", _stored(order.charge_ids if order else (), charge), None, None, charge)


def _about(order: Order | None, attempt: Attempt) -> Iterator[Row]:
    parts = (attempt.session, attempt.intent, attempt.charge)
    named = [order_references(part) if part else () for part in parts]
    own = next((name for names in named for name in names if order and name in order.names), None)
    yield compared(
        "Order reference",
        (own or order.number or order.id) if order else None,
        *(own if own in names else next(iter(names), None) for names in named),
    )
    emails = (order.customer_email if order else None, *(part.email if part else None for part in parts))
    yield compared("E-mail", *(email.strip().lower() if email else None for email in emails))
    keys = dict.fromkeys(key for part in parts if part for key in part.metadata)
    for key in keys:
        if key not in REFERENCE_KEYS:
            yield compared(f"Metadata: {key}", None, *(part.metadata.get(key) if part else None for part in parts))


def _circumstances(case: Case, attempt: Attempt) -> Iterator[Row]:
    order, intent, charge = case.order, attempt.intent, attempt.charge
    parts = (attempt.session, intent, charge)
    modes = (None if part is None or part.livemode is None else part.livemode for part in parts)
    yield compared("Mode", None, *(None if live is None else "live" if live else "test" for live in modes))
    for dispute in case.facts.disputes:
        if charge and dispute.charge_id == charge.id:
            own = order.metadata.get("dispute_status") if order else None
            yield shown("Dispute", own, None, None, dispute.status.value.replace("_", " "))
    yield shown("Last failure", None, None, intent.failure if intent else None, charge.failure if charge else None)


def _times(order: Order | None, attempt: Attempt, zone: tzinfo) -> Iterator[Row]:
    def at(epoch: int | None) -> str | None:
        return moment(epoch, zone, seconds=True) if epoch else None

    session = attempt.session
    parts = (session, attempt.intent, attempt.charge)
    yield shown(
        f"Created ({zone})",
        at(order.created_at if order else None),
        *(at(part.created if part else None) for part in parts),
    )
    yield shown(f"Last changed ({zone})", at(order.updated_at if order else None), None, None, None)
    if session and session.status is not SessionStatus.COMPLETE:
        ended = session.status is SessionStatus.EXPIRED
        yield shown(f"{'Expired' if ended else 'Can be paid until'} ({zone})", None, at(session.expires_at), None, None)


def _stored(ids: tuple[str, ...], found: str | None) -> str | None:
    """The stored id that answers to `found`, else the one stored first."""
    if not ids:
        return None
    return found if found in ids else ids[0]


def _own_word(order: Order) -> str:
    plain = order.status.value.replace("_", " ")
    return plain if order.raw_status in {"", order.status.value} else f"{order.raw_status} ({plain})"


def _amount(minor: int, currency: str | None) -> Money | None:
    return Money(minor, currency) if currency else None
