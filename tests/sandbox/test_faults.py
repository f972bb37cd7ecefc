"""Each scenario that a broken shop brings about is brought about by a shop that is broken in that way."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from stripe import WebhookSignature

from core.sandbox.scenarios import EVERY, SHOP_EVENTS, Built, Scenario
from core.sandbox.shop import Mode, Shop
from core.sandbox.stripe.objects import Json

SECRET = "whsec_shop"
NOW = 1_795_000_000
STANDS_STILL = {Mode.REFUSE, Mode.CRASH, Mode.DROP, Mode.EARLY}
KEEPS = {Mode.TEMPLATE, Mode.CUT, Mode.FOLD}
BY_ITSELF = {Mode.TRUSTS_RETURN, Mode.TIMER}
ANSWERS_ILL = {  # no order is wrong for it: met by replays (tests/replaying/test_failing_shops.py)
    Mode.SLOW, Mode.HANG, Mode.REDIRECT, Mode.HALF, Mode.LATER, Mode.DONE_THEN_CRASH, Mode.EACH_TIME,
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with Shop(tmp_path / "shop.sqlite3", SECRET, now=lambda: float(NOW)) as shop:
        yield shop


def brought_about_by(*modes: Mode) -> pytest.MarkDecorator:
    chosen = [scenario for scenario in EVERY if scenario.fault != "off" and Mode(scenario.fault) in modes]
    assert {scenario.fault for scenario in chosen} == set(modes)
    return pytest.mark.parametrize("scenario", chosen, ids=lambda scenario: scenario.name)


def wanted(built: Built) -> list[Json]:
    """The events in the order they arrived: old failures last, for they are what was late."""
    told = [one for one in built.objects if one["object"] == "event" and one["type"] in SHOP_EVENTS]
    return sorted(told, key=lambda one: ("payment_failed" in one["type"], one["created"]))


def tell(shop: Shop, told: Json) -> httpx.Response:
    body = json.dumps(told)
    signature = WebhookSignature.generate_signature_header(body, SECRET)
    return httpx.post(shop.webhook_url, content=body, headers={"Stripe-Signature": signature})


def order(shop: Shop, built: Built) -> dict[str, object]:
    found = shop.books.find("order_number", built.number)
    assert found is not None
    return found


@brought_about_by(*STANDS_STILL)
def test_a_message_that_is_not_applied_leaves_the_order(shop: Shop, scenario: Scenario) -> None:
    built = scenario.build(NOW, shop.url)
    told = next(one for one in wanted(built) if one["type"] == scenario.heals)
    shop.mode = Mode(scenario.fault)
    if shop.mode is not Mode.EARLY:
        shop.books.add(built.orders)
    answer = tell(shop, told)
    assert (answer.status_code == 200) == (told["pending_webhooks"] == 0)
    if shop.mode is Mode.EARLY:
        shop.books.add(built.orders)
    assert order(shop, built)["status"] == built.order["status"]


@brought_about_by(*(set(Mode) - STANDS_STILL - KEEPS - BY_ITSELF - ANSWERS_ILL - {Mode.OFF}))
def test_a_handler_that_misreads_its_messages_makes_of_the_order_what_it_is(shop: Shop, scenario: Scenario) -> None:
    built = scenario.build(NOW, shop.url)
    shop.books.add([{**built.order, "status": "pending"}])
    shop.mode = Mode(scenario.fault)
    for told in wanted(built):
        assert tell(shop, told).status_code == 200
    assert order(shop, built)["status"] == built.order["status"]


@brought_about_by(*KEEPS)
def test_an_id_is_kept_as_the_order_has_it(shop: Shop, scenario: Scenario) -> None:
    built = scenario.build(NOW, shop.url)
    session = next(one for one in built.objects if one["object"] == "checkout.session")
    shop.books.add([{**built.order, "stripe_session_id": None}])
    shop.mode = Mode(scenario.fault)
    httpx.get(f"{shop.url}/thanks", params={"order": built.number, "session_id": session["id"]})
    assert order(shop, built)["stripe_session_id"] == built.order["stripe_session_id"]
    assert order(shop, built)["status"] == built.order["status"]


@brought_about_by(Mode.TRUSTS_RETURN)
def test_whoever_opens_the_success_page_has_paid(shop: Shop, scenario: Scenario) -> None:
    built = scenario.build(NOW, shop.url)
    shop.books.add([{**built.order, "status": "pending"}])
    page = f"{shop.url}/thanks"
    httpx.get(page, params={"session_id": str(built.order["stripe_session_id"])})
    assert order(shop, built)["status"] == "pending"
    shop.mode = Mode.TRUSTS_RETURN
    httpx.get(page, params={"session_id": str(built.order["stripe_session_id"])})
    assert order(shop, built)["status"] == built.order["status"] == "paid"


@brought_about_by(Mode.TIMER)
def test_the_timer_cancels_what_is_not_paid_after_half_an_hour(tmp_path: Path, scenario: Scenario) -> None:
    built = scenario.build(NOW)
    began = datetime.fromisoformat(str(built.order["created_at"])).timestamp()
    clock = [began + 29 * 60]
    with Shop(tmp_path / "shop.sqlite3", SECRET, now=lambda: clock[0]) as shop:
        shop.books.add([{**built.order, "status": "pending"}])
        for mode, after, status in (
            (Mode.TIMER, 29, "pending"),
            (Mode.OFF, 31, "pending"),
            (Mode.TIMER, 31, built.order["status"]),
        ):
            shop.mode, clock[0] = mode, began + after * 60
            shop.tick()
            assert order(shop, built)["status"] == status


def test_a_shop_that_does_its_work_books_a_finished_checkout_whose_customer_came_back(shop: Shop) -> None:
    """The return page keeps the id of an order that has none, and of no other."""
    built = next(one for one in EVERY if one.name == "id_never_saved").build(NOW, shop.url)
    shop.books.add(built.orders)
    for session in ("cs_test_first", "cs_test_second"):
        httpx.get(f"{shop.url}/thanks", params={"order": built.number, "session_id": session})
        assert order(shop, built)["stripe_session_id"] == "cs_test_first"
    assert order(shop, built)["status"] == "pending"
