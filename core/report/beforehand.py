"""What can be said of a case before Stripe has answered: the order's own values, not what they mean. Pure."""

from dataclasses import dataclass

from core.facts import Order
from core.report.money_line import STRIPES, Cell, of_order
from core.report.verdict import about


@dataclass(frozen=True, slots=True)
class Beforehand:
    """`title`, `subtitle` and the six figures as the report will have them, each under its title; None where it is
    Stripe's to say."""

    title: str
    subtitle: str
    figures: tuple[tuple[str, Cell | None], ...]


def beforehand(order: Order | None, name: str) -> Beforehand:
    """Of an order, or of a payment that is called `name`."""
    ordered, shop = of_order(order)
    stripes = tuple((title, None) for title in STRIPES)
    own = (ordered, shop) if order else (None, None)
    return Beforehand(
        title=f"Order {order.name}" if order else f"Payment {name}",
        subtitle=about(order) if order else "",
        figures=((ordered.title, own[0]), *stripes, (shop.title, own[1])),
    )
