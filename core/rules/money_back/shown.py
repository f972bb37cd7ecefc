"""What a finding about refunds shows: each refund at Stripe and in the shop's books, and what is left."""

from core.facts import Order
from core.findings import Evidence
from core.money import Money
from core.rules.rule import Seen
from core.rules.sentences import about_order, money, several, status_of
from core.times import moment


def amount_of(seen: Seen, minor: int) -> str:
    """So much, in the payment's currency."""
    return money(Money(minor, seen.links.left.currency) if seen.links.left else None)


def refunds(seen: Seen) -> tuple[Evidence, ...]:
    """Each refund with its state; in the payment's currency, where that is known."""
    total = seen.links.left
    return tuple(
        Evidence(
            f"refund {refund.id}",
            refund.status.value,
            f"{money(Money(refund.amount, total.currency))} ({moment(refund.created)})"
            if total
            else f"{refund.amount} minor units",
        )
        for refund in seen.links.refunds
    )


def left(seen: Seen) -> tuple[Evidence, ...]:
    """What is left at Stripe, and what the order says."""
    return (
        Evidence("Stripe", "left of the payment", money(seen.links.net)),
        status_of(seen.order),
        about_order(seen.order, "refunded amount", _noted(seen.order)),
    )


def _noted(order: Order) -> str | None:
    """What the order says went back; the bare figure where its currency is not known."""
    if order.refunded_minor is None:
        return None
    return str(Money(order.refunded_minor, order.currency)) if order.currency else f"{order.refunded_minor} minor units"


def held(seen: Seen) -> tuple[Evidence, ...]:
    """Each refund that the shop holds, with its own word for it."""
    currency = seen.order.currency
    return tuple(
        about_order(
            seen.order,
            "refund held",
            f"{one.state}, {money(Money(one.amount_minor, currency))}"
            if one.amount_minor is not None and currency
            else one.state,
        )
        for one in seen.order.refunds_held
    )


def ids(seen: Seen) -> str:
    """The refunds' ids, to be read aloud."""
    return several([refund.id for refund in seen.links.refunds]) or "none is listed"
