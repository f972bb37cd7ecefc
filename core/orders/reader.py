"""`OrdersReader`: the orders of one table, found by any of their names, or page by page, newest first.

Owns every SELECT on the orders: each bounded by a LIMIT, each in a read-only transaction that is rolled back. Refuses
to write, and to interpret (that is `values`). Safe to share between threads.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, column, func, or_, select
from sqlalchemy import table as sql_table

from core.errors import SettingsError, UsageError
from core.facts import Order
from core.orders import schema
from core.orders.doors import Doors
from core.orders.forms import ids_like, spans
from core.orders.values import Row, order_of
from core.settings import OrdersTable

_NEXT_ROWS = 500
Condition = ColumnElement[bool]
Ask = Callable[[Select[Any]], list[Row]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the last row's time and id as the database holds them. `at` None: among the undated."""

    at: Any
    id: Any


@dataclass(frozen=True, slots=True)
class Page:
    """Orders newest first, and where the next page begins; None where there is none."""

    orders: tuple[Order, ...]
    next: Cursor | None


class OrdersReader:
    """Reads the table that `table` describes in the database at `url` (SQLite, PostgreSQL, MySQL, MariaDB).

    Connects at the first question. SettingsError for an address or a zone that is none; every other method raises
    OrdersUnreachable where the database is missing, locked, too slow or of another shape.
    """

    def __init__(self, url: str, table: OrdersTable) -> None:
        self._doors = Doors(url)
        self._settings = table
        try:
            self._zone = ZoneInfo(table.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise SettingsError(
                f"orders.timezone: {table.timezone} is not a time zone.",
                next_step='Use a name such as "UTC" or "Europe/Berlin".',
                setting="orders.timezone",
            ) from error
        named = dict.fromkeys(table.columns.values())
        self._table = sql_table(table.table, *(column(own) for own in named), schema=table.schema_name)
        self._columns: dict[str, ColumnElement[Any]] = {n: self._table.c[own] for n, own in table.columns.items()}
        self._lock = threading.Lock()
        self._shape: schema.Shape | None = None
        self._time_sample: Any = None

    def check(self) -> None:
        """Prove that the table can be read as the settings say."""
        found = schema.shape(self._doors, self._settings)
        with self._lock:
            self._shape = found
        with self._asking() as ask:
            ask(self._select().limit(1))

    def warnings(self) -> tuple[str, ...]:
        """What the database user may do besides reading, in sentences; () is how it should be."""
        return schema.warnings(self._doors, self._settings)

    def get(self, order_id: str) -> Order | None:
        """The order with this id, None where there is none."""
        with self._asking() as ask:
            found = self._matching(ask, self._equal("id", [order_id]), 1)
        return found[0] if found and _same(found[0].id, [order_id]) else None

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
        ids, numbers = tuple(ids), tuple(numbers)
        with self._asking() as ask:
            found = [one for one in self._matching(ask, self._equal("id", ids), limit) if _same(one.id, ids)]
            named = self._matching(ask, self._equal("number", numbers), limit)
            found += [one for one in named if _same(one.number, numbers)]
            if not found:
                found += self._matching(ask, self._folded("number", numbers), limit)
            for name, values in (("session_id", sessions), ("payment_intent_id", intents), ("charge_id", charges)):
                asked = frozenset(values)
                storing = self._matching(ask, self._equal(name, asked), limit)
                found += [one for one in storing if asked & {one.session_id, one.payment_intent_id, one.charge_id}]
            found += self._matching(ask, self._folded("customer_email", emails), limit)
        return tuple(sorted({one.id: one for one in found}.values(), key=_newest_first)[:limit])

    def sharing(self, order: Order) -> tuple[Order, ...]:
        """Other rows that carry one of the order's Stripe ids, newest first, at most twenty."""
        if not (order.session_ids or order.payment_intent_ids or order.charge_ids):
            return ()
        carried = self.find(
            sessions=order.session_ids, intents=order.payment_intent_ids, charges=order.charge_ids, limit=21
        )
        return tuple(other for other in carried if other.id != order.id)[:20]

    def page(self, *, since: int | None, until: int | None, limit: int, after: Cursor | None = None) -> Page:
        """Orders with since <= created < until (seconds since 1970, None: open), newest first; by id where the table
        has no time column. Undated rows come last, and only where no span is asked for.

        UsageError for a span where no column says when an order was created.
        """
        spanned = since is not None or until is not None
        if spanned and "created_at" not in self._columns:
            raise UsageError(
                "The settings name no column that says when an order was created: a span cannot be asked for.",
                next_step='Add created_at = "..." to orders.columns in orderlens.toml.',
            )
        kept: list[tuple[Row, Order]] = []
        size = limit + 1
        with self._asking() as ask:
            asked = self._in_span(ask, since, until) if spanned else None
            while True:
                rows = self._next_rows(ask, asked, after, size, undated=not spanned)
                orders = [(row, order_of(row, self._settings, self._zone)) for row in rows]
                kept += [pair for pair in orders if not spanned or _within(pair[1].created_at, since, until)]
                if len(kept) > limit or len(rows) < size:
                    break
                after, size = _cursor(rows[-1]), max(size, _NEXT_ROWS)
        shown = kept[:limit]
        return Page(tuple(order for _, order in shown), _cursor(shown[-1][0]) if len(kept) > limit else None)

    def close(self) -> None:
        """Let go of the database."""
        self._doors.close()

    @contextmanager
    def _asking(self) -> Iterator[Ask]:
        """One connection, one read-only transaction, for the questions that belong together."""
        self._known_shape()
        with self._doors.reading() as connection:
            yield lambda query: [dict(zip(self._columns, row, strict=True)) for row in connection.execute(query)]

    def _next_rows(
        self, ask: Ask, asked: Condition | None, after: Cursor | None, limit: int, *, undated: bool
    ) -> Sequence[Row]:
        """Rows beyond `after`, in order; dated ones first, then (if `undated`) those without a time."""
        at, own = self._columns.get("created_at"), self._columns["id"]
        rows: list[Row] = []
        if at is not None and not (after and after.at is None):
            query = self._select().where(at.is_not(None)).order_by(at.desc(), own.desc())
            if asked is not None:
                query = query.where(asked)
            if after:
                query = query.where(at <= after.at, or_(at < after.at, own < after.id))
            rows += ask(query.limit(limit))
        if len(rows) < limit and undated:
            query = self._select().order_by(own.desc())
            query = query if at is None else query.where(at.is_(None))
            if after and (at is None or after.at is None):
                query = query.where(own < after.id)
            rows += ask(query.limit(limit - len(rows)))
        return rows

    def _select(self) -> Select[Any]:
        return select(*self._columns.values()).select_from(self._table)

    def _known_shape(self) -> schema.Shape:
        with self._lock:
            if self._shape is None:
                self._shape = schema.shape(self._doors, self._settings)
            return self._shape

    def _matching(self, ask: Ask, condition: Condition | None, limit: int) -> tuple[Order, ...]:
        if condition is None:
            return ()
        newest = self._columns.get("created_at", self._columns["id"]).desc()
        rows = ask(self._select().where(condition).order_by(newest, self._columns["id"].desc()).limit(limit))
        return tuple(order_of(row, self._settings, self._zone) for row in rows)

    def _equal(self, name: str, texts: Iterable[str]) -> Condition | None:
        """The column is one of `texts`, each in the column's own type; None where none can be."""
        if name not in self._columns:
            return None
        python_type = self._known_shape().types[name]
        values = [value for one in dict.fromkeys(texts) for value in ids_like(one, python_type)]
        return self._columns[name].in_(values) if values else None

    def _folded(self, name: str, texts: Iterable[str]) -> Condition | None:
        """The text column is one of `texts` in any letter case; None where it cannot be."""
        if name not in self._columns or self._known_shape().types[name] not in (str, None):
            return None
        values = [one.lower() for one in dict.fromkeys(texts) if ids_like(one, str)]
        return func.lower(self._columns[name]).in_(values) if values else None

    def _in_span(self, ask: Ask, since: int | None, until: int | None) -> Condition | None:
        at = self._columns["created_at"]
        with self._lock:
            sample = self._time_sample
        if sample is None:
            newest = ask(self._select().where(at.is_not(None)).order_by(at.desc()).limit(1))
            sample = newest[0]["created_at"] if newest else None
            with self._lock:
                self._time_sample = sample
        either = [
            and_(*([at >= low] if low is not None else []), *([at < high] if high is not None else []))
            for low, high in spans(since, until, sample, self._zone)
        ]
        return or_(*either) if either else None


def _same(stored: str | None, asked: Iterable[str]) -> bool:
    """Whether the database's notion of equality was ours: some take 07 for 7, or a trailing space for nothing."""
    folded = (stored or "").replace("-", "").casefold()
    return any(folded == one.replace("-", "").casefold() for one in asked)


def _within(at: int | None, since: int | None, until: int | None) -> bool:
    return at is not None and (since is None or at >= since) and (until is None or at < until)


def _cursor(row: Row) -> Cursor:
    return Cursor(row.get("created_at"), row["id"])


def _newest_first(order: Order) -> tuple[int, str]:
    return -(order.created_at or 0), order.id
