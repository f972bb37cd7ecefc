"""What to write to the customer: polite, true, without our internals, promising nothing that we cannot keep.

Pure. Goes by the situation alone. Never asks to pay again while a payment may exist, and never promises a refund or a
day. Amounts are as the customer saw them; days are days in UTC.
"""

from collections.abc import Callable, Mapping

from core.facts import CLOSED_ORDER, OPEN_ORDER, RefundStatus
from core.linking import Kind, Links, Payment
from core.report.situation import Situation, awaited, is_closed
from core.rules import Examined
from core.times import day

_LOOKING = "We are still looking into the payment for it, and need a little more time to be certain."
_PLEASE_WAIT = "Please do not pay again in the meantime."
_WILL_WRITE = "We will write to you when we know more."
_BANK = "How soon it shows on your statement depends on your bank; it can take several working days."
_HOW_TO_PAY = "A colleague will write to you about how it can be paid. There is nothing you need to do until then."
Lines = tuple[str, ...]


def letter(seen: Examined, found: Situation) -> str:
    """The message for a situation, ready to be copied and signed."""
    order = seen.case.order
    about = f"your order {order.name}" if order else "your payment"
    body = _body(seen, found)
    return "\n".join(["Hello,", "", f"thank you for writing to us about {about}.", "", *body, "", "Kind regards"])


def spoken(seen: Examined, found: Situation) -> str:
    """The same as it is said on the phone: the message without what only a letter has."""
    return " ".join(_body(seen, found))


def _body(seen: Examined, found: Situation) -> Lines:
    words = _WORDS[found]
    return words(seen) if callable(words) else words


def _unclaimed(seen: Examined) -> Lines:
    paid = seen.links.payments
    return (
        f"We can see {_payments(paid)}." if paid else "We can see that a payment was begun, but not completed.",
        "So that we can match it to your order, please send us its number, or the e-mail address you ordered with.",
        *((_PLEASE_WAIT,) if paid else ()),
    )


def _twice(seen: Examined) -> Lines:
    return (
        f"We can see more than one payment for it: {_payments(seen.links.payments)}. We are sorry about this.",
        "A colleague is checking which of them belongs to the order, and what is to be returned to you.",
        "You do not need to do anything, and please do not pay again.",
    )


def _settling(seen: Examined) -> Lines:
    paid = seen.links.payments
    first = f"We can see {_payments(paid)}" if paid else "Your payment is being processed"
    return (f"{first}. It can take some minutes until your order shows it.", _PLEASE_WAIT)


def _disputed(seen: Examined) -> Lines:
    return (
        f"We have received {_payments(seen.links.payments)}, and your bank has asked us about it.",
        "A colleague is looking into it.",
        _WILL_WRITE,
    )


def _lost(seen: Examined) -> Lines:
    sums = tuple(str(moved.amount) for moved in seen.links.movements if moved.kind is Kind.WITHDRAWN)
    return (
        f"Your bank has decided about your payment, and has taken {_joined(sums) if sums else 'it'} back from us.",
        "If this is not what you wanted, please tell us.",
    )


def _not_returned(seen: Examined) -> Lines:
    return (
        f"Our books show {_payments(seen.links.payments)} as returned to you, but we cannot see that it reached you.",
        "We are sorry about this. A colleague is checking what is still to be returned, and how.",
        _WILL_WRITE,
    )


def _returning(seen: Examined) -> Lines:
    asks = any(refund.status is RefundStatus.REQUIRES_ACTION for refund in seen.links.refunds)
    needed = ("Please look for an e-mail that asks for your bank details: the refund waits for them.",) if asks else ()
    paid = _payments(seen.links.payments) if seen.links.payments else "your payment"
    return (f"We have received {paid}, and a refund has been started but is not finished.", *needed, _BANK)


def _refunded(seen: Examined) -> Lines:
    net = seen.links.net
    whole = net is not None and net.amount_minor <= 0
    return (
        *(() if whole else (f"We can see {_payments(seen.links.payments)}.",)),
        f"We have returned {_joined(_returns(seen.links))}, to the way you paid with.",
        _BANK,
    )


def _other_amount(seen: Examined) -> Lines:
    order = seen.case.order
    less = f", {order.paid_otherwise} of which were paid otherwise" if order and order.paid_otherwise else ""
    ours = f", while the order comes to {order.amount}{less}" if order and order.amount else ""
    return (
        f"We can see {_payments(seen.links.payments)}{ours}.",
        "We are checking where the difference comes from.",
        _PLEASE_WAIT,
    )


