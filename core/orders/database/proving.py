"""Which keys of [stripe.metadata] name one order: what rows prove of the further columns that their templates name.

An order's id and number name it. Any other column may be its own (a UUID, a token of each payment) or a customer's, an
event's, a shop's: of these several orders have one value. That is asked of some rows, once.
"""

from collections.abc import Iterator, Sequence

from core.facts import CLIENT, REFERENCE_KEYS
from core.orders.database.connections import Doors
from core.orders.database.relations import Relation
from core.orders.meaning import first, spelled
from core.settings import OrdersMapping, fields_of

_ROWS = 500
_ENOUGH = 5  # orders with a value: of fewer nothing is proven, and custom says whether a key names an order
_SHARED = 0.05  # of the values may be two orders': rows are copied


def naming_keys(
    mapping: OrdersMapping, orders: Relation, payments: Sequence[Relation], doors: Doors
) -> tuple[str, ...]:
    """The keys under which the app writes what names one order, in the order of the settings."""
    asked = {name for template in mapping.metadata.values() for name in fields_of(template)} & mapping.extras
    proven = {
        name: _names_one(asked_of) for name in sorted(asked) if (asked_of := _values(name, orders, payments, doors))
    }
    found = []
    for key, template in mapping.metadata.items():
        fields = fields_of(template)
        own = [proven.get(name) for name in fields & asked]
        custom = key == CLIENT or key in REFERENCE_KEYS
        if fields & {"id", "number"} or True in own or (custom and own and False not in own):
            found.append(key)
    return tuple(found)


def _names_one(pairs: Sequence[tuple[str, str]]) -> bool | None:
    """Whether each value is of one order; None where too few rows have one."""
    orders: dict[str, set[str]] = {}
    for order, value in pairs:
        orders.setdefault(value, set()).add(order)
    if len({order for order, _ in pairs}) < _ENOUGH:
        return False if any(len(of) > 1 for of in orders.values()) else None
    return sum(len(of) > 1 for of in orders.values()) <= _SHARED * len(orders)


def _values(name: str, orders: Relation, payments: Sequence[Relation], doors: Doors) -> list[tuple[str, str]]:
    """Some orders' names, each with the value of a further column in its row, or in those of its payments."""
    return [
        pair
        for relation, own in ((orders, "id"), *((one, "order_id") for one in payments))
        if name in relation.settings.extra
        for pair in _read(relation, own, name, doors)
    ]


def _read(relation: Relation, own: str, name: str, doors: Doors) -> Iterator[tuple[str, str]]:
    with doors.reading() as connection:
        rows = connection.execute(relation.select().limit(_ROWS)).all()
    for row in rows:
        order, value = spelled(relation.raw(row, own)), spelled(first(relation.record(row).extra.get(name, ())))
        if order and value:
            yield order, value
