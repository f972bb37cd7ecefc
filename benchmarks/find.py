"""Find on a big shop's orders: by number, by name, by an address that is nearly one, by amount and day.

A million orders in one table, with indexes on the id, the number and the time, and none on the name. Names and
addresses are compared among the newest 20,000, amounts among 2,000 of a day; what was cut is said in the answer. Prints
the median in milliseconds, on SQLite and PostgreSQL.

    python benchmarks/find.py [--orders 1000000] [--times 5]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.orders import OrdersReader
from core.settings import OrdersMapping
from tests.databases import SERVERS, postgresql

BEGAN, APART = 1_700_000_000, 30  # seconds since 1970; between two orders
AT_A_TIME = 50_000
TABLE = (
    "CREATE TABLE orders (id bigint PRIMARY KEY, number varchar(20), status varchar(20), total bigint,"
    " currency char(3), email varchar(320), name varchar(200), created bigint)"
)
INDEXES = ("CREATE INDEX by_number ON orders (number)", "CREATE INDEX by_time ON orders (created)")
COLUMNS = {
    "id": "id", "number": "number", "status": "status", "amount": "total", "currency": "currency",
    "customer_email": "email", "customer_name": "name", "created_at": "created",
}  # fmt: skip
MAPPING = OrdersMapping.model_validate(
    {"orders": {"table": "orders", "columns": COLUMNS, "unit": "minor", "status_map": {"open": "pending"}}}
)


def main() -> None:
    """Build, measure, print side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    print(f"{chosen.orders:,} orders, median of {chosen.times}")
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", postgresql)):
        with opened() as url:
            build(url, chosen.orders)
            with closing(OrdersReader(url, MAPPING)) as reader:
                for what, work in ways(reader, chosen.orders).items():
                    print(f"{name:12}{what:36}{_timed(work, chosen.times) * 1000:9.1f} ms", flush=True)


def ways(reader: OrdersReader, orders: int) -> dict[str, Callable[[], object]]:
    """What is looked for."""
    day = BEGAN + orders * APART
    begun = [f"SH-{orders - 200 + n}" for n in range(100)]
    return {
        "its number": lambda: reader.find(numbers=[f"SH-{orders // 2}"]),
        "numbers that begin so": lambda: reader.find(ids=begun, numbers=begun),
        "a name of a newest order": lambda: reader.called(f"Person{orders - 5} Bergmann", limit=51),
        "a name that nobody has": lambda: reader.called("Zacharias Quitzow", limit=51),
        "an address that is nearly one": lambda: reader.nearly_of(f"buyr{orders - 5}@example.com", limit=6),
        "2,000 of a day, by their amount": lambda: reader.page(since=day - 86_400, until=day, limit=2_000),
    }


def build(url: str, orders: int) -> None:
    """The table and its rows."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    row = text("INSERT INTO orders VALUES (:id, :number, 'open', :total, 'eur', :email, :name, :created)")
    with engine.begin() as connection:
        connection.execute(text(TABLE))
        for start in range(0, orders, AT_A_TIME):
            connection.execute(row, [_order(number) for number in range(start, min(start + AT_A_TIME, orders))])
        for index in INDEXES:
            connection.execute(text(index))
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _order(number: int) -> dict[str, object]:
    who = {"email": f"buyer{number}@example.com", "name": f"Person{number} Bergmann"}
    return {"id": number, "number": f"SH-{number}", "total": number % 50_000, "created": BEGAN + number * APART, **who}


def _timed(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times + 1):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took[1:])


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/shop.sqlite3"


if __name__ == "__main__":
    with SERVERS:
        main()
