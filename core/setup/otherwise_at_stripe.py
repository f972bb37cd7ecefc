"""Gift cards and store credit, in columns of the orders or in tables beside them: proved by what Stripe took, else
asked. Pure.

Whether the total holds them already is not seen in a column. It is where a payment is exactly what the gift card left;
otherwise nothing is written, for a wrong one would excuse money that is missing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.orders.meaning import minor, number
from core.setup.amounts_at_stripe import of_orders
from core.setup.guessing import Belief, Open, Seen, vocabulary
from core.setup.guessing.fitting import pick
from core.setup.guessing.leading import order_link
from core.setup.guessing.sampling import Table
from core.setup.weigh_against_stripe import Pair

_ENOUGH = 2
_CARD = (
    r"gift_?(card|certificate|voucher)s?|store_?credits?|customer_?(balance|credit)|wallet|account_?credit|cash_?back"
)
_COLUMN = re.compile(rf"(?:^|_)(?:{_CARD})(?:_|$)|^credits?_(?:used|applied|amount|total|spent)$")
_TABLE = re.compile(rf"(?:^|_)(?:{_CARD})(?:_|$)")


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What [orders] becomes, why, and what remains to be said."""

    orders: Mapping[str, Any]
    beliefs: tuple[Belief, ...] = ()
    opens: tuple[Open, ...] = ()


def choose(found: Sequence[Pair], seen: Seen, raw: Mapping[str, Any]) -> Otherwise:
    """[orders] with the column of gift cards that payments prove; questions for what they do not."""
    orders = raw["orders"]
    table, amount = seen.tables.get(str(orders.get("table"))), orders.get("columns", {}).get("amount")
    if table is None or "paid_otherwise" in raw or "paid_otherwise" in orders["columns"] or amount not in table.columns:
        return Otherwise(orders)
    opens = list(_tables(table, seen))
    for name, one in table.columns.items():
        held = [value for value in map(number, one.there) if value]
        named = one.kind in ("whole", "number") and _COLUMN.search(vocabulary.plain_name(name))
        if not named or not held or re.search(r"_(id|code|number|count)$|refund", vocabulary.plain_name(name)):
            continue
        less, whole, of = _counted(found, table, amount, name, orders.get("unit", "minor"))
        if less == of >= _ENOUGH:
            because = f"on {less} of {of} orders that have one Stripe took the total less this"
            belief = Belief("orders.columns.paid_otherwise", name, "sure", because)
            return Otherwise({**orders, "columns": {**orders["columns"], "paid_otherwise": name}}, (belief,))
        if not whole or whole < of:
            opens.append(_column(table, amount, name, of))
    return Otherwise(orders, opens=tuple(opens))


def _counted(found: Sequence[Pair], table: Table, amount: str, name: str, unit: Any) -> tuple[int, int, int]:  # noqa: ANN401 - as the settings write it
    """Of the orders with a value there: how many paid the total less it, how many the whole total, how many there
    are."""
    less = whole = of = 0
    for at, pair in of_orders(found, table).items():
        currency = pair.payment.currency
        total = minor(number(table.columns[amount].values[at]), unit, currency)
        part = minor(number(table.columns[name].values[at]), unit, currency)
        if total is None or not part:
            continue
        of += 1
        less += pair.payment.amount_minor == total - abs(part)
        whole += pair.payment.amount_minor == total
    return less, whole, of


def _column(table: Table, amount: str, name: str, of: int) -> Open:
    tried = f"; {of} payments do not tell" if of else ""
    asks = f"Is {table.name}.{name} a part of {amount} that was paid by other means than Stripe{tried}? If so, say it:"
    said = "else such orders are told as paid too little."
    return Open("orders.columns.paid_otherwise", f"{asks} {said}", f'[orders.columns]\npaid_otherwise = "{name}"')


def _tables(orders: Table, seen: Seen) -> Iterator[Open]:
    """Tables of gift cards and the like that name an order and an amount."""
    for table in seen.tables.values():
        called = _TABLE.search("_".join(table.words))
        link = order_link(table, orders) if called and table != orders and table.rows else None
        amount = pick(table, "amount") if link else None
        if link and amount:
            asks = f"Does {table.name} say what of an order was paid by gift card or credit? If so, say it: else such"
            example = (
                f'[[paid_otherwise]]\ntable = "{table.name}"\ncolumns = {{ order_id = "{link}", amount = "{amount}" }}'
            )
            yield Open("paid_otherwise", f"{asks} orders are told as paid too little.", example)
