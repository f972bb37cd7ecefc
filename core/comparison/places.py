"""Where the shop's database keeps what the comparison shows: the mapping's columns under the comparison's words.

Pure. Names only places that the settings name: what a query makes of its columns is not said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.comparison.table import Comparison, Value
from core.settings import OrdersMapping, Relation

_FIELDS = {
    "status": ("status",),
    "total": ("amount",),
    "currency": ("currency",),
    "session id": ("session_id", "stripe_refs"),
    "intent id": ("payment_intent_id", "stripe_refs"),
    "charge id": ("charge_id", "stripe_refs"),
    "number or id": ("number", "id"),
    "e-mail": ("customer_email",),
    "account": ("stripe_account",),
    "refunded": ("refunded_amount",),
    "paid otherwise": ("paid_otherwise",),
    "metadata": ("metadata",),
    "created at": ("created_at",),
    "updated at": ("updated_at",),
}
_OF_CHILDREN = frozenset({"session_id", "payment_intent_id", "charge_id", "stripe_refs"})  # taken from there as well
_IN_AN_ID = "in the session id"


def places(mapping: OrdersMapping) -> dict[str, str]:
    """The columns behind the comparison's words for the order's values: {"total": "orders.total_minor"}."""
    found = {word: ", ".join(dict.fromkeys(_columns(mapping, fields))) for word, fields in _FIELDS.items()}
    known = {word: columns for word, columns in found.items() if columns}
    return known | ({_IN_AN_ID: f"in {known['session id']}"} if "session id" in known else {})


def placed(found: Comparison, places: Mapping[str, str]) -> Comparison:
    """The comparison with the order's values named by their columns, where those are known."""
    if not found.columns or found.columns[0].title != "Order":
        return found
    rows = tuple(replace(row, values=(_named(row.values[0], places), *row.values[1:])) for row in found.rows)
    return replace(found, rows=rows)


def _named(value: Value | None, places: Mapping[str, str]) -> Value | None:
    if value is None:
        return None
    word, colon, key = value.where.partition(": ")
    return replace(value, where=places[word] + colon + key) if word in places else value


def _columns(mapping: OrdersMapping, fields: tuple[str, ...]) -> Iterator[str]:
    children = (*mapping.payments, *mapping.refunds)
    for other in mapping.paid_otherwise if "paid_otherwise" in fields else ():
        yield from _of(other, "amount", mapping.database.prefix)
    for field in fields:
        for relation in (mapping.orders, *(children if field in _OF_CHILDREN else ())):
            yield from _of(relation, field, mapping.database.prefix)


def _of(relation: Relation, field: str, prefix: str) -> Iterator[str]:
    """The columns of one relation, as they are spelled in the settings; those of a join have its alias already."""
    spelled = relation.columns.get(field)
    table = (relation.table or "").replace("{prefix}", prefix)
    for one in spelled if isinstance(spelled, list | tuple) else [] if spelled is None else [spelled]:
        if not isinstance(one, str) or one.startswith("="):
            yield "the settings"
        elif not table or "." in one.partition("->")[0] or "+" in one:
            yield one
        else:
            yield f"{table}.{one}"
