"""PostgreSQL that has Stripe's whole objects as `jsonb`, on a connection that may make temporary tables.

Columns are read out of the JSON, each object unpacked once: typed columns differ between the tools that fill such
tables, and between their versions. What is of a strange type is absent, and makes a suspect.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from core.errors import Unreachable
from core.rest.sieve.engines import Table
from core.rest.sieve.rows import COLUMNS, How
from core.rest.sieve.things import chosen
from core.rest.sieve.words import POSTGRESQL

_BATCH: Final = 2_000


def _text(value: str) -> str:
    return f"CASE WHEN jsonb_typeof({value}) IN ('string', 'number') THEN nullif({value} #>> '{{}}', '') END"


def _ref(value: str) -> str:
    inner = _text(f"({value} -> 'id')")
    return f"CASE WHEN jsonb_typeof({value}) = 'object' THEN {inner} ELSE {_text(value)} END"


def _whole(value: str) -> str:
    digits = f"CAST({value} AS text)"
    is_whole = f"jsonb_typeof({value}) = 'number' AND {digits} ~ '^-?[0-9]{{1,18}}$'"
    return f"CASE WHEN {is_whole} THEN CAST({digits} AS bigint) END"


def _told(value: str) -> str:
    falsy = """'null', 'false', '0', '""', '[]', '{}'"""
    return f"CASE WHEN CAST({value} AS text) NOT IN ({falsy}) THEN CAST({value} AS text) END"


def _bill_of(value: str) -> str:
    inside = ("(x.parent #> '{subscription_details,subscription}')", "(x.subscription_details -> 'subscription')")
    return f"coalesce({_ref(value)}, {', '.join(map(_ref, inside))})"


_PAID: Final = """(
    SELECT string_agg(p.value #>> '{}', chr(10)) FROM (
        SELECT x.payment_intent AS value UNION ALL SELECT x.charge
        UNION ALL SELECT jsonb_path_query(x.payments, '$.data[*].payment.payment_intent')
        UNION ALL SELECT jsonb_path_query(x.payments, '$.data[*].payment.charge')) p
    WHERE jsonb_typeof(p.value) = 'string')"""
_ABOUT: Final = """CASE
    WHEN jsonb_typeof(x.parent #> '{subscription_details,metadata}') = 'object'
        THEN x.parent #> '{subscription_details,metadata}'
    WHEN jsonb_typeof(x.subscription_details -> 'metadata') = 'object' THEN x.subscription_details -> 'metadata'
    ELSE CAST('{}' AS jsonb) END"""
_READ_IN: Final[Mapping[How, tuple[str, ...]]] = {  # what else has to be unpacked for a column
    "charge": ("charges",),
    "bill_of": ("parent", "subscription_details"),
    "about": ("parent", "subscription_details"),
    "paid": ("payment_intent", "charge", "payments"),
}
_READ: Final[Mapping[How, Callable[[str], str]]] = {
    "text": _text,
    "ref": _ref,
    "whole": _whole,
    "flag": lambda value: f"CASE jsonb_typeof({value}) WHEN 'boolean' THEN CAST({value} AS boolean) END",
    "told": _told,
    "some": lambda value: f"CASE WHEN jsonb_typeof({value}) <> 'null' THEN '1' END",
    "object": lambda value: f"CASE WHEN jsonb_typeof({value}) = 'object' THEN {value} ELSE CAST('{{}}' AS jsonb) END",
    "charge": lambda value: f"coalesce({_ref(value)}, x.charges #>> '{{data,0,id}}')",
    "bill_of": _bill_of,
    "paid": lambda _: _PAID,
    "about": lambda _: _ABOUT,
}


def table_of(kind: str, select: str) -> Table:
    """A kind of objects. `select`: a SELECT of `id`, `created` (seconds since 1970) and `raw`, the object as jsonb."""
    names = COLUMNS[kind]
    read = ", ".join(f"{_READ[how](f'x.{name}')} AS {name}" for name, how in names.items())
    beside = (name for how in names.values() for name in _READ_IN.get(how, ()))
    unpacked = ", ".join(f"{name} jsonb" for name in dict.fromkeys((*names, *beside)))
    columns = (
        f"SELECT t.id, t.created, {read} FROM ({select}) t CROSS JOIN LATERAL jsonb_to_record(t.raw) x({unpacked})"
    )
    return Table(columns, f"SELECT id, raw FROM ({select}) t")


def unreachable(error: Exception) -> Unreachable:
    """What the database complained of, in words."""
    why = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    return Unreachable(
        f"The database with Stripe's data could not be gone through: {why}",
        next_step="See that it answers, and that this user may read Stripe's tables. `orderlens doctor` looks at it.",
    )


class Postgres:
    """An engine of `core.rest.sieve` on a connection that is the caller's, in a transaction that may write, though only
    into temporary tables."""

    words = POSTGRESQL

    def __init__(self, connection: Connection) -> None:
        """`connection`: by psycopg. How little is left by all that has to hold of a pair the database cannot guess, and
        it would look for each in the whole of the other table."""
        self._db = connection
        self.run("SET LOCAL enable_nestloop = off")

    def bring(self, kind: str, table: Table, since: int, until: int | None) -> None:
        """Make `rest_KIND`: the columns of what was made in `[since, until)`."""
        self.run(f"CREATE TEMP TABLE rest_{kind} AS {chosen(kind, table.columns, since, until)}")
        self.run(f"ANALYZE rest_{kind}")

    def bring_raws(self, kind: str, table: Table, wanted: str) -> None:
        """Make `raw_KIND` of the objects whose ids the SELECT `wanted` finds."""
        self.run(f"CREATE TEMP TABLE raw_{kind} AS SELECT id, raw FROM ({table.raws}) t WHERE id IN ({wanted})")

    def run(self, statement: str) -> None:
        """Carry it out."""
        with self._in_words():
            self._db.exec_driver_sql(statement)

    def drop(self, table: str) -> None:
        """Let go of a temporary table, where it is there."""
        self.run(f"DROP TABLE IF EXISTS {table}")

    def rows(self, statement: str) -> Iterator[tuple[Any, ...]]:
        """What a SELECT finds, a batch in memory at a time."""
        with self._in_words():
            streamed = {"stream_results": True, "max_row_buffer": _BATCH}
            found = self._db.exec_driver_sql(statement, execution_options=streamed)
        while True:
            with self._in_words():
                some = found.fetchmany(_BATCH)
            if not some:
                return
            yield from map(tuple, some)

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make a temporary table of these columns (name -> SQL type) and fill it."""
        self.run(f"CREATE TEMP TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        with self._in_words():
            cursor = self._db.connection.cursor()
            try:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            finally:
                cursor.close()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, psycopg.Error) as error:
            raise unreachable(error) from error
