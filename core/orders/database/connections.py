"""`Doors`: connections to the orders database that the database itself keeps read-only, and time limits on them.

    SQLite          file opened with mode=ro, query_only, an authorizer that lets only reading through, a progress
                    handler as the time limit. Never immutable=1: on a live WAL database it reads an old state.
    PostgreSQL      each transaction BEGIN READ ONLY, the session default_transaction_read_only, time-outs
    MySQL, MariaDB  SET SESSION TRANSACTION READ ONLY, a statement time-out

Every transaction ends in ROLLBACK, every connection is closed after use (NullPool): nothing a reading left behind can
touch the next one. Other databases are refused, and no file is created.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy import create_engine as new_engine
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from core.databases import Setting
from core.orders.database.complaints import SETTING, no_file, unreachable
from core.orders.meaning.values import parsed

STATEMENT_SECONDS = 15
LOCK_SECONDS = 3
CONNECT_SECONDS = 5
_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_ADDRESS = Setting(
    SETTING,
    "The orders database's",
    _DRIVERS,
    "sqlite:///path, postgresql://user:password@host/name, mysql://... or mariadb://...",
)
_PG_OPTIONS = (
    "-c datestyle=ISO -c default_transaction_read_only=on -c statement_timeout={seconds}s"
    f" -c lock_timeout={LOCK_SECONDS}s -c idle_in_transaction_session_timeout=30s"
)
_SQLITE_READING = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_SQLITE_OPCODES_BETWEEN_LOOKS = 20_000


class Doors:
    """Two read-only ways in: `reading` for rows, `inspecting` for what tables there are. SettingsError where `url` is
    no URL of a database Orderlens reads. `schema` is PostgreSQL's search_path (before public), MySQL's database; SQLite
    has none. `seconds` is the longest a question may take; `statements` counts them. Connects at the first use."""

    def __init__(self, url: str, *, schema: str | None = None, seconds: int = STATEMENT_SECONDS) -> None:
        self.url = _inside(_ADDRESS.understood(url), schema)
        self.kind = self.url.get_backend_name()
        if self.kind == "sqlite":
            self._reading = _sqlite(self.url, seconds, authorised=True)
            self._inspecting = _sqlite(self.url, seconds, authorised=False)
        else:
            engine = _postgresql if self.kind == "postgresql" else _mysql
            self._reading = self._inspecting = engine(self.url, seconds)
        self.statements = 0
        event.listen(self._reading, "before_cursor_execute", self._count)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only transaction that ends in ROLLBACK. OrdersUnreachable for whatever the database complains of."""
        with self._opened(self._reading) as connection:
            yield connection

    @contextmanager
    def inspecting(self) -> Iterator[Connection]:
        """The same, where the catalogue of tables and columns may be asked as well."""
        with self._opened(self._inspecting) as connection:
            yield connection

    def _count(self, *_: object) -> None:
        self.statements += 1

    def close(self) -> None:
        """Let go of the engines; connections are closed already."""
        self._reading.dispose()
        self._inspecting.dispose()

    @contextmanager
    def _opened(self, engine: Engine) -> Iterator[Connection]:
        if self.kind == "sqlite" and not Path(str(self.url.database)).is_file():
            raise no_file(self.url)
        try:
            with engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise unreachable(self.url, error) from error


def _inside(url: URL, schema: str | None) -> URL:
    """The same address with `schema` as the place where bare names are looked up."""
    if schema is None or url.get_backend_name() == "sqlite":
        return url
    if url.get_backend_name() != "postgresql":
        return url.set(database=schema)
    own = url.query.get("options")
    path = f'-c search_path="{schema}",public'
    return url.update_query_dict({"options": f"{own} {path}" if isinstance(own, str) else path})


def _sqlite(url: URL, seconds: int, *, authorised: bool) -> Engine:
    address = Path(str(url.database)).resolve().as_uri() + "?mode=ro"
    engine = new_engine(
        "sqlite://",
        creator=partial(sqlite3.connect, address, uri=True, timeout=LOCK_SECONDS, check_same_thread=False),
        poolclass=NullPool,
    )

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        ends = time.monotonic() + seconds
        connection.text_factory = _text
        connection.execute("PRAGMA query_only = ON")
        connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows only ASCII
        connection.set_progress_handler(lambda: time.monotonic() > ends, _SQLITE_OPCODES_BETWEEN_LOOKS)
        if authorised:
            connection.set_authorizer(_only_reading)

    return engine


def _only_reading(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _SQLITE_READING else sqlite3.SQLITE_DENY


def _text(stored: bytes) -> str:
    """Text as it stands in the file, which SQLite does not look at: what is no UTF-8 becomes a sign, and hides neither
    its row nor the others."""
    return stored.decode("utf-8", "replace")


def _lower(value: str | bytes | float | None) -> str | float | None:
    return _text(value).lower() if isinstance(value, bytes) else value.lower() if isinstance(value, str) else value


def _postgresql(url: URL, seconds: int) -> Engine:
    own = url.query.get("options")
    options = f"{own if isinstance(own, str) else ''} {_PG_OPTIONS.format(seconds=seconds)}".strip()
    engine = _ADDRESS.engine(
        url.difference_update_query(["options"]),
        connect_args={"options": options, "connect_timeout": CONNECT_SECONDS, "application_name": "orderlens"},
        json_deserializer=_json,
        execution_options={"postgresql_readonly": True},
        poolclass=NullPool,
    )

    from core.orders.database.moments import take  # noqa: PLC0415 - it loads the driver, which others do not need

    event.listen(engine, "connect", take)
    return engine


def _json(stored: bytes) -> object:
    """JSON as PostgreSQL sends it; as text where it is nested deeper than anybody can walk."""
    found = parsed(stored)
    return stored.decode() if found is None and stored != b"null" else found


def _mysql(url: URL, seconds: int) -> Engine:
    engine = _ADDRESS.engine(
        url,
        connect_args={"connect_timeout": CONNECT_SECONDS, "read_timeout": seconds * 2},
        poolclass=NullPool,
    )

    @event.listens_for(engine, "connect")
    def _(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT VERSION()")
        version = cursor.fetchone()
        limit = (
            f"max_statement_time = {seconds}"
            if version and "mariadb" in str(version[0]).lower()
            else f"max_execution_time = {seconds * 1000}"
        )
        cursor.execute(f"SET SESSION {limit}, lock_wait_timeout = {LOCK_SECONDS}")
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.close()

    return engine
