"""Carts by what leads to them: an id of Stripe's that they keep, or what a payment bears of theirs.

What the database calls equal is looked at again, letter by letter. Refuses to choose: of several carts of one payment
all are handed on.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.engine import Connection

from core.errors import OrdersUnreachable
from core.facts import CLIENT, Cart, Trace
from core.orders.database.books import Books
from core.orders.database.column_forms import ids_like
from core.orders.database.connections import Doors
from core.orders.database.lookups import bearing, in_any_case
from core.orders.database.relations import Relation, Row, one_of
from core.orders.meaning import KINDS, first, form_of, ids_of, read_cart, spelled
from core.settings import Carts, OrdersTable, fields_of

_OF_EACH = 20  # rows of one payment
_AT_A_TIME = 40  # payments in one statement


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of Stripe's objects under which a cart is named: by a field of it, as a part of `form`."""

    key: str
    field: str
    form: re.Pattern[str]

    @property
    def said(self) -> str:
        """What it is called as evidence."""
        return self.key if self.key == CLIENT else f"metadata.{self.key}"


@dataclass(frozen=True, slots=True)
class CartRows:
    """The relation [carts] on one database."""

    settings: Carts
    orders: OrdersTable
    rows: Relation
    keys: tuple[_Key, ...]

    @classmethod
    def of(cls, books: Books, settings: Carts) -> "CartRows":
        """As the books were opened by these settings."""
        assert books.carts is not None  # noqa: S101 - for the type checker: the books were opened by the settings
        keys = [_Key(key, own, form_of(one, own)) for key, one in settings.metadata.items() for own in fields_of(one)]
        return cls(settings, books.mapping.orders, books.carts, tuple(keys))

    def led_to(self, doors: Doors, connection: Connection, traces: Sequence[Trace]) -> list[tuple[Cart, ...]]:
        """The carts of each payment, each once. OrdersUnreachable where more rows bear what it bears than can be
        read."""
        found: list[tuple[Cart, ...]] = []
        for start in range(0, len(traces), _AT_A_TIME):
            part = traces[start : start + _AT_A_TIME]
            rows = [*self._keeping(doors, connection, part), *self._named(connection, part)]
            for trace in part:
                every = {cart.id: cart for row in rows if (cart := self._of(row, trace)) is not None}
                found.append(tuple(every.values()))
        return found

    def of_people(self, connection: Connection, emails: Collection[str], limit: int) -> list[tuple[Cart, Trace]]:
        """The newest carts with one of these addresses, each with what a payment for it would bear."""
        asked = [one.strip() for one in emails if ids_like(one.strip(), str)]
        conditions = in_any_case(self.rows, connection, "customer_email", asked) if asked else []
        if not conditions:
            return []
        newest = self.rows.ordered("created_at")
        own = self.rows.column("id")
        query = self.rows.select().where(or_(*conditions)).order_by((own if newest is None else newest).desc())
        return [self._with_trace(row) for row in connection.execute(query.limit(limit))]

    def sample(self, connection: Connection, limit: int) -> list[tuple[Cart, Trace]]:
        """Some carts, the newest where a column says when they were made, each with what a payment for it would
        bear."""
        newest, query = self.rows.ordered("created_at"), self.rows.select()
        query = query if newest is None else query.order_by(newest.desc())
        return [self._with_trace(row) for row in connection.execute(query.limit(limit))]

    @property
    def naming(self) -> tuple[str, ...]:
        """The fields by which a payment names a cart."""
        return tuple(dict.fromkeys(one.field for one in self.keys))

    def _with_trace(self, row: Row) -> tuple[Cart, Trace]:
        record = self.rows.record(row)
        ids = ids_of(record, keep_damaged=False)
        written = {
            (one.key, self.settings.metadata[one.key].format_map({one.field: own}))
            for one in self.keys
            if (own := self._held(row, one.field))
        }
        session, intent, charge = (frozenset(ids.of(kind)) for kind in KINDS)
        trace = Trace(session, intent, charge, frozenset(written))
        return read_cart(record, self.settings, self.orders, ("", "")), trace

    def _keeping(self, doors: Doors, connection: Connection, traces: Sequence[Trace]) -> Sequence[Row]:
        wanted = {kind: frozenset[str]().union(*(_ids(trace, kind) for trace in traces)) for kind in KINDS}
        limit = _OF_EACH * len(traces)
        return _not_too_many(bearing(self.rows, doors, connection, wanted, limit), limit)

    def _named(self, connection: Connection, traces: Sequence[Trace]) -> Sequence[Row]:
        """The rows whose column holds what a payment bears."""
        conditions = []
        for one in self.keys:
            values = {own for trace in traces for own in _borne(one, trace)}
            for column, holds in self.rows.plain(one.field):
                forms = [form for value in sorted(values) for form in ids_like(value, holds)]
                if forms:
                    conditions.append(one_of(column, forms))
        limit = _OF_EACH * len(traces)
        query = self.rows.select().where(or_(*conditions)).limit(limit)
        return _not_too_many(connection.execute(query).all(), limit) if conditions else ()

    def _of(self, row: Row, trace: Trace) -> Cart | None:
        """The cart of a row, where it is this payment's."""
        record = self.rows.record(row)
        led = next(self._leading(row, trace), None)
        return read_cart(record, self.settings, self.orders, led) if led else None

    def _leading(self, row: Row, trace: Trace) -> Iterator[tuple[str, str]]:
        """What leads from the payment to the row, and what stands there."""
        for one in self.keys:
            own = self._held(row, one.field)
            yield from ((one.said, text) for key, text in trace.written if key == one.key and own in _inside(one, text))
        held = ids_of(self.rows.record(row), keep_damaged=False)
        for kind in KINDS:
            yield from ((f"{kind}_id", one) for one in held.of(kind) if one in _ids(trace, kind))

    def _held(self, row: Row, field: str) -> str | None:
        record = self.rows.record(row)
        return spelled(record.first(field)) or spelled(first(record.extra.get(field, ())))


def _ids(trace: Trace, kind: str) -> frozenset[str]:
    return {"session": trace.sessions, "payment_intent": trace.intents, "charge": trace.charges}[kind]


def _borne(one: _Key, trace: Trace) -> Iterator[str]:
    """What a payment bears of a cart's field under a key."""
    for key, text in trace.written:
        if key == one.key:
            yield from _inside(one, text)


def _inside(one: _Key, text: str) -> tuple[str, ...]:
    found = one.form.fullmatch(text)
    return (found["own"],) if found else ()


def _not_too_many(rows: Sequence[Row], limit: int) -> Sequence[Row]:
    if len(rows) < limit:
        return rows
    raise OrdersUnreachable(
        f"{limit} carts or more bear what these payments bear: they were not read.",
        next_step="Check [carts] in orderlens.toml: a payment names one cart.",
        setting="carts",
    )
