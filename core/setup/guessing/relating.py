"""The relations beside [orders]: where Stripe's ids stand in other tables, and how those name their order. Pure.

Ways that are tried, the shortest first: the table names the order; the orders name it; another table lies between
(a payment, a link table); both share a key such as a cart's. Never a join over columns that are no ids.
"""

import re
from dataclasses import dataclass, field

from core.orders.meaning import number, spelled
from core.setup.guessing import vocabulary
from core.setup.guessing.choosing import bears_out, order_link, pick, status_columns, target, words_of
from core.setup.guessing.hits import Hits, hits
from core.setup.guessing.sampling import Seen, Table
from core.setup.guessing.sql import aliased, literal, quoted, select

_SAFE = re.compile(r"[\w.:-]+")
_KEYS = r"(meta_|attribute_|field_)?(key|name|code)"
_FLAGS = r"(is_)?(success|succeeded|paid|captured)"


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


def payments(orders: Table, seen: Seen) -> list[Related]:
    """The tables besides `orders` that hold Stripe's ids and can be led back to an order."""
    found = []
    for table in seen.tables.values():
        if table == orders or not table.rows or not (held := hits(table)):
            continue
        one = _direct(table, orders, seen, held) or _joined(table, orders, seen, held)
        one = one or _through(table, orders, seen, held) or _shared(table, orders, held)
        if one:
            found.append(one)
    return found


def refunds(orders: Table, seen: Seen, dialect: str) -> list[Related]:
    """The tables of refunds with an amount that can be led back to an order."""
    found = [*_among(orders, seen)]
    for table in seen.tables.values():
        named = table.words[-1] if table.words else ""
        if table == orders or not re.search(r"refunds?$", named) or not (amount := pick(table, "amount")):
            continue
        where, doubt = _went_back(table, dialect)
        if link := order_link(table, orders):
            settings: dict[str, object] = {"table": table.name, "columns": {"order_id": link, "amount": amount}}
            if where:
                settings["where"] = where
            if _in_cents(table, amount, orders):
                settings["unit"] = "minor"
            found.append(Related(table.name, settings, f"{link} names the order{doubt}", sure=not doubt))
            continue
        for name in table.columns:
            way = target(table, name, seen)
            between = seen.tables.get(way.table) if way else None
            if way and between and between != orders and (link := order_link(between, orders)):
                sql = select(
                    dialect, (("p", link, "order_id"), ("r", amount, "amount")), table, between, (name, way.to)
                )
                query = sql + (f" WHERE {aliased(where, table, dialect)}" if where else "")
                because = f"{name} names a row of {between.name}, and that its order{doubt}"
                found.append(Related(table.name, {"query": query}, because, sure=not doubt))
                break
    return found


def _among(orders: Table, seen: Seen) -> list[Related]:
    """Refunds that are rows of the orders' own table, told by a column of kinds, naming their order as a parent."""
    kinds, amount = mixed(orders), pick(orders, "amount")
    parent = next((name for name in orders.columns if _names_a_parent(vocabulary.plain_name(name).split("_"))), None)
    if not kinds or not amount or not parent:
        return []
    name, _, back = kinds
    settings: dict[str, object] = {
        "table": orders.name,
        "where": f"{quoted(name, seen.dialect)} IN ({', '.join(map(literal, back))})",
        "columns": {"order_id": parent, "amount": amount},
    }
    return [Related(orders.name, settings, f"{name} tells refunds from orders, {parent} names the order")]


def _names_a_parent(words: list[str]) -> bool:
    return words[-1] == "id" and "parent" in words[:-1]


def mixed(orders: Table) -> tuple[str, list[str], list[str]] | None:
    """The column that tells refunds from orders where one table holds both, and the kinds of each."""
    for name, one in orders.columns.items():
        if vocabulary.plain_name(name) not in ("type", "order_type", "kind", "post_type") or one.kind != "text":
            continue
        kinds = sorted({str(value) for value in one.there if _SAFE.fullmatch(str(value))})
        back = [kind for kind in kinds if "refund" in kind.lower()]
        if back and len(back) < len(kinds):
            return name, [kind for kind in kinds if kind not in back], back
    return None


def _direct(table: Table, orders: Table, seen: Seen, held: tuple[Hits, ...]) -> Related | None:
    link = order_link(table, orders)
    if not link:
        return None
    settings: dict[str, object] = {"table": table.name}
    if (keyed := _keyed(table, held[0])) is not None:
        name, keys = keyed
        settings["where"] = f"{quoted(name, seen.dialect)} IN ({', '.join(literal(key) for key in keys)})"
        held = held[:1]
    columns: dict[str, object] = {"order_id": link} | ids(held)
    _describe(table, columns, settings)
    settings["columns"] = columns
    if all(one.whole for one in held):
        settings["refs_exact"] = True
    counted = "; ".join(f"{one.column}: {one.says()}" for one in held)
    return Related(table.name, settings, f"{link} names the order; {counted}")


