"""Orders by what their customer is called, and by addresses that are nearly one."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core.orders import OrdersReader
from core.orders.database import customers
from core.orders.meaning import bears, corrected, folded, nearly
from core.settings import OrdersTable
from tests.databases import execute, mariadb, postgresql


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Hanna Müller", "hanna"), ("Hanna Müller", "MUELLER, Hanna"), ("Sinéad O\u2019Connor", "oconnor sinead"),
        ("Łukasz Żak", "zak luk"), ("Jørgen Åse", "jorgen"), ("Li Wei-Ting", "ting"), ("Ann Ann", "ann an"),
    ],
)  # fmt: skip
def test_a_name_is_compared_as_people_say_it(name: str, asked: str) -> None:
    assert bears(name, folded(asked))


@pytest.mark.parametrize(
    ("name", "asked"), [("Hanna Müller", "annam"), ("Ann", "ann ann"), ("Bo", ""), ("Bo Lee", "lee bob")]
)
def test_another_name_is_another(name: str, asked: str) -> None:
    assert not bears(name, folded(asked))


@pytest.mark.parametrize(
    "slip", ["janedoe@x.example", "jane.deo@x.example", "jane.doee@x.example", "jone.doe@x.example"]
)
def test_one_slip_is_near_and_two_are_not(slip: str) -> None:
    assert nearly(slip, "jane.doe@x.example")
    assert nearly("jane.doe@x.example", slip)
    assert not nearly(f"{slip}zz", "jane.doe@x.example")


def test_well_known_hosts_are_spelled_right() -> None:
    assert corrected("Ann@gmial.con") == "ann@gmail.com"
    assert corrected("ann@gmail.com") == "ann@gmail.com"


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrdersReader]:
    """Six orders whose customers' names stand in two columns."""
    names = [
        ("Hanna", "Müller"),
        ("Hannah", "Bergmann"),
        ("", "Bergmann GmbH"),
        ("Jörg", None),
        (None, None),
        ("李", "伟"),
    ]
    rows = ", ".join(
        f"({at}, 'paid', {', '.join('NULL' if one is None else repr(one) for one in both)},"
        f" '{'abcdef'[at - 1] * 5}@gmail.com')"
        for at, both in enumerate(names, 1)
    )
    collated = " CHARACTER SET utf8mb4" if request.param == "mariadb" else ""
    made = (
        "CREATE TABLE sold (id integer primary key, status varchar(9), a varchar(40), b varchar(40), mail varchar(60))"
        + collated,
        f"INSERT INTO sold VALUES {rows}",
    )
    columns = {"id": "id", "status": "status", "customer_name": ["a", "b"], "customer_email": "mail"}
    with ExitStack() as stack:
        kinds = {"postgresql": postgresql, "mariadb": mariadb}
        folder = tmp_path_factory.mktemp("customers")
        url = (
            stack.enter_context(kinds[request.param]())
            if request.param in kinds
            else f"sqlite:///{folder / 'shop.sqlite3'}"
        )
        execute(url, *made)
        yield stack.enter_context(
            closing(OrdersReader(url, OrdersTable.model_validate({"table": "sold", "columns": columns})))
        )


@pytest.mark.parametrize(
    ("name", "found"),
    [("mueller", ["1"]), ("bergmann", ["2", "3"]), ("bergmann hannah", ["2"]), ("jorg", ["4"]), ("nobody", [])],
)
def test_names_are_found_on_every_database(shop: OrdersReader, name: str, found: list[str]) -> None:
    orders, missing = shop.called(name, limit=9)
    assert sorted(order.id for order in orders) == found
    assert missing == ""


def test_a_near_address_is_found_and_the_same_is_not(shop: OrdersReader) -> None:
    assert [order.id for order in shop.nearly_of("aaaaa@gmial.com", limit=9)[0]] == ["1"]
    assert "1" not in [order.id for order in shop.nearly_of("aaaaa@gmail.com", limit=9)[0]]


def test_older_orders_are_found_by_an_index_alone_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sold (id INTEGER PRIMARY KEY, status TEXT, name TEXT)"))
        connection.execute(text("CREATE INDEX by_name ON sold (name)"))
        names = ["Ann Lee", "Bo Lee", *(f"Customer {n}" for n in range(20))]
        for at, name in enumerate(names, 1):
            connection.execute(text("INSERT INTO sold VALUES (:id, 'paid', :name)"), {"id": at, "name": name})
    engine.dispose()
    monkeypatch.setattr(customers, "NEWEST", 10)
    columns = {"id": "id", "status": "status", "customer_name": "name"}
    with closing(OrdersReader(url, OrdersTable.model_validate({"table": "sold", "columns": columns}))) as reader:
        orders, missing = reader.called("ann l", limit=9)
        assert [order.id for order in orders] == ["1"]
        assert "newest" in missing
        assert reader.called("lee", limit=9)[0] == ()


def test_a_mapping_without_names_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sold (id INTEGER PRIMARY KEY, status TEXT)"))
    engine.dispose()
    columns = {"id": "id", "status": "status"}
    with closing(OrdersReader(url, OrdersTable.model_validate({"table": "sold", "columns": columns}))) as reader:
        assert reader.called("ann", limit=9) == ((), "the settings name no column with them (customer_name)")
        assert reader.nearly_of("a@b.example", limit=9) == ((), "")
