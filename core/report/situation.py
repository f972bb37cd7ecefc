"""`Situation`: where the money of a case is, and so what its customer may be told. Decided once, here.

The verdict's sentence, the letter and the checks that no two parts contradict each other all go by it. Pure.
Says nothing about money that may not be there: after a reading that was not whole, most situations are "not known".
"""

from enum import StrEnum

from core.facts import CLOSED_ORDER, PAID_ORDER, Intent, IntentStatus
from core.linking import Links
from core.linking.ledger import OPEN
from core.rules import Examined

_NOT_COMPARABLE = frozenset({"key_mode_mismatch", "session_foreign", "session_not_found", "wrong_account"})
_UNEQUAL = frozenset({"amount_mismatch", "currency_mismatch", "minor_unit_error", "amount_stale_cart"})
_RUNNING = frozenset({"subscription_doubled", "subscription_still_charged"})
_ON_ITS_WAY = frozenset({"pending", "asks", "late"})  # of a refund that the order counts as done


class Situation(StrEnum):
    """Where the money is, in the words of the shop."""

    NOT_KNOWN = "not known"
    UNCLAIMED = "paid, and no order is known for it"
    OUTSIDE = "settled outside Stripe"
    RUNNING = "charged for a subscription that should perhaps not run"
    OVER = "with the shop, for a subscription that has ended"
    PERHAPS = "a payment is there that may be the order's"
    TWICE = "paid more than once"
    SETTLING = "paid a moment ago"
    NOT_FOUND = "counted as paid, and no payment is found"
    RETURNED = "returned, all of it or a part"
    LOST = "taken back by the bank"
    DISPUTED = "questioned by the bank, which has not decided"
    NOT_RETURNED = "with the shop, although the order counts it as returned"
    RETURNING = "on its way back"
    OTHER_AMOUNT = "with the shop, but not the order's amount"
    RECEIVED = "with the shop"
    PAYABLE = "not paid yet: the customer has a voucher or an account number to pay to"
    WITH_BANK = "with the bank, which has not answered yet"
    RESERVED = "reserved, not taken"
    LET_GO = "was reserved, and never taken"
    BOUNCED = "refused by the bank"
    FREE = "nothing is due"
    NOT_TAKEN = "not paid"


class Paying(StrEnum):
    """Whether the customer is to pay."""

    NOT_AGAIN = "not again"
    CAN = "still can"
    LATER = "we say how"
    NOTHING_DUE = "nothing is due"
    UNSAID = "not spoken of"


def situation(seen: Examined) -> Situation:
    """The first that holds; while money may be missing from the reading, none that says there is none."""
    codes = {finding.code for finding in seen.diagnosis.findings}
    links, unsure = seen.links, bool(seen.diagnosis.undetermined)
    one = Situation
    situations = (
        (codes & _NOT_COMPARABLE or (unsure and not codes), one.NOT_KNOWN),
        (seen.case.order is None, one.UNCLAIMED),
        ("duplicate_payment" in codes, one.TWICE),
        (codes & _RUNNING, one.RUNNING),
        ("paid_outside_stripe" in codes, one.OUTSIDE),
        (any(found.code == "settling" and found.detail != "refund" for found in seen.diagnosis.findings), one.SETTLING),
        ("unpaid_marked_paid" in codes, one.NOT_FOUND),
        ("link_missing" in codes or _of_two_orders(seen), one.PERHAPS),
        (links.payments and _is_over(seen), one.OVER),
        (links.payments, _of_paid(seen, codes)),
        (links.pending_refund, one.RETURNING),
        (links.under_way and "async_failed" not in codes, _of_under_way(seen, codes)),
        (unsure, one.NOT_KNOWN),
        (any(intent.status is IntentStatus.REQUIRES_CAPTURE for intent in links.intents), one.RESERVED),
        (codes & {"auth_expired", "hold_released"}, one.LET_GO),
        ("async_failed" in codes, one.BOUNCED),
    )
    return next((found for holds, found in situations if holds), _of_nothing(seen))


