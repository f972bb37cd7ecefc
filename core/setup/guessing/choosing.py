"""Which table holds the orders, and which of its columns is what. Pure.

Names propose, types and sampled values decide. A column whose values speak against its name is not taken.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.orders.meaning import spelled
from core.setup.guessing import beside, vocabulary
from core.setup.guessing.fitting import FEW_WORDS, counted, pick, status_columns
from core.setup.guessing.hits import hits
from core.setup.guessing.leading import order_link, target
from core.setup.guessing.mirrors import mirrors_stripe
from core.setup.guessing.sampling import Seen, Table

_LABELS = frozenset("name code title label slug technical_name status state description".split())
_ENOUGH = 6  # points that make a table one of orders


@dataclass(frozen=True, slots=True)
class Ranked:
    """A table with its points for being the one of orders, and what they were given for."""

    table: Table
    points: int
    because: tuple[str, ...]


def ranked(seen: Seen) -> list[Ranked]:
    """The tables that may hold the orders, the likeliest first; none below a certain likeness."""
    own = [one for one in seen.tables.values() if one.rows is not None and not mirrors_stripe(one)]
    found = [_ranked(table, seen) for table in own]
    likely = [one for one in found if one.points >= _ENOUGH]
    return sorted(likely, key=lambda one: (-one.points, len(one.table.name), one.table.name))


def _ranked(table: Table, seen: Seen) -> Ranked:
    named = table.words
    last = named[-1] if named else ""
    given = [
        (6, last in vocabulary.ORDERISH, f"it is called {table.name}"),
        (3, last in vocabulary.SALEISH, f"it is called {table.name}"),
        (-6, bool(set(named) & vocabulary.DETAIL), "its name is that of a detail"),
        (2, bool(status_columns(table)), "it has a status"),
        (2, pick(table, "amount") is not None or _split_total(table) is not None, "it has a total"),
        (1, pick(table, "currency") is not None, "a currency"),
        (1, pick(table, "customer_email") is not None or beside.owned(table), "a customer"),
        (1, pick(table, "created_at") is not None, "a time"),
        (2, any(order_link(other, table) for other in seen.tables.values() if other != table), "others name it"),
        (2, bool(hits(table)), "Stripe's ids stand in it"),
        (-3, len(table.key) != 1, "it has no key of one column"),
        (-1, not table.rows, "it is empty"),
    ]
    return Ranked(
        table,
        sum(points for points, yes, _ in given if yes),
        tuple(why for points, yes, why in given if yes and points > 0),
    )


def columns(table: Table, seen: Seen) -> tuple[dict[str, object], list[dict[str, str]]]:
    """The canonical fields that stand in `table` or one to-one join away, as column specifications; and the joins.
    Stripe's ids are not among them."""
    found: dict[str, object] = {"id": table.key[0] if table.key else "id"}
    for field in ("number", "amount", "refunded_amount", "currency", "created_at", "updated_at", "deleted", "tenant"):
        if (one := pick(table, field, besides=found.values())) is not None:
            found[field] = one
    if (both := _split_total(table)) is not None and "amount" not in found:
        found["amount"] = both
    if "refunded_amount" in found and (tax := _matching(table, r"refunded_tax(_amount)?")):
        found["refunded_amount"] = f"{found['refunded_amount']} + {tax}"
    states = status_columns(table)
    if states:
        found["status"] = states[0] if len(states) == 1 else list(states)
    joins: list[dict[str, str]] = []
    if emails := beside.emails(table, seen, joins):
        found["customer_email"] = emails[0] if len(emails) == 1 else emails
    if "currency" not in found and (away := beside.currency(table, seen, joins)):
        found["currency"] = away
    return found, joins


def labels(table: Table, state: str, seen: Seen) -> Mapping[str, str]:
    """What the keys in a status column are called, where a small table of statuses says so."""
    way = target(table, state, seen)
    other = seen.tables.get(way.table) if way else None
    if way is None or other is None or not 0 < (other.rows or 0) <= FEW_WORDS:
        return {}
    texts = [
        one for name, one in other.columns.items() if one.kind == "text" and vocabulary.plain_name(name) in _LABELS
    ]
    if not texts:
        return {}
    keys = other.columns[way.to].values
    return {spelled(key) or "": str(label) for key, label in zip(keys, texts[0].values, strict=True) if label}


def _split_total(table: Table) -> str | None:
    for left, right in vocabulary.SUMS:
        one, other = _matching(table, left), _matching(table, right)
        if one and other:
            return f"{one} + {other}"
    return None


def _matching(table: Table, pattern: str) -> str | None:
    return next(
        (one for one in table.columns if re.fullmatch(pattern, vocabulary.plain_name(one)) and counted(table, one)),
        None,
    )
