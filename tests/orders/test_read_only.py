"""SQL in the settings can read and nothing else, though the database user may do anything: each attempt is refused by
the database, said in words, and leaves neither a change nor a file nor a changed connection behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from core.errors import OrdersUnreachable
from core.orders import OrdersReader
from core.settings import OrdersMapping, OrdersTable, Payments
from tests.databases import execute, mariadb, postgresql

TABLES = (
    "CREATE TABLE orders (id integer primary key, status varchar(20), note varchar(40))",
    "INSERT INTO orders VALUES (1, 'paid', '10:30'), (2, 'open', 'x')",
)
COLUMNS = {"id": "id", "status": "status"}
GOOD = "SELECT id, status FROM orders"


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mysql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('shop') / 'orders.sqlite3'}"
        execute(url, *TABLES)
        yield url
        return
    with postgresql() if request.param == "postgresql" else mariadb() as address:
        execute(address, *TABLES)
        if request.param == "postgresql":
            execute(address, "CREATE SEQUENCE numbers")
        yield address


@pytest.fixture(autouse=True)
def _nothing_changes(url: str) -> Iterator[None]:
    """Whatever a test tries: afterwards the same rows and the same tables are there, and a good reader reads on."""
    before = _state(url)
    yield
    assert _state(url) == before
    assert _ids(url, GOOD) == ["2", "1"]


WRITES = [
    "DELETE FROM orders",
    "UPDATE orders SET status = 'gone' RETURNING id, status",
    "INSERT INTO orders VALUES (3, 'new', '') RETURNING id, status",
    "DROP TABLE orders",
    "CREATE TABLE made (id integer)",
    "TRUNCATE TABLE orders",
    "WITH gone AS (DELETE FROM orders RETURNING id, status) SELECT id, status FROM gone",
    "SELECT id, status INTO made FROM orders",
    "SELECT 1 AS id, 'x' AS status) AS q; DELETE FROM orders; SELECT * FROM (SELECT 1 AS id, 'x' AS status",
    "SELECT 1 AS id, 'x' AS status) AS q; DELETE FROM orders; --",
    "SELECT id, status FROM orders; DELETE FROM orders",
    "COMMIT; DELETE FROM orders",
]


@pytest.mark.parametrize("query", WRITES)
def test_a_query_that_writes_is_refused(url: str, query: str) -> None:
    with pytest.raises(OrdersUnreachable):
        _ids(url, query)


@pytest.mark.parametrize(
    "where",
    ["1 = 1); DELETE FROM orders; --", "1 = 1; DELETE FROM orders", "id IN (DELETE FROM orders RETURNING id)"],
)
def test_a_condition_that_writes_is_refused(url: str, where: str) -> None:
    reader = OrdersReader(url, OrdersTable(table="orders", columns={**COLUMNS}, where=where))
    with pytest.raises(OrdersUnreachable):
        reader.page(since=None, until=None, limit=5)
    reader.close()


def test_a_look_up_that_writes_is_refused_and_the_others_go_on(url: str) -> None:
    payments = Payments(
        table="orders",
        columns={"order_id": "id", "stripe_refs": "note"},
        find={"payment_intent": "note = :value); DELETE FROM orders; --"},
    )
    mapping = OrdersMapping(orders=OrdersTable(table="orders", columns={**COLUMNS}), payments=(payments,))
    reader = OrdersReader(url, mapping)
    assert reader.find(intents=["pi_3IsVVaOEdRTIJPBDn9U9AfiS"]) == ()
    assert [order.id for order in reader.find(ids=["1"])] == ["1"]
    reader.close()


def test_ordinary_sql_survives_the_wrapping(url: str) -> None:
    query = "SELECT id, status, note AS number FROM orders WHERE note = '10:30' OR note LIKE '%:3%' ; -- the morning's"
    assert _ids(url, query.replace(" ; --", " --")) == ["1"]
    assert _ids(url, "SELECT id, status FROM orders WHERE note = '10:30';") == ["1"]
    assert _ids(url, "WITH mine AS (SELECT * FROM orders) SELECT id, status FROM mine") == ["2", "1"]
    if url.startswith("postgresql"):
        assert _ids(url, "SELECT id, status, note::text AS number FROM orders WHERE id::text = '2'") == ["2"]


def test_what_takes_too_long_is_ended_and_said(url: str) -> None:
    endless = {
        "sqlite": "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)"
        " SELECT max(id) AS id, 'x' AS status FROM n",
        "postgresql": "WITH RECURSIVE n(id) AS (SELECT 1::bigint UNION ALL SELECT id + 1 FROM n)"
        " SELECT max(id) AS id, 'x' AS status FROM n",
        "mysql": "SELECT BENCHMARK(100000000000, MD5('x')) AS id, 'x' AS status",
    }[_kind(url)]
    with pytest.raises(OrdersUnreachable, match="took too long"):
        _ids(url, endless, seconds=1)


def test_postgresql_writes_by_functions_are_refused(url: str) -> None:
    if _kind(url) != "postgresql":
        pytest.skip("PostgreSQL's functions")
    for query in (
        "SELECT nextval('numbers') AS id, 'x' AS status",
        "SELECT id, status FROM orders FOR UPDATE",
        "SELECT id, status FROM orders WHERE set_config('transaction_read_only', 'off', true) = 'off'",
        "SELECT lo_create(4711) AS id, 'x' AS status",
        "SELECT id, status FROM orders WHERE lo_from_bytea(4712, 'x') > 0",
    ):
        with pytest.raises(OrdersUnreachable):
            _ids(url, query)


def test_a_changed_default_does_not_outlive_its_reading(url: str) -> None:
    if _kind(url) != "postgresql":
        pytest.skip("PostgreSQL's settings")
    off = "SELECT id, status FROM orders WHERE set_config('default_transaction_read_only', 'off', false) = 'off'"
    assert _ids(url, off) == ["2", "1"]
    reader = OrdersReader(url, _query(off))
    reader.page(since=None, until=None, limit=5)
    with reader._doors.reading() as connection:  # noqa: SLF001 - what the next reading finds
        assert connection.scalar(text("SHOW default_transaction_read_only")) == "on"
        assert connection.scalar(text("SHOW transaction_read_only")) == "on"
    reader.close()


def test_mariadb_writes_no_file_and_keeps_no_variable(url: str, tmp_path: Path) -> None:
    if _kind(url) != "mysql":
        pytest.skip("MariaDB's ways of writing")
    out = tmp_path / "orders.txt"
    tmp_path.chmod(0o777)
    for query in (
        f"SELECT id, status FROM orders INTO OUTFILE '{out}'",
        f"SELECT id FROM orders LIMIT 1 INTO DUMPFILE '{out}'",
        "SELECT id, status FROM orders LIMIT 1 INTO @a, @b",
        "CREATE TEMPORARY TABLE made (id integer)",
        "SELECT id, status FROM orders FOR UPDATE; DELETE FROM orders",
    ):
        with pytest.raises(OrdersUnreachable):
            _ids(url, query)
    assert not out.exists()


def test_sqlite_opens_no_other_file_and_no_other_door(url: str, tmp_path: Path) -> None:
    if _kind(url) != "sqlite":
        pytest.skip("SQLite's doors")
    made = tmp_path / "made.sqlite3"
    for query in (
        f"ATTACH DATABASE '{made}' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        f"VACUUM INTO '{made}'",
        "SELECT id, status FROM orders WHERE load_extension('x') IS NULL",
        "SELECT 1 AS id, name AS status FROM pragma_database_list",
    ):
        with pytest.raises(OrdersUnreachable):
            _ids(url, query)
    assert not made.exists()


def test_a_user_that_may_do_anything_is_warned_of(url: str) -> None:
    reader = OrdersReader(url, OrdersTable(table="orders", columns={**COLUMNS}))
    warned = " ".join(reader.warnings())
    reader.close()
    if _kind(url) == "sqlite":
        assert warned == ""
    else:
        assert "may do more than read" in warned
        assert ("superuser" if _kind(url) == "postgresql" else "ALL PRIVILEGES") in warned


def test_a_wal_database_is_read_as_it_is_now(url: str, tmp_path: Path) -> None:
    if _kind(url) != "sqlite":
        pytest.skip("SQLite's journal")
    path = tmp_path / "live.sqlite3"
    execute(f"sqlite:///{path}", *TABLES)
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.connect() as app:
        app.execute(text("PRAGMA journal_mode = WAL"))
        app.execute(text("INSERT INTO orders VALUES (3, 'new', '')"))
        app.commit()
        assert _ids(f"sqlite:///{path}", GOOD) == ["3", "2", "1"]
    engine.dispose()


def _query(query: str) -> OrdersTable:
    """[orders] with any query at all: what the settings would refuse as well is left to the database."""
    return OrdersTable.model_construct(**{**OrdersTable(query=GOOD).model_dump(), "query": query, "join": ()})


def _ids(url: str, query: str, *, seconds: int = 15) -> list[str]:
    reader = OrdersReader(url, _query(query), seconds=seconds)
    try:
        return [order.id for order in reader.page(since=None, until=None, limit=5).orders]
    finally:
        reader.close()


def _kind(url: str) -> str:
    return url.split(":", 1)[0].split("+", 1)[0]


def _state(url: str) -> object:
    tables = (
        "SELECT name FROM sqlite_master ORDER BY 1"
        if _kind(url) == "sqlite"
        else "SHOW TABLES"
        if _kind(url) == "mysql"
        else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
    )
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, status, note FROM orders ORDER BY id")).all()
        names = connection.execute(text(tables)).scalars().all()
        extra = [] if _kind(url) != "postgresql" else connection.execute(text("SELECT last_value FROM numbers")).all()
    engine.dispose()
    return rows, names, extra
