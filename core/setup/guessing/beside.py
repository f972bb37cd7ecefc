"""What an order has in the tables that it names: the customer's e-mail address, the currency's code. Pure.

Each is one or two to-one joins away. Refuses a way over somebody who works in the shop while there is one over a
customer.
"""

from collections.abc import Iterator

from core.setup.guessing import vocabulary
from core.setup.guessing.fitting import addresses, called, codes, pick
from core.setup.guessing.leading import proven, target
from core.setup.guessing.sampling import Link, Seen, Table

Joins = list[dict[str, str]]
_BUYERS = "customer customers partner partners party parties buyer client clients contact contacts payer guest".split()
_OWNERS = [*_BUYERS, *"account accounts member members user users profile person login owner".split()]
_CODES = "code iso_code iso currency_code alpha_code alphabetic_code symbol name".split()


def owned(table: Table) -> bool:
    """Whether a column names whom the row belongs to."""
    return any(_owner_rank(name) is not None for name in table.columns)


def emails(table: Table, seen: Seen, joins: Joins) -> list[str]:
    """The columns of e-mail addresses: that of whom the order belongs to, then those of the order itself. Joins that
    are needed are added."""
    own = [name for name in table.columns if _is_email(table, name)]
    near = sorted(_owners(table, seen), key=lambda link: _owner_rank(link.column) or 0)
    for link in near:
        other = seen.tables[link.table]
        if name := _email(other):
            return [f"{_joined(joins, other, link)}.{name}", *own]
    for link in near if not any(table.columns[name].there for name in own) else ():
        other = seen.tables[link.table]
        for further in sorted(_owners(other, seen), key=lambda one: _owner_rank(one.column) or 0):
            last = seen.tables[further.table]
            if last != table and (name := _email(last)):
                alias = _joined(joins, other, link)
                return [f"{_joined(joins, last, further, alias)}.{name}", *own]
    return own if any(table.columns[name].there for name in own) or not table.rows else []


def currency(table: Table, seen: Seen, joins: Joins) -> str | None:
    """The column of the currency's code in a table that the order names, be it one of currencies or a shop's."""
    pointers = sorted(_pointers(table, seen), key=lambda link: "currency" not in vocabulary.parts(link.column))
    for link in pointers:
        other = seen.tables[link.table]
        if name := _code(other) or pick(other, "currency"):
            return f"{_joined(joins, other, link)}.{name}"
    return None


def _joined(joins: Joins, other: Table, link: Link, before: str = "") -> str:
    """The alias under which `other` is joined, over the table called `before` where it is not the order that names
    it."""
    on = f"{link.to} = {before}.{link.column}" if before else f"{link.to} = {link.column}"
    bare = other.name.rsplit(".", 1)[-1]
    for one in joins:
        if (one["table"], one["on"]) == (other.name, on):
            return one.get("as", bare)
    if all(one.get("as", one["table"].rsplit(".", 1)[-1]) != bare for one in joins):
        joins.append({"table": other.name, "on": on})
        return bare
    alias = f"{bare}_{len(joins) + 1}"
    joins.append({"table": other.name, "as": alias, "on": on})
    return alias


def _pointers(table: Table, seen: Seen) -> Iterator[Link]:
    for name in table.columns:
        link = target(table, name, seen) if name not in table.key else None
        other = seen.tables.get(link.table) if link else None
        if link and other and other != table and other.rows and proven(table, name, other, link.to):
            yield link


def _owners(table: Table, seen: Seen) -> Iterator[Link]:
    return (link for link in _pointers(table, seen) if _owner_rank(link.column, linked=True) is not None)


def _owner_rank(column: str, *, linked: bool = False) -> int | None:
    """How likely a column names the customer, 0 the likeliest; None where it names nobody."""
    named = vocabulary.parts(column)
    ided = len(named) > 1 and ("id" in named or "uuid" in named)
    ranks = [at for at, one in enumerate(_OWNERS) if one in named]
    return min(ranks) if ranks and (ided or linked) else None


def _email(table: Table) -> str | None:
    """The filled column of addresses of a table of people."""
    return pick(table, "customer_email") if table.rows else None


def _code(table: Table) -> str | None:
    if not table.words or vocabulary.singular(table.words[-1]) != "currency":
        return None
    named = {vocabulary.plain_name(name): name for name in table.columns}
    return next((named[one] for one in _CODES if one in named and codes(table.columns[named[one]])), None)


def _is_email(table: Table, name: str) -> bool:
    one = table.columns[name]
    return called(name, "customer_email") and one.kind == "text" and (addresses(one) or not one.there)