def _received(seen: Examined) -> Lines:
    status = seen.case.order.status if seen.case.order else None
    first = f"We have received {_payments(seen.links.payments)}."
    if status in OPEN_ORDER:
        return (first, "The order does not show it yet; we are putting that right.", "You do not need to pay again.")
    if status in CLOSED_ORDER:
        closed = "The order itself was closed in our books. A colleague is checking what we can do about it."
        return (first, closed, _PLEASE_WAIT)
    return (first, "The order shows it; there is nothing you need to do.")


def _payable(seen: Examined) -> Lines:
    if is_closed(seen):
        return (
            "The payment for it is prepared, but was not made yet, and the order was closed in our books.",
            "Please do not make it now: a colleague is checking whether the order can still be carried out.",
            "If you have made it already, please tell us when.",
        )
    until = max((intent.pay_by or 0 for intent in awaited(seen)), default=0)
    ends = f" until {day(until)}" if until else ""
    return (
        f"The payment for it was not made yet: it can still be made{ends}, with what you were given at the checkout.",
        "If you have made it already, please do not pay again: it can take several days until we hear of it.",
    )


def _returns(links: Links) -> Lines:
    back = [moved for moved in links.movements if moved.kind is Kind.RETURNED]
    return tuple(f"{moved.amount} on {day(moved.at)}" if moved.at else str(moved.amount) for moved in back)


def _payments(paid: tuple[Payment, ...]) -> str:
    said = [(one.shown or one.amount, day(one.charges[0].created if one.charges else one.at)) for one in paid]
    each = tuple(f"{amount or 'an amount'} on {when}" for amount, when in said)
    return f"your payment of {each[0]}" if len(each) == 1 else f"your payments of {_joined(each)}"


def _joined(parts: Lines) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _over(seen: Examined) -> Lines:
    first = f"We have received {_payments(seen.links.payments)}."
    return (first, "The subscription has ended, and nothing more is charged for it.")


_WORDS: Mapping[Situation, Lines | Callable[[Examined], Lines]] = {
    Situation.NOT_KNOWN: (_LOOKING, _PLEASE_WAIT, _WILL_WRITE),
    Situation.UNCLAIMED: _unclaimed,
    Situation.PERHAPS: (
        "We can see a payment that may be for it, and are checking whether the two belong together.",
        _PLEASE_WAIT,
    ),
    Situation.TWICE: _twice,
    Situation.OUTSIDE: (
        "Our records show it as paid by another way than our payment page. A colleague is checking that.",
        _PLEASE_WAIT,
    ),
    Situation.RUNNING: (
        "We are checking the subscription that belongs to it, and what you were charged for it.",
        "You do not need to do anything until then.",
        _WILL_WRITE,
    ),
    Situation.OVER: _over,
    Situation.SETTLING: _settling,
    Situation.NOT_FOUND: (
        "We cannot see a completed payment for it so far.",
        "If the amount has left your account, please tell us the date and the exact amount on your statement.",
        "We do not need your card number.",
    ),
    Situation.RETURNED: _refunded,
    Situation.LOST: _lost,
    Situation.DISPUTED: _disputed,
    Situation.NOT_RETURNED: _not_returned,
    Situation.RETURNING: _returning,
    Situation.OTHER_AMOUNT: _other_amount,
    Situation.RECEIVED: _received,
    Situation.PAYABLE: _payable,
    Situation.WITH_BANK: (
        "Your payment has been started and is waiting for your bank; with some ways to pay this takes several days.",
        _PLEASE_WAIT,
    ),
    Situation.RESERVED: ("The amount is reserved, but has not been taken yet.", _PLEASE_WAIT),
    Situation.LET_GO: (
        "The amount was only reserved, and the reservation has ended: we have taken no money.",
        _HOW_TO_PAY,
    ),
    Situation.BOUNCED: (
        "Your bank did not carry out the payment for it, so we have received no money.",
        _HOW_TO_PAY,
    ),
    Situation.FREE: ("Nothing is left to pay for it; there is nothing you need to do.",),
    Situation.NOT_TAKEN: (
        "The payment for it was not completed, so we have taken no money.",
        "If you see the amount on your statement all the same, it may be a reservation that your bank releases itself.",
        "In that case please tell us the date and the amount (no card number, please), and we will check.",
    ),
}
