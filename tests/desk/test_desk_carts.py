"""A payment that no order claims, made for a cart: whose it is, wherever somebody meets it."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.cases import Case, bundle
from core.desk import Desk
from core.export import csv_lines
from core.facts import Json
from core.orders import OrdersReader
from core.report import report
from core.rules import examine
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.settings import OrdersMapping
from tests.databases import execute
from tests.desks import desk_on
from tests.people import MIRA
from tests.scanning.scanned import Shop

CARTS: dict[str, Any] = {
    "table": "carts",
    "unit": "minor",
    "columns": {"id": "id", "customer_email": "email", "customer_name": "name"},
    "extra": {"token": "token"},
    "metadata": {"cart": "{token}"},
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A shop with an order that is as it should be, and a payment of a cart that became no order."""
    with World(scenarios=[BY_NAME["paid_and_booked"]]) as world:
        made = BY_NAME["webhook_refused"].build(world.now, world.shop.url)
        world.stripe.store.put_all(_of_cart(one) for one in made.objects if one["object"] != "checkout.session")
        execute(
            world.orders_database_url,
            "CREATE TABLE carts (id INTEGER PRIMARY KEY, email TEXT, name TEXT, token TEXT)",
            "INSERT INTO carts VALUES (7, 'Ann@Example.com', 'Ann Example', 'tok_7'), (8, 'ben@example.com', '', 'x')",
        )
        yield world


def _of_cart(one: Json) -> dict[str, Any]:
    """An object that bears the cart's name, and nobody's address."""
    kept = {**one, "metadata": {"cart": "tok_7"}} if one["object"] in ("payment_intent", "charge") else {**one}
    return {name: value for name, value in kept.items() if name not in ("receipt_email", "billing_details", "customer")}


@pytest.fixture(scope="module")
def mapping(world: World) -> OrdersMapping:
    """The shop's, with its carts."""
    return OrdersMapping.model_validate({"orders": world.orders_mapping, "carts": CARTS})


@pytest.fixture(scope="module")
def desk(world: World, mapping: OrdersMapping) -> Iterator[Desk]:
    """A desk that knows of the carts."""
    with desk_on(world, mapping=mapping) as running:
        yield running


def payment(world: World) -> str:
    (one,) = (i for i in world.stripe.store.newest_first("payment_intent", livemode=False) if i["metadata"].get("cart"))
    return str(one["id"])


def test_an_address_of_no_cart_finds_nothing(desk: Desk) -> None:
    found = desk.find("nobody@example.com", who=MIRA)
    assert (found.hits, found.unread) == ((), ())
    assert desk.find("ben@example.com", who=MIRA).hits == ()


def test_the_address_of_the_cart_leads_to_the_payment_and_says_whose_it_is(world: World, desk: Desk) -> None:
    for asked in ("ann@example.com", payment(world)):
        (hit,) = desk.find(asked, who=MIRA).hits
        assert (hit.key, "cart 7 of Ann Example (Ann@Example.com)" in hit.label) == (f"stripe:{payment(world)}", True)


def test_the_case_the_letter_and_the_csv_say_whose_it_is(world: World, desk: Desk) -> None:
    seen = desk.open(f"stripe:{payment(world)}")
    said = report(seen)
    assert said.subtitle == "cart 7 of Ann Example (Ann@Example.com)"
    assert "cart 7 of Ann Example" in said.verdict.says
    assert ("Ask the customer" in " ".join(said.verdict.steps), said.unread) == (False, ())
    for answer, known in zip(said.answers, ("at our checkout", "an unserer Kasse"), strict=True):
        assert known in answer.mail
        assert "tok_7" not in answer.mail
    (row,) = csv.DictReader(io.StringIO("".join(csv_lines([seen])).removeprefix("\ufeff"), newline=""))
    assert (row["cart_id"], row["cart_customer"]) == ("7", "Ann Example (Ann@Example.com)")
    assert (row["order_id"], row["customer_email"]) == ("", "Ann@Example.com")


def test_a_bundle_of_it_has_the_same_diagnosis_and_masks_the_address(world: World, desk: Desk) -> None:
    seen = desk.open(f"stripe:{payment(world)}")
    again = Case.of(bundle(seen.case, masked=False))
    assert again.cart == seen.case.cart
    assert examine(again).diagnosis == seen.diagnosis
    assert "Ann@Example.com" not in str(bundle(seen.case))


def test_a_scan_tells_it_with_the_case(world: World, mapping: OrdersMapping, tmp_path: Path) -> None:
    with closing(Shop(world, tmp_path)) as shop:
        shop.orders = OrdersReader(world.orders_database_url, mapping)
        assert shop.scan().state == "complete"
        kept = shop.journal.inbox.get(f"stripe:{payment(world)}")
    assert kept is not None
    assert (kept.code, "cart 7 of Ann Example" in kept.says, kept.email) == ("link_missing", True, "A***@Example.com")


def test_carts_that_cannot_be_read_are_told_and_nothing_is_denied(
    world: World, mapping: OrdersMapping, tmp_path: Path
) -> None:
    with desk_on(world, mapping=mapping, journal_url=f"sqlite:///{tmp_path / 'j.sqlite3'}") as desk:
        desk.check()
        execute(world.orders_database_url, "ALTER TABLE carts RENAME TO gone")
        try:
            seen = desk.open(f"stripe:{payment(world)}")
            found = desk.find("ann@example.com", who=MIRA)
        finally:
            execute(world.orders_database_url, "ALTER TABLE gone RENAME TO carts")
    assert seen.diagnosis.headline is not None
    assert (seen.diagnosis.headline.code, seen.case.cart) == ("link_missing", None)
    (said,) = report(seen).unread
    assert said.startswith("Not read: the carts of the shop")
    assert report(replace(seen, case=Case.of(bundle(seen.case)))).unread == (said,)
    assert [one.kind for one in found.unread] == ["carts"]
