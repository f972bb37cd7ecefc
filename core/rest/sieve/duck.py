"""DuckDB, embedded: files of Parquet, or whatever was loaded into it, in a process of one's own.

It keeps to the memory it is given and lays the rest into a folder of its own, which is gone at the end; those that
killed processes have left beside it are removed when the next one begins. It reads no
other file than those it is told, and loads nothing from elsewhere. Imported when it is used.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core import private
from core.errors import Unreachable
from core.jobs.process import gone
from core.rest.sieve.engines import Table
from core.rest.sieve.things import chosen
from core.rest.sieve.words import DUCKDB

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY: Final = "2GB"
ASIDE: Final = "rest."
"""How the name of the folder begins, as no shop's does; the number of its process follows."""
_AT_A_TIME: Final = 20_000
_BATCH: Final = 2_000


class Duck:
    """An engine of `core.rest.sieve`. `close` it."""

    words = DUCKDB

    def __init__(self, folder: Path | None = None, *, memory: str = MEMORY, threads: int | None = None) -> None:
        """`folder`: where what memory does not hold is laid; `memory`: the most it takes; `threads`: None, as many as
        there are processors."""
        import duckdb  # noqa: PLC0415 - 66 MB, for those who use it

        self._error = duckdb.Error
        try:
            self._spill = _spill(folder)
        except OSError as error:
            raise Unreachable(
                f"{folder or 'The folder for temporary files'} cannot be written: {error.strerror}.",
                next_step="Make room there, or set cache_dir to a folder that can be written.",
            ) from error
        self.folder = self._spill.name
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": self.folder,
            "autoinstall_known_extensions": False,
            "preserve_insertion_order": False,
        }
        if threads is not None:
            config["threads"] = threads
        self._db: DuckDBPyConnection = duckdb.connect(":memory:", config=config)

    def bring(self, kind: str, table: Table, since: int, until: int | None) -> None:
        """Make `rest_KIND`: the columns of what was made in `[since, until)`. A view: the file is quick to read."""
        self.run(f"CREATE TEMP VIEW rest_{kind} AS {chosen(kind, table.columns, since, until)}")

    def bring_raws(self, kind: str, table: Table, wanted: str) -> None:
        """Make `raw_KIND` of the objects whose ids the SELECT `wanted` finds."""
        self.run(f"CREATE TEMP TABLE raw_{kind} AS SELECT id, raw FROM ({table.raws}) t WHERE id IN ({wanted})")

    def run(self, statement: str) -> None:
        """Carry it out."""
        with self._in_words():
            self._db.execute(statement)

    def drop(self, table: str) -> None:
        """Let go of a temporary table or view, where it is there."""
        found = f"SELECT table_type FROM information_schema.tables WHERE table_name = '{table}'"
        for kind in [kind for (kind,) in self.rows(found)]:
            self.run(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {table}")

    def rows(self, statement: str) -> Iterator[tuple[Any, ...]]:
        """What a SELECT finds, a batch in memory at a time."""
        with self._in_words():
            self._db.execute(statement)
        while True:
            with self._in_words():
                some = self._db.fetchmany(_BATCH)
            if not some:
                return
            yield from some

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make a temporary table of these columns (name -> SQL type) and fill it."""
        import pyarrow as pa  # noqa: PLC0415 - see above

        types = {"text": pa.string(), "bigint": pa.int64(), "integer": pa.int32(), "boolean": pa.bool_()}
        self.run(f"CREATE TEMP TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        left = iter(rows)
        while some := list(islice(left, _AT_A_TIME)):
            arrays = [
                pa.array(each, types[kind])
                for each, kind in zip(zip(*some, strict=True), columns.values(), strict=True)
            ]
            with self._in_words():
                self._db.register("arriving", pa.table(arrays, names=list(columns)))
                self._db.execute(f"INSERT INTO {table} SELECT * FROM arriving")
                self._db.unregister("arriving")

    def close(self) -> None:
        """Let go of everything."""
        self._db.close()
        self._spill.cleanup()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            if "interrupted" in str(error).lower():  # so DuckDB passes on what a signal's handler raised
                raise KeyboardInterrupt from error
            raise
        except self._error as error:
            raise Unreachable(
                f"Stripe's data at rest could not be gone through: {str(error).partition(chr(10))[0]}",
                next_step="Make room on the disk for what does not fit into memory, and see that the files are whole: "
                "orderlens doctor says which are read.",
            ) from error


def _spill(folder: Path | None) -> "tempfile.TemporaryDirectory[str]":
    """A folder of this process's own in `folder`, after those of processes that are no more are gone."""
    if folder is not None:
        private.folder(folder)
        for one in folder.glob(f"{ASIDE}*"):
            if gone(f"{socket.gethostname()} {one.name.removeprefix(ASIDE).partition('-')[0]}"):
                shutil.rmtree(one, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"{ASIDE}{os.getpid()}-", dir=folder, ignore_cleanup_errors=True)
