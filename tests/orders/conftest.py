"""A small shop on SQLite, as a settings file describes it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.facts import Order
from core.orders import OrdersReader
from core.settings import load_orders
from tests.databases import execute

Open = Callable[..., OrdersReader]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """`shop(toml, *statements)`: a reader on a SQLite shop made by the statements, as the file describes it."""
    readers: list[OrdersReader] = []

    def opened(toml: str, *statements: str) -> OrdersReader:
        url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
        if statements:
            execute(url, *(statement.replace(":", "\\:") for statement in statements))
        monkeypatch.setenv("ORDERLENS_DATABASE_URL", url)
        (tmp_path / "shop.toml").write_text(toml)
        settings = load_orders(config=tmp_path / "shop.toml")
        readers.append(OrdersReader(settings.database_url.get_secret_value(), settings.mapping))
        return readers[-1]

    yield opened
    for reader in readers:
        reader.close()


def only(reader: OrdersReader) -> Order:
    (order,) = reader.page(since=None, until=None, limit=9).orders
    return order
