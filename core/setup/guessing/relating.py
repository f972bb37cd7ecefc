"""The payments beside [orders]: where Stripe's ids stand in other tables, and how those name their order. Pure.

Ways that are tried, the shortest first: the table names the order; the orders name it; another table lies between
(a payment, a link table); both share a key such as a cart's. Never a join over columns that are no ids, nor over one
that is the same in every row; what no way was found from is handed on, to be asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.orders.meaning import number, spelled
from core.setup.guessing import vocabulary
from core.setup.guessing.fitting import pick, status_columns, words_of
from core.setup.guessing.hits import Hits, hits
from core.setup.guessing.leading import Way, Ways, bears_out, proven, target, telling
from core.setup.guessing.mirrors import mirrors_stripe
from core.setup.guessing.sampling import Seen, Table
from core.setup.guessing.sql import both, named, one_of, quoted, quoted_table, select

SAFE = re.compile(r"[\w.:-]+")
_KEYS = r"(meta_|attribute_|field_)?(key|name|code)"
_FLAGS = r"(is_)?(success|succeeded|paid|captured)"
_KINDS = r"(order_|post_|txn_|trx_|transaction_|payment_|entry_)?(type|kind|action|operation)"


@dataclass(slots=True)
class Related:
    """A source of ids or refunds as the settings write it, and why it is believed. `joins` and `refs` are for [orders]
    itself where the orders name the table."""

    table: str
    settings: dict[str, object] = field(default_factory=dict)
    because: str = ""
    join: dict[str, str] | None = None
    refs: tuple[str, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Between:
    """A table between one and the orders: the way from it to them, and the columns by which the two meet."""

    table: Table
    way: Way
    mine: str
    theirs: str
    sure: bool = True


def payments(ways: Ways) -> tuple[list[Related], list[Hits]]:
    """The tables besides `orders` that hold Stripe's ids and can be led back to an order; and the fullest columns of
    those that cannot. A mirror of Stripe counts only where it names the order, or orders name it."""
    orders, seen = ways.orders, ways.seen
    found, lost = [], []
    for table in seen.tables.values():
        if table == orders or not table.rows or not (held := hits(table)):
            continue
        one = _direct(table, ways, held) or _joined(table, orders, seen, held)
        if not one and not mirrors_stripe(table):
            one = _through(table, ways, held) or _sharing(table, orders, seen, held)
        if one:
            found.append(one)
        else:
            lost.append(held[0])
    return found, lost


def mixed(table: Table) -> tuple[str, list[str], list[str]] | None:
    """The column that tells refunds from other rows where one table holds both, and the kinds of each."""
    for name, one in table.columns.items():
        if not re.fullmatch(_KINDS, vocabulary.plain_name(name)) or one.kind != "text":
            continue
        kinds = sorted({str(value) for value in one.there if SAFE.fullmatch(str(value))})
        back = [kind for kind in kinds if "refund" in kind.lower()]
        if back and len(back) < len(kinds):
            return name, [kind for kind in kinds if kind not in back], back
    return None


def between(table: Table, ways: Ways) -> Between | None:
    """One table lies between: this one names a row of it, or both name a third, and it names the order."""
    for other in ways.seen.tables.values():
        if other in (table, ways.orders) or other.rows == 0 or mirrors_stripe(other):
            continue
        led = ways.of(other)
        if led and _reaches(other, led, ways.orders) and (pair := _meeting(table, other, led, ways.seen)):
            return Between(other, led, *pair, sure=other.rows is not None and led.sure)
    return None


def _reaches(other: Table, led: Way, orders: Table) -> bool:
    return not led.plain or bool(led.kind_column) or proven(other, led.column, orders, orders.key[0])


def _meeting(table: Table, other: Table, led: Way, seen: Seen) -> tuple[str, str] | None:
    """The columns by which rows of `table` and `other` belong together."""
    for name in table.columns:
        to = target(table, name, seen) if name not in table.key else None
        if to and to.table == other.name and proven(table, name, other, to.to):
            return name, to.to
    for name in other.columns:
        if name == led.column or (name,) == other.key:
            continue
        to = target(other, name, seen)
        if to and to.table == table.name and proven(other, name, table, to.to):
            return to.to, name
        shared = is_id(name) and name in table.columns and telling(other, name)
        if shared and bears_out(table, name, other, name):
            return name, name
    return None


def _direct(table: Table, ways: Ways, held: tuple[Hits, ...]) -> Related | None:
    led, dialect = ways.of(table), ways.seen.dialect
    if not led:
        return None
    keyed = _keyed(table, held[0])
    held = held[:1] if keyed else held
    because = f"{led.says()}; " + "; ".join(f"{one.column}: {one.says()}" for one in held)
    if not led.plain:
        return Related(table.name, _query(table, held, led, dialect), because, sure=led.sure)
    settings: dict[str, object] = {"table": table.name}
    listed = one_of(*keyed, dialect) if keyed else ""
    if where := both(listed, led.condition(dialect), _no_refund(table, dialect)):
        settings["where"] = where
    columns: dict[str, object] = {"order_id": led.column} | ids(held)
    _describe(table, columns, settings)
    if back := pick(table, "refunded_amount"):
        columns["refunded_amount"] = back
        if in_cents(table, back, ways.orders):
            settings["unit"] = "minor"
    settings["columns"] = columns
    if all(one.whole for one in held):
        settings["refs_exact"] = True
    return Related(table.name, settings, because, sure=led.sure)


def _joined(table: Table, orders: Table, seen: Seen, held: tuple[Hits, ...]) -> Related | None:
    """The orders name the row: a to-one join."""
    for name in orders.columns:
        link = target(orders, name, seen) if name not in orders.key else None
        same = len(orders.columns[name].there) > 1 and not telling(orders, name)
        if link and link.table == table.name and not same:
            alias = table.name.rsplit(".", 1)[-1]
            join = {"table": table.name, "on": f"{link.to} = {link.column}"}
            counted = "; ".join(f"{one.column}: {one.says()}" for one in held)
            refs = tuple(f"{alias}.{one.column}" for one in held)
            return Related(table.name, {}, f"orders name it by {name}; {counted}", join, refs)
    return None


def _through(table: Table, ways: Ways, held: tuple[Hits, ...]) -> Related | None:
    if (found := between(table, ways)) is None:
        return None
    settings = _query(table, held, found.way, ways.seen.dialect, found)
    counted = "; ".join(f"{one.column}: {one.says()}" for one in held)
    because = f"{found.mine} leads over {found.table.name} to the order; {counted}"
    return Related(table.name, settings, because, sure=found.sure)


def _sharing(table: Table, orders: Table, seen: Seen, held: tuple[Hits, ...]) -> Related | None:
    """Both carry the same key of something else, such as a cart's."""
    for name in table.columns if len(orders.key) == 1 else ():
        if not is_id(name) or name in table.key or name not in orders.columns or name in orders.key:
            continue
        once = [spelled(value) for value in orders.columns[name].there]
        if once and len(set(once)) == len(once) and bears_out(table, name, orders, name):
            meet = Between(orders, Way(orders.key[0]), name, name)
            because = f"{name} stands in both, once an order; " + "; ".join(one.says() for one in held)
            return Related(table.name, _query(table, held, meet.way, seen.dialect, meet), because, sure=False)
    return None


