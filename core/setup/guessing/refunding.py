"""Where money that went back is written down: tables of refunds, refunds among payments or among the orders. Pure.

Refuses to be silent: where a word or a table speaks of refunds and no amount of them was found, that is asked.
"""

import re
from collections.abc import Iterable, Iterator

from core.setup.guessing import vocabulary
from core.setup.guessing.fitting import pick, status_columns, words_of
from core.setup.guessing.hits import hits
from core.setup.guessing.leading import Way, Ways
from core.setup.guessing.mirrors import mirrors_stripe
from core.setup.guessing.relating import SAFE, Between, Related, between, in_cents, joined_by, mixed
from core.setup.guessing.sampling import Seen, Table
from core.setup.guessing.sql import both, named, one_of, quoted_table, select


def refunds(ways: Ways) -> list[Related]:
    """The sources of refunds with an amount that can be led back to an order."""
    orders, seen = ways.orders, ways.seen
    found = [*_among_orders(orders, seen)]
    for table in seen.tables.values():
        if table == orders or mirrors_stripe(table) or not (amount := pick(table, "amount")):
            continue
        paying = not vocabulary.MONEYISH.isdisjoint(table.words) or bool(hits(table))
        if (_called_refunds(table) or (paying and mixed(table))) and (one := _source(table, amount, ways)):
            found.append(one)
    return found


def speaking(orders: Table, tables: Iterable[str], seen: Seen) -> list[str]:
    """What speaks of refunds: words of a status or kind in the orders and in the `tables` of payments, with their rows,
    and tables that are called so."""
    said = [f"the table {table.name}" for table in seen.tables.values() if _called_refunds(table) and table.rows]
    for table in (orders, *(seen.tables[name] for name in dict.fromkeys(tables) if name in seen.tables)):
        for name in (*status_columns(table), *([kinds[0]] if (kinds := mixed(table)) else [])):
            words = {raw: rows for (raw,), rows in words_of(table, (name,)).items() if _speaks(raw)}
            if words and sum(words.values()) < (table.rows or 0):
                listed = ", ".join(f"{raw} ({rows})" for raw, rows in words.items())
                said.append(f"{table.name}.{name} says {listed}")
    return list(dict.fromkeys(said))


def _speaks(raw: str) -> bool:
    return "refund" in raw.lower() and not re.search(r"(?i)non?.?refund|un.?refund", raw)


def _called_refunds(table: Table) -> bool:
    return bool(table.words) and bool(re.search(r"refunds?$", table.words[-1])) and not mirrors_stripe(table)


def _source(table: Table, amount: str, ways: Ways) -> Related | None:
    """A table whose rows, or some of them, are refunds."""
    led, dialect = ways.of(table), ways.seen.dialect
    over = None if led else between(table, ways)
    led = led or (over.way if over else None)
    if led is None:
        return None
    where, doubt = _went_back(table, dialect, "" if over is None and led.plain else "r")
    settings: dict[str, object]
    if over is None and led.plain:
        settings = {"table": table.name, "columns": {"order_id": led.column, "amount": amount}}
        if wanted := both(led.condition(dialect), where):
            settings["where"] = wanted
        because = led.says()
    else:
        settings = {"query": _query(table, amount, led, over, where, dialect)}
        because = led.says() if over is None else f"{over.mine} names a row of {over.table.name}, and that its order"
    if in_cents(table, amount, ways.orders):
        settings["unit"] = "minor"
    sure = led.sure and not doubt and (over is None or over.sure)
    return Related(table.name, settings, f"{because}{doubt}", sure=sure)


def _query(table: Table, amount: str, led: Way, over: Between | None, where: str, dialect: str) -> str:
    at = "p" if over else "r"
    chosen = [(led.order_id(at, dialect), "order_id"), (named(amount, dialect, "r"), "amount")]
    source = f"{quoted_table(table.name, dialect)} r"
    return select(chosen, source, join=joined_by(over, dialect), where=(led.condition(dialect, at), where))


def _among_orders(orders: Table, seen: Seen) -> Iterator[Related]:
    """Refunds that are rows of the orders' own table, told by a column of kinds, naming their order as a parent."""
    kinds, amount = mixed(orders), pick(orders, "amount")
    parent = next((name for name in orders.columns if _names_a_parent(vocabulary.plain_name(name).split("_"))), None)
    if kinds and amount and parent:
        name, _, back = kinds
        settings: dict[str, object] = {
            "table": orders.name,
            "where": one_of(name, back, seen.dialect),
            "columns": {"order_id": parent, "amount": amount},
        }
        yield Related(orders.name, settings, f"{name} tells refunds from orders, {parent} names the order")


def _names_a_parent(words: list[str]) -> bool:
    return words[-1] == "id" and "parent" in words[:-1]


def _went_back(table: Table, dialect: str, alias: str) -> tuple[str, str]:
    """The condition that a row is a refund which really happened, and what is doubtful about it."""
    states = status_columns(table)
    where, doubt = [], ""
    if (kinds := mixed(table)) and not _called_refunds(table):
        where.append(one_of(kinds[0], kinds[2], dialect, alias=alias))
    if states:
        said = {raws[0]: vocabulary.gone(raws[0]) for raws in _of_refunds(table, states[0]) if raws[0]}
        done = sorted(raw for raw, yes in said.items() if yes and SAFE.fullmatch(raw))
        if done:
            where.append(one_of(states[0], done, dialect, alias=alias))
        if any(yes is None for yes in said.values()) or (said and not done):
            doubt = f"; which words of {states[0]} mean that the money went back is for you to check"
    if (deleted := pick(table, "deleted")) and table.columns[deleted].kind in ("time", "text"):
        where.append(f"{named(deleted, dialect, alias)} IS NULL")
    return both(*where), doubt


def _of_refunds(table: Table, state: str) -> Iterable[tuple[str, ...]]:
    """The words that the state of a refund has; of a table that holds other rows too, theirs are left out."""
    kinds = mixed(table)
    if kinds is None or _called_refunds(table):
        return words_of(table, (state,))
    return [(raw,) for kind, raw in words_of(table, (kinds[0], state)) if kind in kinds[2]]
