"""Orders by what their customer is called, and by addresses that are nearly the one that was given.

Neither can be asked of every database: names and addresses of the newest orders are read and compared here. Of older
ones only what an index finds, the beginning of a name as people spell it.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final

from sqlalchemy import and_, or_
from sqlalchemy.engine import Connection

from core.facts import Order
from core.orders.database.books import Books
from core.orders.database.column_forms import same_form
from core.orders.database.connections import Doors
from core.orders.database.indexes import served
from core.orders.database.relations import Row, one_of
from core.orders.meaning import bears, corrected, folded, nearly, whole_name

NEWEST: Final = 20_000  # orders whose customers are looked through
_NO_COLUMN: Final = "the settings name no column with them (customer_name)"
_NEWEST_ONLY: Final = f"only those of the newest {NEWEST:,} orders are compared, and of older ones what an index finds"


Found = tuple[tuple[Order, ...], str]
"""Orders, newest first, and why others may be missing; empty where all were looked through."""


def called(books: Books, doors: Doors, name: str, limit: int) -> Found:
    """Orders whose customer is called so."""
    asked = folded(name)
    if "customer_name" not in books.orders.specs or not asked:
        return (), _NO_COLUMN
    with doors.reading() as connection:
        ids, whole = _among_newest(books, connection, "customer_name", lambda one: bears(one, asked), limit)
        rows = _rows_of(books, connection, ids)
        orders = books.read(connection, rows) if rows else ()
    if not whole:
        with doors.reading() as connection:  # of its own: what asks PostgreSQL's planner changes its transaction
            rows = _beginning(books, connection, name, limit)
            older = books.read(connection, rows) if rows else ()
        orders += tuple(one for one in older if bears(one.customer_name or "", asked))
    return _newest_first(orders, limit), "" if whole else _NEWEST_ONLY


def nearly_of(books: Books, doors: Doors, address: str, limit: int) -> Found:
    """Orders whose customer's address is one slip away, or has a well-known host that was misspelled."""
    if "customer_email" not in books.orders.specs:
        return (), ""
    said, meant = address.strip().casefold(), corrected(address)

    def fits(held: str) -> bool:
        one = corrected(held)
        return one != said and (one == meant or nearly(one, said) or nearly(one, meant))

    with doors.reading() as connection:
        ids, whole = _among_newest(books, connection, "customer_email", fits, limit)
        rows = _rows_of(books, connection, ids)
        orders = books.read(connection, rows) if rows else ()
    return _newest_first(orders, limit), "" if whole else _NEWEST_ONLY


def _newest_first(orders: Iterable[Order], limit: int) -> tuple[Order, ...]:
    each = {order.id: order for order in orders}.values()
    return tuple(sorted(each, key=lambda one: (-(one.created_at or 0), one.id))[:limit])


def _among_newest(
    books: Books, connection: Connection, field: str, fits: Callable[[str], bool], limit: int
) -> tuple[tuple[Any, ...], bool]:
    """The ids of the newest orders whose `field` fits, and whether there are no older ones."""
    columns, read = books.orders.read_of(field)
    own, at = books.orders.column("id"), books.orders.ordered("created_at")
    query = books.orders.select().with_only_columns(own, *columns).order_by((own if at is None else at).desc())
    rows = connection.execute(query.limit(NEWEST + 1)).all()
    fitting = (row[0] for row in rows[:NEWEST] if (said := whole_name(read(row[1:]))) and fits(said))
    return tuple(islice(fitting, limit)), len(rows) <= NEWEST


def _beginning(books: Books, connection: Connection, name: str, limit: int) -> list[Row]:
    """Rows whose name begins so, as it is spelled, in capitals or in small letters; where an index finds them."""
    either = [
        and_(column >= one, column < one[:-1] + chr(ord(one[-1]) + 1))
        for column, holds in books.orders.plain("customer_name")
        if holds in (str, None) and served(connection, books.orders, column, name)
        for one in dict.fromkeys((name, name.title(), name.lower(), name.upper()))
    ]
    return list(connection.execute(books.orders.select().where(or_(*either)).limit(limit)).all()) if either else []


def _rows_of(books: Books, connection: Connection, ids: tuple[Any, ...]) -> list[Row]:
    holds = books.orders.holds("id")
    forms = [form for one in ids for form in same_form(one, holds)]
    wanted = books.orders.select().where(one_of(books.orders.column("id"), forms)).limit(len(ids))
    return list(connection.execute(wanted).all()) if forms else []
