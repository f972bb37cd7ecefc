"""What an order's subscription says of it. Such a row outlives its first payment: it ends when that ends, is charged
again without anybody ordering, and may be signed up anew.

`Links.subscriptions` are what was read, or told by events: of one that is not there nothing is known. Asks nothing of
other questions, so that they may ask it.
"""

from typing import Final

from core.facts import CLOSED_ORDER, Invoice, InvoiceStatus, OrderStatus, RefundStatus, Subscription
from core.findings import Evidence
from core.linking import Payment
from core.money import Money, added_up
from core.rules.rule import Seen, once
from core.rules.sentences import money, several
from core.times import DAY, GRACE, HOUR, moment

_ENDS: Final = CLOSED_ORDER | {OrderStatus.REFUNDED}
_AGAIN: Final = frozenset({None, "subscription", "subscription_cycle"})  # why a bill was drawn: the next period
_KEPT: Final = 30 * DAY  # so long Stripe keeps its events
_BACK: Final = frozenset({RefundStatus.SUCCEEDED, RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION})


def plan_of(seen: Seen, payment: Payment) -> Subscription | None:
    """The subscription that a payment began, where that is known."""
    own = payment.subscription_id
    return next((plan for plan in seen.links.subscriptions if plan.id == own), None) if own else None


@once
def ended_with_it(seen: Seen) -> bool:
    """The order was closed, or put back, after the subscriptions had begun that its money is for: what they gave was
    paid for. So it is healthy for ever, or it ended what Stripe goes on with."""
    standing = seen.links.standing
    return bool(standing) and all(outlived(seen, payment) for payment in standing)


def outlived(seen: Seen, payment: Payment) -> bool:
    """Whether the order was closed after the subscription had begun that this payment is for. Of one of which nothing
    is known, a day after it, for before that a timer may have closed the order; and only where events may be gone."""
    order, plan, changed = seen.order, plan_of(seen, payment), seen.order.updated_at
    if payment.subscription_id is None or order.status not in _ENDS:
        return False
    if order.status is OrderStatus.REFUNDED and not (plan and plan.ended):  # it says that money went back
        return False
    if plan is None:
        return changed is not None and changed >= payment.at + DAY and not reach_back(seen, payment.at)
    return changed is None or changed >= max(payment.at, plan.created)


def reach_back(seen: Seen, at: int) -> bool:
    """Whether the events reach back to then, so that they would tell of an end since."""
    told = [event.created for event in seen.links.events]
    return bool(told) and min(told) <= at + HOUR and seen.case.now - at <= _KEPT and not seen.unread("events")


def all_over(seen: Seen) -> bool:
    """Whether all that stands was paid for subscriptions that are over: nothing of it is to be given any more."""
    standing = seen.links.standing
    return bool(standing) and all((plan := plan_of(seen, one)) is not None and plan.ended for one in standing)


def untold(seen: Seen) -> tuple[str, ...]:
    """The subscriptions with which the order may have ended, and of which nothing was read."""
    if not ended_with_it(seen):
        return ()
    return tuple([p.subscription_id for p in seen.links.standing if p.subscription_id and plan_of(seen, p) is None])


@once
def anew(seen: Seen) -> tuple[Payment, ...]:
    """Payments that stand, of subscriptions that began after the order was closed: bought again, and not booked."""
    fresh = [one for one in seen.links.standing if one.subscription_id and not outlived(seen, one)]
    return tuple(fresh) if seen.order.status in _ENDS else ()


def left(seen: Seen) -> Money | None:
    """What was not returned of the payments, without those of subscriptions that are over where another stands."""
    gone = spent(seen)
    return added_up([one.left for one in seen.links.payments if one.id not in gone]) if gone else seen.links.left


def net_of(some: tuple[Payment, ...]) -> Money | None:
    """What stands of these payments; None where an amount is unknown, or currencies are mixed."""
    return added_up([one.net for one in some])


def words(some: tuple[Payment, ...]) -> dict[str, str]:
    """What a sentence says of payments that began subscriptions: `plan`, `bill` (what can be refunded), `net`."""
    if not some:
        return {}
    return {
        "net": money(net_of(some)),
        "plan": several([one.subscription_id or one.id for one in some]),
        "bill": several([_refundable(one) for one in some]),
    }


@once
def spent(seen: Seen) -> frozenset[str]:
    """The ids of payments of subscriptions that are over, where another payment stands: what they bought was had."""
    standing = seen.links.standing
    over = [one for one in standing if (plan := plan_of(seen, one)) and plan.ended]
    if len(over) == len(standing):
        return frozenset()
    return frozenset[str]().union(*[one.ids for one in over])


def is_paid(bill: Invoice) -> bool:
    """Whether it was paid at Stripe."""
    return bill.status is InvoiceStatus.PAID and bool(bill.amount_paid) and not bill.paid_out_of_band


def charged_after(seen: Seen, at: int) -> tuple[Invoice, ...]:
    """The bills of another period that were drawn and paid at Stripe after `at`, and not returned."""
    return tuple([bill for bill in seen.links.invoices if is_paid(bill) and _is_next(bill) and bill.created > at])


def returned(seen: Seen, bill: Invoice) -> bool:
    """Whether its payment went back, or is on its way: then nothing of it is returned again."""
    facts, ids = seen.links.facts or seen.case.facts, {*bill.intent_ids, *bill.charge_ids}
    if any(one.status in _BACK and ids & {one.charge_id, one.payment_intent_id} for one in facts.refunds):
        return True
    charges = [one for one in facts.charges if ids & {one.id, one.payment_intent_id}]
    return any(one.amount_refunded or one.disputed for one in charges)


def total(bills: tuple[Invoice, ...]) -> Money | None:
    """What was paid by them."""
    return added_up([Money(one.amount_paid, one.currency) for one in bills if one.amount_paid and one.currency])


def payments_of(bills: tuple[Invoice, ...]) -> str:
    """What can be refunded of them, in words: a checkout cannot."""
    return several([f"the payment of {one.id}" for one in bills])


def billed(bill: Invoice) -> Evidence:
    """What it took."""
    return Evidence(f"invoice {bill.id}", "amount_paid", f"{money(total((bill,)))} ({moment(bill.created)})")


def is_settled_at(seen: Seen, at: int | None) -> bool:
    """Whether it is so long ago that the app should know."""
    return at is None or seen.case.now - at >= GRACE


def _refundable(payment: Payment) -> str:
    if payment.intent or payment.charges:
        return f"payment {payment.id}"
    bill = payment.bill.id if payment.bill else payment.session.invoice_id if payment.session else None
    return f"the payment of {bill}" if bill else "the payment of its first invoice"


def _is_next(bill: Invoice) -> bool:
    return bill.subscription_id is not None and not bill.is_first and bill.billing_reason in _AGAIN
