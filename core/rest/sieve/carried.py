"""PostgreSQL that may only be read: what is needed of each object is unpacked there, and carried over into DuckDB.

The database does what it alone can do, one pass over its JSON, and answers with a small part of it; no temporary table
is made in it, so a role that may only SELECT will do, and so will a standby. The texts wait in a file that only its
owner may read, and that is gone when they have been taken in.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from core import private
from core.rest.sieve.duck import MEMORY, Duck
from core.rest.sieve.engines import Table
from core.rest.sieve.postgresql import unreachable
from core.rest.sieve.rows import COLUMNS, How
from core.rest.sieve.things import chosen

_AT_A_TIME: Final = 5_000  # ids
_TYPES: Final[Mapping[How, str]] = {"whole": "BIGINT", "flag": "BOOLEAN"}
_OWN: Final = {"id": "VARCHAR", "created": "BIGINT"}
_RAW: Final = {"id": "VARCHAR", "raw": "VARCHAR"}
_CSV: Final = (
    "header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, "
    "auto_detect = false, new_line = '\\n', max_line_size = 33554432"
)


class Carried(Duck):
    """An engine of `core.rest.sieve` over tables of `postgresql.table_of`. `close` it."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        folder: Path | None = None,
        *,
        memory: str = MEMORY,
        threads: int | None = None,
    ) -> None:
        """`reading`: opens a transaction that may read, by psycopg; the others as of `Duck`."""
        super().__init__(folder, memory=memory, threads=threads)
        self._reading = reading

    def bring(self, kind: str, table: Table, since: int, until: int | None) -> None:
        """Make `rest_KIND`: the columns of what was made in `[since, until)`."""
        columns = {name: _TYPES.get(how, "VARCHAR") for name, how in COLUMNS[kind].items()}
        self._carry(f"rest_{kind}", chosen(kind, table.columns, since, until), {**_OWN, **columns})

    def bring_raws(self, kind: str, table: Table, wanted: str) -> None:
        """Make `raw_KIND` of the objects whose ids the SELECT `wanted` finds."""
        ids = [str(one) for (one,) in self.rows(wanted)]
        self.run(f"CREATE TEMP TABLE raw_{kind} (id VARCHAR, raw VARCHAR)")
        for start in range(0, len(ids), _AT_A_TIME):
            listed = ", ".join("'" + one.replace("'", "''") + "'" for one in ids[start : start + _AT_A_TIME])
            self._carry(f"some_{kind}", f"SELECT id, raw FROM ({table.raws}) t WHERE id IN ({listed})", _RAW)
            self.run(f"INSERT INTO raw_{kind} SELECT id, raw FROM some_{kind}")
            self.drop(f"some_{kind}")

    def _carry(self, name: str, select: str, types: Mapping[str, str]) -> None:
        """A table of what a SELECT finds in PostgreSQL."""
        path = Path(self.folder) / f"{name}.csv"
        columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        try:
            with self._reading() as connection, open(path, "wb", opener=private.opener) as file:
                cursor = connection.connection.cursor()
                try:
                    with cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv)") as copy:
                        file.writelines(copy)
                finally:
                    cursor.close()
            quoted = str(path).replace("'", "''")
            self.run(f"CREATE TEMP TABLE {name} AS SELECT * FROM read_csv('{quoted}', columns = {{{columns}}}, {_CSV})")
        except (SQLAlchemyError, psycopg.Error) as error:
            raise unreachable(error) from error
        finally:
            path.unlink(missing_ok=True)
