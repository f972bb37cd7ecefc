"""`init` and `doctor` look in every column for what the payments bear, and say the line that the settings lack."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.checks import Check, Level
from core.facts import Order, OrderStatus
from core.linking import Pair
from core.orders import Columns
from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from core.settings import Settings
from core.setup import Doctor, draft, order_names
from core.stripe_api import Access, StripeReader
from tests.named_shops import Bears, NamedShop
from tests.waiting import LIMIT
from tests.worlds import stripe_of

server = stripe_of()
Open = Callable[..., NamedShop]


@pytest.fixture
def shop(server: StripeServer, tmp_path: Path) -> Iterator[Open]:
    made: list[NamedShop] = []

    def open_(bears: Bears, *, sessions: bool = False) -> NamedShop:
        made.append(NamedShop(tmp_path, server, bears, sessions=sessions))
        return made[-1]

    yield open_
    for one in made:
        one.close()


def examined(here: NamedShop, **said: object) -> list[Check]:
    mapping = here.reader(**said).mapping
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{here.database}"),
        mapping=mapping,
        journal_url=SecretStr(f"sqlite:///{here.folder / 'journal.sqlite3'}"),
        stripe_api_key=SecretStr(SECRET_KEY_TEST),
        stripe_api_base=here.server.url,
    )
    found = Doctor(settings, clock=lambda: float(here.now)).examine().checks
    return [one for one in found if one.checked in ("metadata", "names of orders")]


def drafted(here: NamedShop) -> dict[str, object]:
    reader = StripeReader(Access(api_key=SECRET_KEY_TEST, api_base=here.server.url), timeout=LIMIT)
    found = draft(f"sqlite:///{here.database}", stripe=reader)
    reader.close()
    assert tomllib.loads(found.text)
    return tomllib.loads(found.text)


def test_a_uuid_of_the_order_is_proposed_with_its_column(shop: Open) -> None:
    here = shop(lambda one: (None, {"order_id": one.uuid, "shop": "acme"}))
    (line,) = examined(here)
    assert line.level is Level.WARNING
    assert tomllib.loads(line.paste) == {
        "orders": {"extra": {"uuid": "uuid"}},
        "stripe": {"metadata": {"order_id": "{uuid}"}},
    }
    (well,) = examined(here, extra={"uuid": "uuid"}, metadata={"order_id": "{uuid}"})
    assert well.level is Level.FINE


def test_a_token_of_the_payment_is_proposed_with_its_column(shop: Open) -> None:
    here = shop(lambda one: (one.token, {}), sessions=True)
    (line,) = examined(here)
    assert tomllib.loads(line.paste) == {
        "payments": [{"extra": {"token": "token"}}],
        "stripe": {"metadata": {"client_reference_id": "{token}"}},
    }
    said = {"payment_extra": {"token": "token"}, "metadata": {"client_reference_id": "{token}"}}
    assert [one.level for one in examined(here, **said)] == [Level.FINE]


def test_what_names_no_order_is_said_and_nothing_is_proposed(shop: Open) -> None:
    here = shop(lambda one: (f"visit-{one.id * 7919}", {}), sessions=True)
    (line,) = examined(here)
    assert "client_reference_id" in line.found
    assert line.paste == ""


def test_a_customers_number_is_not_taken_for_the_orders_name(shop: Open) -> None:
    here = shop(lambda one: (str(one.customer), {"order_id": one.number}), sessions=True)
    assert not [one for one in examined(here) if "customer" in one.paste]


def test_what_the_settings_explain_is_no_name_that_is_missing(shop: Open) -> None:
    here = shop(lambda one: (None, {"order_id": one.number, "customer_key": str(one.customer)}))
    said = {"extra": {"customer": "customer"}, "metadata": {"customer_key": "{customer}"}}
    assert [one.level for one in examined(here, **said)] == [Level.FINE]


def test_init_writes_the_lines_and_the_columns(shop: Open) -> None:
    found = drafted(shop(lambda one: (one.token, {"reference": one.uuid}), sessions=True))
    assert found["stripe"] == {"metadata": {"client_reference_id": "{token}", "reference": "{uuid}"}}
    orders, payments = found["orders"], found["payments"]
    assert isinstance(orders, dict)
    assert isinstance(payments, list)
    assert orders["extra"] == {"uuid": "uuid"}
    assert payments[0]["extra"] == {"token": "token"}


def test_the_order_s_own_number_stands_before_every_column() -> None:
    pairs = [
        Pair(Order(str(n), OrderStatus.PAID, number=f"R{n}"), {"order": f"R{n}", "shop": "acme"}) for n in range(4)
    ]
    rows: dict[str, Columns] = {str(n): {(None, "no"): (f"R{n}",)} for n in range(4)}
    (line,) = order_names.lines(pairs, rows)
    assert (line.key, line.template, line.because) == (
        "order",
        "{number}",
        "4 of 4 payments bear the order's number there",
    )
