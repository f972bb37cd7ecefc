"""Orders by any of their names, the cheap way first.

Two tiers: what an index can serve (plain columns, `refs_exact`, the settings' own `find.*`), and only for what that
did not find a bounded scan (`LIKE`, `lower()`). What the database calls equal is looked at again: letter case, trailing
spaces and 07 for 7 are differences.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, cast, func, or_
from sqlalchemy.engine import Connection

from core.errors import OrdersUnreachable
from core.facts import Order
from core.orders.database.books import Books
from core.orders.database.column_forms import ids_like, same_form
from core.orders.database.connections import Doors
from core.orders.database.relations import Condition, Relation, Row, one_of
from core.orders.meaning import KINDS, ids_of

_CHILD_ROWS = 200
Wanted = Mapping[str, frozenset[str]]
"""Stripe's ids by kind (`stripe_ids.KINDS`)."""
Tier = Callable[[Relation, Doors, Connection, Wanted, int], Sequence[Row]]


def clean(values: Iterable[str]) -> frozenset[str]:
    """What can be an id at all: no database takes a NUL or half a character."""
    return frozenset(one for one in values if ids_like(one, str))


def meant(
    orders: Iterable[Order], ids: Sequence[str], numbers: Sequence[str], wanted: Wanted, emails: Sequence[str]
) -> list[Order]:
    """Those of which the database's notion of equality was ours: some take 07 for 7, a trailing space for nothing."""
    people = {one.strip().casefold() for one in emails if one.strip()}
    by_id, by_number = set(map(_folded, ids)), set(map(_folded, numbers))
    return [
        order
        for order in orders
        if _folded(order.id) in by_id
        or _folded(order.number or "") in by_number
        or (order.customer_email or "").casefold() in people
        or not wanted["session"].isdisjoint(order.session_ids)
        or not wanted["payment_intent"].isdisjoint(order.payment_intent_ids)
        or not wanted["charge"].isdisjoint(order.charge_ids)
    ]


def bearing(relation: Relation, doors: Doors, connection: Connection, wanted: Wanted, limit: int) -> list[Row]:
    """The rows of one relation that carry any of these ids letter by letter, both tiers asked for all of them."""
    asked = {kind: values for kind, values in wanted.items() if values}
    rows = [row for tier in (_exact, _scan) if asked for row in tier(relation, doors, connection, asked, limit)]
    return [row for row, _ in _bearing(relation, rows, asked)]


def scans(relation: Relation) -> bool:
    """Whether some of a relation's ids are found only by looking through its rows."""
    return any(not relation.finds(kind) and _holding(relation, kind, ("?",)) for kind in KINDS)


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
    folded = in_any_case(books.orders, connection, name, asked)
    if books.orders.deep(name):
        folded += [column.contains(one, autoescape=True) for column in books.orders.texts(name) for one in asked]
    return _rows(books, connection, exact, limit) or _rows(books, connection, folded, limit)


def in_any_case(relation: Relation, connection: Connection, name: str, asked: Iterable[str]) -> list[Condition]:
    """That a field is one of `asked`, be it in small letters or in capitals."""
    small = [one.lower() for one in asked]
    columns = [column for column, holds in relation.plain(name) if holds in (str, None)]
    return [_small(connection, column).in_(small) for column in columns]


def _small(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column in small letters. SQLite hands text that is no UTF-8 to no function of ours, but as bytes."""
    return func.lower(cast(column, LargeBinary) if connection.dialect.name == "sqlite" else column)


def by_stripe(books: Books, doors: Doors, connection: Connection, wanted: Wanted, limit: int) -> list[Row]:
    """Rows of the orders that carry one of Stripe's ids, themselves or in a payment."""
    asked = {kind: values for kind, values in wanted.items() if values}
    quick, named, left = _carrying(_exact, books, doors, connection, asked, limit)
    slow, further, _ = _carrying(_scan, books, doors, connection, left, limit)
    holds = books.orders.holds("id")
    forms = [form for one in dict.fromkeys((*named, *further)) for form in same_form(one, holds)]
    paid = _rows(books, connection, [one_of(books.orders.column("id"), forms)] if forms else [], limit)
    return quick + slow + paid


def _carrying(
    tier: Tier, books: Books, doors: Doors, connection: Connection, wanted: Wanted, limit: int
) -> tuple[list[Row], list[object], Wanted]:
    """What one tier finds: rows of orders that carry a wanted id, the orders that payments with one name, and the ids
    that are still missing."""
    own = list(_bearing(books.orders, tier(books.orders, doors, connection, wanted, limit), wanted, keep_damaged=True))
    paid = [
        (relation.raw(row, "order_id"), ids)
        for relation in books.payments
        for row, ids in _bearing(relation, tier(relation, doors, connection, wanted, _CHILD_ROWS), wanted)
    ]
    found = {one for _, ids in (*own, *paid) for one in ids}
    left = {kind: some for kind, values in wanted.items() if (some := values - found)}
    return [row for row, _ in own], [order for order, _ in paid], left


def _bearing(
    relation: Relation, rows: Sequence[Row], wanted: Wanted, *, keep_damaged: bool = False
) -> Iterator[tuple[Row, set[str]]]:
    """The rows that carry a wanted id letter by letter, with these ids."""
    for row in rows:
        held = ids_of(relation.record(row), keep_damaged=keep_damaged)
        if ids := {one for kind, values in wanted.items() for one in held.of(kind) if one in values}:
            yield row, ids


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


def _folded(name: str) -> str:
    return name.replace("-", "").casefold()
