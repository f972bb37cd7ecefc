"""What is said to the customer in each situation: the names of the sentences, and what stands in them. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.facts import CLOSED_ORDER, OPEN_ORDER, RefundStatus
from core.linking import Kind, Movement, Payment
from core.money import Money
from core.report.belonging import wanting
from core.report.money_line import later_unpaid
from core.report.situation import Situation, awaited, is_closed
from core.rules import Examined


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount as the customer saw it, None where it is not known, and when (seconds since 1970)."""

    amount: Money | None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence by its name; `sums` of payments or refunds, the order's `total`, what of it was paid `otherwise`, the
    day `until` which it holds."""

    name: str
    sums: tuple[Sum, ...] = ()
    total: Money | None = None
    otherwise: Money | None = None
    until: int | None = None


Lines = tuple[Line, ...]


def lines(seen: Examined, found: Situation) -> Lines:
    """What is said in a situation."""
    said = _SAID[found]
    return said(seen) if callable(said) else _plain(*said)


def _plain(*names: str) -> Lines:
    return tuple(map(Line, names))


def _paid(name: str, seen: Examined) -> Line:
    return Line(name, tuple(map(_sum, seen.links.payments)))


def _sum(paid: Payment) -> Sum:
    return Sum(paid.shown or paid.amount, paid.charges[0].created if paid.charges else paid.at)


def _moved(moved: Movement) -> Sum:
    return Sum(moved.amount, moved.at)


def _unclaimed(seen: Examined) -> Lines:
    if not seen.links.payments:
        return _plain("begun", "match")
    if seen.case.cart is not None:
        return (_paid("see", seen), *_plain("of_cart", "wait"))
    return (_paid("see", seen), *_plain("match", "wait"))


def _twice(seen: Examined) -> Lines:
    return (_paid("more_than_one", seen), *_plain("which_belongs", "nothing_not_again"))


def _settling(seen: Examined) -> Lines:
    return (_paid("see_soon", seen) if seen.links.payments else Line("processed_soon"), Line("wait"))


def _disputed(seen: Examined) -> Lines:
    net, kinds = seen.links.net, {moved.kind for moved in seen.links.movements}
    gone = net is not None and net.amount_minor <= 0 and kinds == {Kind.TAKEN, Kind.WITHDRAWN}
    return (_paid("bank_holds" if gone else "bank_asks", seen), *_plain("colleague", "will_write"))


def _lost(seen: Examined) -> Lines:
    drawn = tuple(Sum(moved.amount) for moved in seen.links.movements if moved.kind is Kind.WITHDRAWN)
    return (Line("bank_took", drawn) if drawn else Line("bank_took_it"), Line("not_wanted"))


def _not_returned(seen: Examined) -> Lines:
    return (_paid("books_returned", seen), *_plain("checking_return", "will_write"))


def _returning(seen: Examined) -> Lines:
    asks = any(refund.status is RefundStatus.REQUIRES_ACTION for refund in seen.links.refunds)
    first = _paid("refund_started", seen) if seen.links.payments else Line("refund_started_of_it")
    return (first, *_plain(*(("refund_asks",) if asks else ()), "bank_time"))


def _refunded(seen: Examined) -> Lines:
    net = seen.links.net
    whole = net is not None and net.amount_minor <= 0
    back = tuple(_moved(moved) for moved in seen.links.movements if moved.kind is Kind.RETURNED)
    return (*(() if whole else (_paid("see", seen),)), Line("returned", back), Line("bank_time"))


def _other_amount(seen: Examined) -> Lines:
    order, paid = seen.case.order, _paid("see", seen)
    total, otherwise = (order.amount, order.paid_otherwise) if order else (None, None)
    if total:
        name = "see_and_total_less" if otherwise else "see_and_total"
        paid = Line(name, paid.sums, total, otherwise)
    return (paid, *_plain("difference", "wait"))


def _received(seen: Examined) -> Lines:
    status = seen.case.order.status if seen.case.order else None
    first = _paid("received", seen)
    if status in OPEN_ORDER:
        return (first, *_plain("not_shown_yet", "not_again"))
    if status in CLOSED_ORDER:
        return (first, *_plain("closed", "wait"))
    if seen.case.order and (elsehow := seen.case.order.refunded_otherwise):
        return (first, Line("given_back_otherwise", otherwise=elsehow), Line("shown"))
    if wanting(seen):
        return (first, *_plain("not_again", "colleague"))
    return (first, *_plain("colleague", "will_write")) if later_unpaid(seen) else (first, Line("shown"))


def _payable(seen: Examined) -> Lines:
    if is_closed(seen):
        return _plain("prepared_closed", "do_not_make", "tell_when")
    until = max((intent.pay_by or 0 for intent in awaited(seen)), default=0)
    return (Line("payable_until", until=until) if until else Line("payable"), Line("made_already"))


def _running(seen: Examined) -> Lines:
    doubled = any(finding.code == "subscription_doubled" for finding in seen.diagnosis.findings)
    return _plain("running", "two_running" if doubled else "nothing_until_then", "will_write")


def _over(seen: Examined) -> Lines:
    return (_paid("received", seen), Line("subscription_over"))


_SAID: Mapping[Situation, tuple[str, ...] | Callable[[Examined], Lines]] = {
    Situation.NOT_KNOWN: ("looking", "wait", "will_write"),
    Situation.UNCLAIMED: _unclaimed,
    Situation.PERHAPS: ("perhaps", "wait"),
    Situation.TWICE: _twice,
    Situation.OUTSIDE: ("outside", "wait"),
    Situation.RUNNING: _running,
    Situation.OVER: _over,
    Situation.SETTLING: _settling,
    Situation.NOT_FOUND: ("not_found", "left_account", "no_card_number"),
    Situation.RETURNED: _refunded,
    Situation.LOST: _lost,
    Situation.DISPUTED: _disputed,
    Situation.NOT_RETURNED: _not_returned,
    Situation.RETURNING: _returning,
    Situation.OTHER_AMOUNT: _other_amount,
    Situation.RECEIVED: _received,
    Situation.PAYABLE: _payable,
    Situation.WITH_BANK: ("with_bank", "wait"),
    Situation.RESERVED: ("reserved", "wait"),
    Situation.LET_GO: ("let_go", "how_to_pay"),
    Situation.BOUNCED: ("bounced", "how_to_pay"),
    Situation.FREE: ("free",),
    Situation.NOT_TAKEN: ("not_taken", "own_statement", "date_and_amount"),
}
