"""Orders by the names that payments bear: in every spelling of a shop's, on each database, many in one statement."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from core.orders import Doors, OrdersReader
from core.settings import OrdersMapping
from tests.databases import execute, mariadb, postgresql

ROWS = 3000
HOSTILE = [
    "", "  ", "#", "abc", "7abc", "7.0", "-1", "9" * 40, "0" * 40, "x\x00y", "\ud800", "'; DROP TABLE orders; --", "😀",
    "%", "_", "x" * 200, "x" * 201, "y" * 5000, '{"cart": [{"id": 7}]}', "[7]", "[object Object]", "two\nlines",
    "6f0c1c52-7f0e-4a7b-9a7e-3d1e54b2c9aa", "NULL", "true", "1e3", "2026-01-01", "jo@example.com", "cus_NffrFeUfNV2Hib",
]  # fmt: skip
ODD = {
    10001: "Order #77777",
    10002: "000008888",
    10003: "order_9999",
    10004: "#9090",
    10005: "42",
    10006: "eclair",
    10007: "Kit-9",
}
NUMBERED: dict[str, Any] = {
    "orders": {
        "table": "orders",
        "columns": {"id": "id", "number": "number", "status": "status", "created_at": "made"},
    }
}


def _shop(kind: str) -> list[str]:
    when = "timestamp" if kind == "postgresql" else "datetime"
    keyed = {"postgresql": "uuid", "mariadb": "binary(16)", "sqlite": "text"}[kind]
    rows = ", ".join(f"({n}, 'SH-{n}', 'paid', '2026-11-22 12:00:00')" for n in range(1, ROWS + 1))
    keys = {
        "postgresql": "'6f0c1c52-7f0e-4a7b-9a7e-3d1e54b2c9aa'",
        "mariadb": "x'6f0c1c527f0e4a7b9a7e3d1e54b2c9aa'",
        "sqlite": "'6f0c1c52-7f0e-4a7b-9a7e-3d1e54b2c9aa'",
    }
    odd = ", ".join(
        f"({id_}, '{number}', 'paid', '2026-11-{23 if number == '42' else 22} 12:00:00')" for id_, number in ODD.items()
    )
    payload = '{"no": "R7"}'.replace(":", "\\:")
    return [
        f"CREATE TABLE orders (id bigint primary key, number varchar(40), status varchar(20), made {when})",
        "CREATE INDEX by_number ON orders (number)",
        f"INSERT INTO orders VALUES {rows}, {odd}",
        f"CREATE TABLE keyed (id {keyed} primary key, status varchar(20), payload text, token varchar(40))",
        f"INSERT INTO keyed VALUES ({keys[kind]}, 'paid', '{payload}', 'tk7Q')",
    ]


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path_factory.mktemp('names') / 'orders.sqlite3'}"
        execute(address, *_shop("sqlite"))
        yield address
        return
    with postgresql() if request.param == "postgresql" else mariadb() as address:
        execute(address, *_shop(request.param))
        yield address


def opened(url: str, mapping: dict[str, Any]) -> OrdersReader:
    return OrdersReader(url, OrdersMapping.model_validate(mapping))


@pytest.fixture
def reader(url: str) -> Iterator[OrdersReader]:
    reader = opened(url, NUMBERED)
    yield reader
    reader.close()


def ids(reader: OrdersReader, *names: str) -> dict[str, list[str]]:
    return {name: [order.id for order in orders] for name, orders in reader.named(names).items()}


@pytest.mark.parametrize(
    "name",
    ["10420000", "SH-30000", "SH-0012", "ZH-12", "SH-12-1", "user_12", "user:12", "12:7", "cart-12", "SH_12", "éclair"],
)
def test_what_only_looks_like_a_name_is_no_orders(reader: OrdersReader, name: str) -> None:
    assert ids(reader, name) == {name: []}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_a_name_does_no_harm(reader: OrdersReader, name: str) -> None:
    assert ids(reader, name, "SH-12") in ({"SH-12": ["12"]}, {name: [], "SH-12": ["12"]})


@pytest.mark.parametrize("name", ["", "  ", '{"cart": [{"id": 7}]}', "[7]", "two\nlines", "x\x00y", "x" * 201])
def test_what_is_no_name_is_not_asked(reader: OrdersReader, name: str) -> None:
    assert ids(reader, name) == {}


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("12", "12"), ("#12", "12"), ("0012", "12"), ("order_12", "12"), ("wc_order_12", "12"), ("Order #12", "12"),
        (" 12 ", "12"), ("shop.example.com:12", "12"), ("SH-12", "12"), ("sh-12", "12"), ("#SH-12", "12"),
        ("site2:SH-12", "12"), ("Order #77777", "10001"), ("8888", "10002"), ("order_8888", "10002"), ("9999", "10003"),
        ("9090", "10004"), ("kit-9", "10007"), ("KIT-9", "10007"), ("order #77777", "10001"),
        ("77777", "10001"), ("order-9090", "10004"),
    ],
)  # fmt: skip
def test_an_order_is_found_by_each_of_its_spellings(reader: OrdersReader, name: str, order: str) -> None:
    assert ids(reader, name) == {name: [order]}


def test_a_row_id_beside_a_display_number_names_two_orders_the_newest_first(reader: OrdersReader) -> None:
    assert ids(reader, "42") == {"42": ["10005", "42"]}


def test_hundreds_of_names_are_one_statement(reader: OrdersReader) -> None:
    reader.check()
    names = [f"order_{n}" for n in range(100, 700)] + [f"visitor-{n}" for n in range(300)]
    before = reader.statements
    found = ids(reader, *names)
    assert reader.statements - before == 1
    assert found == {name: [name.removeprefix("order_")] if name.startswith("order_") else [] for name in names}


def test_nothing_is_asked_where_nothing_is_a_name(reader: OrdersReader) -> None:
    reader.check()
    before = reader.statements
    assert reader.named([]) == reader.named(["", "{}"]) == {}
    assert reader.statements == before


def test_an_index_serves_every_column(reader: OrdersReader, url: str) -> None:
    """As the database plans the very statement that was sent."""
    reader.check()
    sent: list[tuple[str, Any]] = []
    event.listen(
        reader._doors._reading,  # noqa: SLF001 - what is sent is heard where it is sent
        "before_cursor_execute",
        lambda _connection, _cursor, sql, given, *_: sent.append((sql, given)),
    )
    reader.named(["order_12", "12", "SH-12"])
    ((sql, given),) = sent
    doors = Doors(url)
    with doors.reading() as connection:
        if doors.kind == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if doors.kind == "sqlite" else "EXPLAIN"
        plan = "\n".join(map(str, connection.exec_driver_sql(f"{explain} {sql}", given).all()))
    doors.close()
    whole = {"sqlite": "SCAN orders", "postgresql": "Seq Scan", "mysql": "'orders', 'ALL'"}[doors.kind]
    by_id = {"sqlite": "INTEGER PRIMARY KEY|autoindex", "postgresql": "orders_pkey", "mysql": "PRIMARY', '8'"}[
        doors.kind
    ]
    assert whole not in plan
    assert re.search(by_id, plan), plan
    assert "by_number" in plan


KEYED: dict[str, Any] = {"table": "keyed", "columns": {"id": "id", "status": "status"}}


def test_a_name_that_is_no_key_is_asked_of_a_column_of_keys(url: str) -> None:
    reader = opened(url, {"orders": KEYED})
    key = "6f0c1c52-7f0e-4a7b-9a7e-3d1e54b2c9aa"
    found = ids(reader, key, key.upper(), key.replace("-", ""), *filter(str.strip, HOSTILE), "team")
    assert found["team"] == []
    assert len(found[key]) == len(found[key.upper()]) == 1
    if not url.startswith("sqlite"):  # there the key is text, which is spelled in one way
        assert found[key.replace("-", "")] == found[key]
    reader.close()


def test_a_number_inside_of_json_is_not_known(url: str) -> None:
    reader = opened(url, {"orders": {**KEYED, "columns": {**KEYED["columns"], "number": "payload->no"}}})
    assert ids(reader, "R7", "R8") == {}
    reader.close()


def test_a_further_column_bears_the_name_where_the_settings_say_so(url: str) -> None:
    orders = {**KEYED, "extra": {"token": "token"}}
    reader = opened(url, {"orders": orders, "metadata": {"order_id": "{token}", "plan": "{status}"}})
    assert [order.extra["token"] for order in reader.named(["tk7Q"])["tk7Q"]] == ["tk7Q"]
    assert ids(reader, "tk8Q", "paid") == {"tk8Q": [], "paid": []}
    reader.close()


def test_letters_that_the_app_writes_around_a_number_are_taken_off(url: str) -> None:
    reader = opened(url, {**NUMBERED, "metadata": {"reference": "acme-{number}/eu"}})
    assert ids(reader, "acme-SH-12/eu", "acme-SH-12") == {"acme-SH-12/eu": ["12"], "acme-SH-12": []}
    reader.close()


def test_a_name_put_together_of_several_leads_to_its_order_and_to_no_other(url: str) -> None:
    reader = opened(url, {**NUMBERED, "metadata": {"order_id": "{id}-{number}"}})
    assert ids(reader, "12-SH-12", "12", "12-SH-13") == {"12-SH-12": ["12"], "12": ["12"], "12-SH-13": []}
    reader.close()


def test_a_constant_under_a_customary_key_names_nobody(url: str) -> None:
    reader = opened(url, {**NUMBERED, "metadata": {"order": "web"}})
    assert ids(reader, "web", "12") == {"web": [], "12": ["12"]}
    reader.close()


def test_a_joined_number_is_looked_up_in_its_own_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'joined.sqlite3'}"
    execute(
        url,
        "CREATE TABLE orders (id integer primary key, status text)",
        "CREATE TABLE numbers (id integer primary key, order_id integer, no text)",
        "CREATE TABLE payments (id integer primary key, order_id integer, pi text)",
        "INSERT INTO orders VALUES (1, 'paid'), (2, 'paid')",
        "INSERT INTO numbers VALUES (7, 1, 'R-7'), (8, 2, 'R-8')",
        "INSERT INTO payments VALUES (1, 2, 'pi_3IsVVaOEdRTIJPBDn9U9AfiS')",
    )
    columns = {"id": "id", "number": "n.no", "status": "status"}
    join = [{"table": "numbers", "as": "n", "on": "order_id = id"}]
    payments = [{"table": "payments", "columns": {"order_id": "order_id", "payment_intent_id": "pi"}}]
    reader = opened(url, {"orders": {"table": "orders", "columns": columns, "join": join}, "payments": payments})
    reader.check()
    before = reader.statements
    assert ids(reader, "R-8", "1", "R-9") == {"R-8": ["2"], "1": ["1"], "R-9": []}
    assert reader.named(["R-8"])["R-8"][0].payment_intent_ids == ("pi_3IsVVaOEdRTIJPBDn9U9AfiS",)
    assert reader.statements - before == 4
    reader.close()


def test_many_orders_of_one_name_are_twenty_and_of_the_others_nothing_is_known(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'many.sqlite3'}"
    rows = ", ".join(f"({n}, 'R-7', 'paid')" for n in range(1, 100))
    execute(
        url,
        "CREATE TABLE orders (id integer primary key, number text, status text)",
        f"INSERT INTO orders VALUES {rows}",
    )
    reader = opened(
        url, {"orders": {**NUMBERED["orders"], "columns": {"id": "id", "number": "number", "status": "status"}}}
    )
    found = reader.named(["R-7", "R-8"])
    assert {name: len(orders) for name, orders in found.items()} == {"R-7": 20}
    assert ids(reader, "R-8") == {"R-8": []}
    reader.close()
