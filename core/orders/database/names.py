"""Orders by the names that Stripe's objects bear: many at once, in one statement that indexes serve (and one more for
each source of payments that bear names of their own).

A name is asked for in each spelling of it (`core.facts.spellings_of`), in the form of every column that bears the name
of an order: its id, its number, what [stripe.metadata] says. Nothing is searched inside of JSON: what cannot be looked
up is not known, and never "no order has it". No column is folded: letter case is tried as people write it.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, union_all
from sqlalchemy.engine import Connection

from core.facts import Order, may_name, plainly, spellings_of
from core.orders.database.books import Books, Leaving, LeftOut
from core.orders.database.column_forms import ids_like, same_form
from core.orders.database.relations import Relation, Row, one_of
from core.orders.meaning import form_of
from core.settings import OrdersMapping, fields_of

_OF_EACH = 20  # orders of one name
_AT_A_TIME = 30_000  # values in one statement: SQLite takes 32,766, PostgreSQL 65,535
_COMPARED = (None, str, int, float, Decimal, bytes, UUID)  # what a column may hold that is asked for a name


@dataclass(frozen=True, slots=True)
class Bearer:
    """A field that bears an order's name, in [orders] or in the payments at a place. `key`: of Stripe's objects, under
    which the app writes it as a part of `form`; None where it is the name itself."""

    field: str
    key: str | None = None
    form: re.Pattern[str] | None = None
    payments: int | None = None

    def held(self, name: str) -> tuple[str, ...]:
        """What stands in the field of the order that `name` names."""
        if self.form is None:
            return spellings_of(name)
        found = self.form.fullmatch(name.strip())
        return (found["own"],) if found else ()

    def names(self, order: Order) -> tuple[str, ...]:
        """What it calls an order; empty where it does not."""
        if self.key:
            return order.called.get(self.key, ())
        own = order.id if self.field == "id" else order.number
        return (own,) if own else ()

    def relation(self, books: Books) -> Relation:
        """Where the field stands."""
        return books.orders if self.payments is None else books.payments[self.payments]


@dataclass(frozen=True, slots=True)
class Bearers:
    """Every field that bears an order's name by the settings, or by what was learned."""

    fields: tuple[Bearer, ...]

    @classmethod
    def of(cls, mapping: OrdersMapping, naming: Collection[str]) -> "Bearers":
        """Id and number; and, for the keys that name an order, what the app writes there: one of these with a text
        around it, or a further column."""
        fields = [Bearer("id"), Bearer("number")]
        for key in naming:
            template = mapping.metadata[key]
            if template not in ("{id}", "{number}"):
                fields += _bearing(key, template, mapping)
        return cls(tuple(fields))


def _bearing(key: str, template: str, mapping: OrdersMapping) -> Iterator[Bearer]:
    """What tells the order of a template: its id, else its number, else a further column of an order or a payment."""
    inside = fields_of(template)
    own = next((name for name in ("id", "number", *sorted(mapping.extras)) if name in inside), "")
    form = form_of(template, own)
    if own in ("id", "number") or own in mapping.orders.extra:
        yield Bearer(own, key, form)
    for at, one in enumerate(mapping.payments):
        if own in one.extra:
            yield Bearer(own, key, form, at)


def by_names(
    books: Books, connection: Connection, bearers: Bearers, names: Collection[str], left: Leaving
) -> dict[str, tuple[Order, ...]]:
    """The orders of each name, the newest first, at most twenty; () where no order has it. A name is left out that
    cannot be an order's, of which the database does not tell, or whose order goes to `left`: too many rows name it."""
    found: dict[str, tuple[Order, ...]] = {}
    told = all(_is_compared(books, bearer) for bearer in bearers.fields)
    for part in _parts(books, bearers.fields, names):
        limit = _OF_EACH * len(part)
        rows = _rows(books, connection, part, limit)
        gone: list[LeftOut] = []
        having = _having(bearers.fields, part, books.read(connection, rows, left=gone.append) if rows else ())
        unsure: Collection[str] = _having(bearers.fields, part, [one.order for one in gone])
        if gone and any(bearer.payments is not None for bearer in bearers.fields):
            unsure = part
        for one in gone:
            left(one)
        for name in [one for one in part if one not in unsure]:
            if name in having or (told and len(rows) < limit):
                newest = sorted(having.get(name, ()), key=lambda one: (-(one.created_at or 0), one.id))
                found[name] = tuple(newest[:_OF_EACH])
    return found


Column = tuple[int | None, ColumnElement[Any]]
"""A column of [orders], or of the payments at a place."""
Forms = dict[Column, list[object]]
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
        for column, holds in bearer.relation(books).plain(bearer.field):
            if holds in _COMPARED:
                forms = (form for text in texts for form in ids_like(text, holds))
                found.setdefault((bearer.payments, column), []).extend(forms)
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
    for at, relation in enumerate(books.payments):
        having = [(column, values) for (place, column), values in of_column.items() if place == at and values]
        own = relation.column("order_id")
        either = or_(false(), *(one_of(column, dict.fromkeys(values)) for column, values in having))
        found = connection.execute(relation.select(own).where(either).limit(limit)).all() if having else ()
        ids = [form for row in found for form in same_form(row[-1], books.orders.holds("id"))]
        of_column.setdefault((None, books.orders.column("id")), []).extend(ids)
    legs = [
        books.orders.select().where(one_of(column, dict.fromkeys(values))).limit(limit)
        for (place, column), values in of_column.items()
        if place is None and values
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
        called = list(dict.fromkeys(name for one in asked for name in one.names(order)))
        meant = {name for one in called for name in by_spelling.get(plainly(one), ())}
        meant |= {name for one in called for form in spellings_of(one) for name in by_own.get(form.casefold(), ())}
        for name in meant:
            found.setdefault(name, []).append(order)
    return found


def _is_compared(books: Books, bearer: Bearer) -> bool:
    """Whether the database can look up all that the field is read from."""
    relation, field = bearer.relation(books), bearer.field
    return not relation.deep(field) and all(holds in _COMPARED for _, holds in relation.plain(field))
