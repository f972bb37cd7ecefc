"""What there is in a database: its tables, their keys, and at most 300 rows of those that may matter.

Owns every question that the guess puts to a database. Refuses to look into columns of addresses, telephones or
passwords, and to hand a value to anyone but the guess itself: what is sampled is in no repr, no log and no message.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import column, inspect, select
from sqlalchemy import table as sql_table
from sqlalchemy.engine import Connection, Inspector
from sqlalchemy.exc import SAWarning
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, Numeric

from core.errors import OrdersUnreachable
from core.orders import Doors
from core.setup.guessing import vocabulary

SAMPLE_ROWS = 300
_TABLES_LOOKED_INTO = 120
_LONGEST = 20_000  # characters of a text that are searched
_SYSTEM = frozenset("information_schema pg_catalog pg_toast mysql sys performance_schema".split())
Kind = Literal["text", "json", "whole", "number", "time", "flag", "binary"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what its type says, and what was sampled of it (never shown)."""

    name: str
    kind: Kind
    exact: bool = True
    values: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def there(self) -> tuple[Any, ...]:
        """The sampled values that are neither NULL nor empty."""
        return tuple(value for value in self.values if value is not None and value != "")


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key of one column."""

    column: str
    table: str
    to: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, its key, what it points at; `rows` sampled, None where it was not looked into."""

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    unique: frozenset[str] = frozenset()
    rows: int | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its name, without the schema's."""
        return vocabulary.parts(self.name.rsplit(".", 1)[-1])


@dataclass(frozen=True, slots=True)
class Seen:
    """A database as it was seen: `tables` by the name that the settings would call them; `skipped` could not be
    read, with the reason."""

    dialect: str
    tables: Mapping[str, Table]
    skipped: Mapping[str, str] = field(default_factory=dict)


def look(doors: Doors, *, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Seen:
    """See what there is. OrdersUnreachable where the database cannot be read at all."""
    with doors.inspecting() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of indexes and types that SQLAlchemy has no word for
        tables = _of_one_shop({table.name: table for table in _reflected(inspect(connection))})
    chosen = _worth_a_look(tables)
    skipped: dict[str, str] = {}
    for done, name in enumerate(chosen, 1):
        try:
            with doors.reading() as connection:
                tables[name] = _sampled(connection, tables[name])
        except OrdersUnreachable as error:
            skipped[name] = error.message
        progress(done, len(chosen))
    return Seen(doors.kind, tables, skipped)


def _reflected(inspector: Inspector) -> Iterator[Table]:
    """Every table of the default schema, and those of other schemas by their full names."""
    default = inspector.default_schema_name
    named = [one for one in inspector.get_schema_names() if one not in _SYSTEM and not one.startswith("pg_")]
    others = [one for one in named if one != default] if inspector.dialect.name == "postgresql" else []
    for schema in (None, *others):
        columns = inspector.get_multi_columns(schema)
        keys = inspector.get_multi_pk_constraint(schema)
        links = inspector.get_multi_foreign_keys(schema)
        unique = inspector.get_multi_unique_constraints(schema)
        indexes = inspector.get_multi_indexes(schema)
        for place, found in columns.items():
            single = [[*map(str, one["column_names"])] for one in unique.get(place, [])]
            single += [[*map(str, one["column_names"])] for one in indexes.get(place, []) if one.get("unique")]
            key = tuple(keys[place]["constrained_columns"]) if place in keys else ()
            yield Table(
                _full(place[0], place[1]),
                {one["name"]: _column(one["name"], one["type"]) for one in found},
                key,
                tuple(
                    Link(one["constrained_columns"][0], _full(one["referred_schema"], one["referred_table"]), to[0])
                    for one in links.get(place, [])
                    if len(one["constrained_columns"]) == len(to := one["referred_columns"]) == 1
                ),
                frozenset(str(one[0]) for one in (*single, key) if len(one) == 1),
            )


def _full(schema: str | None, name: str) -> str:
    return f"{schema}.{name}" if schema else name


def _column(name: str, kind: object) -> Column:
    if isinstance(kind, Boolean):
        return Column(name, "flag")
    if isinstance(kind, JSON):
        return Column(name, "json")
    if isinstance(kind, Integer):
        return Column(name, "whole")
    if isinstance(kind, Numeric | Float):
        return Column(name, "number", exact=not isinstance(kind, Float))
    if isinstance(kind, DateTime | Date):
        return Column(name, "time")
    return Column(name, "binary" if isinstance(kind, LargeBinary) else "text")


def _of_one_shop(tables: dict[str, Table]) -> dict[str, Table]:
    """The tables of the default schema alone where orders may be among them: other schemas are other programs'."""
    own = {name: table for name, table in tables.items() if "." not in name}
    plausible = any(not (vocabulary.ORDERISH | vocabulary.SALEISH).isdisjoint(table.words) for table in own.values())
    return own if plausible else tables


def _worth_a_look(tables: Mapping[str, Table]) -> list[str]:
    """The tables whose names or columns speak of orders and payments, the likeliest first."""

    sold = vocabulary.ORDERISH | vocabulary.SALEISH
    pointed_at = {link.table for one in tables.values() if not sold.isdisjoint(one.words) for link in one.links}

    def rank(table: Table) -> int:
        named = set(table.words)
        points = 4 * bool(named & sold) + 3 * bool(named & vocabulary.MONEYISH)
        points += 2 * (table.name in pointed_at) + 3 * ({"app_label", "model"} <= table.columns.keys())
        points += 2 * any("stripe" in part for part in named) + bool(named & vocabulary.RELATED)
        points += any(part.startswith(("order", "payment")) and part not in vocabulary.ORDERISH for part in named)
        held = {word for name in table.columns for word in vocabulary.parts(name)}
        return points + bool(held & {"order", "stripe"}) + bool(held & {"currency", "refunded", "intent"})

    ranked = sorted(((rank(table), name) for name, table in tables.items()), key=lambda one: (-one[0], one[1]))
    few = len(tables) <= _TABLES_LOOKED_INTO // 2
    return [name for points, name in ranked if points or few][:_TABLES_LOOKED_INTO]


def _sampled(connection: Connection, table: Table) -> Table:
    """The same table with what the newest rows hold."""
    wanted = [one for one in table.columns.values() if one.kind != "binary" and not vocabulary.private(one.name)]
    if not wanted:
        return replace(table, rows=0)
    *schemas, bare = table.name.split(".")
    source = sql_table(
        quoted_name(bare, quote=True),
        *(column(quoted_name(name, quote=True)) for name in table.columns),
        schema=quoted_name(schemas[0], quote=True) if schemas else None,
    )
    asked = select(*(source.c[one.name] for one in wanted)).limit(SAMPLE_ROWS)
    if len(table.key) == 1:
        asked = asked.order_by(source.c[table.key[0]].desc())
    rows = connection.execute(asked).all()
    kept = {one.name: replace(one, values=tuple(_short(row[at]) for row in rows)) for at, one in enumerate(wanted)}
    return replace(table, columns={**table.columns, **kept}, rows=len(rows))


def _short(value: Any) -> Any:  # noqa: ANN401 - whatever the driver gives
    return value[:_LONGEST] if isinstance(value, str) else value
