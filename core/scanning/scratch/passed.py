"""Orders in rows: those that wait for a copy's sieve, and after it those that it has passed as healthy.

They stand beside the scratch's orders, and none of what follows sees them, unless it is let in. Each holder of a scan
reads them anew, as it does the others.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final

from core.facts import Order
from core.rest.sieve import OrderRow
from core.scanning.scratch.briefs import of_id
from core.scanning.scratch.row_at_rest import brief_of_row, row_of_order
from core.stripe_api.spans import Range

if TYPE_CHECKING:
    from core.scanning.scratch.scratch import Scratch

_AT_A_TIME: Final = 5_000
_ROW: Final = f"created_at, {', '.join(OrderRow._fields)}"
_INSERT: Final = f"INSERT INTO passed VALUES ({', '.join('?' * (len(OrderRow._fields) + 1))})"  # noqa: S608 - only marks
_SOME: Final = f"SELECT rowid, {_ROW} FROM passed WHERE rowid > ? ORDER BY rowid LIMIT {_AT_A_TIME}"  # noqa: S608 - our own words
_WANTED: Final = f"""SELECT p.rowid, {_ROW} FROM passed p WHERE p.rowid > ? AND p.id IN (SELECT id FROM let_in)
ORDER BY p.rowid LIMIT {_AT_A_TIME}"""  # noqa: S608 - our own words


def wait(scratch: "Scratch", orders: Iterable[Order]) -> None:
    """Keep orders as they were read."""
    rows = [(order.created_at, *row_of_order(order)) for order in orders]
    with scratch.deducing() as db:
        db.executemany(_INSERT, rows)


def once(scratch: "Scratch") -> None:
    """All have come: by id, the last reading counts."""
    with scratch.deducing() as db:
        db.execute("DELETE FROM passed WHERE rowid NOT IN (SELECT max(rowid) FROM passed GROUP BY id)")


def rows(scratch: "Scratch") -> Iterator[OrderRow]:
    """All of them."""
    for some in _batches(scratch, _SOME):
        yield from (OrderRow(*row[2:]) for row in some)


def let_in(scratch: "Scratch", ids: Iterable[str]) -> list[int]:
    """These are among the scan's orders from now on; their keys."""
    _want(scratch, ids)
    keys = _take(scratch, _WANTED)
    with scratch.deducing() as db:
        db.execute("DELETE FROM passed WHERE id IN (SELECT id FROM let_in)")
    return keys


def let_all_in(scratch: "Scratch") -> None:
    """There is no sieve: all of them are."""
    _take(scratch, _SOME)
    with scratch.deducing() as db:
        db.execute("DELETE FROM passed")


def forget_beside(scratch: "Scratch", span: Range) -> None:
    """Those that were not made in `span` are among the scan's orders already."""
    with scratch.deducing() as db:
        outside = "coalesce(created_at, 0) < ? OR created_at >= ?"
        db.execute(f"DELETE FROM passed WHERE {outside}", (span.since, span.until))  # noqa: S608 - our own words


def some_paid_for(scratch: "Scratch", most: int, *, within: Range | None = None) -> dict[str, str]:
    """Some that keep a session or a payment, by chance (`within`: the first that were made there): their ids, with
    what they keep."""
    query = "SELECT id, coalesce(session, intent) FROM passed WHERE coalesce(session, intent) IS NOT NULL"
    if within is None:
        return dict(scratch.rows(f"{query} ORDER BY random() LIMIT ?", (most,)))
    ends = (within.since, within.until, most)
    return dict(scratch.rows(f"{query} AND created_at >= ? AND created_at < ? LIMIT ?", ends))


def ids_kept(scratch: "Scratch", orders: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of some of them, by their ids: each id of Stripe's that they keep."""
    _want(scratch, orders)
    for some in _batches(scratch, _WANTED):
        for row in (OrderRow(*row[2:]) for row in some):
            yield from ((row.id, each) for each in row.ids.split("\n") if each)


def touched(scratch: "Scratch", names: AbstractSet[str], emails: AbstractSet[str]) -> Iterator[str]:
    """The ids of those that bear one of these names, or wait for a payment of one of these e-mails."""
    for row in rows(scratch) if names or emails else ():
        borne = {*row.names.split("\n"), *row.surnames.split("\n")}
        if not names.isdisjoint(borne) or row.email in emails:
            yield row.id


def count(scratch: "Scratch") -> int:
    """How many there are."""
    return scratch.count("passed")


def _want(scratch: "Scratch", ids: Iterable[str]) -> None:
    with scratch.deducing() as db:
        db.execute("DELETE FROM let_in")
        db.executemany("INSERT OR IGNORE INTO let_in VALUES (?)", ((one,) for one in ids))


def _take(scratch: "Scratch", query: str) -> list[int]:
    keys = list[int]()
    for some in _batches(scratch, query):
        scratch.keep_briefs([brief_of_row(OrderRow(*row[2:]), row[1]) for row in some])
        keys += [of_id(f"order {row[2]}") for row in some]
    return keys


def _batches(scratch: "Scratch", query: str) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    while found := scratch.rows(query, (last,)):
        yield found
        last = found[-1][0]
