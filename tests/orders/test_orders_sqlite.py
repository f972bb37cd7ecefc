"""A SQLite shop: the file is never made, never written, and every trouble with it is said in words."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import OrdersUnreachable, SettingsError, UsageError
from core.orders import OrdersReader
from core.settings import OrdersTable

TABLE = OrdersTable(table="orders", columns={"id": "id", "status": "status", "created_at": "created"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a shop?#100%.sqlite3"
    with _shop(path) as database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT, created, session TEXT)")
        database.execute("INSERT INTO orders VALUES (1, 'paid', 1700000000, 'cs_test_a')")
    return path


@pytest.fixture
def reader(path: Path) -> Iterator[OrdersReader]:
    reader = OrdersReader(f"sqlite:///{_quoted(path)}", TABLE)
    yield reader
    reader.close()


def test_an_odd_file_name_is_no_trouble(reader: OrdersReader) -> None:
    reader.check()
    assert reader.get("1") is not None


def test_a_file_that_is_missing_is_said_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "orders.sqlite3"
    reader = OrdersReader(f"sqlite:///{path}", TABLE)
    asks: tuple[Callable[[], object], ...] = (reader.check, lambda: reader.get("1"))
    for ask in asks:
        with pytest.raises(OrdersUnreachable, match=r"orders\.sqlite3 is not there") as caught:
            ask()
        assert "ORDERLENS_DATABASE_URL" in caught.value.next_step
    assert not path.parent.exists()
    reader.close()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk, bread, " * 200)
    reader = OrdersReader(f"sqlite:///{path}", TABLE)
    with pytest.raises(OrdersUnreachable, match="is not a SQLite database"):
        reader.check()
    reader.close()


def test_a_locked_database_is_said_after_a_short_wait(path: Path, reader: OrdersReader) -> None:
    with _shop(path) as database:
        database.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OrdersUnreachable, match="is locked by another program"):
            reader.get("1")
        database.execute("ROLLBACK")
    assert reader.get("1") is not None


def test_an_app_that_writes_in_wal_mode_is_read_while_it_writes(path: Path, reader: OrdersReader) -> None:
    with _shop(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE orders SET status = 'refunded'")
        before = reader.get("1")
        database.execute("COMMIT")
        after = reader.get("1")
    assert before is not None
    assert after is not None
    assert (before.raw_status, after.raw_status) == ("paid", "refunded")


@pytest.mark.parametrize(
    "statement",
    ["ATTACH DATABASE 'made.sqlite3' AS other", "PRAGMA query_only = OFF", "PRAGMA journal_mode = DELETE", "VACUUM"],
)
def test_no_other_door_stands_open(reader: OrdersReader, statement: str) -> None:
    bare = reader._doors._reading.raw_connection()  # noqa: SLF001 - beneath the door
    with pytest.raises(sqlite3.DatabaseError, match="authoriz"):
        bare.cursor().execute(statement)
    bare.close()


def test_a_column_without_a_type_is_asked_for_text_and_number(tmp_path: Path) -> None:
    path = tmp_path / "loose.sqlite3"
    with _shop(path) as database:
        database.execute("CREATE TABLE orders (id, status, created)")
        database.execute("INSERT INTO orders VALUES (7, 'paid', 1), ('8', 'paid', 2), ('SH-9', 'paid', 3)")
    reader = OrdersReader(f"sqlite:///{path}", TABLE)
    assert [bool(reader.get(key)) for key in ("7", "8", "SH-9", "9")] == [True, True, True, False]
    reader.close()


def test_rows_without_a_time_come_last_and_only_where_no_span_is_asked(path: Path, reader: OrdersReader) -> None:
    with _shop(path) as database:
        database.executemany(
            "INSERT INTO orders VALUES (?, 'paid', ?, NULL)", [(2, None), (3, 1700000500), (4, None), (5, 1600000000)]
        )
    walked, after = list[str](), None
    while True:
        page = reader.page(since=None, until=None, limit=2, after=after)
        walked += [order.id for order in page.orders]
        after = page.next
        if after is None:
            break
    assert walked == ["3", "1", "5", "4", "2"]
    assert [order.id for order in reader.page(since=1650000000, until=None, limit=9).orders] == ["3", "1"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(1_700_000_000, 1_700_000_009)), max_size=24),
    st.integers(1, 9),
    st.one_of(st.none(), st.integers(1_700_000_000, 1_700_000_010)),
)
def test_walking_page_by_page_is_reading_one_long_page(
    path: Path, reader: OrdersReader, times: list[int | None], size: int, until: int | None
) -> None:
    with _shop(path) as database:
        database.execute("DELETE FROM orders")
        database.executemany("INSERT INTO orders VALUES (?, 'paid', ?, NULL)", enumerate(times, start=1))
    walked, after = list[str](), None
    while True:
        page = reader.page(since=None, until=until, limit=size, after=after)
        assert len(page.orders) <= size
        walked += [order.id for order in page.orders]
        after = page.next
        if after is None:
            break
    meant = [
        (at or 0, key) for key, at in enumerate(times, start=1) if until is None or (at is not None and at < until)
    ]
    assert walked == [str(key) for _, key in sorted(meant, reverse=True)]


def test_milliseconds_and_seconds_in_one_column_are_both_in_the_span(path: Path, reader: OrdersReader) -> None:
    with _shop(path) as database:
        database.execute("INSERT INTO orders VALUES (2, 'paid', 1700000060000, NULL)")
    page = reader.page(since=1699999999, until=1700000061, limit=9)
    assert {order.id: order.created_at for order in page.orders} == {"1": 1700000000, "2": 1700000060}
    assert page.orders[0].raw["created_at"] == 1700000060000  # as it was read, for whoever looks for the unit


def test_text_times_of_a_far_zone_are_found_by_the_instant(path: Path, reader: OrdersReader) -> None:
    with _shop(path) as database:
        database.execute("DELETE FROM orders")
        database.executemany(
            "INSERT INTO orders VALUES (?, 'paid', ?, NULL)",
            [(1, "2026-03-01T23:30:00-10:00"), (2, "2026-03-02T09:00:00Z"), (3, "2026-03-02T11:00:00+14:00")],
        )
    nine = 1772442000  # 2026-03-02 09:00 UTC
    page = reader.page(since=nine, until=nine + 3600, limit=9)
    assert {order.id for order in page.orders} == {"1", "2"}


def test_a_span_without_a_time_column_is_refused_not_guessed(path: Path) -> None:
    reader = OrdersReader(
        f"sqlite:///{_quoted(path)}", OrdersTable(table="orders", columns={"id": "id", "status": "status"})
    )
    assert [order.id for order in reader.page(since=None, until=None, limit=5).orders] == ["1"]
    with pytest.raises(UsageError, match="no column that says when"):
        reader.page(since=1, until=None, limit=5)
    reader.close()


def test_orders_that_share_an_id_are_found_and_the_order_itself_is_not(path: Path) -> None:
    with _shop(path) as database:
        database.execute("INSERT INTO orders VALUES (2, 'paid', 5, 'cs_test_a'), (3, 'paid', 6, 'cs_test_A')")
    columns = {**TABLE.columns, "session_id": "session"}
    reader = OrdersReader(f"sqlite:///{_quoted(path)}", TABLE.model_copy(update={"columns": columns}))
    order = reader.get("1")
    assert order is not None
    assert [other.id for other in reader.sharing(order)] == ["2"]
    reader.close()


def test_many_threads_share_one_reader(reader: OrdersReader) -> None:
    seen: list[bool] = []
    threads = [threading.Thread(target=lambda: seen.append(reader.get("1") is not None)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 16


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "oracle://me:tiger77@host/db", "://"]
)
def test_an_address_that_is_none_is_a_matter_of_settings(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        OrdersReader(url, TABLE)
    assert caught.value.setting == "ORDERLENS_DATABASE_URL"
    assert "tiger77" not in str(caught.value)


def test_a_zone_that_is_none_is_a_matter_of_settings() -> None:
    with pytest.raises(SettingsError, match="Mars/Base"):
        OrdersReader("sqlite:///x", TABLE.model_copy(update={"timezone": "Mars/Base"}))


@pytest.mark.parametrize("url", ["postgresql://me:s3cretpw@127.0.0.1:1/shop", "mysql://me:s3cretpw@127.0.0.1:1/shop"])
def test_a_server_that_is_down_is_named_without_the_password(url: str) -> None:
    reader = OrdersReader(url, TABLE)
    with pytest.raises(OrdersUnreachable, match=r"shop at 127\.0\.0\.1:1 cannot be reached") as caught:
        reader.check()
    assert "s3cretpw" not in str(caught.value)
    reader.close()


class _shop:  # noqa: N801 - reads as a verb
    """The shop's own connection, closed at the end."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> sqlite3.Connection:
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3F").replace("#", "%23")
