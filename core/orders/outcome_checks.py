"""What doctor says of [outcome]: whether it can be looked at, and how many of the newest paid orders have it."""

from collections.abc import Iterator, Sequence

from core.checks import Check, Level
from core.facts import PAID_ORDER, Held, Order
from core.orders.outcomes import OutcomeBook

SAMPLE = 20


def examine_outcomes(book: OutcomeBook, orders: Sequence[Order]) -> Iterator[Check]:
    """Some paid orders looked at, a line for each thing; nothing where the settings name none."""
    paid = [order for order in orders if order.status in PAID_ORDER][:SAMPLE]
    looked = [one for order in paid for one in book.of(order)]
    for name in dict.fromkeys(one.name for one in looked):
        own = [one for one in looked if one.name == name]
        unread = [one for one in own if one.held is Held.UNREAD]
        so, of = sum(one.held is Held.YES for one in own), f"{len(own)} paid orders: {own[0].says}"
        if unread:
            do = f"Check column or query of [outcome.{name}] in orderlens.toml."
            yield Check("orders", f"outcome.{name}", Level.ERROR, f"Could not look: {unread[0].because}", do)
        elif so * 2 < len(own):
            do = "If that is not so in your shop, another column or query says it."
            yield Check("orders", f"outcome.{name}", Level.WARNING, f"True of {so} of the newest {of}.", do)
        else:
            yield Check("orders", f"outcome.{name}", Level.FINE, f"True of {so} of the newest {of}.")