def paying(found: Situation, *, closed: bool) -> Paying:
    """Whether the customer is to pay; `closed`: the shop's order is."""
    if found is Situation.PAYABLE and closed:
        return Paying.LATER
    return _PAYING.get(found, Paying.NOT_AGAIN)


def is_closed(seen: Examined) -> bool:
    """Whether the shop has closed the order."""
    return seen.case.order is not None and seen.case.order.status in CLOSED_ORDER


def awaited(seen: Examined) -> tuple[Intent, ...]:
    """The payments that the customer can still make with what Stripe gave them: a voucher, an account number."""
    now = seen.case.now
    return tuple(i for i in seen.links.intents if i.awaited and (i.pay_by is None or i.pay_by > now))


def open_disputes(links: Links) -> bool:
    """Whether a bank asks for money back, and it is not decided."""
    return any(dispute.status in OPEN for dispute in links.disputes)


def _is_over(seen: Examined) -> bool:
    """Whether all that stands was paid for subscriptions that are over, and nothing else is said of the money."""
    links, over = seen.links, {plan.id for plan in seen.links.subscriptions if plan.ended}
    said = {finding.code for finding in seen.diagnosis.findings} - {"subscription_ended"}
    if said or links.refunded or links.pending_refund or links.disputes:
        return False
    return bool(links.standing) and all(one.subscription_id in over for one in links.standing)


def _of_two_orders(seen: Examined) -> bool:
    """Whether Stripe's objects name two orders for one payment."""
    drift = next((found for found in seen.diagnosis.findings if found.code == "metadata_drift"), None)
    return drift is not None and drift.detail != "other_key" and bool(seen.links.payments)


def _of_paid(seen: Examined, codes: set[str]) -> Situation:
    links, one = seen.links, Situation
    claims = next((found for found in seen.diagnosis.findings if found.code == "refund_overstated"), None)
    rounding = any(found.detail == "rounding" for found in seen.diagnosis.findings)
    situations = (
        (links.refunded, one.RETURNED),
        (open_disputes(links), one.DISPUTED),
        (links.withdrawn, one.LOST),
        (claims is not None and claims.detail not in _ON_ITS_WAY, one.NOT_RETURNED),
        (links.pending_refund, one.RETURNING),
        (codes & _UNEQUAL and not rounding, one.OTHER_AMOUNT),
    )
    return next((found for holds, found in situations if holds), one.RECEIVED)


def _of_under_way(seen: Examined, codes: set[str]) -> Situation:
    if "expired_order_open" in codes:
        return Situation.NOT_TAKEN
    return Situation.PAYABLE if awaited(seen) else Situation.WITH_BANK


def _of_nothing(seen: Examined) -> Situation:
    order, free = seen.case.order, bool(seen.links.free)
    counted = order is not None and order.status in PAID_ORDER
    if counted and seen.diagnosis.findings and not free:
        return Situation.NOT_KNOWN
    return Situation.FREE if free or counted else Situation.NOT_TAKEN


_PAYING = {
    Situation.OUTSIDE: Paying.NOT_AGAIN,
    Situation.RUNNING: Paying.UNSAID,
    Situation.OVER: Paying.UNSAID,
    Situation.NOT_FOUND: Paying.UNSAID,
    Situation.RETURNED: Paying.UNSAID,
    Situation.LOST: Paying.UNSAID,
    Situation.DISPUTED: Paying.UNSAID,
    Situation.NOT_RETURNED: Paying.UNSAID,
    Situation.RETURNING: Paying.UNSAID,
    Situation.PAYABLE: Paying.CAN,
    Situation.LET_GO: Paying.LATER,
    Situation.BOUNCED: Paying.LATER,
    Situation.FREE: Paying.NOTHING_DUE,
    Situation.NOT_TAKEN: Paying.UNSAID,
}
