"""Which column is the amount, by what Stripe took: every number of the orders' and the payments' rows is tried. Pure.

Refuses a column that says what was paid: it equals what Stripe took in every shop, also where the order's total does
not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.orders.meaning import minor, number, spelled
from core.settings import Unit
from core.setup import sums_at_stripe
from core.setup.guessing import Belief, Open, Seen
from core.setup.guessing.hits import hits
from core.setup.guessing.leading import Ways
from core.setup.guessing.sampling import Table
from core.setup.guessing.sql import named, quoted, quoted_table, select
from core.setup.weigh_against_stripe import ENOUGH, MOST, UNITS, Pair

_PAID = frozenset("paid captured received charged collected settled refunded refund fee net due balance".split())


@dataclass(frozen=True, slots=True)
class Fit:
    """How many of the amounts that Stripe took a column equals, read in `unit`, `of` those whose row was sampled."""

    table: str
    column: str
    unit: Unit
    fits: int
    of: int

    @property
    def most(self) -> bool:
        """Whether that settles it."""
        return self.fits >= ENOUGH and self.fits >= self.of * MOST

    def says(self) -> str:
        """In words."""
        return f"{self.table}.{self.column} equals {self.fits} of {self.of} amounts at Stripe"


@dataclass(frozen=True, slots=True)
class Choice:
    """What [orders] becomes, why, and what remains to be said."""

    orders: Mapping[str, Any]
    beliefs: tuple[Belief, ...] = ()
    opens: tuple[Open, ...] = ()


def choose(found: Sequence[Pair], seen: Seen, orders: Mapping[str, Any]) -> Choice | None:
    """[orders] with the amount that equals Stripe's, where the one that was guessed does not; None where nothing of
    this can be told."""
    table = seen.tables.get(str(orders.get("table")))
    if table is None or len(found) < ENOUGH:
        return None
    rows = of_orders(found, table)
    own = _ranked(fits_of(table, rows))
    if (made := _of_the_orders(orders, own, table, rows, seen.dialect)) is not None:
        return made
    further = [
        fit
        for one in seen.tables.values()
        if one != table and one.rows and hits(one)
        for fit in fits_of(one, _of_payments(found, one))
    ]
    away = next((one for one in _ranked(further) if one.most), None)
    if away is not None and (made := _from_payments(orders, away, table, seen)) is not None:
        return made
    if (paid := next((one for one in own if one.most), None)) is not None:
        return _left_out(orders, [paid], " It says what was paid, not what was to be paid.")
    guessed = next((one for one in own if one.column == orders["columns"].get("amount")), None)
    if not own or (guessed and guessed.fits * 2 >= guessed.of):
        return None
    return _left_out(orders, [*([away] if away else []), *([guessed] if guessed else []), *own])


def fits_of(table: Table, rows: Mapping[int, Pair]) -> list[Fit]:
    """Each column of numbers with the unit in which it equals most of the amounts of its rows."""
    held = []
    keys = {*table.key, *(link.column for link in table.links)}
    for name, one in table.columns.items():
        if name in keys or one.kind not in ("whole", "number", "text") or not one.values:
            continue
        pairs = [(value, pair) for at, pair in rows.items() if (value := number(one.values[at])) is not None]
        counted = {
            unit: sum(minor(value, unit, pair.payment.currency) == pair.payment.amount_minor for value, pair in pairs)
            for unit in UNITS
        }
        best = max(UNITS, key=lambda unit: counted[unit])
        if pairs:
            held.append(Fit(table.name, name, best, counted[best], len(rows)))
    return held


def of_orders(found: Sequence[Pair], table: Table) -> dict[int, Pair]:
    """The sampled rows of the orders that have a payment, by their place."""
    by_id = {one.order.id: one for one in found if one.payment.amount_minor is not None}
    keys = table.columns[table.key[0]].values if len(table.key) == 1 else ()
    return {at: by_id[name] for at, key in enumerate(keys) if (name := spelled(key)) in by_id}


def _of_payments(found: Sequence[Pair], table: Table) -> dict[int, Pair]:
    """The sampled rows that hold the id of a payment."""
    columns = [table.columns[one.column].values for one in hits(table)]
    rows: dict[int, Pair] = {}
    for at, values in enumerate(zip(*columns, strict=True)):
        text = " ".join(str(value) for value in values if value is not None)
        pair = next((one for one in found if one.payment.id in text and one.payment.amount_minor is not None), None)
        if pair is not None:
            rows[at] = pair
    return rows


def _ranked(fits: Iterable[Fit]) -> list[Fit]:
    return sorted(fits, key=lambda one: (_says_paid(one.column), -one.fits, len(one.column), one.column))


def _says_paid(column: str) -> bool:
    return not _PAID.isdisjoint(re.split(r"[^a-z]+", column.lower()))


def _taken(orders: Mapping[str, Any], fit: Fit) -> Choice:
    because = f"{fit.fits} of {fit.of} equal what Stripe took"
    columns = {**orders["columns"], "amount": fit.column}
    return Choice({**orders, "unit": fit.unit, "columns": columns}, _beliefs(fit.column, fit.unit, because))


def _beliefs(spec: str, unit: Unit, because: str) -> tuple[Belief, ...]:
    return (
        Belief("orders.columns.amount", spec, "sure", because),
        Belief("orders.unit", str(unit), "sure", because),
    )


def _left_out(orders: Mapping[str, Any], fits: Sequence[Fit], doubt: str = "") -> Choice:
    """No column is the amount: none is written, for a wrong one accuses every order."""
    said = "; ".join(dict.fromkeys(one.says() for one in fits[:4]))
    asks = f"Which column is the amount? {said}.{doubt} Until it is said, amounts are not compared."
    columns = {name: spec for name, spec in orders["columns"].items() if name != "amount"}
    return Choice(
        {**{name: one for name, one in orders.items() if name != "unit"}, "columns": columns},
        opens=(Open("orders.columns.amount", asks, '[orders.columns]\namount = "?"'),),
    )


def _from_payments(orders: Mapping[str, Any], fit: Fit, table: Table, seen: Seen) -> Choice | None:
    """The amount that the payments' rows say, where those of an order agree; as a query, for it is a row of another
    table. None where that cannot be written."""
    paying = seen.tables[fit.table]
    led = Ways(table, seen).of(paying)
    if led is None or _says_paid(fit.column) or not _agree(paying, led.column, fit.column):
        return None
    dialect = seen.dialect
    total, name = named(fit.column, dialect, "s"), quoted(table.key[0], dialect)
    where = " AND ".join(filter(None, (f"{led.order_id('s', dialect)} = o.{name}", led.condition(dialect, "s"))))
    amount = (
        f"(SELECT CASE WHEN MIN({total}) = MAX({total}) THEN MAX({total}) END"  # noqa: S608 - a setting, of quoted names
        f" FROM {quoted_table(paying.name, dialect)} s WHERE {where})"
    )
    made = _as_query(orders, amount, dialect)
    if made is None:
        return None
    because = (
        f"no column of {table.name} equals what Stripe took, {fit.table}.{fit.column} does: {fit.fits} of {fit.of}"
    )
    return Choice({**made, "unit": fit.unit}, _beliefs(f"{fit.table}.{fit.column}", fit.unit, because))


def _of_the_orders(
    orders: Mapping[str, Any], own: Sequence[Fit], table: Table, rows: Mapping[int, Pair], dialect: str
) -> Choice | None:
    """The amount that a column of the orders is, else the one that two of them make."""
    if own and own[0].most and not _says_paid(own[0].column):
        return _taken(orders, own[0])
    several = sums_at_stripe.made_of(table, rows)
    return _from_several(orders, several, dialect) if several else None


def _from_several(orders: Mapping[str, Any], several: sums_at_stripe.Made, dialect: str) -> Choice | None:
    """The amount that several columns make; as a query where the language of columns cannot say it."""
    beliefs = _beliefs(several.spec or " and ".join(several.columns), several.unit, several.says())
    if several.spec:
        columns = {**orders["columns"], "amount": several.spec}
        return Choice({**orders, "unit": several.unit, "columns": columns}, beliefs)
    made = _as_query(orders, several.sql(dialect), dialect)
    return Choice({**made, "unit": several.unit}, beliefs) if made else None


def _agree(paying: Table, order: str, total: str) -> bool:
    """Whether all rows of an order say the same total: what is paid in parts is no total."""
    said: dict[str | None, set[str | None]] = {}
    for one, value in zip(paying.columns[order].values, paying.columns[total].values, strict=True):
        said.setdefault(spelled(one), set()).add(spelled(value))
    return all(len(values) == 1 for one, values in said.items() if one)


def _as_query(orders: Mapping[str, Any], amount: str, dialect: str) -> dict[str, Any] | None:
    """[orders] as a query with `amount`; None where it says more than columns and joins."""
    if "where" in orders or any("+" in str(spec) for name, spec in orders["columns"].items() if name != "amount"):
        return None
    chosen: list[tuple[str, str]] = []
    columns: dict[str, Any] = {}
    for name, spec in orders["columns"].items():
        if name == "amount":
            continue
        every = spec if isinstance(spec, list) else [spec]
        said = list(_selected(name, every, dialect, chosen))
        if said != [name]:
            columns[name] = said if isinstance(spec, list) else said[0]
    joins = "".join(f"\nLEFT JOIN {one}" for one in _joins(orders.get("join", ()), dialect))
    chosen.append((amount, "amount"))
    query = select(chosen, f"{quoted_table(orders['table'], dialect)} o{joins}")
    kept = {name: one for name, one in orders.items() if name not in ("table", "join", "columns")}
    return {"query": query, **kept, "columns": columns, "status_map": orders.get("status_map", {})}


def _selected(name: str, every: Sequence[str], dialect: str, chosen: list[tuple[str, str]]) -> Iterator[str]:
    """What a field is called in the query's result, alternative by alternative; its columns are added to `chosen`."""
    for at, one in enumerate(every, 1):
        if one.startswith("="):
            yield one
            continue
        column, arrow, path = one.partition("->")
        alias, _, bare = column.strip().rpartition(".")
        called = name if len(every) == 1 else f"{name}_{at}"
        chosen.append((named(bare, dialect, quoted(alias, dialect) if alias else "o"), called))
        yield f"{called}{arrow}{path}"


def _joins(joins: Iterable[Mapping[str, str]], dialect: str) -> Iterator[str]:
    for one in joins:
        alias = quoted(one.get("as", one["table"].rsplit(".", 1)[-1]), dialect)
        mine, _, theirs = (side.strip() for side in one["on"].partition("="))
        before, _, column = theirs.rpartition(".")
        other = named(column, dialect, quoted(before, dialect) if before else "o")
        yield f"{quoted_table(one['table'], dialect)} {alias} ON {named(mine, dialect, alias)} = {other}"
