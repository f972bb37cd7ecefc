"""Empty journals on both engines. PostgreSQL is started at a module's first need; each test has a database of its
own."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from core.journal import Journal
from tests.databases import postgresql


@pytest.fixture(scope="module")
def new_database() -> Iterator[Callable[[], str]]:
    """Makes an empty PostgreSQL database and gives its address."""
    with ExitStack() as stack:
        servers: list[str] = []

        def make() -> str:
            if not servers:
                servers.append(stack.enter_context(postgresql()))
            name = f"journal_{secrets.token_hex(6)}"
            with psycopg.connect(servers[0], autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return servers[0].replace("/postgres?", f"/{name}?")

        yield make


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, new_database: Callable[[], str]) -> str:
    """The address of a journal that is not there yet, on each engine."""
    return f"sqlite:///{tmp_path / 'journal.sqlite3'}" if request.param == "sqlite" else new_database()


@pytest.fixture
def shared(url: str) -> Iterator[Journal]:
    """A journal on each engine."""
    journal = Journal(url)
    yield journal
    journal.close()
