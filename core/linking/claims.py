"""Several orders that store one payment: shared, copied, or taken over by one that has no part in it.

Amounts, e-mails and times tell the three apart. What names an order is that order's, and is not asked here.
"""

from enum import StrEnum

from core.facts import CLOSED_ORDER, PAID_ORDER, Intent, Order, Session
from core.linking.fitting import amount_of, same_customer
from core.linking.ownership import Books
from core.money import added_up


class Claim(StrEnum):
    """What an order has to do with a payment that another one stores too."""

    FIRST = "it is the first to have it"
    SHARED = "their totals add up to the payment"
    COPIED = "the same customer and amount, booked later"
    TAKEN = "another order has it"


def claim(books: Books, thing: Session | Intent) -> tuple[Claim, Order | None]:
    """What this order has to do with a payment that it stores, and the other order that does too. `thing` bears no
    name of an order; where it is not stored elsewhere, this order is the first."""
    order = books.order
    ids = {thing.id} | ({thing.payment_intent_id} if isinstance(thing, Session) and thing.payment_intent_id else set())
    rivals = [other for other in books.others if other.id != order.id and not ids.isdisjoint(other.stored_ids)]
    if not rivals:
        return Claim.FIRST, None
    paid = amount_of(thing)
    if paid and added_up([order.due, *[rival.due for rival in rivals]]) == paid:
        return Claim.SHARED, rivals[0]
    before = [rival for rival in rivals if _has_it(rival, order)]
    if not before:
        return Claim.FIRST, rivals[0]
    first = min(before, key=lambda rival: (rival.created_at or 0, rival.id))
    return (Claim.COPIED if _is_copy(order, first) else Claim.TAKEN), first


def is_dated(one: Order, other: Order) -> bool:
    """Whether it is known which of the two is older."""
    return one.created_at is not None and other.created_at is not None


def _is_copy(order: Order, first: Order) -> bool:
    both = order.status in PAID_ORDER and first.status in PAID_ORDER
    return both and _are_alike(order, first) and is_dated(order, first)


def _has_it(other: Order, this: Order) -> bool:
    """Of two rows that point at one payment the older one has it, unless it was given up for this one: closed, or never
    booked where this one is. Which is older may not be known; then either may have it."""
    if other.deleted or other.status in CLOSED_ORDER:
        return False
    if _are_alike(other, this) and (other.status in PAID_ORDER) != (this.status in PAID_ORDER):
        return other.status in PAID_ORDER
    if other.created_at is None or this.created_at is None:
        return True
    return (other.created_at, other.id) < (this.created_at, this.id)


def _are_alike(one: Order, other: Order) -> bool:
    """The same customer and the same total."""
    return one.amount is not None and one.amount == other.amount and same_customer(one, other)
