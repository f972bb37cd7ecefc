"""Which engine goes through a copy: DuckDB over the files of an export; DuckDB behind a PostgreSQL, of which nothing is
asked but to be read.

PostgreSQL could do it by itself, with temporary tables: but no transaction of ours may write there, and the copy may
lie beside the orders.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.facts import NameKeys
from core.rest import parquet
from core.rest.copy import Copy
from core.rest.files import Files
from core.rest.kinds import NEEDED
from core.rest.kinds import Table as Stored
from core.rest.sieve import Sieve, Sieving
from core.times import HOUR

SECONDS: Final = 3 * HOUR  # that PostgreSQL may take to hand over a kind of objects


@dataclass(frozen=True, slots=True)
class Sieves:
    """Sieves of a copy. What memory does not hold is laid into `folder`."""

    copy: Copy | Files
    folder: Path | None = None

    def __call__(self, keys: NameKeys, canary: float) -> Sieving:
        """One, with an engine of its own."""
        if isinstance(self.copy, Files):
            return self._of_files(self.copy, keys, canary)
        return self._of_database(self.copy, keys, canary)

    def _of_files(self, copy: Files, keys: NameKeys, canary: float) -> Sieving:
        from core.rest.sieve.duck import Duck  # noqa: PLC0415 - DuckDB, for those who use it

        lying = parquet.tables(copy.folder)
        engine = Duck(self.folder)
        return _Sieve(engine, {kind: lying[kind] for kind in NEEDED}, copy.mode, keys, canary, engine.close)

    def _of_database(self, copy: Copy, keys: NameKeys, canary: float) -> Sieving:
        from core.rest.sieve.carried import Carried  # noqa: PLC0415 - as above
        from core.rest.sieve.postgresql import table_of  # noqa: PLC0415 - as above

        patient = Copy(copy.rest, copy.mode, copy.account, seconds=SECONDS)
        lying = {kind: table_of(kind, _select(patient, patient.kind.tables[kind])) for kind in NEEDED}
        engine = Carried(patient.reading, self.folder)

        def let_go() -> None:
            engine.close()
            patient.close()

        return _Sieve(engine, lying, copy.mode, keys, canary, let_go)


@dataclass(slots=True)
class _Sieve(Sieve):
    """With an engine that nobody else has."""

    let_go: Callable[[], None] = lambda: None

    def close(self) -> None:
        """Let go of the engine, and so of all that is in it."""
        self.let_go()


def _select(copy: Copy, table: Stored) -> str:
    """The rows of a table that are of the copy's mode and account."""
    at = f"(o.\"{table.json}\"->>'created')::bigint"
    if "created" in table.columns:
        at = "floor(extract(epoch FROM o.created))::bigint" if table.is_timed else "o.created"
    account = "'" + (copy.account or "").replace("'", "''") + "'"
    own = copy.own(table).replace(":account", account)
    return f'SELECT o.id, {at} AS created, o."{table.json}" AS raw FROM {copy.named(table)} o WHERE {own}'
