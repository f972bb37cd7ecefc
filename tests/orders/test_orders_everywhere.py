"""One promise on each database: the same orders are read, and nothing can be written, not even by force."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pymysql
import pytest
from sqlalchemy import Engine, text

from core.errors import OrdersUnreachable
from core.facts import OrderStatus
from core.orders import Cursor, Doors, OrdersReader
from core.settings import Database, OrdersMapping, OrdersTable
from tests.databases import execute, mariadb, postgresql

ROWS = 40
NOON = 1_795_348_800  # 2026-11-22 12:00 UTC
TABLE = OrdersTable(
    table="Orders",
    unit="major",
    timezone="Europe/Berlin",
    columns={
        "id": "id",
        "number": "order_number",
        "status": "status",
        "amount": "total",
        "currency": "currency",
        "session_id": "stripe_session_id",
        "payment_intent_id": "payment_intent_id",
        "customer_email": "customer_email",
        "metadata": "metadata",
        "created_at": "created_at",
    },
    status_map={"completed": "paid"},
)


def _statements(kind: str) -> list[str]:
    quote = "`" if kind == "mariadb" else '"'
    name = f"{quote}Orders{quote}"
    when = "timestamp" if kind == "postgresql" else "datetime"
    rows = ", ".join(
        f"({n}, 'SH-{n}', '{'completed' if n % 2 else 'pending'}', 42.50, 'EUR', 'cs_test_{n}x', NULL,"
        f" '{'Änne' if n == 7 else 'Buyer'}{n // 10}@Example.org', '{{\"order_id\": {n}}}',"
        f" '2026-11-22 {n // 4:02d}:00:00')"
        for n in range(1, ROWS + 1)
    )
    table = (
        f"CREATE TABLE {name} (id bigint primary key, order_number varchar(40), status varchar(20),"
        f" total decimal(12, 2), currency varchar(3), stripe_session_id varchar(80), payment_intent_id varchar(80),"
        f" customer_email varchar(80), metadata text, created_at {when})"
    )
    return [table, f"INSERT INTO {name} VALUES {rows}"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("shop") / "orders.sqlite3"
        execute(f"sqlite:///{path}", *_statements("sqlite"))
        yield f"sqlite:///{path}"
        return
    with postgresql() if request.param == "postgresql" else mariadb() as address:
        execute(address, *_statements(request.param))
        yield address


@pytest.fixture
def reader(url: str) -> Iterator[OrdersReader]:
    reader = OrdersReader(url, TABLE)
    yield reader
    reader.close()


def test_a_row_becomes_an_order(reader: OrdersReader) -> None:
    reader.check()
    order = reader.get("7")
    assert order is not None
    assert (order.id, order.number, order.raw_status, order.status) == ("7", "SH-7", "completed", OrderStatus.PAID)
    assert str(order.amount) == "42.50 EUR"
    assert order.metadata == {"order_id": "7"}
    assert order.created_at == NOON - 12 * 3600  # 01:00 in Berlin is midnight in UTC
    assert order.raw["customer_email"] == "Änne0@Example.org"


@pytest.mark.parametrize(
    "nobody", ["", "abc", "7 ", "07", "7abc", "7.0", "9" * 40, "x\x00y", "'; DROP TABLE x; --", "😀"]
)
def test_what_cannot_be_an_id_of_this_column_finds_nothing_and_does_no_harm(reader: OrdersReader, nobody: str) -> None:
    assert reader.get(nobody) is None
    assert reader.find(ids=[nobody], numbers=[nobody], sessions=[nobody], emails=[nobody]) == ()


def test_each_name_of_an_order_finds_it(reader: OrdersReader) -> None:
    assert [order.id for order in reader.find(ids=["12"])] == ["12"]
    assert [order.id for order in reader.find(numbers=["SH-12"])] == ["12"]
    assert [order.id for order in reader.find(numbers=["sh-12"])] == ["12"]
    assert [order.id for order in reader.find(sessions=["cs_test_12x"])] == ["12"]
    assert reader.find(charges=["ch_1"]) == ()


def test_stripe_ids_compare_letter_by_letter(reader: OrdersReader) -> None:
    assert reader.find(sessions=["cs_test_12X"]) == ()


def test_an_email_finds_all_orders_of_that_customer_newest_first(reader: OrdersReader) -> None:
    found = reader.find(emails=["BUYER1@example.ORG"])
    assert [order.id for order in found] == [str(n) for n in (16, 17, 18, 19, 12, 13, 14, 15, 10, 11)] or [
        order.created_at for order in found
    ] == sorted((order.created_at for order in found), key=lambda at: -(at or 0))
    assert {order.id for order in found} == {str(n) for n in range(10, 20)}
    assert len(reader.find(emails=["buyer1@example.org"], limit=3)) == 3
    assert [order.id for order in reader.find(emails=["änne0@example.org"])] == ["7"]


@pytest.mark.parametrize("size", [1, 7, ROWS - 1, ROWS, ROWS + 1])
def test_pages_lay_out_every_order_once_newest_first(reader: OrdersReader, size: int) -> None:
    walked, after = list[str](), None
    while True:
        page = reader.page(since=None, until=None, limit=size, after=after)
        walked += [order.id for order in page.orders]
        after = page.next
        if after is None:
            break
    assert walked == [str(n) for n in range(ROWS, 0, -1)]


def test_a_span_takes_its_beginning_and_leaves_its_end(reader: OrdersReader) -> None:
    hour = NOON - 11 * 3600  # 02:00 in Berlin
    page = reader.page(since=hour, until=hour + 3600, limit=50)
    assert [order.id for order in page.orders] == ["11", "10", "9", "8"]
    first = reader.page(since=hour, until=hour + 3600, limit=3)
    assert first.next is not None
    rest = reader.page(since=hour, until=hour + 3600, limit=3, after=first.next)
    assert ([order.id for order in rest.orders], rest.next) == (["8"], None)


def test_a_page_beyond_the_last_is_empty(reader: OrdersReader) -> None:
    last = reader.page(since=None, until=None, limit=ROWS).orders[-1]
    row = reader.page(since=None, until=None, limit=1, after=None).next
    assert isinstance(row, Cursor)
    assert last.id == "1"
    assert reader.page(since=NOON * 2, until=None, limit=5).orders == ()


WRITES = [
    "INSERT INTO {orders} (id) VALUES (999)",
    "UPDATE {orders} SET status = 'paid'",
    "DELETE FROM {orders}",
    "DROP TABLE {orders}",
    "CREATE TABLE made_by_us (id integer)",
]


@pytest.mark.parametrize("statement", WRITES)
def test_the_database_itself_refuses_to_write(reader: OrdersReader, url: str, statement: str) -> None:
    name = "`Orders`" if url.startswith("mysql") else '"Orders"'
    with pytest.raises(OrdersUnreachable):
        _try(reader, statement.format(orders=name))
    assert len(reader.page(since=None, until=None, limit=100).orders) == ROWS


@pytest.mark.parametrize("statement", WRITES)
def test_also_the_bare_connection_beneath_cannot_write(reader: OrdersReader, url: str, statement: str) -> None:
    name = "`Orders`" if url.startswith("mysql") else '"Orders"'
    for engine in {reader._doors._reading, reader._doors._inspecting}:  # noqa: SLF001 - beneath the door
        with pytest.raises((sqlite3.DatabaseError, psycopg.Error, pymysql.Error)):
            _force(engine, statement.format(orders=name))
    assert len(reader.page(since=None, until=None, limit=100).orders) == ROWS


def test_a_missing_table_is_named_with_what_is_there(url: str) -> None:
    reader = OrdersReader(url, TABLE.model_copy(update={"table": "order"}))
    with pytest.raises(OrdersUnreachable, match=r"no table `order`.*Did you mean `Orders`") as caught:
        reader.check()
    assert caught.value.setting == "orders.table"
    reader.close()


def test_a_missing_column_is_named_with_what_is_there(url: str) -> None:
    columns = {**TABLE.columns, "session_id": "stripe_sesion_id"}
    reader = OrdersReader(url, TABLE.model_copy(update={"columns": columns}))
    with pytest.raises(OrdersUnreachable, match=r"stripe_sesion_id.*Did you mean `stripe_session_id`"):
        reader.find(sessions=["cs_test_1"])
    reader.close()


def test_a_user_that_may_write_is_warned_of_and_one_that_may_not_is_not(reader: OrdersReader, url: str) -> None:
    if url.startswith("sqlite"):
        assert reader.warnings() == ()
        return
    (warning,) = reader.warnings()
    assert "may do more than read" in warning
    assert "GRANT SELECT" in warning
    if url.startswith("postgresql"):
        execute(url, "CREATE ROLE looker LOGIN", 'GRANT SELECT ON "Orders" TO looker')
        modest = url.replace("//postgres:@", "//looker@")
    else:
        execute(url, "CREATE USER looker@localhost", "GRANT SELECT ON * TO looker@localhost")
        modest = url.replace("//root@", "//looker@")
    looker = OrdersReader(modest, TABLE)
    looker.check()
    assert looker.warnings() == ()
    looker.close()


def test_what_takes_too_long_is_ended_and_said(url: str) -> None:
    doors = Doors(url, seconds=1)
    with pytest.raises(OrdersUnreachable, match="took too long"):
        _count_to_four_milliards(doors)
    doors.close()


def _count_to_four_milliards(doors: Doors) -> None:
    counting = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000000) SELECT max(i) FROM n"
    )
    with doors.reading() as connection:
        if doors.kind == "mysql":
            connection.execute(text("SET SESSION max_recursive_iterations = 4000000000"))
        connection.execute(text(counting))


def _try(reader: OrdersReader, statement: str) -> None:
    with reader._doors.reading() as connection:  # noqa: SLF001 - the door itself
        connection.execute(text(statement))
        connection.commit()


def _force(engine: Engine, statement: str) -> None:
    bare = engine.raw_connection()
    try:
        bare.cursor().execute(statement)
        bare.commit()
    finally:
        bare.close()


def test_the_wrong_password_is_said_without_the_password(url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        return  # it has no passwords
    wrong = url.replace("//postgres:@", "//nobody:hunter2secret@").replace("//root@", "//nobody:hunter2secret@")
    reader = OrdersReader(wrong, TABLE)
    with pytest.raises(OrdersUnreachable) as caught:
        reader.check()
    assert "hunter2secret" not in f"{caught.value} {tmp_path}"
    assert "nobody" in caught.value.message
    reader.close()


def test_a_schema_per_tenant_is_where_bare_names_are_looked_up(url: str) -> None:
    mapping = OrdersMapping(orders=TABLE.model_copy(update={"columns": {"id": "id", "status": "status"}}))
    within = mapping.model_copy(update={"database": Database.model_validate({"schema": "tenant_a"})})
    kind = url.split(":", 1)[0]
    if kind != "sqlite":
        name = '"Orders"' if kind == "postgresql" else "`Orders`"
        execute(
            url,
            f"CREATE {'SCHEMA' if kind == 'postgresql' else 'DATABASE'} tenant_a",
            f"CREATE TABLE tenant_a.{name} (id integer, status varchar(9))",
            f"INSERT INTO tenant_a.{name} VALUES (1, 'paid')",
        )
    reader = OrdersReader(url, within)
    reader.check()
    found = [order.id for order in reader.page(since=None, until=None, limit=2).orders]
    assert found == (["40", "39"] if kind == "sqlite" else ["1"])
    reader.close()


def test_a_view_and_a_query_are_read_like_a_table(url: str) -> None:
    name = "`Orders`" if url.startswith("mysql") else '"Orders"'
    execute(url, f"CREATE VIEW seen AS SELECT * FROM {name} WHERE id > 30")
    reader = OrdersReader(url, TABLE.model_copy(update={"table": "seen"}))
    asked = OrdersReader(url, TABLE.model_copy(update={"table": None, "query": f"SELECT * FROM {name} WHERE id > 30"}))
    whole = reader.page(since=None, until=None, limit=50).orders
    assert [order.id for order in whole] == [str(n) for n in range(40, 30, -1)]
    assert asked.page(since=None, until=None, limit=50).orders == whole
    assert asked.find(numbers=["sh-33"]) == reader.find(numbers=["SH-33"]) == (whole[7],)
    assert asked.get("33abc") is None
    reader.close()
    asked.close()
    execute(url, "DROP VIEW seen")
