"""Which table holds the orders, and which of its columns is what. Pure.

Names propose, types and sampled values decide. A column whose values speak against its name is not taken.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.orders.meaning import number, spelled
from core.orders.meaning.values import seconds
from core.setup.guessing import vocabulary
from core.setup.guessing.hits import hits
from core.setup.guessing.sampling import SAMPLE_ROWS, Column, Link, Seen, Table

_UTC = ZoneInfo("UTC")
_FEW_WORDS = 25
_LABELS = frozenset("name code title label slug technical_name status state description".split())
_ENOUGH = 6  # points that make a table one of orders
_OWNERS = frozenset("user users customer customers account accounts buyer member members client clients".split())


@dataclass(frozen=True, slots=True)
class Ranked:
    """A table with its points for being the one of orders, and what they were given for."""

    table: Table
    points: int
    because: tuple[str, ...]


def ranked(seen: Seen) -> list[Ranked]:
    """The tables that may hold the orders, the likeliest first; none below a certain likeness."""
    found = [_ranked(table, seen) for table in seen.tables.values() if table.rows is not None]
    likely = [one for one in found if one.points >= _ENOUGH]
    return sorted(likely, key=lambda one: (-one.points, len(one.table.name), one.table.name))


def _ranked(table: Table, seen: Seen) -> Ranked:
    named = table.words
    last = named[-1] if named else ""
    given = [
        (6, last in vocabulary.ORDERISH, f"it is called {table.name}"),
        (3, last in vocabulary.SALEISH, f"it is called {table.name}"),
        (-6, bool(set(named) & vocabulary.DETAIL), "its name is that of a detail"),
        (2, bool(status_columns(table)), "it has a status"),
        (2, pick(table, "amount") is not None or _split_total(table) is not None, "it has a total"),
        (1, pick(table, "currency") is not None, "a currency"),
        (1, pick(table, "customer_email") is not None or _owner(table) is not None, "a customer"),
        (1, pick(table, "created_at") is not None, "a time"),
        (2, any(order_link(other, table) for other in seen.tables.values() if other != table), "others name it"),
        (2, bool(hits(table)), "Stripe's ids stand in it"),
        (-3, len(table.key) != 1, "it has no key of one column"),
        (-1, not table.rows, "it is empty"),
    ]
    return Ranked(
        table,
        sum(points for points, yes, _ in given if yes),
        tuple(why for points, yes, why in given if yes and points > 0),
    )


def columns(table: Table, seen: Seen) -> tuple[dict[str, object], list[dict[str, str]]]:
    """The canonical fields that stand in `table` or one to-one join away, as column specifications; and the joins.
    Stripe's ids are not among them."""
    found: dict[str, object] = {"id": table.key[0] if table.key else "id"}
    for field in ("number", "amount", "refunded_amount", "currency", "created_at", "updated_at", "deleted", "tenant"):
        if (one := pick(table, field, besides=found.values())) is not None:
            found[field] = one
    if (both := _split_total(table)) is not None and "amount" not in found:
        found["amount"] = both
    if "refunded_amount" in found and (tax := _matching(table, r"refunded_tax(_amount)?")):
        found["refunded_amount"] = f"{found['refunded_amount']} + {tax}"
    states = status_columns(table)
    if states:
        found["status"] = states[0] if len(states) == 1 else list(states)
    joins: list[dict[str, str]] = []
    emails = [*_beside(table, seen, "customer_email", joins, lambda link: _is_owner(link.column))]
    emails += [one for one in table.columns if _is_email(table, one)]
    if emails:
        found["customer_email"] = emails[0] if len(emails) == 1 else emails
    if "currency" not in found and (away := _beside(table, seen, "currency", joins, lambda _: True)):
        found["currency"] = away[0]
    return found, joins


def pick(table: Table, field: str, *, besides: object = ()) -> str | None:
    """The column of `table` that is likeliest to be a canonical field; None where none is."""
    taken = set(besides) if not isinstance(besides, str) else {besides}  # type: ignore[call-overload] # any iterable
    for pattern in vocabulary.FIELD_NAMES[field]:
        for name, one in table.columns.items():
            if name in taken or (field != "amount" and name in table.key):
                continue
            if re.fullmatch(pattern, vocabulary.plain_name(name)) and _ACCEPTS[field](one, table):
                return name
    return None