def _query(
    table: Table, held: tuple[Hits, ...], led: Way, dialect: str, over: Between | None = None
) -> dict[str, object]:
    """The settings of a source that takes a query: `r` is the table with the ids, `p` what lies between."""
    at = "p" if over else "r"
    chosen = [(led.order_id(at, dialect), "order_id")]
    chosen += [(named(name, dialect, "r"), meant) for name, meant in _picked(table, held)]
    where = (led.condition(dialect, at), _no_refund(table, dialect, "r"))
    query = select(chosen, f"{quoted_table(table.name, dialect)} r", join=joined_by(over, dialect), where=where)
    settings: dict[str, object] = {"query": query}
    if (states := status_columns(table)) and (map_ := _settling(table, states[0])):
        settings["status_map"] = map_
    return settings


def joined_by(over: Between | None, dialect: str) -> str:
    """The table between as a JOIN has it, "" where there is none."""
    if over is None:
        return ""
    on = f"p.{quoted(over.theirs, dialect)} = r.{quoted(over.mine, dialect)}"
    return f"{quoted_table(over.table.name, dialect)} p ON {on}"


def _no_refund(table: Table, dialect: str, alias: str = "") -> str:
    """The condition that keeps out the rows that are refunds, "" where there are none."""
    if (kinds := mixed(table)) is None:
        return ""
    name, _, back = kinds
    return one_of(name, back, dialect, alias=alias).replace(
        f"{named(name, dialect, alias)} IN", f"COALESCE({named(name, dialect, alias)}, '') NOT IN", 1
    )


