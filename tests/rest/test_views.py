"""Whatever columns there are, the statements made of them are statements: one column less each time, and hardly any."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import product
from typing import Final

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from core.rest.fields import FIELDS, STRIPES
from core.rest.laid import DUCKDB, POSTGRESQL, Laid
from core.rest.sieve.duck import Duck
from core.rest.views import Views
from tests.databases import postgresql
from tests.rest.connectors import FIVETRAN
from tests.rest.pipelines import COLUMNS

Tables = dict[str, dict[str, str]]
_TYPES: Final = {"time": "timestamp", "int": "bigint", "bool": "boolean", "": "text"}
FLAT: Final[Tables] = {kind: dict(one.split(":") for one in FIVETRAN[STRIPES[kind]].split()) for kind in FIELDS}
SIGMA: Final[Tables] = {
    kind: {name: _TYPES[how] for name, _, how in (one.partition(":") for one in COLUMNS[f"{STRIPES[kind]}s"].split())}
    for kind in FIELDS
}


def fewer(tables: Tables) -> Iterator[Tables]:
    """All columns; one less each time; no more than each object has to have."""
    yield tables
    for kind, columns in tables.items():
        for gone in columns.keys() - {"id", "created"}:
            yield {**tables, kind: {name: how for name, how in columns.items() if name != gone}}
    yield {kind: {name: columns[name] for name in ("id", "created")} for kind, columns in tables.items()}


def empty(columns: Mapping[str, str]) -> str:
    """A table of these that has no row."""
    return f"(SELECT {', '.join(f'CAST(NULL AS {how}) AS {name}' for name, how in columns.items())} WHERE false)"


@pytest.fixture(scope="module")
def db() -> Iterator[Connection]:
    with postgresql() as url:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
        with engine.connect() as connection:
            yield connection


@pytest.mark.parametrize("of", ["flat", "sigma"])
def test_postgresql_takes_them(db: Connection, of: str) -> None:
    for tables, kind in product(fewer({"flat": FLAT, "sigma": SIGMA}[of]), ("sessions", "intents", "charges")):
        views = Views(POSTGRESQL, {one: Laid(empty(columns), columns) for one, columns in tables.items()})
        assert db.execute(text(f"SELECT count(raw), max(livemode::text) FROM ({views.of(kind)}) o")).scalar() == 0


def test_duckdb_takes_them() -> None:
    with closing(Duck(threads=1)) as duck:
        for tables, kind in product(fewer(SIGMA), ("sessions", "intents", "charges")):
            laid = {one: Laid(empty(columns), columns) for one, columns in tables.items()}
            assert list(duck.rows(f"SELECT count(raw) FROM ({Views(DUCKDB, laid).of(kind)}) o")) == [(0,)]
