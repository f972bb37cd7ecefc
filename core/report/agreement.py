"""What is said of a case in which nothing disagrees: where the money is, and that nothing is to be done. Pure."""

from typing import Final

from core.facts import RefundStatus
from core.money import Money
from core.report.situation import Situation, awaited, open_disputes
from core.rules import Examined
from core.times import moment

_UNTIL: Final = {
    Situation.PAYABLE: "Nothing, until the customer has paid or the time for it is over.",
    Situation.WITH_BANK: "Nothing, until the bank has answered.",
    Situation.RESERVED: "Nothing is wrong. The money still has to be taken before the reservation ends.",
    Situation.RETURNING: "Nothing, until the refund has gone through.",
    Situation.DISPUTED: "Nothing is wrong here. The dispute itself is answered in Stripe.",
}


def nothing_to_do(found: Situation) -> str:
    """That nothing is to be done, and until when; or what is still to be done although nothing disagrees."""
    return _UNTIL.get(found, "Nothing: the shop and Stripe say the same.")


def agreement(seen: Examined, found: Situation) -> str:
    """What both sides say, with the money: the answer to "did my payment arrive?"."""
    order = seen.case.order
    assert order is not None  # noqa: S101 - for the type checker: a case without an order agrees with nobody
    state = order.status.value.replace("_", " ")
    return f"The shop and Stripe agree: order {order.name} is {state}, and {_money(seen, found)}."


def _money(seen: Examined, found: Situation) -> str:
    """Where the money is, the end of a sentence."""
    links = seen.links
    if links.payments:
        came = f"Stripe received {links.paid}" if links.paid else "Stripe received the payments"
        return came + "".join(went(seen))
    if links.free:
        return "nothing had to be paid"
    match found:
        case Situation.PAYABLE:
            until = max((intent.pay_by or 0 for intent in awaited(seen)), default=0)
            ends = f" until {moment(until)}" if until else ""
            return f"the customer can still pay it{ends}, with the voucher or account number that they were given"
        case Situation.WITH_BANK:
            return "the payment is with the bank, which has not answered yet"
        case Situation.RESERVED:
            return "the money is reserved on the customer's card and not taken yet"
        case _:
            return "Stripe holds no payment for it"


def went(seen: Examined) -> list[str]:
    """What of it went back, is on its way back, did not get there, or is asked for."""
    links, paid = seen.links, seen.links.paid
    failed = [r for r in links.refunds if r.status in {RefundStatus.FAILED, RefundStatus.CANCELED} and r.currency]
    said = []
    if paid and links.refunded:
        said.append(f", and {Money(links.refunded, paid.currency)} of it went back")
    if paid and links.pending_refund:
        said.append(f", and a refund of {Money(links.pending_refund, paid.currency)} is on its way")
    if seen.case.order and (elsehow := seen.case.order.refunded_otherwise):
        said.append(f"; the shop gave {elsehow} back by other means")
    if failed and not links.refunded and not links.pending_refund:
        said.append(f"; a refund of {Money(failed[-1].amount, failed[-1].currency or '')} did not go through")
    if open_disputes(links):
        said.append("; the bank questions it, and has not decided")
    elif paid and links.withdrawn:
        said.append(f"; the bank has taken {Money(links.withdrawn, paid.currency)} back")
    return said
