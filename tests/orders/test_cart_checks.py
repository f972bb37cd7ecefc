"""What doctor says of [carts]."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.checks import Check, Level
from core.orders import examine
from core.settings import OrdersMapping
from tests.databases import execute

ORDERS: dict[str, Any] = {"table": "orders", "columns": {"id": "id", "status": "status"}}
CARTS: dict[str, Any] = {
    "table": "carts",
    "columns": {"id": "id", "customer_email": "email"},
    "extra": {"token": "token", "shop": "shop"},
    "metadata": {"cart": "{token}"},
}
Said = Callable[..., list[Check]]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    """`said({...}, "UPDATE ...")`: the lines about the carts of such settings, after such statements."""
    path = tmp_path / "shop.sqlite3"
    path.touch()
    rows = ", ".join(f"({n}, 'p{n}@example.com', 'tok{n}', 'shop_1')" for n in range(1, 8))
    url = f"sqlite:///{path}"
    execute(
        url,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT)",
        "INSERT INTO orders VALUES (1, 'paid')",
        "CREATE TABLE carts (id INTEGER PRIMARY KEY, email TEXT, token TEXT, shop TEXT)",
        "CREATE INDEX carts_token ON carts (token)",
        f"INSERT INTO carts VALUES {rows}",
    )

    def ask(carts: dict[str, Any] | None, *statements: str) -> list[Check]:
        execute(url, *statements)
        mapping = OrdersMapping.model_validate({"orders": ORDERS, "carts": carts})
        found = examine(url, mapping, mode=None, now=1_800_000_000).checks
        return [one for one in found if one.checked in ("carts", "tables and columns", "indexes")]

    return ask


def test_without_carts_nothing_is_said_of_any(said: Said) -> None:
    assert [one.checked for one in said(None)] == ["tables and columns", "indexes"]


def test_carts_that_are_right_are_fine(said: Said) -> None:
    tables, indexes, carts = said(CARTS)
    assert (tables.found, indexes.level) == (
        "The orders and another source can be read as the settings say.",
        Level.FINE,
    )
    assert (carts.level, carts.found) == (
        Level.FINE,
        "7 of 7 carts say whose they are, 7 hold what a payment can name them by.",
    )


@pytest.mark.parametrize(
    ("carts", "statements", "words"),
    [
        (CARTS, ["DELETE FROM carts"], "There is no cart"),
        (CARTS, ["UPDATE carts SET email = NULL"], "None of 7 carts says whose it is"),
        (CARTS, ["UPDATE carts SET token = NULL"], "None of 7 carts holds what a payment could name it by"),
        (CARTS | {"metadata": {"shop": "{shop}"}}, [], "1 of 1 values of carts.metadata.shop are several carts'"),
    ],
)
def test_carts_that_name_nobody_are_told(said: Said, carts: dict[str, Any], statements: list[str], words: str) -> None:
    found = [one for one in said(carts, *statements) if one.checked == "carts"]
    assert found[0].level is Level.WARNING
    assert (words in found[0].found, bool(found[0].do)) == (True, True)


def test_a_column_that_is_searched_without_an_index_is_told(said: Said) -> None:
    _, indexes, _ = said(CARTS, "DROP INDEX carts_token")
    assert "carts: token (token)" in indexes.found


def test_what_leads_nowhere_is_an_error_with_the_next_step(said: Said) -> None:
    (one,) = said({"query": "SELECT id, email AS customer_email FROM carts"})
    assert (one.checked, one.level) == ("tables and columns", Level.ERROR)
    assert "metadata" in one.do
