"""All orders of a span for a scan: each once, newest first, in few statements."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import UsageError
from core.orders import OrdersReader
from core.sandbox.shop import iso
from core.sandbox.shop.books import Books
from core.sandbox.world import ORDERS_MAPPING
from core.settings import OrdersTable

NOW = int(time.time())
ORDERS = 230


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("batches") / "shop.sqlite3"
    books = Books(path)
    blank = {"customer_email": None, "stripe_session_id": None, "payment_intent_id": None, "updated_at": iso(NOW)}
    books.add(
        {
            **blank,
            "order_number": f"A-{n}",
            "status": "paid",
            "total_minor": 100,
            "currency": "eur",
            "created_at": iso(NOW - 60 * (n // 3)),  # three in each minute: the cursor has to tell them apart
        }
        for n in range(ORDERS)
    )
    books.close()
    return path


@pytest.fixture(scope="module")
def reader(path: Path) -> Iterator[OrdersReader]:
    reader = OrdersReader(f"sqlite:///{path}", OrdersTable.model_validate(dict(ORDERS_MAPPING)))
    yield reader
    reader.close()


def test_every_order_comes_once_and_the_newest_first(reader: OrdersReader) -> None:
    found = [order for batch in reader.batches(since=0, until=NOW + 1, size=50) for order in batch]
    assert len({order.id for order in found}) == len(found) == ORDERS
    times = [order.created_at or 0 for order in found]
    assert times == sorted(times, reverse=True)


def test_they_are_what_a_page_shows_without_what_is_only_for_showing(reader: OrdersReader) -> None:
    shown = reader.page(since=0, until=NOW + 1, limit=20).orders
    (batch, *_) = reader.batches(since=0, until=NOW + 1, size=20)
    assert batch == shown
    assert not batch[0].raw


def test_the_span_is_kept_to_the_second(reader: OrdersReader) -> None:
    since, until = NOW - 600, NOW - 300
    found = [order for batch in reader.batches(since=since, until=until, size=7) for order in batch]
    assert {order.created_at for order in found} == {NOW - 60 * minute for minute in range(6, 11)}


def test_a_batch_is_one_statement(reader: OrdersReader) -> None:
    before = reader.statements
    assert len(list(reader.batches(since=0, until=NOW + 1, size=50))) == 5
    assert reader.statements - before == 5


def test_quantiles_part_the_orders_evenly_in_one_statement(reader: OrdersReader) -> None:
    before = reader.statements
    edges = reader.quantiles(4, since=0, until=NOW + 1)
    assert reader.statements - before == 1
    times = [order.created_at or 0 for batch in reader.batches(since=0, until=NOW + 1) for order in batch]
    shares = [sum(low <= at < high for at in times) for low, high in zip(edges, (*edges[1:], NOW + 1), strict=True)]
    assert len(edges) == 4
    assert all(abs(share - ORDERS / 4) < 6 for share in shares)


def test_without_a_time_no_span_can_be_asked_for(path: Path) -> None:
    columns: dict[str, object] = {name: name for name in ("id", "status")}
    undated = OrdersReader(f"sqlite:///{path}", OrdersTable(table="orders", columns=columns))
    with pytest.raises(UsageError, match="no column that says when"):
        next(undated.batches(since=0, until=NOW))
    undated.close()
