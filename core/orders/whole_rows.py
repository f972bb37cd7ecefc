"""Every column of some orders and of their payments, also those that the settings do not name: to look for a value."""

from collections.abc import Collection, Mapping
from typing import Final

from core.orders.database import Books, Doors
from core.settings import OrdersMapping

LONGEST: Final = 200  # characters of a value that is looked for
Place = tuple[int | None, str]
"""A column: of [orders], or of the payments at a place."""
Columns = Mapping[Place, tuple[str, ...]]


def whole_rows(url: str, mapping: OrdersMapping, ids: Collection[str]) -> Mapping[str, Columns]:
    """By the order's id, what stands in each column of its row and of its payments' rows; of a query the columns that
    it selects. OrdersUnreachable, SettingsError where they cannot be read."""
    doors = Doors(url, schema=mapping.database.schema_name)
    try:
        books = Books.open(doors, mapping)
        found: dict[str, dict[Place, tuple[str, ...]]] = {one: {} for one in ids}
        sources = ((None, books.orders, "id"), *((at, one, "order_id") for at, one in enumerate(books.payments)))
        with doors.reading() as connection:
            for at, relation, own in sources:
                for order, name, text in relation.texts_of_all(connection, own, ids):
                    if order in found and text and len(text) <= LONGEST:
                        kept = found[order].get((at, name), ())
                        found[order][at, name] = tuple(dict.fromkeys((*kept, text)))
        return found
    finally:
        doors.close()
