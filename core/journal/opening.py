"""Opening the journal's database: the folder, the engine, the tables brought up to date.

Owns what makes several processes safe on one journal: one writer at a time (SQLite: WAL, a busy time-out, and BEGIN
IMMEDIATE; PostgreSQL: an advisory lock with the same time-out), so that two that start at once do not both migrate, and
what was read in a transaction still holds when it writes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from core import private
from core.databases import Setting
from core.journal.sound import SETTING, made_or_sound

NEWEST = "m0009"  # the last step of `migrations`
_BUSY_SECONDS = 5
_WRITING = 0x0DE1  # the advisory lock's number; any would do
_WAIT = text(
    "SELECT set_config('lock_timeout', :wait, true), set_config('idle_in_transaction_session_timeout', :idle, true)"
)
_DRIVERS = {"sqlite": "sqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_ADDRESS = Setting(
    SETTING, "The journal's", _DRIVERS, "sqlite:///path or postgresql://user:password@host/name, or leave it out"
)


class Newer(Exception):
    """The tables were made by a newer Orderlens; which step of its this one does not know."""


def understood(url: str) -> URL:
    """The journal's address. SettingsError where it is not one of SQLite's or PostgreSQL's."""
    return _ADDRESS.understood(url)


def opened(url: URL, revision: str = "head") -> Engine:
    """An engine on the journal, its folder made and its tables brought up to `revision`."""
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database)).expanduser()
        private.folder(path.parent)
        made_or_sound(path)
        url = url.set(database=str(path))
        engine = _ADDRESS.engine(url, poolclass=NullPool)
        event.listen(engine, "connect", _sqlite)
    else:
        if "connect_timeout" not in url.query:
            url = url.update_query_dict({"connect_timeout": str(_BUSY_SECONDS)})
        engine = _ADDRESS.engine(url, pool_size=2, max_overflow=8, pool_pre_ping=True)
    with ExitStack() as failing:  # nobody else would close what the pool holds
        failing.callback(engine.dispose)
        with writing(engine) as connection:
            _migrate(connection, revision)
        failing.pop_all()
    return engine


def pooled(engine: Engine) -> Engine:
    """Of an SQLite engine one whose connections are used again: to open the file for each short transaction takes
    longer than the transaction. None is used again where another file stands in its place by now. Dispose of it."""
    again, path = _ADDRESS.engine(engine.url, pool_size=2, max_overflow=-1), str(engine.url.database)

    @event.listens_for(again, "connect")
    def _(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        _sqlite(connection, entry)
        entry.info["file"] = _file(path)

    @event.listens_for(again, "checkout")
    def _(_connection: sqlite3.Connection, entry: ConnectionPoolEntry, _lent: object) -> None:
        if entry.info["file"] != _file(path):
            raise DisconnectionError  # upon which it is opened anew

    return again


def _file(path: str) -> tuple[int, int] | None:
    """What tells the file at this path from every other; None where there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _migrate(connection: Connection, revision: str) -> None:
    if revision == "head" and _stands_at(connection) == NEWEST:
        return
    from core.journal.migrating import migrate  # noqa: PLC0415 - hardly anybody who opens a journal needs alembic

    migrate(connection, revision)


def _stands_at(connection: Connection) -> str | None:
    """The step to which the tables were brought; None where there are none, or more than one is noted."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    steps = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return steps[0] if len(steps) == 1 else None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One short transaction: committed at the end, rolled back on an error."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(_WAIT, {"wait": f"{_BUSY_SECONDS}s", "idle": f"{_BUSY_SECONDS * 12}s"})
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _WRITING})
        yield connection
        connection.commit()


def _sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
