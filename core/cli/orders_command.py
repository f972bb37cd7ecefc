"""The command `orders`: what the mapping makes of the shop's rows, as JSON lines. Stripe is not asked.

Owns the canonical form of an order for programs. Unknown status words, rows that repeat an order
and a list that was cut are said on stderr.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.cli.outcomes import Exit
from core.cli.speaking import emit, narrate
from core.facts import Order
from core.orders import OrdersReader, Page
from core.settings import load_orders
from core.times import iso

_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look for; with none of the names, the newest orders. Times in seconds since 1970."""

    order_id: str | None = None
    number: str | None = None
    session: str | None = None
    intent: str | None = None
    charge: str | None = None
    email: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int = 100

    @property
    def names(self) -> bool:
        """Whether any name of an order is given."""
        return any((self.order_id, self.number, self.session, self.intent, self.charge, self.email))


def orders(asked: Asked, *, config: Path | None) -> Exit:
    """Print the orders that `asked` means, newest first, one JSON document a line."""
    settings = load_orders(config=config)
    printed = 0
    with closing(OrdersReader(settings.database_url.get_secret_value(), settings.mapping)) as reader:
        for order in _named(reader, asked) if asked.names else _newest(reader, asked):
            emit(canonical(order))
            printed += 1
    if not printed:
        narrate("No such order. Next: check the spelling, or what orderlens.toml says of this column.")
    return Exit.CLEAN


def canonical(order: Order) -> dict[str, object]:
    """An order in the words of the mapping language: minor units, times in UTC, null for what is not said."""
    return {
        "id": order.id,
        "number": order.number,
        "status": order.status.value,
        "status_raw": order.raw_status,
        "amount": order.amount_minor,
        "refunded_amount": order.refunded_minor,
        "paid_otherwise": order.paid_otherwise_minor,
        **({} if order.refunded_otherwise_minor == 0 else {"refunded_otherwise": order.refunded_otherwise_minor}),
        "currency": order.currency,
        "session_ids": sorted(order.session_ids),
        "payment_intent_ids": sorted(order.payment_intent_ids),
        "charge_ids": sorted(order.charge_ids),
        "session_id": order.session_id,
        "payment_intent_id": order.payment_intent_id,
        "customer_email": order.customer_email,
        "metadata_expected": dict(order.metadata_expected),
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
        "deleted": order.deleted,
        "tenant": order.tenant,
        "stripe_account": order.stripe_account,
    }


def _named(reader: OrdersReader, asked: Asked) -> Iterator[Order]:
    def one(text: str | None) -> tuple[str, ...]:
        return (text.strip(),) if text else ()

    found = reader.find(
        ids=one(asked.order_id),
        numbers=one(asked.number),
        sessions=one(asked.session),
        intents=one(asked.intent),
        charges=one(asked.charge),
        emails=one(asked.email),
        limit=asked.limit + 1,
    )
    if len(found) > asked.limit:
        _say_more(asked)
    for order in found[: asked.limit]:
        if _within(order.created_at, asked.since, asked.until):
            yield order


def _newest(reader: OrdersReader, asked: Asked) -> Iterator[Order]:
    left, after = asked.limit, None
    while left:
        page = reader.page(since=asked.since, until=asked.until, limit=min(left, _AT_A_TIME), after=after)
        yield from page.orders
        _say_doubts(page)
        left, after = left - len(page.orders), page.next
        if after is None:
            return
    _say_more(asked)


def _say_doubts(page: Page) -> None:
    for word, rows in page.unknown.items():
        narrate(f"Unknown status {word}: {rows} orders. Next: give it a meaning in [orders.status_map].")
    for left in page.left_out:
        narrate(f"Not read: order {left.order.name}, because {left.because}.")
    for name in page.repeated:
        narrate(f"Order {name} has more than one row; the first was taken. Next: make the join or the query to-one.")


def _say_more(asked: Asked) -> None:
    narrate(f"Only the newest {asked.limit} orders are shown; there are more. Use --limit, --since and --until.")


def _within(at: int | None, since: int | None, until: int | None) -> bool:
    if since is None and until is None:
        return True
    return at is not None and (since is None or at >= since) and (until is None or at < until)
