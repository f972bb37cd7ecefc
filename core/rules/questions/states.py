"""The states of a case that several rules ask for, each a small question with the catalogue's own meaning.

What stands in the place of a payment is asked in `core.rules.questions.not_paid_but`.
"""

from core.facts import (
    CLOSED_ORDER,
    OPEN_ORDER,
    PAID_ORDER,
    DisputeStatus,
    Intent,
    OrderStatus,
    RefundStatus,
    Session,
)
from core.linking import GROUP_KEY, Claim, shares, stored_ids
from core.linking.ledger import LEFT, OPEN
from core.money import Money
from core.rules.questions import subscribed
from core.rules.rule import Seen, once
from core.times import GRACE

MONEY = ("sessions", "intents", "charges", "refunds")  # the facts that say what was paid and what is left
_STRIPE_METHODS = frozenset(
    "card cards link klarna affirm afterpay_clearpay alipay au_becs_debit bacs_debit bancontact blik boleto cashapp "
    "eps giropay ideal konbini multibanco oxxo p24 paynow pix sepa_debit sofort swish us_bank_account wechat_pay "
    "apple_pay google_pay checkout credit_card creditcard".split()
)
LACKING = OPEN_ORDER | CLOSED_ORDER  # what an order may be that has not heard of its money
ALIVE = OPEN_ORDER | PAID_ORDER
_SHOWS_MONEY = PAID_ORDER | {OrderStatus.PARTIALLY_REFUNDED}
_WENT = frozenset({RefundStatus.SUCCEEDED, RefundStatus.UNKNOWN})  # a refund that Stripe gives no status may have
FAILURES = frozenset(  # that an attempt failed; another one may have been paid
    {"charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"}
)


def money_unread(seen: Seen) -> bool:
    """Whether what was paid and what is left may be other than it looks. Charges say themselves what went back, so
    that refunds are missed only where a payment has none."""
    if not seen.case.facts.unread:
        return False
    bare = any(not payment.charges for payment in seen.links.unreturned)
    return seen.unread("sessions", "intents", "charges") or (bare and seen.unread("refunds")) or bank_unread(seen)


def bank_unread(seen: Seen) -> bool:
    """Whether a bank may have taken money back without our knowing: charges say themselves that they are disputed, and
    not what came of it."""
    if not seen.unread("disputes"):
        return False
    return any(not one.charges or any(charge.disputed for charge in one.charges) for one in seen.links.unreturned)


def first_bill_unseen(seen: Seen) -> bool:
    """Whether something stands that a sign-up took, and what paid its first bill is not known: what went back of that
    is not known either, for its refund names the bill's payment alone."""
    paid = (payment for payment in seen.links.still_paid if payment.session and not payment.intent)
    return any(payment.session and payment.session.subscription_id and not payment.charges for payment in paid)


def settled(seen: Seen) -> bool:
    """Stripe is done with it: money stands, or none had to be paid."""
    return bool(seen.links.still_paid or seen.links.free)


def is_young(seen: Seen) -> bool:
    """The newest payment is so recent that the app may not have heard of it."""
    at = seen.links.settled_at
    return at is not None and seen.case.now - at < GRACE


def missed(seen: Seen) -> bool:
    """A missed transition: settled at Stripe for longer than the grace time, and not in the order. One that ended with
    its subscription, or after that had begun, has missed no payment."""
    lacking = LACKING if seen.links.still_paid else OPEN_ORDER
    if not settled(seen) or seen.order.status not in lacking or is_young(seen):
        return False
    return not (subscribed.ended_with_it(seen) or waits_for_the_rest(seen) or is_squared(seen))


def waits_for_the_rest(seen: Seen) -> bool:
    """The app's own payments hold all that stands at Stripe, and the order is open because that is less than is due (or
    nobody says how much that is): the shop itself shows a part as paid."""
    order, net = seen.order, seen.links.net
    if order.status not in OPEN_ORDER or order.booked_minor is None or net is None:
        return False
    own = net.currency == (order.currency or "").strip().lower() and net.amount_minor == order.booked_minor
    return own and (order.due is None or net.amount_minor < order.due.amount_minor)


def is_squared(seen: Seen) -> bool:
    """The order shows what went back to the coin, and what is left of its payments is its total: that was lowered, by
    a cancellation for a fee or a line that was taken off."""
    links, left = seen.links, seen.links.left
    if (
        not links.refunded
        or seen.order.refunded_minor != links.refunded
        or any(not one.unreturned for one in links.payments)
    ):
        return False
    return left is not None and left.amount_minor > 0 and left == seen.order.due_beside(left)


def is_credited(seen: Seen) -> bool:
    """What stands at Stripe was given back by other means, or it cannot be read whether it was."""
    elsehow, net = seen.order.refunded_otherwise_minor, seen.links.net
    same = net is not None and net.currency == (seen.order.currency or "").strip().lower()
    return elsehow is None or bool(elsehow and same and net and net.amount_minor <= elsehow)