def status_columns(table: Table) -> tuple[str, ...]:
    """The columns that together are the status, the order's own first."""
    found = [
        name
        for name, one in table.columns.items()
        if re.fullmatch(vocabulary.STATUS, vocabulary.plain_name(name))
        and one.kind in ("text", "whole", "flag")
        and _few(one)
    ]
    rank = ("main", "payment", "shipment", "refund")
    by_role: dict[str, str] = {}
    for name in sorted(found, key=lambda one: len(vocabulary.plain_name(one))):
        by_role.setdefault(vocabulary.role(name), name)
    return tuple(by_role[one] for one in rank if one in by_role)


def order_link(child: Table, orders: Table) -> str | None:
    """The column of `child` that names an order, by foreign key, or by a name that its values bear out."""
    if len(orders.key) != 1:
        return None
    for link in child.links:
        if link.table == orders.name and link.to == orders.key[0] and "parent" not in link.column:
            return link.column
    one = re.sub(r"s$", "", orders.words[-1]) if orders.words else "order"
    named = [
        name
        for name in child.columns
        if re.fullmatch(rf"(\w+_)?({one}|order)s?_(id|uuid)|id_({one}|order)|{one}", vocabulary.plain_name(name))
        and (name,) != child.key
    ]
    return next((name for name in named if bears_out(child, name, orders, orders.key[0])), None)


def bears_out(child: Table, column: str, parent: Table, key: str) -> bool:
    """Whether sampled values allow that `column` names rows of `parent` by `key`; nothing sampled allows it."""
    mine = {spelled(value) for value in child.columns[column].there}
    theirs = {spelled(value) for value in parent.columns[key].there} if key in parent.columns else set()
    if not mine or not theirs:
        return child.rows == 0 or parent.rows in (0, None)
    shared = len(mine & theirs) / len(mine)
    whole = (parent.rows or 0) < SAMPLE_ROWS
    return shared >= (0.5 if whole else 0.02)


def target(table: Table, name: str, seen: Seen) -> Link | None:
    """What an id column points at: its foreign key, or the table that its name means and its values bear out."""
    for link in table.links:
        if link.column == name:
            return link
    match = re.fullmatch(r"(?:(?P<a>\w+)_(?:id|uuid)|id_(?P<b>\w+))", vocabulary.plain_name(name))
    if not match:
        return None
    full = match["a"] or match["b"]
    meant = re.sub(r"s$", "", full.rsplit("_", 1)[-1])
    nearest = sorted(seen.tables.values(), key=lambda one: not re.sub(r"s$", "", "_".join(one.words)).endswith(full))
    for other in nearest:
        plain = bool(other.words) and re.sub(r"s$", "", other.words[-1]) == meant and len(other.key) == 1
        if plain and other != table and bears_out(table, name, other, other.key[0]):
            return Link(name, other.name, other.key[0])
    return None


def labels(table: Table, state: str, seen: Seen) -> Mapping[str, str]:
    """What the keys in a status column are called, where a small table of statuses says so."""
    way = target(table, state, seen)
    other = seen.tables.get(way.table) if way else None
    if way is None or other is None or not 0 < (other.rows or 0) <= _FEW_WORDS:
        return {}
    texts = [
        one for name, one in other.columns.items() if one.kind == "text" and vocabulary.plain_name(name) in _LABELS
    ]
    if not texts:
        return {}
    keys = other.columns[way.to].values
    return {spelled(key) or "": str(label) for key, label in zip(keys, texts[0].values, strict=True) if label}


