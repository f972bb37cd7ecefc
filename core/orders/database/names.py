"""Orders by the names that Stripe's objects bear: many at once, in one statement that indexes serve.

A name is asked for in each spelling of it (`core.facts.spellings_of`), in the form of every column that bears the name
of an order: its id, its number, what [stripe.metadata] says. Nothing is searched inside of JSON: what cannot be looked
up is not known, and never "no order has it". No column is folded: letter case is tried as people write it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.engine import Connection

from core.facts import REFERENCE_KEYS, Order, may_name, plainly, spellings_of
from core.orders.database.books import Books
from core.orders.database.column_forms import ids_like
from core.orders.database.relations import Row, one_of
from core.settings import OrdersMapping

_OF_EACH = 20  # orders of one name
_AT_A_TIME = 30_000  # values in one statement: SQLite takes 32,766, PostgreSQL 65,535
_COMPARED = (None, str, int, float, Decimal, bytes, UUID)  # what a column may hold that is asked for a name


@dataclass(frozen=True, slots=True)
class Bearer:
    """A field that bears an order's name. `key`: of the metadata under which the app writes it, with these letters
    around it; None where it is the name itself."""

    field: str
    key: str | None = None
    before: str = ""
    behind: str = ""

    def held(self, name: str) -> tuple[str, ...]:
        """What stands in the field of the order that `name` names."""
        if not self.before and not self.behind:
            return spellings_of(name)
        within = name.startswith(self.before) and name.endswith(self.behind)
        return (name[len(self.before) : len(name) - len(self.behind)],) if within else ()

    def name(self, order: Order) -> str:
        """What it calls an order; empty where it does not."""
        if self.key:
            return order.metadata_expected.get(self.key, "")
        return (order.id if self.field == "id" else order.number) or ""


@dataclass(frozen=True, slots=True)
class Bearers:
    """Every field that bears an order's name; `all`: whether there is no other by the settings."""

    fields: tuple[Bearer, ...]
    all: bool

    @classmethod
    def of(cls, mapping: OrdersMapping) -> "Bearers":
        """Id and number; and what the app writes into Stripe's metadata, where that is one of these with letters around
        it, or a further column under a customary key."""
        fields, complete = [Bearer("id"), Bearer("number")], True
        for key, template in mapping.metadata.items():
            before, _, rest = template.partition("{")
            field, _, behind = rest.partition("}")
            single = bool(field) and not {"{", "}"} & {*before, *behind}
            if single and field in ("id", "number"):
                fields += [Bearer(field, key, before, behind)] if before or behind else []
            elif key in REFERENCE_KEYS and single and field in mapping.orders.extra:
                fields.append(Bearer(field, key, before, behind))
            elif key in REFERENCE_KEYS and field:
                complete = False
        return cls(tuple(fields), complete)


def by_names(
    books: Books, connection: Connection, bearers: Bearers, names: Collection[str]
) -> dict[str, tuple[Order, ...]]:
    """The orders of each name, the newest first, at most twenty; () where no order has it. A name is left out that
    cannot be an order's, or of which the database does not tell."""
    found: dict[str, tuple[Order, ...]] = {}
    told = bearers.all and all(_is_compared(books, bearer.field) for bearer in bearers.fields)
    for part in _parts(books, bearers.fields, names):
        limit = _OF_EACH * len(part)
        rows = _rows(books, connection, part, limit)
        having = _having(bearers.fields, part, books.read(connection, rows) if rows else ())
        for name in part:
            if name in having or (told and len(rows) < limit):
                newest = sorted(having.get(name, ()), key=lambda one: (-(one.created_at or 0), one.id))
                found[name] = tuple(newest[:_OF_EACH])
    return found


Forms = dict[ColumnElement[Any], list[object]]
"""Values of a column, in the form that it holds."""


def _parts(books: Books, asked: Collection[Bearer], names: Collection[str]) -> Iterator[dict[str, Forms]]:
    """What to ask for each name, in parts of which each fits into one statement."""
    part, values = dict[str, Forms](), 0
    for name in dict.fromkeys(filter(may_name, names)):
        forms = _forms(books, asked, name)
        values += sum(map(len, forms.values()))
        if part and values > _AT_A_TIME:
            yield part
            part, values = {}, sum(map(len, forms.values()))
        part[name] = forms
    if part:
        yield part


def _forms(books: Books, asked: Collection[Bearer], name: str) -> Forms:
    """The columns that may hold a name, and what they hold then."""
    found: Forms = {}
    for bearer in asked:
        texts = {form for text in bearer.held(name) for form in _in_letters(text)}
        for column, holds in books.orders.plain(bearer.field):
            if holds in _COMPARED:
                found.setdefault(column, []).extend(form for text in texts for form in ids_like(text, holds))
    return found


def _in_letters(text: str) -> tuple[str, ...]:
    """As it is spelled, in small letters, in capitals, with the first one a capital."""
    return text, text.lower(), text.upper(), text.capitalize(), text[:1].upper() + text[1:]


def _rows(books: Books, connection: Connection, asked: Mapping[str, Forms], limit: int) -> list[Row]:
    """The rows of all names: each column is asked by itself, so that its own index serves."""
    of_column: Forms = {}
    for forms in asked.values():
        for column, values in forms.items():
            of_column.setdefault(column, []).extend(values)
    legs = [
        books.orders.select().where(one_of(column, dict.fromkeys(values))).limit(limit)
        for column, values in of_column.items()
        if values
    ]
    if not legs:
        return []
    query = legs[0] if len(legs) == 1 else union_all(*(select(leg.subquery()) for leg in legs))
    return list(connection.execute(query).all())


def _having(asked: Collection[Bearer], names: Collection[str], orders: Iterable[Order]) -> dict[str, list[Order]]:
    """Whose order each is, by our notion of equality (`core.facts.same_name`): a database takes `é` for `e`."""
    by_own, by_spelling = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for name in names:
        by_own[plainly(name)].append(name)
        for spelling in {one.casefold() for one in spellings_of(name)}:
            by_spelling[spelling].append(name)
    found: dict[str, list[Order]] = {}
    for order in orders:
        called = [called for one in asked if (called := one.name(order))]
        meant = {name for one in called for name in by_spelling.get(plainly(one), ())}
        meant |= {name for one in called for form in spellings_of(one) for name in by_own.get(form.casefold(), ())}
        for name in meant:
            found.setdefault(name, []).append(order)
    return found


def _is_compared(books: Books, field: str) -> bool:
    """Whether the database can look up all that the field is read from."""
    return not books.orders.deep(field) and all(holds in _COMPARED for _, holds in books.orders.plain(field))
