"""Which payments buy one thing? A row may live longer than a payment: contributions, licences renewed by hand, top-ups.

Payments that lie a week and more apart are a schedule, equal or not; what was paid within days belongs together. Parts
that add up to no more than the total are one purchase, however far apart.
"""

from typing import Final

from core.linking import Payment, stored_ids
from core.money import Money, added_up
from core.rules.rule import Seen, once
from core.times import DAY

DOUBLE: Final = 2 * DAY  # a real second payment of one thing comes within it
_APART: Final = 7 * DAY


@once
def current(seen: Seen) -> tuple[Payment, ...]:
    """The payments of what the order stands for now, none of them returned: all where they are one purchase, else of a
    schedule those that lie with the stored one, or the newest."""
    payments = seen.links.unreturned
    if len(payments) <= 1 or is_one_purchase(seen):
        return payments
    together = _together(payments)
    stored = stored_ids(seen.order)
    return next((some for some in reversed(together) if any(one.ids & stored for one in some)), together[-1])


@once
def scheduled(seen: Seen) -> bool:
    """Whether the order's payments are a schedule: then none of them is a second one of another."""
    payments = seen.links.unreturned
    return len(payments) > 1 and not is_one_purchase(seen) and len(_together(payments)) > 1


def is_one_purchase(seen: Seen) -> bool:
    """Whether all that was paid is no more than the order's total: deposits, instalments."""
    total, left = seen.order.due, seen.links.left
    return bool(total and left and left.currency == total.currency and left.amount_minor <= total.amount_minor)


def left_of(payments: tuple[Payment, ...]) -> Money | None:
    """What was not returned of these; None where an amount is unknown, or currencies are mixed."""
    return added_up([payment.left for payment in payments])


def begun(payment: Payment) -> int:
    """When the customer paid: a bank may answer weeks later."""
    things = (payment.session, payment.intent, *payment.charges)
    return min([thing.created for thing in things if thing], default=payment.at)


def _sold(payment: Payment) -> str | None:
    return payment.session.subscription_id if payment.session else None


def _together(payments: tuple[Payment, ...]) -> list[tuple[Payment, ...]]:
    """The payments, those together that lie less than a week apart; the oldest first. Each sign-up stands alone:
    another subscription is another thing."""
    groups = list[tuple[Payment, ...]]()
    for payment in sorted(payments, key=begun):
        last = groups[-1][-1] if groups else None
        near = last is not None and begun(payment) - begun(last) < _APART and _sold(payment) == _sold(last)
        groups[-1:] = [(*groups[-1], payment)] if near else [*groups[-1:], (payment,)]
    return groups