def words_of(table: Table, states: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
    """The combinations of status words among the sampled rows, and how many rows have each."""
    counted: dict[tuple[str, ...], int] = {}
    for row in zip(*(table.columns[name].values for name in states), strict=True):
        raws = tuple(spelled(value) or "" for value in row)
        counted[raws] = counted.get(raws, 0) + 1
    return dict(sorted(counted.items(), key=lambda one: -one[1]))


def _beside(
    table: Table, seen: Seen, field: str, joins: list[dict[str, str]], wanted: Callable[[Link], bool]
) -> list[str]:
    """A field that stands in a table this one points at; its join is added."""
    for link in _pointers(table, seen):
        other = seen.tables.get(link.table)
        if other is None or other == table or not wanted(link):
            continue
        if (name := pick(other, field)) is not None and (other.rows or 0) > 0:
            alias = other.name.rsplit(".", 1)[-1]
            join = {"table": other.name, "on": f"{link.to} = {link.column}"}
            if join not in joins:
                joins.append(join)
            return [f"{alias}.{name}"]
    return []


def _pointers(table: Table, seen: Seen) -> Iterator[Link]:
    for name in table.columns:
        if name not in table.key and (link := target(table, name, seen)) is not None:
            yield link


def _owner(table: Table) -> str | None:
    return next((name for name in table.columns if _is_owner(name)), None)


def _is_owner(column: str) -> bool:
    named = vocabulary.parts(column)
    return len(named) > 1 and not _OWNERS.isdisjoint(named) and ("id" in named or "uuid" in named)


def _is_email(table: Table, name: str) -> bool:
    plain = vocabulary.plain_name(name)
    known = any(re.fullmatch(pattern, plain) for pattern in vocabulary.FIELD_NAMES["customer_email"])
    return known and _mailed(table.columns[name], table)


def _split_total(table: Table) -> str | None:
    for left, right in vocabulary.SUMS:
        one, other = _matching(table, left), _matching(table, right)
        if one and other:
            return f"{one} + {other}"
    return None


def _matching(table: Table, pattern: str) -> str | None:
    for name, one in table.columns.items():
        if re.fullmatch(pattern, vocabulary.plain_name(name)) and _counted(one, table):
            return name
    return None


def _few(one: Column) -> bool:
    return len({spelled(value) for value in one.there}) <= _FEW_WORDS


def _counted(one: Column, _table: Table) -> bool:
    return one.kind in ("whole", "number") or (
        one.kind == "text" and bool(one.there) and all(number(value) is not None for value in one.there)
    )


def _coded(one: Column, _table: Table) -> bool:
    return one.kind == "text" and all(re.fullmatch(r"\s*[A-Za-z]{3}\s*", str(value)) for value in one.there)


def _mailed(one: Column, _table: Table) -> bool:
    there = one.there
    return one.kind == "text" and sum("@" in str(value) for value in there) * 2 >= len(there)


def _timed(one: Column, table: Table) -> bool:
    if one.kind == "time":
        return bool(one.there) or not table.rows
    there = one.there
    fits = one.kind in ("text", "whole", "number") and all(seconds(value, _UTC) is not None for value in there[:20])
    return fits and (bool(there) or not table.rows) and (one.kind == "text" or all(_epoch(value) for value in there))


def _epoch(value: object) -> bool:
    found = number(value)
    return found is not None and found > 100_000_000  # noqa: PLR2004 - seconds since 1970, of the year 1973


def _named_once(one: Column, table: Table) -> bool:
    there = [spelled(value) for value in one.there]
    return one.kind in ("text", "whole") and bool(there) and len(set(there)) >= len(there) * 0.9 and table.rows != 0


def _set_or_not(one: Column, _table: Table) -> bool:
    return one.kind in ("time", "flag", "text", "whole")


def _account(one: Column, _table: Table) -> bool:
    return bool(one.there) and all(str(value).startswith("acct_") for value in one.there)


def _shared(one: Column, _table: Table) -> bool:
    there = one.there
    return bool(there) and len({spelled(value) for value in there}) <= max(1, len(there) // 2)


_ACCEPTS: Mapping[str, Callable[[Column, Table], bool]] = {
    "amount": _counted,
    "refunded_amount": _counted,
    "currency": _coded,
    "number": _named_once,
    "customer_email": _mailed,
    "created_at": _timed,
    "updated_at": _timed,
    "deleted": _set_or_not,
    "tenant": _shared,
    "stripe_account": _account,
}
