"""What to write to the customer: polite, true, without our internals, promising nothing that we cannot keep.

Pure. Says only what was read: after a reading that was not whole, nothing about money that might not be there. Never
asks to pay again while a payment may exist, and never promises a refund or a day. Amounts are as the customer saw them.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from core.desk import Opened
from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, DisputeStatus, IntentStatus, RefundStatus
from core.linking import Links, Payment
from core.money import Money

NOT_COMPARABLE = frozenset({"key_mode_mismatch", "session_foreign", "session_not_found", "wrong_account"})
UNEQUAL = frozenset({"amount_mismatch", "currency_mismatch", "minor_unit_error", "amount_stale_cart"})
OVER = frozenset({DisputeStatus.WON, DisputeStatus.PREVENTED, DisputeStatus.WARNING_CLOSED})
LOOKING = "We are still looking into the payment for it, and need a little more time to be certain."
PLEASE_WAIT = "Please do not pay again in the meantime."
WILL_WRITE = "We will write to you when we know more."
BANK = "How soon it shows on your statement depends on your bank; it can take several working days."
HOW_TO_PAY = "A colleague will write to you about how it can be paid. There is nothing you need to do until then."
Lines = tuple[str, ...]


def customer(opened: Opened) -> str:
    """The message, ready to be copied and signed."""
    order = opened.case.order
    about = f"your order {order.number or order.id}" if order else "your payment"
    body = _body(opened)
    return "\n".join(["Hello,", "", f"thank you for writing to us about {about}.", "", *body, "", "Kind regards"])


def _body(opened: Opened) -> Lines:
    """The first situation that holds; when money may be missing from the reading, none that says so."""
    codes = {finding.code for finding in opened.diagnosis.findings}
    links, unsure, paid = opened.links, bool(opened.diagnosis.undetermined), opened.links.payments
    situations: tuple[tuple[bool, Callable[[Opened], Lines]], ...] = (
        (bool(codes & NOT_COMPARABLE) or (unsure and not codes), _looking),
        (opened.case.order is None, _unclaimed),
        ("duplicate_payment" in codes, _twice),
        ("settling" in codes, _settling),
        ("unpaid_marked_paid" in codes, _not_found),
        ("link_missing" in codes, _perhaps_theirs),
        (bool(paid and _returns(links)), _refunded),
        (any(dispute.status not in OVER for dispute in links.disputes) and bool(paid), _disputed),
        ("refund_overstated" in codes and bool(paid), _not_returned),
        (bool(links.pending_refund), _returning),
        (bool(codes & UNEQUAL) and bool(paid), _other_amount),
        (bool(paid), _received),
        (links.under_way, _under_way),
        (unsure, _looking),
        (any(intent.status is IntentStatus.REQUIRES_CAPTURE for intent in links.intents), _reserved),
        ("auth_expired" in codes, _released),
        ("async_failed" in codes, _bounced),
    )
    return next((words for holds, words in situations if holds), _nothing_taken)(opened)


def _looking(_opened: Opened) -> Lines:
    return (LOOKING, PLEASE_WAIT, WILL_WRITE)


def _unclaimed(opened: Opened) -> Lines:
    paid = opened.links.payments
    return (
        f"We can see {_payments(paid)}." if paid else "We can see that a payment was begun, but not completed.",
        "So that we can match it to your order, please send us its number, or the e-mail address you ordered with.",
        *((PLEASE_WAIT,) if paid else ()),
    )


def _twice(opened: Opened) -> Lines:
    return (
        f"We can see more than one payment for it: {_payments(opened.links.payments)}. We are sorry about this.",
        "A colleague is checking which of them belongs to the order, and what is to be returned to you.",
        "You do not need to do anything, and please do not pay again.",
    )


def _settling(opened: Opened) -> Lines:
    paid = opened.links.payments
    seen = f"We can see {_payments(paid)}" if paid else "Your payment is being processed"
    return (f"{seen}. It can take some minutes until your order shows it.", PLEASE_WAIT)


def _perhaps_theirs(_opened: Opened) -> Lines:
    return ("We can see a payment that may be for it, and are checking whether the two belong together.", PLEASE_WAIT)


def _disputed(opened: Opened) -> Lines:
    return (
        f"We have received {_payments(opened.links.payments)}, and your bank has asked us about it.",
        "A colleague is looking into it.",
        WILL_WRITE,
    )


def _not_returned(opened: Opened) -> Lines:
    return (
        f"Our books show {_payments(opened.links.payments)} as returned to you, but we cannot see that it reached you.",
        "We are sorry about this. A colleague is checking what is still to be returned, and how.",
        WILL_WRITE,
    )


def _returning(opened: Opened) -> Lines:
    return (
        f"We have received {_payments(opened.links.payments)}, and a refund has been started but is not finished.",
        BANK,
    )


def _reserved(_opened: Opened) -> Lines:
    return ("The amount is reserved, but has not been taken yet.", PLEASE_WAIT)


def _released(_opened: Opened) -> Lines:
    return ("The amount was only reserved, and the reservation has ended: we have taken no money.", HOW_TO_PAY)


def _bounced(_opened: Opened) -> Lines:
    return ("Your bank did not carry out the payment for it, so we have received no money.", HOW_TO_PAY)


def _under_way(_opened: Opened) -> Lines:
    return (
        "Your payment has been started and is waiting for your bank; with some ways to pay this takes several days.",
        PLEASE_WAIT,
    )


def _not_found(_opened: Opened) -> Lines:
    return (
        "We cannot see a completed payment for it so far.",
        "If the amount has left your account, please tell us the date and the exact amount on your statement.",
        "We do not need your card number.",
    )


def _refunded(opened: Opened) -> Lines:
    net = opened.links.net
    whole = net is not None and net.amount_minor <= 0
    return (
        *(() if whole else (f"We can see {_payments(opened.links.payments)}.",)),
        f"We have returned {_joined(_returns(opened.links))}, to the way you paid with.",
        BANK,
    )


def _other_amount(opened: Opened) -> Lines:
    total = opened.case.order.amount if opened.case.order else None
    ours = f", while the order comes to {total}" if total else ""
    seen = _payments(opened.links.payments)
    return (f"We can see {seen}{ours}.", "We are checking where the difference comes from.", PLEASE_WAIT)


def _received(opened: Opened) -> Lines:
    order = opened.case.order
    status = order.status if order else None
    first = f"We have received {_payments(opened.links.payments)}."
    if status in OPEN_ORDER:
        return (first, "The order does not show it yet; we are putting that right.", "You do not need to pay again.")
    if status in CLOSED_ORDER:
        told = "The order itself was closed in our books. A colleague is checking what we can do about it."
        return (first, told, PLEASE_WAIT)
    return (first, "The order shows it; there is nothing you need to do.")


def _nothing_taken(opened: Opened) -> Lines:
    order = opened.case.order
    if order is not None and order.status in PAID_ORDER and opened.diagnosis.findings and not opened.links.free:
        return _looking(opened)
    if order is not None and (opened.links.free or order.status in PAID_ORDER):
        return ("Nothing is left to pay for it; there is nothing you need to do.",)
    return (
        "The payment for it was not completed, so we have taken no money.",
        "If you see the amount on your statement all the same, it may be a reservation that your bank releases itself.",
        "In that case please tell us the date and the amount (no card number, please), and we will check.",
    )


def _returns(links: Links) -> Lines:
    done = [refund for refund in links.refunds if refund.status is RefundStatus.SUCCEEDED and refund.currency]
    return tuple(f"{Money(refund.amount, refund.currency or '')} on {day(refund.created)}" for refund in done)


def _payments(paid: tuple[Payment, ...]) -> str:
    said = [(one.shown or one.amount, day(one.charges[0].created if one.charges else one.at)) for one in paid]
    each = tuple(f"{amount or 'an amount'} on {when}" for amount, when in said)
    return f"your payment of {each[0]}" if len(each) == 1 else f"your payments of {_joined(each)}"


def _joined(parts: Lines) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def day(epoch: int) -> str:
    """A day as it stands in a letter, in UTC: "3 March 2026"."""
    at = datetime.fromtimestamp(epoch, UTC)
    return f"{at.day} {at:%B %Y}"
