"""Orders by any of their names, the cheap way first.

Two tiers: what an index can serve (plain columns, `refs_exact`, the settings' own `find.*`), and only for what that
did not find a bounded scan (`LIKE`, `lower()`). What the database calls equal is looked at again: letter case, trailing
spaces and 07 for 7 are differences. Refuses to interpret a row.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.engine import Connection

from core.errors import OrdersUnreachable
from core.orders.database.books import Books
from core.orders.database.column_forms import ids_like, same_form
from core.orders.database.connections import Doors
from core.orders.database.relations import Condition, Relation, Row, one_of
from core.orders.meaning import ids_of

_CHILD_ROWS = 200
Wanted = Mapping[str, Collection[str]]
"""Stripe's ids by kind (`stripe_ids.KINDS`)."""


def by_ids(books: Books, connection: Connection, ids: Sequence[str], limit: int) -> list[Row]:
    """Rows of the orders with these ids, as people write them."""
    holds = books.orders.holds("id")
    forms = [form for one in dict.fromkeys(ids) for form in ids_like(one, holds)]
    return _rows(books, connection, [one_of(books.orders.column("id"), forms)] if forms else [], limit)


def by_text(books: Books, connection: Connection, name: str, texts: Sequence[str], limit: int) -> list[Row]:
    """Rows of which the field `name` (number, customer_email) is one of `texts`: as it is spelled or in small letters,
    else in any letter case, else found inside JSON."""
    asked = [one for one in dict.fromkeys(texts) if ids_like(one, str)]
    if not asked:
        return []
    spellings = list(dict.fromkeys(form for one in asked for form in (one, one.lower(), one.upper())))
    exact = [
        one_of(column, forms)
        for column, holds in books.orders.plain(name)
        if (forms := [form for one in spellings for form in ids_like(one, holds)])
    ]
    folded: list[Condition] = [
        func.lower(column).in_([one.lower() for one in asked])
        for column, holds in books.orders.plain(name)
        if holds in (str, None)
    ]
    if books.orders.deep(name):
        folded += [column.contains(one, autoescape=True) for column in books.orders.texts(name) for one in asked]
    return _rows(books, connection, exact, limit) or _rows(books, connection, folded, limit)


def by_stripe(books: Books, doors: Doors, connection: Connection, wanted: Wanted, limit: int) -> list[Row]:
    """Rows of the orders that carry one of Stripe's ids, themselves or in a payment."""
    rows: list[Row] = []
    named: dict[object, None] = {}
    missing: Wanted = {kind: values for kind, values in wanted.items() if values}
    for tier in (_exact, _scan):
        found: set[str] = set()
        for relation in (books.orders, *books.payments):
            own = relation is books.orders
            for row in tier(relation, doors, connection, missing, limit if own else _CHILD_ROWS):
                held = ids_of(relation.record(row), keep_damaged=own)
                carried = {one for kind, values in missing.items() for one in values if one in held.of(kind)}
                if carried and own:
                    rows.append(row)
                elif carried:
                    named[relation.raw(row, "order_id")] = None
                found |= carried
        missing = {kind: left for kind, values in missing.items() if (left := [v for v in values if v not in found])}
    holds = books.orders.holds("id")
    forms = [form for one in named for form in same_form(one, holds)]
    return rows + _rows(books, connection, [one_of(books.orders.column("id"), forms)] if forms else [], limit)


def _exact(relation: Relation, doors: Doors, connection: Connection, wanted: Wanted, limit: int) -> Sequence[Row]:
    """Rows that an index can find."""
    conditions: list[Condition] = []
    rows: list[Row] = []
    for kind, values in wanted.items():
        fields = (f"{kind}_id", "stripe_refs") if relation.settings.refs_exact else (f"{kind}_id",)
        for name in fields:
            conditions += [column.in_(values) for column, holds in relation.plain(name) if holds in (str, None)]
        rows += _by_finder(relation, doors, connection, kind, values, limit)
    if conditions:
        rows += connection.execute(relation.select().where(or_(*conditions)).limit(limit)).all()
    return rows


def _scan(relation: Relation, _doors: Doors, connection: Connection, wanted: Wanted, limit: int) -> Sequence[Row]:
    """Rows that have to be looked through, where the settings name no condition of their own."""
    conditions = [
        condition
        for kind, values in wanted.items()
        if not relation.finds(kind)
        for condition in _holding(relation, kind, values)
    ]
    if not conditions:
        return ()
    return connection.execute(relation.select().where(or_(*conditions)).limit(limit)).all()


def _by_finder(
    relation: Relation, doors: Doors, connection: Connection, kind: str, values: Collection[str], limit: int
) -> Sequence[Row]:
    """Rows by the settings' own condition. A text that is no JSON can end such a query: then all are looked through."""
    condition = relation.finder(kind, values)
    if condition is None:
        return ()
    try:
        with doors.reading() as own:
            return own.execute(relation.select().where(condition).limit(limit)).all()
    except OrdersUnreachable:
        held = _holding(relation, kind, values)
        return connection.execute(relation.select().where(or_(*held)).limit(limit)).all() if held else ()


def _holding(relation: Relation, kind: str, values: Collection[str]) -> list[Condition]:
    """Conditions on the columns that hold an id somewhere inside."""
    columns: list[ColumnElement[str]] = []
    if relation.deep(f"{kind}_id"):
        columns += relation.texts(f"{kind}_id")
    if not relation.settings.refs_exact or relation.deep("stripe_refs"):
        columns += relation.texts("stripe_refs")
    return [column.contains(one, autoescape=True) for column in columns for one in values]


def _rows(books: Books, connection: Connection, either: Sequence[Condition], limit: int) -> list[Row]:
    """The newest rows of [orders] for which any condition holds."""
    if not either:
        return []
    own = books.orders.column("id")
    newest = books.orders.ordered("created_at")
    query = books.orders.select().where(or_(*either)).order_by((own if newest is None else newest).desc(), own.desc())
    return list(connection.execute(query.limit(limit)).all())
