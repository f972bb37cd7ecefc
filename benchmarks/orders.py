"""A page of a big shop's orders: the relations of the mapping beside one query that groups everything together.

200,000 orders as WooCommerce keeps them (ids in a table of key and value, refunds as rows of the orders' own table),
with the indexes that it has. Prints statements and milliseconds for a page of 200, on SQLite and PostgreSQL.

    python benchmarks/orders.py [--orders 200000] [--page 200] [--times 5]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.orders import OrdersReader
from core.settings import OrdersMapping
from tests.databases import SERVERS, postgresql

TABLES = (
    "CREATE TABLE wc_orders (id bigint PRIMARY KEY, status varchar(20), currency varchar(10), type varchar(20),"
    " total_amount decimal(26,8), billing_email varchar(320), date_created_gmt {time}, parent_order_id bigint)",
    "CREATE TABLE wc_orders_meta (id bigint PRIMARY KEY, order_id bigint, meta_key varchar(255), meta_value text)",
)
INDEXES = (
    "CREATE INDEX created ON wc_orders (date_created_gmt, id)",
    "CREATE INDEX parent ON wc_orders (parent_order_id)",
    "CREATE INDEX email ON wc_orders (billing_email)",
    "CREATE INDEX meta_order ON wc_orders_meta (order_id)",
    "CREATE INDEX meta_value ON wc_orders_meta (meta_key, meta_value)",
)
MAPPING = OrdersMapping.model_validate(
    {
        "orders": {
            "query": "SELECT id, status, total_amount AS amount, currency, billing_email AS customer_email,"
            " date_created_gmt AS created_at FROM wc_orders WHERE type = 'shop_order'",
            "unit": "major",
            "status_map": {"wc-processing": "paid"},
        },
        "payments": [
            {
                "table": "wc_orders_meta",
                "where": "meta_key IN ('_stripe_intent_id', '_stripe_session_id')",
                "columns": {"order_id": "order_id", "stripe_refs": "meta_value", "seq": "id"},
                "refs_exact": True,
            }
        ],
        "refunds": [
            {
                "table": "wc_orders",
                "where": "type = 'shop_order_refund'",
                "columns": {"order_id": "parent_order_id", "amount": "total_amount"},
            }
        ],
    }
)
GROUPED = """
SELECT o.id, o.status, o.total_amount, o.currency, o.billing_email, o.date_created_gmt,
       max(CASE WHEN m.meta_key = '_stripe_intent_id' THEN m.meta_value END) AS intent,
       max(CASE WHEN m.meta_key = '_stripe_session_id' THEN m.meta_value END) AS session,
       (SELECT sum(r.total_amount) FROM wc_orders r WHERE r.parent_order_id = o.id) AS refunded
FROM wc_orders o LEFT JOIN wc_orders_meta m ON m.order_id = o.id
WHERE o.type = 'shop_order'
GROUP BY o.id, o.status, o.total_amount, o.currency, o.billing_email, o.date_created_gmt
"""
DAY = 86_400
BEGAN = 1_700_000_000


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--page", type=int, default=200)
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    print(f"{chosen.orders} orders, a page of {chosen.page}, median of {chosen.times}")
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", postgresql)):
        with opened() as url:
            build(url, chosen.orders)
            measure(name, url, chosen.orders, chosen.page, chosen.times)


def measure(name: str, url: str, orders: int, page: int, times: int) -> None:
    """Print a line for each way of reading."""
    reader = OrdersReader(url, MAPPING)
    reader.check()
    deep = reader.page(since=None, until=BEGAN + orders * 30, limit=1).next
    intent = f"pi_3{orders // 2:022d}"
    ways: dict[str, Callable[[], object]] = {
        "first page": lambda: reader.page(since=None, until=None, limit=page),
        "a page in the middle": lambda: reader.page(since=None, until=None, limit=page, after=deep),
        "one day": lambda: reader.page(since=BEGAN + orders * 30, until=BEGAN + orders * 30 + DAY, limit=page),
        "by id": lambda: reader.find(ids=[str(orders // 2)]),
        "by intent": lambda: reader.find(intents=[intent]),
        "by an intent nobody has": lambda: reader.find(intents=["pi_3" + "x" * 22]),
        "by e-mail": lambda: reader.find(emails=[f"buyer{orders // 2}@example.com"]),
    }
    for what, work in ways.items():
        statements, took = counted(reader, work), timed(work, times)
        print(f"{name:10}  {what:24} {took * 1000:8.1f} ms   {statements} statements")
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    grouped = text(f"SELECT * FROM ({GROUPED}) AS q ORDER BY date_created_gmt DESC, id DESC LIMIT :n")

    def naive() -> None:
        with engine.connect() as connection:
            connection.execute(grouped, {"n": page}).all()

    print(f"{name:10}  {'one GROUP BY':24} {timed(naive, max(times // 2, 1)) * 1000:8.1f} ms   1 statement")
    reader.close()
    engine.dispose()


def build(url: str, orders: int) -> None:
    """Make the tables and fill them: every order with a session and an intent, every twentieth with a refund."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    sqlite = engine.dialect.name == "sqlite"
    n = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :orders)"
    at = f"datetime({BEGAN} + i * 60, 'unixepoch')" if sqlite else f"to_timestamp({BEGAN} + i * 60) AT TIME ZONE 'UTC'"
    padded = "printf('%022d', i)" if sqlite else "lpad(i::text, 22, '0')"
    fills = (
        f"INSERT INTO wc_orders {n} SELECT i, 'wc-processing', 'USD', 'shop_order', i % 500 + 0.99,"
        f" 'buyer' || i || '@example.com', {at}, 0 FROM n",
        f"INSERT INTO wc_orders {n} SELECT 10000000 + i, 'wc-completed', 'USD', 'shop_order_refund', -1, NULL, {at}, i"
        " FROM n WHERE i % 20 = 0",
        f"INSERT INTO wc_orders_meta {n} SELECT i, i, '_stripe_intent_id', 'pi_3' || {padded} FROM n",
        f"INSERT INTO wc_orders_meta {n} SELECT 10000000 + i, i, '_stripe_session_id', 'cs_test_a1' || {padded} FROM n",
        f"INSERT INTO wc_orders_meta {n} SELECT 20000000 + i, i, '_billing_phone', '+49 30 123' FROM n",
    )
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(table.format(time="text" if sqlite else "timestamp")))
        for fill in fills:
            connection.execute(text(fill), {"orders": orders})
        for index in INDEXES:
            connection.execute(text(index))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def counted(reader: OrdersReader, work: Callable[[], object]) -> int:
    """How many statements `work` sends besides those that open a connection."""
    sent: list[str] = []
    engine = reader._doors._reading  # noqa: SLF001 - to count beneath the reader

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def timed(work: Callable[[], object], times: int) -> float:
    """The median of the seconds that `work` takes."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ol-bench-") as folder:
        yield f"sqlite:///{folder}/orders.sqlite3"


if __name__ == "__main__":
    with SERVERS:
        main()
