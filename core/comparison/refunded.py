"""The rows of what went back: refunds, with the sum of what is left, and disputes.

Pure. Whether a refund had to be noted by now is the rules' to say; where they are silent, the reason is named.
"""

from collections.abc import Iterator

from core.comparison.table import Row, Sum, Term, Value, Verdict, value, weighed
from core.comparison.view import View
from core.facts import CLOSED_ORDER, OrderStatus, Refund, RefundStatus
from core.linking import Links, Payment
from core.money import Money
from core.rules import Seen
from core.rules.questions import states
from core.rules.sentences import short

_NOTHING = "nothing noted"
_HELD = "The shop holds a refund in its books that it has not booked as gone back."
_APART = "The order and Stripe do not agree on what went back."


def refunded(view: View) -> Iterator[Row]:
    """What the order noted as refunded beside what went back at Stripe. Nothing on both sides is not worth a row."""
    links, order, attempt = view.links, view.case.order, view.attempt
    came = links.paid
    if came is None:
        return
    said = _noted(view, came)
    if not (links.refunded or links.pending_refund or said):
        return
    theirs = value(Money(links.refunded, came.currency), "amount_refunded" if attempt.charge else "refunds")
    column = 3 if attempt.charge else 2 if attempt.intent else 1
    values: list[Value | None] = [None] * 4
    values[column] = theirs
    if order:
        ours = str(Money(said, came.currency)) if said is not None else _NOTHING
        values[0] = Value(ours, "refunded" if order.refunded_minor is not None else "status")
    verdict, why = _verdict(view, view.seen, said) if view.seen else (Verdict.SHOWN, "")
    sums = tuple(left(links)) if links.refunded and verdict is not Verdict.NOT_READ else ()
    yield weighed("Refunded", *values, verdict=verdict, why=why, sums=sums)


def disputed(view: View) -> Iterator[Row]:
    """Each dispute of what was paid, beside what the order says of it."""
    order = view.case.order
    own = order.metadata.get("dispute_status") if order else None
    for dispute in view.links.disputes:
        at_odds = any(one.source == f"dispute {dispute.id}" for one in view.evidence)
        amount = f" over {Money(dispute.amount, dispute.currency)}" if dispute.currency else ""
        ours = Value(own or (_NOTHING if at_odds else None), "metadata: dispute_status") if order else None
        theirs = Value(f"{dispute.status.value.replace('_', ' ')}{amount}", f"dispute {short(dispute.id)}")
        verdict = Verdict.DIFFERS if at_odds else Verdict.SHOWN
        why = "The order's own state does not go with the dispute's." if at_odds else ""
        yield weighed("Dispute", ours, None, None, theirs, verdict=verdict, why=why)


def _verdict(view: View, seen: Seen, said: int | None) -> tuple[Verdict, str]:
    links = view.links
    if "Refunded" in view.accused:
        return Verdict.DIFFERS, _HELD if states.refund_held(seen) else _APART
    if seen.unread("refunds", "charges", "intents", "sessions"):
        return Verdict.NOT_READ, "Not everything that went back could be read."
    if (said or 0) == links.refunded and not links.pending_refund:
        return Verdict.SAME, ""
    if said is None and (explained_by := _left_out(seen)):
        return Verdict.EXPLAINED, explained_by
    excuse = _excuse(view, seen)
    return (Verdict.INCOMPARABLE, excuse) if excuse else (Verdict.DIFFERS, _APART)


def _left_out(seen: Seen) -> str:
    """Why an order that notes no figure may be right all the same; empty where it may not."""
    if not seen.links.refunded or seen.links.pending_refund:
        return ""
    if seen.links.left and seen.links.left == seen.order.due:
        return "The order's total is what is left after the refund."
    if seen.order.status is OrderStatus.PARTIALLY_REFUNDED and seen.links.unreturned:
        return "The order says that a part went back, and not how much."
    return ""


def _excuse(view: View, seen: Seen) -> str:
    """Why a difference is not held against the order; empty where it is."""
    reasons = (
        (view.links.pending_refund, "A refund is still on its way."),
        (states.unrecorded(seen), "It went back so recently that the shop may not have heard of it."),
        (seen.order.status in CLOSED_ORDER, "The order is closed; it does not say whether money went back."),
        (view.diagnosis.clean, "Nothing is held against the order for this."),
    )
    return next((why for holds, why in reasons if holds), "")


def _noted(view: View, came: Money) -> int | None:
    """What the order says went back, in minor units: its own figure, else all of it where it is refunded."""
    order = view.case.order
    if order is None:
        return None
    if order.refunded_minor is not None:
        return order.refunded_minor
    whole = order.status is OrderStatus.REFUNDED and order.refunded_otherwise_minor == 0
    return came.amount_minor if whole else None


def left(links: Links) -> Iterator[Sum]:
    """Paid, less each refund that went through, is what is left; without the single refunds, less what each payment
    says went back."""
    if links.paid is None or links.left is None:
        return
    paid = Term("paid", links.paid)
    for back in (_each_refund(links.refunds), _each_payment(links.payments)):
        made = Sum((paid, *back), Term("left", links.left))
        if back and made.exact:
            yield made
            return


def _each_refund(refunds: tuple[Refund, ...]) -> tuple[Term, ...]:
    return tuple(
        Term(f"refunded ({short(refund.id)})", Money(-refund.amount, refund.currency), "refund.amount")
        for refund in refunds
        if refund.status is RefundStatus.SUCCEEDED and refund.currency
    )


def _each_payment(payments: tuple[Payment, ...]) -> tuple[Term, ...]:
    return tuple(
        Term(f"refunded ({short(payment.id)})", Money(-payment.refunded, payment.amount.currency), "amount_refunded")
        for payment in payments
        if payment.refunded and payment.amount
    )
