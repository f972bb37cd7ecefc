"""What Stripe's own payments settle: which column is the amount, and what is offered for a status nobody can tell."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from core.sandbox import World
from core.setup import Draft, draft
from core.stripe_api import Access, StripeReader
from tests.setup.made import Make, made, read
from tests.worlds import world_of

__all__ = ["made"]
world = world_of("still_choosing", "refunded_on_both_sides", orders=12)
NET = "CREATE TABLE shop_order (id INTEGER PRIMARY KEY, status INTEGER, {more}, currency TEXT, created_at TEXT)"
PAYMENTS = "CREATE TABLE shop_payment (id INTEGER PRIMARY KEY, order_id INTEGER, total INTEGER, transaction_id TEXT)"


@dataclass(frozen=True)
class Sold:
    """An order of the sandbox's shop: what Stripe took for it, and its id there."""

    id: int
    status: str
    amount: int
    currency: str
    name: str
    at: str


@pytest.fixture
def sold(world: World) -> list[Sold]:
    with closing(sqlite3.connect(world.orders_database_url.removeprefix("sqlite:///"))) as books:
        asked = "SELECT id, status, total_minor, currency, coalesce(payment_intent_id, stripe_session_id), created_at"
        return [Sold(*row) for row in books.execute(f"{asked} FROM orders ORDER BY id")]


@pytest.fixture
def stripe(world: World) -> Iterator[StripeReader]:
    env = world.settings_env()
    reader = StripeReader(Access(env["STRIPE_API_KEY"], env["ORDERLENS_STRIPE_API_BASE"]))
    yield reader
    reader.close()


def shop(made: Make, sold: list[Sold], more: str, values: str, *, total: str = "{0.amount}") -> str:
    """A shop that sold these; `values` are those of the columns in `more`, `total` what the payment's row says."""
    return made(
        NET.format(more=more),
        PAYMENTS,
        *(
            f"INSERT INTO shop_order VALUES ({one.id}, 2, {values.format(one, net=one.amount - one.id)},"
            f" '{one.currency}', '{one.at}')"
            for one in sold
        ),
        *(
            f"INSERT INTO shop_payment VALUES ({one.id + 100}, {one.id}, {total.format(one)}, '{one.name}')"
            for one in sold
        ),
    )


def amounts(url: str, found: Draft) -> dict[str, object]:
    return {name: one["amount"] for name, one in read(url, found).items()}


def says(found: Draft) -> dict[str, str]:
    return {one.key: one.because for one in found.beliefs}


def test_the_column_that_equals_what_stripe_took_is_the_amount(
    made: Make, sold: list[Sold], stripe: StripeReader
) -> None:
    """Its name says nothing; the one that is called so is net."""
    url = shop(made, sold, "amount INTEGER, to_pay INTEGER", "{net}, {0.amount}")
    found = draft(url, stripe=stripe)
    assert found.raw["orders"]["columns"]["amount"] == "to_pay"
    assert "equal what Stripe took" in says(found)["orders.columns.amount"]
    assert amounts(url, found) == {str(one.id): one.amount for one in sold}


def test_a_total_that_stands_with_the_payment_alone_is_read_from_there(
    made: Make, sold: list[Sold], stripe: StripeReader
) -> None:
    url = shop(made, sold, "amount INTEGER, tax INTEGER", "{net}, 1")
    found = draft(url, stripe=stripe)
    assert amounts(url, found) == {str(one.id): one.amount for one in sold}
    assert "shop_payment.total does: 12 of 12" in says(found)["orders.columns.amount"]
    assert 'query = """\nSELECT o.id, o.status' in found.text


def test_a_column_of_what_was_paid_is_no_total(made: Make, sold: list[Sold], stripe: StripeReader) -> None:
    """It equals Stripe's in every shop, also where the order was another's."""
    url = shop(made, sold, "amount INTEGER, amount_paid INTEGER", "{net}, {0.amount}", total="7")
    found = draft(url, stripe=stripe)
    assert "amount" not in found.raw["orders"]["columns"]
    assert "unit" not in found.raw["orders"]
    (asked,) = [one.says for one in found.opens if one.key == "orders.columns.amount"]
    assert "shop_order.amount_paid equals 12 of 12 amounts at Stripe. It says what was paid" in asked


