"""`Books`: the shop's relations on its database, opened once, and how rows of [orders] become orders.

Owns the reading of what belongs to a page of orders: one IN-query for each further relation, never a join. Which
orders are read is chosen by `lookups` and the reader.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core.errors import OrdersUnreachable
from core.facts import Order
from core.orders.database.column_forms import same_form
from core.orders.database.connections import Doors
from core.orders.database.leading import open_carts
from core.orders.database.proving import naming_keys
from core.orders.database.relations import Relation, Row, one_of
from core.orders.meaning import Interpreter, Record, spelled
from core.settings import OrdersMapping

_AT_A_TIME = 500
_CHILD_ROWS = 20_000

Rows = dict[str, list[tuple[int, Record]]]
"""Rows by the order they name, each with the position of its relation."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An order that was not read: more rows name it than can be. `order` is what its own row says, for its name."""

    order: Order
    because: str


Leaving = Callable[[LeftOut], None]
"""What is done with an order that has to be left out."""


class TooManyRows(OrdersUnreachable):
    """More rows name an order than can be read: asked again, it would be the same."""


def refuse(left: LeftOut) -> None:
    """TooManyRows: nothing is read where one is left out."""
    raise TooManyRows(
        f"Order {left.order.name} was not read: {left.because}.",
        next_step="Check which column of it names the order: order_id in orderlens.toml.",
    )


@dataclass(frozen=True, slots=True)
class Books:
    """The relations of a mapping as they are on one database. `naming`: the keys of Stripe's objects that name one
    order."""

    orders: Relation
    payments: tuple[Relation, ...]
    refunds: tuple[Relation, ...]
    otherwise: tuple[Relation, ...]
    interpreter: Interpreter
    paged_by_time: bool
    mapping: OrdersMapping
    naming: tuple[str, ...] = ()
    carts: Relation | None = None

    @classmethod
    def open(cls, doors: Doors, mapping: OrdersMapping) -> "Books":
        """Look at every table and query that the mapping names, and at some rows of columns that may name an order.
        OrdersUnreachable where one is not as it says."""
        orders = Relation(mapping.orders, mapping.database, doors, needs=("id", "status"))
        payments = tuple(Relation(one, mapping.database, doors, needs=("order_id",)) for one in mapping.payments)
        naming = naming_keys(mapping, orders, payments, doors)
        return cls(
            orders,
            payments,
            tuple(Relation(one, mapping.database, doors, needs=("order_id", "amount")) for one in mapping.refunds),
            tuple(
                Relation(one, mapping.database, doors, needs=("order_id", "amount")) for one in mapping.paid_otherwise
            ),
            Interpreter(mapping, naming),
            paged_by_time=mapping.orders.page_by == "created_at",
            mapping=mapping,
            naming=naming,
            carts=open_carts(mapping, doors),
        )

    def read(
        self, connection: Connection, rows: Iterable[Row], *, raw: bool = True, left: Leaving = refuse
    ) -> tuple[Order, ...]:
        """The orders of rows of [orders], with all that names them; of rows with the same id the first. Without `raw`,
        what is only for showing is left out. An order that too many rows name goes to `left`."""
        chosen: dict[str, Row] = {}
        for row in rows:
            chosen.setdefault(self.name(row), row)
        further = (self.payments, self.refunds, self.otherwise)
        ids = [self.orders.raw(row, "id") for row in chosen.values()] if any(further) else []
        full: dict[str, str] = {}
        found = [_naming(connection, relations, ids, full) for relations in further]
        for name, because in full.items():
            left(LeftOut(self.interpreter.order(self.orders.record(chosen.pop(name)), raw=raw), because))
        return tuple(
            self.interpreter.order(self.orders.record(row), *(rows.get(name, ()) for rows in found), raw=raw)
            for name, row in chosen.items()
        )

    def name(self, row: Row) -> str:
        """What the order of a row is called: its id as text."""
        return spelled(self.orders.raw(row, "id")) or ""

    def created_at(self, row: Row) -> int | None:
        """When the order of a row was created, seconds since 1970."""
        return self.interpreter.created_at(self.orders.record(row))

    def status_counts(self, connection: Connection, *, limit: int) -> list[tuple[tuple[str, ...], int]]:
        """How many rows hold each combination of the status columns, the most frequent first."""
        counted: Counter[tuple[str, ...]] = Counter()
        for record, rows in self.orders.counted(connection, "status", limit):
            counted[tuple(spelled(value) or "" for value in record)] += rows
        return counted.most_common()

    def prove(self, connection: Connection) -> None:
        """Read a row of every relation: its conditions are understood, its columns are there."""
        rows = connection.execute(self.orders.select().limit(1)).all()
        for relation in (*self.payments, *self.refunds, *self.otherwise):
            connection.execute(relation.select(relation.column("order_id")).limit(1)).all()
        if self.carts is not None:
            connection.execute(self.carts.select(self.carts.column("id")).limit(1)).all()
        self.read(connection, rows)


def _naming(connection: Connection, relations: Sequence[Relation], ids: Sequence[object], full: dict[str, str]) -> Rows:
    """The rows of `relations` that name one of `ids`; `full` gets the names of those that too many name, and why."""
    found: Rows = defaultdict(list)
    for at, relation in enumerate(relations):
        for start in range(0, len(ids), _AT_A_TIME):
            for row in _children(connection, relation, ids[start : start + _AT_A_TIME], full):
                found[spelled(relation.raw(row, "order_id")) or ""].append((at, relation.record(row)))
    return found


def _children(connection: Connection, relation: Relation, ids: Sequence[object], full: dict[str, str]) -> Sequence[Row]:
    """The rows of one relation; where they are too many, by halves, until it is known whose they are."""
    holds = relation.holds("order_id")
    wanted = [form for one in ids for form in same_form(one, holds)]
    if not wanted:
        return ()
    query = relation.select().where(one_of(relation.column("order_id"), wanted)).limit(_CHILD_ROWS)
    rows = connection.execute(query).all()
    if len(rows) < _CHILD_ROWS:
        return rows
    if len(ids) == 1:
        full[spelled(ids[0]) or ""] = f"{relation.settings.table or 'the query'} has {_CHILD_ROWS} rows or more for it"
        return ()
    half = len(ids) // 2
    return [*_children(connection, relation, ids[:half], full), *_children(connection, relation, ids[half:], full)]
