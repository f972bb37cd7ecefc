"""The ledger of a payment: every movement of its money, with where it was read, and what they add up to.

What stands is taken - returned - withdrawn + reinstated, and nothing else decides about that. A partial capture leaves
a refund object over exactly what was not captured: that was let go, and never taken. A dispute takes its money when it
is opened and gives it back when it is won; an inquiry takes none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.facts import (
    Charge,
    ChargeStatus,
    Dispute,
    DisputeStatus,
    Intent,
    IntentStatus,
    Invoice,
    InvoiceStatus,
    Refund,
    RefundStatus,
    json,
)
from core.money import Money


class Kind(StrEnum):
    """What became of money. Only the first four of taken money make up what stands."""

    TAKEN = "taken"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    RETURNING = "on its way back"
    RESERVED = "reserved"
    LET_GO = "let go"
    OUTSIDE = "settled outside Stripe"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of money, of a positive amount: `source` is the id of the object that tells of it, `field` what was
    read there, `at` when it happened (seconds since 1970), None where that is not said."""

    kind: Kind
    amount: Money
    source: str
    field: str
    at: int | None = None


WAITING = frozenset({RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION})
LEFT = frozenset(  # the states of a dispute in which its funds are with the bank
    {
        DisputeStatus.NEEDS_RESPONSE,
        DisputeStatus.UNDER_REVIEW,
        DisputeStatus.LOST,
        DisputeStatus.CHARGE_REFUNDED,
        DisputeStatus.APPEAL_NEEDS_RESPONSE,
        DisputeStatus.APPEAL_UNDER_REVIEW,
    }
)
OPEN = frozenset(DisputeStatus) - {  # the bank has not decided
    DisputeStatus.WON,
    DisputeStatus.LOST,
    DisputeStatus.PREVENTED,
    DisputeStatus.WARNING_CLOSED,
    DisputeStatus.CHARGE_REFUNDED,
}


def captured(charge: Charge) -> int:
    """What a charge took. Answers of old API versions have no `amount_captured`."""
    if charge.status is not ChargeStatus.SUCCEEDED or not charge.captured:
        return 0
    return charge.amount_captured or charge.amount


def released(charge: Charge) -> int:
    """What a charge reserved and did not take."""
    return max(0, charge.amount - captured(charge)) if charge.status is ChargeStatus.SUCCEEDED else 0


def releases(refunds: Sequence[Refund], charges: Iterable[Charge]) -> tuple[Refund, ...]:
    """The refunds that returned nothing: what a reservation let go is written down as a refund too. All those of a
    charge that took nothing; of one that took a part the first that is exactly the rest."""
    if not refunds:
        return ()
    found: list[Refund] = []
    for charge in charges:
        rest, about = released(charge), [one for one in refunds if _concerns(one, charge)]
        if not rest or not about:
            continue
        if not charge.captured:
            found += about
        else:
            gone = [one for one in about if one.amount == rest and one.status is RefundStatus.SUCCEEDED]
            found += gone[:1]
    return tuple(found)


def _concerns(refund: Refund, charge: Charge) -> bool:
    if refund.charge_id:
        return refund.charge_id == charge.id
    return bool(charge.payment_intent_id) and refund.payment_intent_id == charge.payment_intent_id


def went_back(refunds: Sequence[Refund], charges: Iterable[Charge]) -> tuple[int, int]:
    """Minor units that were returned, and that are on their way; `refunds` without releases. A pending refund is
    inside Stripe's `charge.amount_refunded`: so where refunds are known, they decide."""
    said = sum([_given_back(charge) for charge in charges if charge.amount_refunded])
    if not refunds:
        return said, 0
    sure = sum(refund.amount for refund in refunds if refund.status is RefundStatus.SUCCEEDED)
    unclear = sum(refund.amount for refund in refunds if refund.status is RefundStatus.UNKNOWN)
    return max(sure, min(sure + unclear, said)), sum(r.amount for r in refunds if r.status in WAITING)


def _given_back(charge: Charge) -> int:
    """What a charge says was returned; what it let go counts there too, and never came in."""
    rest, said = released(charge), charge.amount_refunded
    return min(said - rest if rest and said >= rest else said, captured(charge))


def withdrawals(disputes: Sequence[Dispute], currency: str, left: int) -> tuple[list[Movement], bool]:
    """What disputes took of the `left` minor units of a payment, and gave back; and whether that is sure: not where a
    dispute is counted in another currency. Never more than is left."""
    moved: list[Movement] = []
    sure = True
    for dispute in disputes:
        if dispute.status not in LEFT and dispute.status is not DisputeStatus.WON:
            continue
        if (dispute.currency or currency).lower() != currency:
            sure = sure and dispute.status is DisputeStatus.WON
            continue
        amount = Money(min(dispute.amount, left), currency)
        moved.append(Movement(Kind.WITHDRAWN, amount, dispute.id, f"status {dispute.status.value}", dispute.created))
        if dispute.status is DisputeStatus.WON:
            moved.append(Movement(Kind.REINSTATED, amount, dispute.id, "status won"))
        else:
            left -= amount.amount_minor
    return [movement for movement in moved if movement.amount.amount_minor], sure


def outside(invoices: Iterable[Invoice]) -> tuple[Movement, ...]:
    """What was settled outside Stripe: the part of each paid invoice that somebody marked so. No money came in here."""
    found = []
    for one in invoices:
        if one.status is not InvoiceStatus.PAID or not one.paid_out_of_band or not one.currency:
            continue
        amount = json.whole(one.raw, "amount_paid_off_stripe") or one.amount_due or one.total
        if amount:
            found.append(Movement(Kind.OUTSIDE, Money(amount, one.currency), one.id, "paid_out_of_band", one.paid_at))
    return tuple(found)


def reserved(intents: Iterable[Intent]) -> list[Movement]:
    """What is reserved on cards and can still be taken."""
    found = []
    for one in intents:
        minor = one.amount_capturable or one.amount - one.amount_received
        if one.status is IntentStatus.REQUIRES_CAPTURE and one.currency and minor > 0:
            amount = Money(minor, one.currency)
            found.append(Movement(Kind.RESERVED, amount, one.id, "amount_capturable", one.created))
    return found


def let_go(intents: Iterable[Intent], charges: Iterable[Charge]) -> list[Movement]:
    """Whole reservations that ended, of which nothing was taken."""
    ended = {one.id: one for one in intents if one.status is IntentStatus.CANCELED}
    held = [c for c in charges if c.payment_intent_id in ended and c.currency and not c.captured and released(c)]
    return [
        Movement(
            Kind.LET_GO,
            Money(released(c), c.currency or ""),
            c.id,
            "captured",
            ended[c.payment_intent_id or ""].canceled_at,
        )
        for c in held
    ]


def added(movements: Iterable[Movement], *kinds: Kind) -> int:
    """The minor units of these kinds, of one payment and so in one currency."""
    return sum([movement.amount.amount_minor for movement in movements if movement.kind in kinds])
