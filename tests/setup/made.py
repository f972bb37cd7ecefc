"""Small databases for the guess: statements in, what `init` would make of them out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.orders_command import canonical
from core.orders import Doors, OrdersReader
from core.setup import Draft
from core.setup.guessing import Guess, guess, look
from tests.databases import execute

Make = Callable[..., str]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """`made("CREATE TABLE ...", ...)`: the address of a SQLite database of these statements."""

    def make(*statements: str) -> str:
        path = tmp_path / "shop.sqlite3"
        path.touch()
        execute(f"sqlite:///{path}", *(one.replace(":", "\\:") for one in statements))
        return f"sqlite:///{path}"

    return make


def guessed(url: str) -> Guess:
    """What the database alone tells."""
    doors = Doors(url)
    try:
        return guess(look(doors))
    finally:
        doors.close()


def read(url: str, found: Draft | Guess) -> dict[str, dict[str, object]]:
    """The orders that a mapping yields, by id."""
    kept = found if isinstance(found, Draft) else Draft(found.mapping)
    reader = OrdersReader(url, kept.mapping)
    try:
        reader.check()
        return {order.id: canonical(order) for order in reader.page(since=None, until=None, limit=100).orders}
    finally:
        reader.close()


def intents(orders: dict[str, dict[str, object]]) -> dict[str, object]:
    """The payments of each order."""
    return {name: one["payment_intent_ids"] for name, one in orders.items()}
