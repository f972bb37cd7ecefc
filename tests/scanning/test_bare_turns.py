"""Kept cases of orders outside the span are looked at again; where they are many, each in its turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.orders import OrdersReader
from core.sandbox import World
from core.sandbox.scenarios import Built
from core.sandbox.volume import generate
from core.scanning.scratch import Scratch
from core.scanning.sieve import look_again
from core.settings import OrdersTable
from tests.scanning.mixed import play

KEPT, MOST = 23, 5


@pytest.fixture(scope="module")
def orders() -> Iterator[OrdersReader]:
    with World(scenarios=()) as world:
        made: list[Built] = list(generate(KEPT, {}, world.now, shop_url=world.shop.url))
        play(world, made)
        reader = OrdersReader(world.orders_database_url, OrdersTable.model_validate(world.orders_mapping))
        yield reader
        reader.close()


def looked_at(folder: Path, orders: OrdersReader, turn: int, kept: int = KEPT) -> set[str]:
    scratch = Scratch.of(folder, str(turn))
    with scratch.deducing() as db:
        db.executemany("INSERT INTO kept_open VALUES (?)", [(f"order:{number}",) for number in range(1, kept + 1)])
        db.execute("INSERT INTO kept_open VALUES ('stripe:pi_of_nobody')")
    look_again(scratch, orders, turn=turn, most=MOST)
    found = {str(row[0]) for row in scratch.rows("SELECT id FROM orders JOIN suspects USING (key)")}
    scratch.delete()
    return found


def test_each_has_its_turn_and_none_has_it_twice_before(tmp_path: Path, orders: OrdersReader) -> None:
    turns = [looked_at(tmp_path, orders, turn) for turn in range(7, 7 + -(-KEPT // MOST))]
    assert [len(turn) for turn in turns] == [MOST] * 5
    assert set().union(*turns) == {str(number) for number in range(1, KEPT + 1)}
    assert len(set().union(*turns[:4])) == 4 * MOST


def test_a_few_are_looked_at_in_every_scan(tmp_path: Path, orders: OrdersReader) -> None:
    assert looked_at(tmp_path, orders, 3, kept=4) == looked_at(tmp_path, orders, 4, kept=4) == {"1", "2", "3", "4"}


def test_none_is_nothing(tmp_path: Path, orders: OrdersReader) -> None:
    assert looked_at(tmp_path, orders, 3, kept=0) == set()