def _joined(table: Table, orders: Table, seen: Seen, held: tuple[Hits, ...]) -> Related | None:
    """The orders name the row: a to-one join."""
    for name in orders.columns:
        link = target(orders, name, seen) if name not in orders.key else None
        if link and link.table == table.name:
            alias = table.name.rsplit(".", 1)[-1]
            join = {"table": table.name, "on": f"{link.to} = {link.column}"}
            counted = "; ".join(f"{one.column}: {one.says()}" for one in held)
            refs = tuple(f"{alias}.{one.column}" for one in held)
            return Related(table.name, {}, f"orders name it by {name}; {counted}", join, refs)
    return None


def _through(table: Table, orders: Table, seen: Seen, held: tuple[Hits, ...]) -> Related | None:
    """One table lies between: this one names a row of it, or both name a third, and it names the order."""
    betweens = [
        (one, link) for one in seen.tables.values() if one not in (table, orders) if (link := order_link(one, orders))
    ]
    for between, link in betweens:
        for name in table.columns:
            way = target(table, name, seen) if name not in table.key else None
            if way and way.table == between.name:
                return _bridged(table, between, link, (name, way.to), held, seen)
        for name in between.columns:
            if name == link or (name,) == between.key:
                continue
            way = target(between, name, seen)
            if way and way.table == table.name:
                return _bridged(table, between, link, (way.to, name), held, seen)
            if _is_id(name) and name in table.columns and bears_out(table, name, between, name):
                return _bridged(table, between, link, (name, name), held, seen)
    return None


def _shared(table: Table, orders: Table, held: tuple[Hits, ...]) -> Related | None:
    """Both carry the same key of something else, such as a cart's."""
    for name in table.columns:
        if not _is_id(name) or name in table.key or name not in orders.columns or name in orders.key:
            continue
        once = [spelled(value) for value in orders.columns[name].there]
        if once and len(set(once)) == len(once) and bears_out(table, name, orders, name):
            columns = (("o", orders.key[0], "order_id"), *_picked(table, held))
            return Related(
                table.name,
                {"query": select("", columns, table, orders, (name, name), other="o")},
                f"{name} stands in both, once an order; " + "; ".join(one.says() for one in held),
                sure=False,
            )
    return None


def _bridged(
    table: Table, between: Table, link: str, on: tuple[str, str], held: tuple[Hits, ...], seen: Seen
) -> Related:
    columns = (("p", link, "order_id"), *_picked(table, held))
    settings: dict[str, object] = {"query": select(seen.dialect, columns, table, between, on)}
    if (states := status_columns(table)) and (map_ := _settling(table, states[0])):
        settings["status_map"] = map_
    counted = "; ".join(f"{one.column}: {one.says()}" for one in held)
    return Related(table.name, settings, f"{on[0]} leads over {between.name} to the order; {counted}")


def _picked(table: Table, held: tuple[Hits, ...]) -> tuple[tuple[str, str, str], ...]:
    """The columns of a query: alias, column, canonical name. Of several columns with ids the fullest is taken."""
    chosen: list[tuple[str, str, str]] = [
        ("r", held[0].column, f"{held[0].kind}_id" if held[0].kind else "stripe_refs")
    ]
    if states := status_columns(table):
        chosen.append(("r", states[0], "status"))
    if made := pick(table, "created_at"):
        chosen.append(("r", made, "created_at"))
    return tuple(chosen)


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
        if keys and all(_SAFE.fullmatch(key) for key in keys):
            return name, keys
    return None


def _in_cents(table: Table, amount: str, orders: Table) -> bool:
    """Whether a refund's whole amounts stand beside orders whose amounts have fractions."""
    total = pick(orders, "amount")
    fractions = total is not None and any(
        found != found.to_integral_value()
        for value in orders.columns[total].there
        if (found := number(value)) is not None
    )
    return fractions and table.columns[amount].kind == "whole"


def _went_back(table: Table, dialect: str) -> tuple[str, str]:
    """The condition that a refund really happened, and what is doubtful about it."""
    states = status_columns(table)
    where, doubt = [], ""
    if states:
        said = {raws[0]: vocabulary.gone(raws[0]) for raws in words_of(table, states[:1]) if raws[0]}
        done = sorted(raw for raw, yes in said.items() if yes and _SAFE.fullmatch(raw))
        if done:
            where.append(f"{quoted(states[0], dialect)} IN ({', '.join(map(literal, done))})")
        if any(yes is None for yes in said.values()) or (said and not done):
            doubt = f"; which words of {states[0]} mean that the money went back is for you to check"
    if (deleted := pick(table, "deleted")) and table.columns[deleted].kind in ("time", "text"):
        where.append(f"{quoted(deleted, dialect)} IS NULL")
    return " AND ".join(where), doubt


def _is_id(name: str) -> bool:
    named = vocabulary.parts(name)
    return len(named) > 1 and ("id" in (named[0], named[-1]) or "uuid" in named)
