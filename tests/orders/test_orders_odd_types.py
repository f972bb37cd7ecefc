"""Tables that use their database's own types: keys that are no numbers, JSON, enums, moments with a zone."""

import pytest

from core.facts import Order
from core.orders import OrdersReader
from core.settings import OrdersTable
from tests.databases import execute, mariadb, postgresql

NOON = 1_795_348_800  # 2026-11-22 12:00 UTC
KEYS = ("019372b6-0000-7000-8000-00000000000a", "019372b6-0000-7000-8000-00000000000b")
TABLE = OrdersTable(
    table="Order",
    unit="major",
    columns={
        "id": "id",
        "number": "number",
        "status": "state",
        "amount": "total",
        "currency": "currency",
        "session_id": "session",
        "metadata": "meta",
        "created_at": "made",
        "deleted": "gone",
    },
    status_map={"WON": "paid"},
)


def _promises(reader: OrdersReader, key: str, other: str) -> None:
    reader.check()
    first = reader.get(key)
    assert first is not None
    assert _shown(first) == (key, "7", "paid", "42.50 EUR", {"a": "b"}, NOON, False)
    assert reader.get(key.upper()) == first
    assert reader.get("7") is None
    assert reader.get(key[:-1]) is None
    assert [order.id for order in reader.find(numbers=["7"])] == [key]
    assert reader.find(numbers=["seven"]) == ()
    assert [order.id for order in reader.page(since=NOON, until=NOON + 1, limit=5).orders] == [key]
    page = reader.page(since=None, until=None, limit=1)
    assert [order.id for order in page.orders] == [other]
    assert [order.id for order in reader.page(since=None, until=None, limit=1, after=page.next).orders] == [key]
    assert reader.page(since=None, until=None, limit=1).orders[0].deleted


def _shown(order: Order) -> tuple[object, ...]:
    return (
        order.id,
        order.number,
        order.status,
        str(order.amount),
        dict(order.metadata),
        order.created_at,
        order.deleted,
    )


def test_postgresql() -> None:
    with postgresql() as url:
        execute(
            url,
            "CREATE SCHEMA tenant",
            "CREATE TYPE state AS ENUM ('WON', 'LOST')",
            """CREATE TABLE tenant."Order" (id uuid, number integer, state state, total double precision,
               currency char(5), session text, meta jsonb, made timestamptz, gone timestamp)""",
            f"""INSERT INTO tenant."Order" VALUES
                ('{KEYS[0]}', 7, 'WON', 42.5, 'EUR', 'cs_test_a', '{{"a": "b"}}', '2026-11-22 13:00+01', NULL),
                ('{KEYS[1]}', 8, 'LOST', 1, 'EUR', NULL, 'null', '2026-11-22 14:00+01', '2026-11-23')""",
        )
        reader = OrdersReader(url, TABLE.model_copy(update={"schema_name": "tenant"}))
        _promises(reader, *KEYS)
        (warning,) = reader.warnings()
        assert "superuser, INSERT" in warning
        assert "tenant.Order" in warning
        reader.close()
        asked = OrdersReader(url, TABLE.model_copy(update={"table": None, "query": 'SELECT * FROM tenant."Order"'}))
        _promises(asked, *KEYS)
        asked.close()


@pytest.mark.parametrize("prefix", ["mysql", "mariadb"])
def test_mariadb(prefix: str) -> None:
    with mariadb() as url:
        bare = [key.replace("-", "") for key in KEYS]
        execute(
            url,
            """CREATE TABLE `Order` (id binary(16) primary key, number int, state enum('WON', 'LOST'), total float,
               currency char(5), session varchar(80), meta json, made datetime(6), gone bit(1))""",
            f"""INSERT INTO `Order` VALUES
                (x'{bare[0]}', 7, 'WON', 42.5, 'EUR', 'cs_test_a', '{{"a": "b"}}', '2026-11-22 12:00:00.250', b'0'),
                (x'{bare[1]}', 8, 'LOST', 1, 'EUR', NULL, NULL, '2026-11-22 13:00:00', b'1')""",
        )
        reader = OrdersReader(url.replace("mysql+pymysql:", f"{prefix}:"), TABLE)
        _promises(reader, *bare)
        reader.close()
        asked = OrdersReader(url, TABLE.model_copy(update={"table": None, "query": "SELECT * FROM `Order`"}))
        _promises(asked, *bare)
        asked.close()