def _picked(table: Table, held: tuple[Hits, ...]) -> Iterator[tuple[str, str]]:
    """The columns of a query and what they mean: of each kind of id one, and one that is searched."""
    taken: set[str] = set()
    for one in held:
        meant = f"{one.kind}_id" if one.kind else "stripe_refs"
        if meant not in taken:
            taken.add(meant)
            yield one.column, meant
    if states := status_columns(table):
        yield states[0], "status"
    if made := pick(table, "created_at"):
        yield made, "created_at"


def ids(held: tuple[Hits, ...]) -> dict[str, object]:
    """Columns of ids as the settings write them: by kind where a column holds only ids of one kind, else searched."""
    found: dict[str, object] = {}
    searched: list[str] = []
    for one in held:
        if one.kind and f"{one.kind}_id" not in found:
            found[f"{one.kind}_id"] = one.column
        else:
            searched.append(one.column)
    if searched:
        found["stripe_refs"] = searched[0] if len(searched) == 1 else searched
    return found


def _describe(table: Table, columns: dict[str, object], settings: dict[str, object]) -> None:
    """Status, time and sequence of an attempt to pay, where the table has them."""
    states = status_columns(table) or tuple(
        name
        for name, one in table.columns.items()
        if one.kind == "flag" and re.fullmatch(_FLAGS, vocabulary.plain_name(name))
    )
    if states:
        columns["status"] = states[0]
        if map_ := _settling(table, states[0]):
            settings["status_map"] = map_
    if made := pick(table, "created_at"):
        columns["created_at"] = made
    if len(table.key) == 1 and table.columns[table.key[0]].kind == "whole":
        columns["seq"] = table.key[0]


def _settling(table: Table, state: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for (raw,) in words_of(table, (state,)):
        word = vocabulary.settles(raw)
        if word and raw and raw.casefold() != word:
            found[raw] = word
    return found


def _keyed(table: Table, held: Hits) -> tuple[str, list[str]] | None:
    """The column of keys of a table of key and value, and the keys whose values are Stripe's ids."""
    for name, one in table.columns.items():
        if one.kind != "text" or name == held.column or not re.fullmatch(_KEYS, vocabulary.plain_name(name)):
            continue
        rows = zip(one.values, table.columns[held.column].values, strict=True)
        keys = sorted({str(key) for key, value in rows if re.match(r"(cs_(test|live)|pi|ch|py)_\w", str(value))})
        if keys and all(SAFE.fullmatch(key) for key in keys):
            return name, keys
    return None


def in_cents(table: Table, amount: str, orders: Table) -> bool:
    """Whether whole amounts of a table stand beside orders whose amounts have fractions."""
    total = pick(orders, "amount")
    fractions = total is not None and any(
        found != found.to_integral_value()
        for value in orders.columns[total].there
        if (found := number(value)) is not None
    )
    return fractions and table.columns[amount].kind == "whole"


def is_id(name: str) -> bool:
    """Whether a column's name is that of an id."""
    said = vocabulary.parts(name)
    return len(said) > 1 and ("id" in (said[0], said[-1]) or "uuid" in said)
