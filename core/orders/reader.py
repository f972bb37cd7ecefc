"""`OrdersReader`: the shop's orders, found by any of their names, or page by page, newest first.

Owns the order of a walk and the bounds of every reading: each in a read-only transaction that is rolled back, each
with a LIMIT. Never writes; rows are interpreted in `meaning`. Safe to share between threads.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.engine import Connection

from core.facts import Order, OrderStatus
from core.orders.carts import CartBook
from core.orders.database import (
    STATEMENT_SECONDS,
    Bearers,
    Books,
    Condition,
    Cursor,
    Doors,
    Leaving,
    LeftOut,
    Page,
    Row,
    bounds,
    by_names,
    cursor_of,
    customers,
    lookups,
    loose_bounds,
    must_be_dated,
    next_rows,
    quantiles,
    refuse,
    shapes,
    tables_of,
    undated,
    walk,
)
from core.orders.habits import Habits
from core.orders.meaning import KINDS, Interpreter, instant
from core.orders.outcomes import OutcomeBook
from core.settings import OrdersMapping, OrdersTable, fields_of

_MOVED = ("updated_at", "created_at")  # what says when a row was last written, the better one first


class OrdersReader:
    """Reads what `mapping` describes in the database at `url` (SQLite, PostgreSQL, MySQL, MariaDB).

    Connects at the first question. SettingsError for an address or a zone that is none; every other method raises
    OrdersUnreachable where the database is missing, locked, of another shape, or takes longer than `seconds`.
    """

    def __init__(self, url: str, mapping: OrdersMapping | OrdersTable, *, seconds: int = STATEMENT_SECONDS) -> None:
        self.mapping = OrdersMapping(orders=mapping) if isinstance(mapping, OrdersTable) else mapping
        self._settings = self.mapping
        self._doors = Doors(url, schema=self.mapping.database.schema_name, seconds=seconds)
        self._interpreter = Interpreter(self.mapping)
        self._lock = threading.Lock()
        self._books: Books | None = None
        self._time_samples: dict[str, Any] = {}
        self.habits = Habits(self.page)
        self.carts = CartBook(self._doors, self.mapping.carts, self._opened)
        self.outcomes = OutcomeBook(url, self.mapping)

    @property
    def statements(self) -> int:
        """How many statements were sent so far."""
        return self._doors.statements

    def check(self) -> None:
        """Prove that every relation can be read as the settings say."""
        books = Books.open(self._doors, self.mapping)
        with self._doors.reading() as connection:
            books.prove(connection)
        with self._lock:
            self._books = books

    @property
    def looks_through(self) -> bool:
        """Whether an id of Stripe's may stand where no index finds it: then all rows are looked through for it."""
        return any(map(lookups.scans, (self._opened().orders, *self._opened().payments)))

    def warnings(self) -> tuple[str, ...]:
        """What the database user may do besides reading, in sentences; () is how it should be."""
        return shapes.warnings(self._doors, tables_of(self.mapping))

    def get(self, order_id: str) -> Order | None:
        """The order with this id, None where there is none."""
        return next(iter(self.find(ids=[order_id], limit=1)), None)

    def find(
        self,
        *,
        ids: Iterable[str] = (),
        numbers: Iterable[str] = (),
        sessions: Iterable[str] = (),
        intents: Iterable[str] = (),
        charges: Iterable[str] = (),
        emails: Iterable[str] = (),
        limit: int = 50,
    ) -> tuple[Order, ...]:
        """Orders that carry any of these, newest first, at most `limit`. Stripe's ids compare letter by letter, e-mail
        addresses and (where nothing is spelled exactly so) order numbers in any letter case."""
        books = self._opened()
        ids, numbers, emails = tuple(ids), tuple(numbers), tuple(emails)
        wanted = {kind: lookups.clean(some) for kind, some in zip(KINDS, (sessions, intents, charges), strict=True)}
        with self._doors.reading() as connection:
            rows = [
                *lookups.by_ids(books, connection, ids, limit),
                *lookups.by_text(books, connection, "number", numbers, limit),
                *lookups.by_stripe(books, self._doors, connection, wanted, limit),
                *lookups.by_text(books, connection, "customer_email", emails, limit),
            ]
            orders = books.read(connection, rows) if rows else ()
        meant = lookups.meant(orders, ids, numbers, wanted, emails)
        return tuple(sorted(meant, key=_newest_first)[:limit])

    def sharing(self, order: Order) -> tuple[Order, ...]:
        """Other rows that carry one of the order's Stripe ids, newest first, at most twenty."""
        carried = self.find(
            sessions=order.session_ids, intents=order.payment_intent_ids, charges=order.charge_ids, limit=21
        )
        return tuple(other for other in carried if other.id != order.id)[:20]

    def named(self, names: Collection[str], *, left: Leaving = lambda _: None) -> Mapping[str, tuple[Order, ...]]:
        """The orders of each name, however it is spelled, newest first, at most twenty; () where no order has it. Left
        out is what cannot be a name (JSON, several lines, more than 200 characters), or stands where none can be looked
        up (inside JSON), or is an order's that too many rows name: that goes to `left`. One statement, and one for each
        further relation of what is found."""
        books = self._opened()
        with self._doors.reading() as connection:
            return by_names(books, connection, Bearers.of(books.mapping, books.naming), names, left)

    def called(self, name: str, *, limit: int) -> tuple[tuple[Order, ...], str]:
        """Orders whose customer is called so, newest first: accents, letter case and the order of words do not count,
        and words may be begun only. And why others may be missing; empty where all were looked through."""
        return customers.called(self._opened(), self._doors, name, limit)

    def nearly_of(self, address: str, *, limit: int) -> tuple[tuple[Order, ...], str]:
        """Orders whose customer's e-mail address is nearly this one, newest first; and the same."""
        return customers.nearly_of(self._opened(), self._doors, address, limit)

    @property
    def name_keys(self) -> tuple[str, ...]:
        """The keys of Stripe's objects that name an order here: by the settings, and, for a further column, by its
        rows, of which no two orders may have one value."""
        fields = frozenset[str]().union(*map(fields_of, self.mapping.metadata.values()))
        return self._opened().naming if fields & self.mapping.extras else self.mapping.naming_keys

    @property
    def said_keys(self) -> tuple[str, ...]:
        """The keys of which the settings themselves say what stands there."""
        return tuple(self._settings.metadata)

    def learn(self, lines: Mapping[str, str]) -> None:
        """What payments prove of [stripe.metadata], beside what the settings say: templates by their keys. A template
        of a column that the settings do not name is passed over."""
        fields = {"id", "number", *self._settings.extras}
        known = {key: line for key, line in lines.items() if fields_of(line) and fields_of(line) <= fields}
        metadata = known | dict(self._settings.metadata)
        if metadata != self.mapping.metadata:
            with self._lock:
                self.mapping = self._settings.model_copy(update={"metadata": metadata})
                self._books = None

    def page(self, *, since: int | None, until: int | None, limit: int, after: Cursor | None = None) -> Page:
        """Orders with since <= created < until (seconds since 1970, None: open), newest first; by id where the settings
        say so or name no time. Undated rows come last, and only where no span is asked for.

        UsageError for a span where no column says when an order was created.
        """
        books = self._opened()
        spanned = since is not None or until is not None
        if spanned:
            must_be_dated(books)
        with self._doors.reading() as connection:
            asked = self._in_span(books, connection, since, until) if spanned else None
            walked = walk(books, connection, asked, after, limit + 1, undated=not spanned)
            chosen: dict[str, Row] = {}
            repeated: dict[str, None] = {}
            for row in walked:
                name = books.name(row)
                if spanned and not _within(books.created_at(row), since, until):
                    continue
                if name in chosen:
                    repeated[name] = None
                elif chosen.setdefault(name, row) is row and len(chosen) > limit:
                    break
            shown = list(islice(chosen.values(), limit))
            left: list[LeftOut] = []
            orders = books.read(connection, shown, left=left.append) if shown else ()
        more = len(chosen) > limit
        unknown = Counter(order.raw_status for order in orders if order.status is OrderStatus.UNKNOWN)
        return Page(orders, cursor_of(shown[-1]) if more else None, unknown, tuple(repeated), tuple(left))

    def batches(
        self, *, since: int, until: int, size: int = 5000, left: Leaving = refuse
    ) -> Iterator[tuple[Order, ...]]:
        """All orders with since <= created < until (seconds since 1970), newest first, about `size` at a time: each
        batch in one statement and a transaction of its own (and one for each 500 in every further relation). A row of
        an id that an earlier batch had comes again. An order that too many rows name goes to `left`. UsageError as for
        `page`."""
        books, after = self._opened(), None
        must_be_dated(books)
        while True:
            with self._doors.reading() as connection:
                asked = self._in_span(books, connection, since, until)
                rows = next_rows(books, connection, asked, after, size, undated=False)
                orders = books.read(connection, rows, raw=False, left=left) if rows else ()
            yield tuple(order for order in orders if _within(order.created_at, since, until))
            if len(rows) < size:
                return
            after = cursor_of(rows[-1])

    def changed(self, since: int, *, limit: int, left: Leaving = refuse) -> tuple[Order, ...]:
        """Orders written at or after `since` (seconds since 1970) by what their row says (made, where no column says
        when a row was last written), the longest ago first, at most `limit`, in one statement. UsageError as for `page`
        where neither is said."""
        books = self._opened()
        dated = [(name, at) for name in _MOVED if (at := books.orders.ordered(name)) is not None]
        if not dated:
            raise undated()
        name, at = dated[0]
        with self._doors.reading() as connection:
            asked = self._in_span(books, connection, since, None, name)
            query = books.orders.select(at).where(at.is_not(None)).order_by(at).limit(limit)
            rows = connection.execute(query if asked is None else query.where(asked)).all()
            orders = books.read(connection, rows, left=left) if rows else ()
        return tuple(order for order in orders if (moved_at(order) or 0) >= since)

    def quantiles(self, parts: int, *, since: int, until: int) -> tuple[int, ...]:
        """The times (seconds since 1970) at which the orders of the span fall into `parts` of about as many each, in
        one statement. () where there are none."""
        books = self._opened()
        must_be_dated(books)
        with self._doors.reading() as connection:
            found = quantiles(books, connection, self._in_span(books, connection, since, until), parts)
        times = {instant(value, self._interpreter.zone) for value in found}
        return tuple(sorted({int(at) for at in times if at is not None and since < at < until}))

    def status_words(self) -> tuple[tuple[str, OrderStatus, int], ...]:
        """Each raw status, its meaning by the status map, how many rows have it; most frequent first, at most 200."""
        with self._doors.reading() as connection:
            counted = self._opened().status_counts(connection, limit=200)
        return tuple(("/".join(raws), self._interpreter.word(raws), rows) for raws, rows in counted)

    def close(self) -> None:
        """Let go of the database."""
        self._doors.close()
        self.outcomes.close()

    def _opened(self) -> Books:
        with self._lock:
            if self._books is None:
                self._books = Books.open(self._doors, self.mapping)
            return self._books

    def _in_span(
        self, books: Books, connection: Connection, since: int | None, until: int | None, name: str = "created_at"
    ) -> Condition | None:
        at = books.orders.ordered(name)
        if at is None:
            return None
        sample = self._newest_time(connection, books, name, at)
        found = (loose_bounds if self._doors.kind == "sqlite" else bounds)(since, until, sample, self._interpreter.zone)
        either = [
            and_(*([at >= low] if low is not None else []), *([at < high] if high is not None else []))
            for low, high in found
        ]
        return or_(*either) if either else None

    def _newest_time(self, connection: Connection, books: Books, name: str, at: ColumnElement[Any]) -> object:
        """A value of the time column, to see its form."""
        with self._lock:
            known = self._time_samples.get(name)
        if known is None:
            newest = books.orders.select(at).where(at.is_not(None)).order_by(at.desc()).limit(1)
            known = None if (row := connection.execute(newest).first()) is None else row[-1]
            with self._lock:
                self._time_samples[name] = known
        return known


def moved_at(order: Order) -> int | None:
    """When the row was last written, by what it says; when it was made, where it does not say."""
    return order.updated_at if order.updated_at is not None else order.created_at


def _within(at: int | None, since: int | None, until: int | None) -> bool:
    return at is not None and (since is None or at >= since) and (until is None or at < until)


def _newest_first(order: Order) -> tuple[int, str]:
    return -(order.created_at or 0), order.id
