"""`OutcomeBook`: what the settings want to be true of a paid order beyond its status, looked at for one order.

A column stands in the order's own row, a query asks the rest of the database, read-only and bounded as every reading.
What cannot be looked at is said to be that, each for itself, and never taken for "not so".
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from core.errors import OrderlensError, OrdersUnreachable, redact
from core.facts import PAID_ORDER, Expected, Held, Order, unsettled
from core.orders.database import Doors, Relation, asked, ids_like
from core.orders.database.relations import one_of
from core.orders.meaning import first, number, spelled, truthy
from core.settings import GAPS, Expectation, OrdersMapping, gaps

SECONDS: Final = 5  # that one question may take: several are asked while somebody waits
_SHOWN = 60  # letters of what stands there


class OutcomeBook:
    """Looks at [outcome] of `mapping` in the database at `url`; without such settings it asks nothing. SettingsError
    for an address that is none. Safe to share between threads."""

    def __init__(self, url: str, mapping: OrdersMapping, *, seconds: int = SECONDS) -> None:
        self._mapping = mapping
        schema = mapping.database.schema_name
        self._doors = Doors(url, schema=schema, seconds=min(seconds, SECONDS)) if mapping.outcome else None
        self._relations: dict[str, Relation] = {}

    def of(self, order: Order | None) -> tuple[Expected, ...]:
        """Each thing that the settings name, as it is now. Raises nothing: what cannot be looked at says why."""
        if order is None or self._doors is None:
            return ()
        return tuple(self._looked(self._doors, name, one, order) for name, one in self._mapping.outcome.items())

    @property
    def asked(self) -> bool:
        """Whether the settings want anything."""
        return self._doors is not None

    def lacking(self, order: Order | None) -> str:
        """What does not belong yet to an order that is paid, or cannot be looked at, listed; empty where all does."""
        return unsettled(self.of(order)) if order is not None and order.status in PAID_ORDER else ""

    def close(self) -> None:
        """Let go of the database."""
        if self._doors is not None:
            self._doors.close()

    def _looked(self, doors: Doors, name: str, wanted: Expectation, order: Order) -> Expected:
        lacks = wanted.lacks or f"it is not so that {wanted.says}"
        try:
            found = self._in_row(doors, name, wanted, order) if wanted.column else self._in_query(doors, wanted, order)
        except OrderlensError as error:
            return Expected(name, wanted.says, lacks, Held.UNREAD, because=error.message)
        so = next((one for one in found if meets(one, wanted.equals)), None)
        shown = so if so is not None else next(iter(found), None)
        text = redact(spelled(shown) or "")[:_SHOWN] if wanted.column or wanted.equals is not None else ""
        return Expected(name, wanted.says, lacks, Held.NO if so is None else Held.YES, text)

    def _in_row(self, doors: Doors, name: str, wanted: Expectation, order: Order) -> Sequence[object]:
        """What stands in the column of the order's row; nothing where the row is gone."""
        relation = self._relation(doors, name, wanted.column)
        forms = ids_like(order.id, relation.holds("id"))
        if not forms:
            return ()
        with doors.reading() as connection:
            row = connection.execute(
                relation.select().where(one_of(relation.column("id"), forms)).limit(len(forms))
            ).first()
        return () if row is None else (first(relation.record(row).extra[name]),)

    def _in_query(self, doors: Doors, wanted: Expectation, order: Order) -> Sequence[object]:
        """The first column of each row that is found. An order is asked for by its id as people write it, a binary one
        as it is stored."""
        binary = self._relation(doors, "", None).holds("id") is bytes
        own = next(iter(ids_like(order.id, bytes)), order.id) if binary else order.id
        names = {name: own if name == "id" else getattr(order, name) for name in GAPS}
        query = wanted.query or ""
        if lacking := [name for name in gaps(query) if not names[name]]:
            raise OrdersUnreachable(
                f"The order has no {lacking[0]}, by which the query asks for it.",
                next_step="Ask by `:id` in [outcome], which every order has.",
            )
        with doors.reading() as connection:
            return asked(connection, query, names, self._mapping.database.prefix)

    def _relation(self, doors: Doors, name: str, column: str | None) -> Relation:
        """[orders] with its id and this column alone."""
        if name not in self._relations:
            orders = self._mapping.orders
            alone = orders.model_copy(
                update={
                    "columns": {key: orders.columns[key] for key in ("id",) if key in orders.columns},
                    "extra": {name: orders.extra.get(column, column)} if column else {},
                    "find": {},
                }
            )
            self._relations[name] = Relation(alone, self._mapping.database, doors, needs=("id",))
        return self._relations[name]


def meets(value: object, equals: object) -> bool:
    """Whether what stands there is what is wanted: anything but NULL, nothing, 0 and false where `equals` is None; a
    number as a number, true and false in each of a database's spellings, a text letter by letter."""
    if value is None or equals is None:
        return value is not None and truthy(value)
    if isinstance(equals, bool):
        return truthy(value) is equals
    if isinstance(equals, int | float):
        found = number(int(value) if isinstance(value, bool) else value)
        return found is not None and found == Decimal(str(equals))
    return spelled(value) == str(equals).strip()
