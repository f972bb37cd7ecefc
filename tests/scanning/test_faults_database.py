"""The orders database is restarted in the middle of a scan: it is waited for, and nobody can tell."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import psycopg

from core.orders import OrdersReader
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.settings import OrdersTable
from tests.databases import postgresql_server
from tests.scanning.faults import Between, inbox, times_told
from tests.scanning.scanned import Shop
from tests.worlds import STEADY


def copied(world: World, url: str) -> None:
    """The shop's table of orders, in PostgreSQL."""
    with closing(sqlite3.connect(world.shop.books.path)) as source, psycopg.connect(url) as target:
        columns = [(name, kind) for _, name, kind, *_ in source.execute("PRAGMA table_info(orders)")]
        told = ", ".join(f"{name} {'bigint' if kind == 'INTEGER' else 'text'}" for name, kind in columns)
        target.execute(f"CREATE TABLE orders ({told}, PRIMARY KEY (id))")
        marks = ", ".join(["%s"] * len(columns))
        rows = source.execute("SELECT * FROM orders").fetchall()
        target.cursor().executemany(f"INSERT INTO orders VALUES ({marks})", rows)


def test_a_database_that_is_restarted_is_waited_for(tmp_path: Path) -> None:
    with World(scenarios=[BY_NAME[name] for name in STEADY], orders=30) as world, postgresql_server() as server:
        between = Between.of(world)
        copied(world, server.get_uri())
        calm, shop = (Shop(world, tmp_path / name) for name in ("calm", "restarted"))
        for one in (calm, shop):
            one.orders.close()
            one.orders = OrdersReader(server.get_uri(), OrdersTable.model_validate(world.orders_mapping))
            one.patience = (0.5,) * 200
        assert calm.scan().state == "complete"
        restarts: list[threading.Thread] = []

        def before(_number: int, path: str) -> None:
            if path == "/v1/checkout/sessions" and not restarts:
                server.stop()  # while its orders are read, or before anybody asks about suspects
                restarts.append(threading.Timer(0.7, server.start))
                restarts[0].start()

        between.before = before
        record = shop.scan()
        restarts[0].join()
        assert (record.state, record.holes) == ("complete", ())
        assert inbox(shop.journal) == inbox(calm.journal) != {}
        assert times_told(shop.journal) == {1}
        calm.close()
        shop.close()
