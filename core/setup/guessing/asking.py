"""What was looked for and not found, as what is to be said by hand: what is there instead, and lines to begin with.
Pure.

Names of tables and columns and counts are all that is said; never that something is nowhere, for not every row and
table was looked at.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.orders.meaning import number, spelled
from core.setup.guessing import vocabulary
from core.setup.guessing.beliefs import Open
from core.setup.guessing.fitting import addresses, pick
from core.setup.guessing.hits import Hits
from core.setup.guessing.leading import Ways
from core.setup.guessing.mirrors import mirrors_stripe
from core.setup.guessing.sampling import Column, Seen, Table
from core.setup.guessing.sql import named, quoted_table, select

_MOST = 3
_LISTED = 8


def lost(ways: Ways, held: Sequence[Hits], *, elsewhere: bool) -> list[Open]:
    """Columns with ids of Stripe's from which no way leads to the orders. Of mirrors one line, and none where ids were
    found `elsewhere`."""
    orders, seen = ways.orders, ways.seen
    own = [one for one in held if not mirrors_stripe(seen.tables[one.table])]
    copies = [one for one in held if one not in own]
    found = [_lost(one, orders, seen.dialect) for one in own[:_MOST]]
    if len(own) > _MOST:
        names = ", ".join(f"{one.table}.{one.column}" for one in own[_MOST:][:_LISTED])
        found.append(Open("payments", f"So do {names}: no way was found from them to {orders.name} either."))
    if copies and not own and not elsewhere:
        names = ", ".join(one.table for one in copies[:_MOST]) + (", ..." if len(copies) > _MOST else "")
        said = (
            f"{names} mirror Stripe, and no way was found from them to {orders.name}; say where it keeps Stripe's ids."
        )
        found.append(Open("payments", said))
    return found


def _lost(one: Hits, orders: Table, dialect: str) -> Open:
    kinds = one.counted()
    said = f"{one.table}.{one.column} holds {kinds}, but I found no way from it to {orders.name}; say how."
    meant = f"{one.kind}_id" if one.kind else "stripe_refs"
    chosen = [("r.?", "order_id"), (named(one.column, dialect, "r"), meant)]
    query = select(chosen, f"{quoted_table(one.table, dialect)} r")
    return Open("payments", said, f'[[payments]]\nquery = """\n{query}"""')


def refunds(orders: Table, said: Sequence[str]) -> Open:
    """Something speaks of refunds, and no amount of them was found."""
    says = f"Where are refunds? {'; '.join(said[:_MOST])}; but no column was found that says how much went back."
    example = '[[refunds]]\ntable = "?"\ncolumns = { order_id = "?", amount = "?" }'
    return Open("refunds", f"{says} Until then a refund at Stripe cannot be compared with {orders.name}.", example)


def at_odds(ways: Ways, amount: str, paying: Iterable[str]) -> str:
    """What a table of payments says against the column of the amount, in words; "" where nothing does. Cents beside
    units are no odds."""
    orders = ways.orders
    if len(orders.key) != 1 or amount not in orders.columns:
        return ""
    keys = zip(orders.columns[orders.key[0]].values, orders.columns[amount].values, strict=True)
    totals = {spelled(key): number(value) for key, value in keys}
    for table in (ways.seen.tables[name] for name in paying if name in ways.seen.tables):
        led, column = ways.of(table), pick(table, "amount")
        if led is None or column is None or not led.plain or led.kind_column:
            continue
        rows = zip(table.columns[led.column].values, table.columns[column].values, strict=True)
        read = [(totals.get(spelled(key)), number(value)) for key, value in rows]
        pairs = [(mine, theirs) for mine, theirs in read if mine is not None and theirs is not None]
        same = sum(mine in (theirs, theirs * 100, theirs / 100) for mine, theirs in pairs)
        if len(pairs) >= _MOST and same * 2 < len(pairs):
            return f"{table.name}.{column} says another sum in {len(pairs) - same} of {len(pairs)} rows"
    return ""


def fields(table: Table, columns: Mapping[str, object], seen: Seen) -> Iterator[Open]:
    """The fields of the orders for which no column was found."""
    if "amount" not in columns:
        yield _field("amount", "Which column is the amount?", _numbers(table), table)
    if "created_at" not in columns:
        times = [one.name for one in table.columns.values() if one.kind == "time" and one.there]
        yield _field("created_at", "Which column says when an order was made?", times, table)
    if columns.get("status") == "=unknown":
        words = [one.name for one in table.columns.values() if one.kind in ("text", "flag") and _repeats(one)]
        yield _field("status", "Which column is the status?", words, table)
    if "currency" not in columns and "amount" not in columns:  # else it is a question, and can be a constant
        yield _field("currency", "Which column is the currency?", [], table)
    if "customer_email" not in columns:
        held = [
            f"{other.name}.{one.name}"
            for other in seen.tables.values()
            if not mirrors_stripe(other)
            for one in _mail(other)
        ]
        if held:
            yield _field("customer_email", "Where is the customer's e-mail address?", held, table)


def _field(name: str, asks: str, there: Sequence[str], table: Table) -> Open:
    listed = ", ".join(there[:_LISTED]) + (", ..." if len(there) > _LISTED else "")
    known = f" There are {listed}." if there else f" None was found in {table.name}."
    first = there[0] if len(there) == 1 and "." not in there[0] else "?"
    return Open(f"orders.columns.{name}", asks + known, f'[orders.columns]\n{name} = "{first}"')


def _numbers(table: Table) -> list[str]:
    """The columns that may hold amounts: numbers that are no keys."""
    linked = {link.column for link in table.links} | set(table.key)
    return [
        name
        for name, one in table.columns.items()
        if one.kind in ("number", "whole")
        and name not in linked
        and not re.search(r"_id$", vocabulary.plain_name(name))
        if any(number(value) for value in one.there)
    ]


def _repeats(one: Column) -> bool:
    there = [str(value) for value in one.there]
    return bool(there) and len(set(there)) <= max(1, len(there) // 2) and all(len(value) < 40 for value in there)  # noqa: PLR2004 - words


def _mail(table: Table) -> list[Column]:
    return [one for one in table.columns.values() if one.kind == "text" and table.rows and addresses(one)]