def test_an_amount_that_stripe_refutes_is_left_out_and_asked(
    made: Make, sold: list[Sold], stripe: StripeReader
) -> None:
    found = draft(shop(made, sold, "amount INTEGER, weight INTEGER", "{net}, 7", total="7"), stripe=stripe)
    assert "amount" not in found.raw["orders"]["columns"]
    (asked,) = [one.says for one in found.opens if one.key == "orders.columns.amount"]
    assert "shop_order.amount equals 0 of 12 amounts at Stripe" in asked
    assert "# Open: Which column is the amount?" in found.text


def test_an_amount_that_equals_stripes_is_left_as_it_is(made: Make, sold: list[Sold], stripe: StripeReader) -> None:
    found = draft(shop(made, sold, "amount INTEGER, to_pay INTEGER", "{0.amount}, {0.amount}"), stripe=stripe)
    assert found.raw["orders"]["columns"]["amount"] == "amount"
    assert found.raw["orders"]["table"] == "shop_order"


NUMBERS = {"paid": 2, "pending": 1, "refunded": 5}


def test_a_status_that_is_a_number_is_offered_with_what_stripe_says(
    made: Make, sold: list[Sold], stripe: StripeReader
) -> None:
    url = shop(made, sold, "amount INTEGER, x INTEGER", "{0.amount}, 1")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as books:
        for one in sold:
            books.execute("UPDATE shop_order SET status = ? WHERE id = ?", (NUMBERS.get(one.status, 9), one.id))
        books.commit()
    found = draft(url, stripe=stripe)
    asked = {one.key.partition("#")[2]: one for one in found.questions if "#" in one.key}
    assert (asked["2"].suggestion, asked["2"].asks[:30]) == ("paid", "5 of 5 are paid at Stripe. Wha")
    assert asked["1"].asks.startswith("0 of 1 are paid at Stripe. ")
    assert asked["5"].asks.startswith("1 of 1 are paid at Stripe, 1 of them refunded. ")
    assert (asked["1"].suggestion, asked["5"].suggestion) == ("", "")
    assert '# 2 = "paid"  # 5 of 5 are paid at Stripe.' in found.text


def test_a_word_of_which_some_are_paid_is_not_offered(made: Make, sold: list[Sold], stripe: StripeReader) -> None:
    some = [*(one for one in sold if one.status == "pending"), *[one for one in sold if one.status == "paid"][:2]]
    found = draft(shop(made, some, "amount INTEGER, x INTEGER", "{0.amount}, 1"), stripe=stripe)
    (asked,) = [one for one in found.questions if "#" in one.key]
    assert asked.asks.startswith("2 of 3 are paid at Stripe. ")
    assert asked.suggestion == ""


OWN_ROWS = (
    "CREATE TABLE shop_order (id INTEGER PRIMARY KEY, status INTEGER, total NUMERIC, currency TEXT, created_at TEXT)",
    "CREATE TABLE shop_payment (id INTEGER PRIMARY KEY, order_id INTEGER, status TEXT, transaction_id TEXT)",
)


def test_a_status_that_is_a_number_is_offered_with_what_the_apps_own_payments_say(made: Make) -> None:
    """Offered, never taken; nothing is offered where they say several things, or only what went wrong."""
    states = ["confirmed"] * 3 + ["waiting"] * 2 + ["refunded"] + ["rejected"] + ["confirmed", "waiting"]
    numbers = [2, 2, 2, 1, 1, 5, 4, 7, 7]
    url = made(
        *OWN_ROWS,
        *(
            f"INSERT INTO shop_order VALUES ({n}, {status}, {n}.5, 'eur', '2026-01-0{n}T10:00:00Z')"
            for n, status in enumerate(numbers, 1)
        ),
        *(
            f"INSERT INTO shop_payment VALUES ({n + 100}, {n}, '{state}', 'pi_3QabcDEFghIJklMNop{n}')"
            for n, state in enumerate(states, 1)
        ),
    )
    found = draft(url, stripe=None)
    asked = {one.key.partition("#")[2]: one for one in found.questions if "#" in one.key}
    offered = {status: one.suggestion for status, one in asked.items()}
    assert offered == {"2": "paid", "1": "pending", "5": "refunded", "4": "", "7": ""}
    assert asked["7"].asks.startswith(
        "By the app's payments 1 of 2 have a settled payment, 1 of 2 have none that is settled. "
    )
    assert found.raw["orders"]["status_map"] == {}


