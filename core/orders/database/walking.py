"""Walks over [orders]: rows beyond a cursor, newest first, and where their times fall into equal parts.

Owns the order of a walk and its cursor.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, null, or_, select
from sqlalchemy.engine import Connection

from core.errors import UsageError
from core.facts import Order
from core.orders.database.books import Books, LeftOut
from core.orders.database.relations import Condition, Row

_NEXT_ROWS = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the last row's time and id as the database holds them. `at` None: among the undated."""

    at: Any
    id: Any


@dataclass(frozen=True, slots=True)
class Page:
    """Orders newest first, and where the next page begins; None where there is none. `unknown` counts the status words
    that no pattern fits, `repeated` names the orders for which there was more than one row; `left_out` are orders that
    were not read."""

    orders: tuple[Order, ...]
    next: Cursor | None
    unknown: Mapping[str, int] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def walk(
    books: Books, connection: Connection, asked: Condition | None, after: Cursor | None, size: int, *, undated: bool
) -> Iterator[Row]:
    """Rows beyond `after`, in order, for as long as they are taken; each ends with its time and its id."""
    while True:
        rows = next_rows(books, connection, asked, after, size, undated=undated)
        yield from rows
        if len(rows) < size:
            return
        after, size = cursor_of(rows[-1]), max(size, _NEXT_ROWS)


def next_rows(
    books: Books, connection: Connection, asked: Condition | None, after: Cursor | None, limit: int, *, undated: bool
) -> Sequence[Row]:
    """Dated rows first, then (if `undated`) those without a time; all in the order of their ids where the walk goes by
    these. The comparison is spelled out: not every database uses an index for (a, b) < (x, y)."""
    own, at = books.orders.column("id"), books.orders.ordered("created_at")
    if not books.paged_by_time or at is None:
        query = books.orders.select(null(), own).order_by(own.desc()).limit(limit)
        query = query if asked is None else query.where(asked)
        return connection.execute(query if after is None else query.where(own < after.id)).all()
    rows: list[Row] = []
    query = books.orders.select(at, own)
    if not (after and after.at is None):
        dated = query.where(at.is_not(None)).order_by(at.desc(), own.desc()).limit(limit)
        dated = dated if asked is None else dated.where(asked)
        if after:
            dated = dated.where(at <= after.at, or_(at < after.at, own < after.id))
        rows += connection.execute(dated).all()
    if undated and len(rows) < limit:
        rest = query.where(at.is_(None)).order_by(own.desc()).limit(limit - len(rows))
        rows += connection.execute(rest.where(own < after.id) if after and after.at is None else rest).all()
    return rows


def cursor_of(row: Row) -> Cursor:
    return Cursor(row[-2], row[-1])


def quantiles(books: Books, connection: Connection, asked: Condition | None, parts: int) -> list[Any]:
    """The first time of each of `parts` equal parts, as the database holds it; at most as many as there are rows."""
    at = books.orders.ordered("created_at")
    if at is None:
        return []
    dated = books.orders.select().with_only_columns(at.label("made"), func.ntile(parts).over(order_by=at).label("part"))
    dated = dated.where(at.is_not(None))
    rows = (dated if asked is None else dated.where(asked)).subquery("dated")
    query = select(func.min(rows.c.made)).group_by(rows.c.part)
    return [row[0] for row in connection.execute(query)]


def must_be_dated(books: Books) -> None:
    """UsageError where no column says when an order was created."""
    if books.orders.ordered("created_at") is None:
        raise undated()


def undated() -> UsageError:
    """The error for a span that cannot be asked for."""
    return UsageError(
        "The settings name no column that says when an order was created: a span cannot be asked for.",
        next_step='Add created_at = "..." to orders.columns in orderlens.toml.',
    )