def refunded_at(seen: Seen) -> int | None:
    """When the newest refund that went through was made."""
    refunds = seen.links.refunds
    return max([refund.created for refund in refunds if refund.status in _WENT], default=None) if refunds else None


def unrecorded(seen: Seen) -> bool:
    """Money went back for good, and the order does not show it."""
    order, links = seen.order, seen.links
    if order.status not in _SHOWS_MONEY or not links.refunded:
        return False
    left, total = links.left, order.due
    if left is None or (order.refunded_minor or 0) >= links.refunded:
        return False
    if order.status is OrderStatus.PARTIALLY_REFUNDED:
        return left.amount_minor <= 0 or order.refunded_minor is not None
    return left.amount_minor < total.amount_minor if total and total.currency == left.currency else not links.unreturned


def refund_held(seen: Seen) -> bool:
    """The shop's own books hold refunds that it has not carried out, which cover what it does not show as gone back."""
    held, order = [one.amount_minor for one in seen.order.refunds_held], seen.order
    known = [one for one in held if one is not None]
    return bool(held) and sum(known) + (order.refunded_minor or 0) >= seen.links.refunded and len(known) == len(held)


def refund_missed(seen: Seen) -> bool:
    """A refund that is older than the grace time, and not in the order."""
    if not unrecorded(seen):
        return False
    at = refunded_at(seen)
    return at is None or seen.case.now - at >= GRACE


def other_method(seen: Seen) -> bool:
    """The order says that it was paid without Stripe."""
    method = seen.order.metadata.get("payment_method", "").strip().lower()
    return bool(method) and "stripe" not in method and method not in _STRIPE_METHODS


@once
def unresolved(seen: Seen) -> tuple[str, ...]:
    """Stored ids that lead nowhere: Stripe does not know them, or they were not read."""
    facts, stored = seen.case.facts, stored_ids(seen.order)
    if not stored:
        return ()
    lost = stored.difference(
        [thing.id for things in (facts.sessions, facts.intents, facts.charges) for thing in things]
    )
    return tuple(sorted(lost)) if lost else ()


def other_account(seen: Seen) -> str | None:
    """The connected account that the order says its payment is on, if that is not the one that was read. Where all
    that is stored was found, it is on this account after all: a destination charge."""
    account, facts = seen.order.connected_account, seen.case.facts
    if account is None:
        return None
    here = account in (facts.account, *facts.also_read) or (stored_ids(seen.order) and not unresolved(seen))
    return None if here else account


def failed_late(seen: Seen) -> bool:
    """The order is failed although a payment stands, it was last written after that, as far as it says, and Stripe has
    sent word of a failed attempt."""
    if seen.order.status is not OrderStatus.FAILED or not seen.links.still_paid or failed_first(seen):
        return False
    return any(event.type in FAILURES for event in seen.links.events)


def failed_first(seen: Seen) -> bool:
    """The order was failed by an earlier attempt than the one that was paid, and not written since."""
    changed, paid_at = seen.order.updated_at, seen.links.settled_at
    if seen.order.status is not OrderStatus.FAILED or changed is None or paid_at is None or changed >= paid_at:
        return False
    return any(event.type in FAILURES for event in seen.links.events)


def with_bank(seen: Seen) -> bool:
    """A bank questions the money or has taken some of it back: nothing of it is to be returned by the shop."""
    return any(dispute.status in LEFT or dispute.status in OPEN for dispute in seen.links.disputes)


def won_back(seen: Seen) -> bool:
    """A dispute was won, and the order has been closed, or counted as refunded, since it was opened: its money is back,
    and nobody was refunded."""
    links, order = seen.links, seen.order
    won = [dispute.created for dispute in links.disputes if dispute.status is DisputeStatus.WON]
    if not won or links.refunded or links.pending_refund or not links.standing:
        return False
    if order.status is not OrderStatus.REFUNDED and order.status not in CLOSED_ORDER:
        return False
    return order.updated_at is None or order.updated_at >= min(won)


def grouped(seen: Seen) -> bool:
    """What is paid is paid for several orders on purpose: its amount is not this order's alone."""
    if any(what is Claim.SHARED for what, _ in seen.links.claims):
        return True
    order, ours = seen.order, GROUP_KEY in seen.order.metadata
    things: tuple[Session | Intent, ...] = (*seen.links.sessions, *seen.links.intents)
    return any(shares(order, thing) for thing in things if ours or GROUP_KEY in thing.metadata)


def due(seen: Seen) -> Money | None:
    """The order's total if money is still expected or claimed for it: what is promised without payment."""
    return seen.order.due if seen.order.status in PAID_ORDER else nothing(seen)


def at_stake(seen: Seen) -> Money | None:
    """What stands at Stripe and is not in the order; nothing where the order has it."""
    if seen.order.status in PAID_ORDER:
        return nothing(seen)
    return subscribed.left(seen) if seen.links.still_paid else nothing(seen)


def nothing(seen: Seen) -> Money | None:
    """No money at all, in the case's currency; None where it has none."""
    currency = seen.order.currency or (seen.links.left.currency if seen.links.left else None)
    return Money(0, currency) if currency else None
