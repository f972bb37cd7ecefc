"""Whose a payment is that no order claims: told by its cart, where exactly one has it, and never guessed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.errors import OrdersUnreachable, SettingsError
from core.facts import Cart, Trace
from core.orders import OrdersReader
from core.settings import OrdersMapping
from tests.databases import execute, mariadb, postgresql

ONE, TWO, THREE = (f"pi_3QcartCARTcart{n}" for n in ("one", "two", "three"))
MAPPING: dict[str, Any] = {
    "orders": {"table": "orders", "unit": "major", "columns": {"id": "id", "status": "status"}},
    "carts": {
        "table": "carts",
        "columns": {
            "id": "id",
            "customer_email": "email",
            "customer_name": ["first", "last"],
            "amount": "total",
            "currency": "currency",
            "created_at": "made",
            "stripe_refs": "data",
        },
        "extra": {"token": "token"},
        "metadata": {"cart_id": "{id}", "reference": "c-{token}"},
    },
}


def _statements(kind: str) -> list[str]:
    when = "timestamp" if kind == "postgresql" else "datetime"
    rows = (
        "(1, 'ann@example.com', 'Ann', 'Example', 24.89, 'EUR', '2026-11-01 10:00:00', NULL, 'abc')",
        "(2, 'Ben@example.com', NULL, NULL, 10, 'EUR', '2026-11-02 10:00:00', '{\"id\"\\: \"" + ONE + "\"}', 'def')",
        "(3, 'cid@example.com', '', 'Cid', NULL, NULL, NULL, '" + TWO + "', 'twice')",
        "(4, 'dan@example.com', '', 'Dan', NULL, NULL, NULL, '" + TWO + "', 'twice')",
        "(5, 'eve@example.com', '', 'Eve', NULL, NULL, NULL, '" + THREE + "', 'eve')",
    )
    return [
        "CREATE TABLE orders (id integer PRIMARY KEY, status varchar(20))",
        (
            "CREATE TABLE carts (id integer PRIMARY KEY, email varchar(80), first varchar(40), last varchar(40),"
            f" total decimal(12,2), currency varchar(3), made {when}, data text, token varchar(20))"
        ),
        f"INSERT INTO carts VALUES {', '.join(rows)}",
    ]


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A shop with five carts."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("carts") / "shop.sqlite3"
        path.touch()
        execute(f"sqlite:///{path}", *_statements("sqlite"))
        yield f"sqlite:///{path}"
        return
    with (postgresql if request.param == "postgresql" else mariadb)() as made:
        execute(made, *_statements(request.param))
        yield made


@pytest.fixture
def reader(url: str) -> Iterator[OrdersReader]:
    with closing(OrdersReader(url, OrdersMapping.model_validate(MAPPING))) as found:
        found.check()
        yield found


def written(**texts: str) -> Trace:
    return Trace(written=frozenset(texts.items()))


def test_a_payment_of_no_cart_or_of_two_names_nobody(reader: OrdersReader) -> None:
    asked = [
        Trace(),
        written(cart_id="6"),
        written(cart_id="'; DROP TABLE carts; --"),
        written(cart="1"),
        written(reference="abc"),
        written(reference="c-ABC"),
        written(reference="c-twice"),
        Trace(intents=frozenset({TWO})),
        Trace(intents=frozenset({ONE.upper()}), sessions=frozenset({ONE})),
        Trace(intents=frozenset({ONE}), written=frozenset({("cart_id", "1")})),
    ]
    assert reader.carts.led_to(asked) == (None,) * len(asked)


def test_the_one_cart_of_a_payment_says_whose_it_is(reader: OrdersReader) -> None:
    kept = Trace(intents=frozenset({ONE}), written=frozenset({("cart_id", "2")}))
    asked = [written(cart_id="1", other="2"), written(reference="c-eve"), Trace(intents=frozenset({ONE})), kept]
    ann, eve, ben, both = reader.carts.led_to(asked)
    assert ann == Cart(
        "1",
        "metadata.cart_id",
        "1",
        customer_email="ann@example.com",
        customer_name="Ann Example",
        amount_minor=2489,
        currency="eur",
        created_at=1793527200,
    )
    assert eve is not None
    assert (eve.id, eve.led_by, eve.led_value, eve.customer) == (
        "5",
        "metadata.reference",
        "c-eve",
        "Eve (eve@example.com)",
    )
    assert ben is not None
    assert (ben.id, ben.led_by, ben.led_value, ben.customer) == ("2", "payment_intent_id", ONE, "Ben@example.com")
    assert both is not None
    assert (both.id, both.led_by) == ("2", "metadata.cart_id")


def test_the_carts_of_a_person_tell_what_a_payment_for_them_bears(reader: OrdersReader) -> None:
    assert reader.carts.of_person("nobody@example.com", limit=5) == ()
    ((cart, trace),) = reader.carts.of_person(" ben@EXAMPLE.com", limit=5)
    assert cart.id == "2"
    assert trace == Trace(intents=frozenset({ONE}), written=frozenset({("cart_id", "2"), ("reference", "c-def")}))


def test_a_shop_without_the_relation_has_no_cart(url: str) -> None:
    with closing(OrdersReader(url, OrdersMapping.model_validate({"orders": MAPPING["orders"]}))) as reader:
        assert reader.carts.led_to([written(cart_id="1")]) == (None,)
        assert reader.carts.of_person("ann@example.com", limit=5) == ()


QUERY = "SELECT id, email AS customer_email FROM carts"


@pytest.mark.parametrize(
    ("carts", "said", "do"),
    [
        ({"query": QUERY}, "which payment is for a cart", "metadata"),
        ({"query": "SELECT id, token FROM carts", "metadata": {"c": "{id}"}}, "whose a cart is", "customer_email"),
        ({"query": QUERY, "metadata": {"c": "{token}"}}, "`token`", "column"),
        (
            {
                "query": "SELECT id, email AS customer_email, data FROM carts",
                "extra": {"x": "data->x"},
                "metadata": {"c": "{x}"},
            },
            "no column",
            "query",
        ),
        ({"query": "SELECT email AS customer_email FROM carts", "metadata": {"c": "{id}"}}, "`id`", "Select it"),
    ],
)
def test_a_relation_that_leads_to_nobody_is_an_error_with_the_next_step(
    url: str, carts: dict[str, Any], said: str, do: str
) -> None:
    mapping = OrdersMapping.model_validate({**MAPPING, "carts": carts})
    with closing(OrdersReader(url, mapping)) as reader, pytest.raises(SettingsError) as error:
        reader.check()
    assert said in error.value.message
    assert do in (error.value.next_step or "")


def test_carts_that_cannot_be_read_are_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite3"
    path.touch()
    execute(f"sqlite:///{path}", *_statements("sqlite"))
    with closing(OrdersReader(f"sqlite:///{path}", OrdersMapping.model_validate(MAPPING))) as reader:
        reader.check()
        execute(f"sqlite:///{path}", "DROP TABLE carts")
        with pytest.raises(OrdersUnreachable):
            reader.carts.led_to([written(cart_id="1")])


def test_a_key_that_every_cart_of_a_shop_bears_names_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite3"
    path.touch()
    rows = ", ".join(f"({n}, 'p{n}@example.com', 'shop_1')" for n in range(1, 60))
    execute(
        f"sqlite:///{path}",
        *_statements("sqlite")[:1],
        "CREATE TABLE carts (id integer PRIMARY KEY, email text, shop text)",
        f"INSERT INTO carts VALUES {rows}",
    )
    carts = {
        "table": "carts",
        "columns": {"id": "id", "customer_email": "email"},
        "extra": {"shop": "shop"},
        "metadata": {"shop": "{shop}"},
    }
    with (
        closing(OrdersReader(f"sqlite:///{path}", OrdersMapping.model_validate({**MAPPING, "carts": carts}))) as reader,
        pytest.raises(OrdersUnreachable, match="20 carts or more"),
    ):
        reader.carts.led_to([written(shop="shop_1")])