def test_a_checkout_that_the_app_keeps_as_json_tells_the_amount_and_what_names_the_payment(made: Make) -> None:
    """Without Stripe: the total is in no column of the order, and each payment has a token of its own."""
    kept = '{{"session": {{"object": "checkout.session", "id": "{id}", "amount_total": {total}, "currency": "eur",'
    kept += ' "created": 1767261600, "client_reference_id": "token-{n}"}}}}'
    name = "cs_test_a1b2c3d4e5f6g7h8{n}"
    url = made(
        OWN_ROWS[0].replace("total", "net"),
        "CREATE TABLE shop_payment (id INTEGER PRIMARY KEY, order_id INTEGER, sum NUMERIC, token TEXT, data TEXT)",
        *(f"INSERT INTO shop_order VALUES ({n}, 2, {n}.5, 'eur', '2026-01-01T10:00:00Z')" for n in range(1, 6)),
        *(
            f"INSERT INTO shop_payment VALUES ({n}, {n}, {n + 1}.25, 'token-{n}',"
            f" '{kept.format(n=n, id=name.format(n=n), total=(n + 1) * 100 + 25)}')"
            for n in range(1, 6)
        ),
    )
    found = draft(url, stripe=None)
    assert amounts(url, found) == {str(n): (n + 1) * 100 + 25 for n in range(1, 6)}
    assert found.raw["stripe"]["metadata"] == {"client_reference_id": "{token}"}


def test_a_gift_card_that_stripes_amounts_prove_is_what_was_paid_otherwise(
    made: Make, sold: list[Sold], stripe: StripeReader
) -> None:
    url = shop(made, sold, "total INTEGER, gift_card_amount INTEGER", "{0.amount}, 0")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as books:
        books.execute("UPDATE shop_order SET total = total + 500, gift_card_amount = 500 WHERE id % 3 = 0")
        books.commit()
    found = draft(url, stripe=stripe)
    assert found.raw["orders"]["columns"]["paid_otherwise"] == "gift_card_amount"
    (why,) = [one for one in found.beliefs if one.key == "orders.columns.paid_otherwise"]
    assert (why.confidence, "Stripe took the total less this" in why.because) == ("sure", True)


def test_a_gift_card_is_asked_where_nothing_proves_it(made: Make, sold: list[Sold]) -> None:
    url = shop(made, sold, "total INTEGER, store_credit_used INTEGER, gift_card_id INTEGER", "{0.amount}, 500, 7")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as books:
        books.execute("CREATE TABLE gift_card_uses (id INTEGER PRIMARY KEY, order_id INTEGER, amount INTEGER)")
        books.execute("INSERT INTO gift_card_uses SELECT id, id, 500 FROM shop_order")
        books.commit()
    found = draft(url, stripe=None)
    assert "paid_otherwise" not in found.raw["orders"]["columns"]
    assert "paid_otherwise" not in found.raw
    asked = {one.key: one for one in found.opens}
    assert "store_credit_used" in asked["orders.columns.paid_otherwise"].example
    assert 'table = "gift_card_uses"' in asked["paid_otherwise"].example


def test_a_gift_card_that_the_total_holds_no_more_is_not_asked(
    made: Make, sold: list[Sold], stripe: StripeReader
) -> None:
    found = draft(shop(made, sold, "total INTEGER, gift_card_total INTEGER", "{0.amount}, 500"), stripe=stripe)
    assert "paid_otherwise" not in found.raw["orders"]["columns"]
    assert [one.key for one in found.opens if "otherwise" in one.key] == []


@pytest.mark.parametrize(
    ("more", "values", "spec"),
    [
        ("net INTEGER, shipping INTEGER", "{net}, {0.id}", "net + shipping"),
        ("gross INTEGER, discount INTEGER", "{0.amount} + {0.id}, {0.id}", "gross - discount"),
    ],
)
def test_a_total_that_two_columns_make_is_proved_by_stripe(
    made: Make, sold: list[Sold], stripe: StripeReader, more: str, values: str, spec: str
) -> None:
    url = shop(made, sold, more, values, total="7")
    found = draft(url, stripe=stripe)
    assert found.raw["orders"]["columns"]["amount"] == spec
    assert amounts(url, found) == {str(one.id): one.amount for one in sold}


def test_a_net_amount_and_the_rate_of_its_tax_make_the_total(
    made: Make, sold: list[Sold], stripe: StripeReader
) -> None:
    net = "{0.amount} / 1.25, 25"
    url = shop(made, sold, "amount NUMERIC, tax NUMERIC", net, total="7")
    found = draft(url, stripe=stripe)
    assert "amount * (1 + COALESCE(o.tax, 0) / 100.0)" in found.raw["orders"]["query"].replace("o.amount", "amount")
    assert amounts(url, found) == {str(one.id): one.amount for one in sold}
