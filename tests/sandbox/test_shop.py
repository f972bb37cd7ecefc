"""The sandbox's shop: an ordinary shop that hears of payments by webhook, and fails on demand as real ones do."""

import json
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from stripe import WebhookSignature

from core.sandbox.shop import Mode, Shop, iso
from core.sandbox.shop.handler import change_for
from core.sandbox.stripe.objects import charge, checkout_session, event, payment_intent
from tests.waiting import eventually

SECRET = "whsec_shop"
NUMBER = "SH-1"
RNG = Random(4)  # noqa: S311 - made-up ids need no cryptography
NOW = int(time.time())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with Shop(tmp_path / "shop.sqlite3", SECRET, slow_seconds=0.2) as shop:
        yield shop


def row(**columns: object) -> dict[str, object]:
    order: dict[str, object] = {
        "order_number": NUMBER,
        "status": "pending",
        "total_minor": 4250,
        "currency": "eur",
        "customer_email": "ada@example.org",
        "stripe_session_id": None,
        "payment_intent_id": None,
        "metadata": {"channel": "web"},
        "created_at": iso(NOW - 600),
        "updated_at": iso(NOW - 600),
    }
    return {**order, **columns}


def paid_session(shop: Shop, **fields: object) -> dict[str, Any]:
    paid: dict[str, object] = {
        "status": "complete",
        "payment_status": "paid",
        "payment_intent": "pi_1",
        "client_reference_id": NUMBER,
        "success_url": f"{shop.url}/thanks?session_id={{CHECKOUT_SESSION_ID}}",
    }
    return checkout_session(RNG, NOW - 500, **{**paid, **fields})


def completed(shop: Shop, **fields: object) -> dict[str, Any]:
    return event(RNG, NOW - 400, "checkout.session.completed", paid_session(shop, **fields))


def tell(shop: Shop, told: dict[str, Any], *, secret: str = SECRET, timestamp: int | None = None) -> httpx.Response:
    body = json.dumps(told)
    signature = WebhookSignature.generate_signature_header(body, secret, timestamp)
    return httpx.post(shop.webhook_url, content=body, headers={"Stripe-Signature": signature})


def order(shop: Shop, number: str = NUMBER) -> dict[str, object]:
    found = shop.books.find("order_number", number)
    assert found is not None
    return found


def test_a_paid_checkout_is_booked_with_its_ids(shop: Shop) -> None:
    shop.books.add([row()])
    told = completed(shop)
    answer = tell(shop, told)
    assert answer.status_code == 200
    assert answer.json()["status"] == "paid"
    booked = order(shop)
    assert (booked["status"], booked["payment_intent_id"]) == ("paid", "pi_1")
    assert booked["stripe_session_id"] == told["data"]["object"]["id"]
    assert str(booked["updated_at"]) > str(booked["created_at"])


def test_the_same_event_twice_is_applied_once(shop: Shop) -> None:
    shop.books.add([row()])
    told = completed(shop)
    tell(shop, told)
    first = order(shop)
    assert tell(shop, told).json()["result"] == "already processed"
    assert order(shop) == first


def test_another_program_can_read_the_orders_while_the_shop_runs(shop: Shop) -> None:
    shop.books.add([row()])
    with closing(sqlite3.connect(f"file:{shop.books.path}?mode=ro", uri=True)) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert reader.execute("SELECT order_number, total_minor, metadata FROM orders").fetchall() == [
            (NUMBER, 4250, '{"channel": "web"}')
        ]


@pytest.mark.parametrize(("mode", "status"), [(Mode.REFUSE, 400), (Mode.CRASH, 500), (Mode.DROP, 200)], ids=str)
def test_a_broken_shop_leaves_the_order_and_a_mended_one_books_it(shop: Shop, mode: Mode, status: int) -> None:
    shop.books.add([row()])
    told = completed(shop)
    shop.mode = mode
    assert tell(shop, told).status_code == status
    assert order(shop)["status"] == "pending"
    shop.mode = Mode.OFF
    assert tell(shop, told).status_code == 200
    assert order(shop)["status"] == "paid"


def test_an_unknown_order_is_asked_for_again_unless_the_shop_acts_early(shop: Shop) -> None:
    told = completed(shop)
    assert tell(shop, told).status_code == 404
    shop.mode = Mode.EARLY
    assert tell(shop, told).status_code == 200
    shop.mode = Mode.OFF
    shop.books.add([row()])
    assert tell(shop, told).json()["status"] == "paid"


def test_a_slow_shop_does_its_work(shop: Shop) -> None:
    shop.books.add([row()])
    shop.mode = Mode.SLOW
    begun = time.monotonic()
    assert tell(shop, completed(shop)).status_code == 200
    assert time.monotonic() - begun >= 0.2
    assert order(shop)["status"] == "paid"


@pytest.mark.parametrize(("mode", "status"), [(Mode.DONE_THEN_CRASH, 500), (Mode.LATER, 200)], ids=str)
def test_what_it_answers_is_not_what_it_does(shop: Shop, mode: Mode, status: int) -> None:
    shop.books.add([row()])
    shop.mode = mode
    assert tell(shop, completed(shop)).status_code == status
    eventually(lambda: order(shop)["status"] == "paid")


def test_an_answer_that_breaks_off_follows_work_that_was_done(shop: Shop) -> None:
    shop.books.add([row()])
    shop.mode = Mode.HALF
    with pytest.raises(httpx.RemoteProtocolError):
        tell(shop, completed(shop))
    assert order(shop)["status"] == "paid"


def test_a_shop_that_hangs_does_nothing_until_it_is_let_go(shop: Shop) -> None:
    shop.books.add([row()])
    told = completed(shop)
    shop.hangs_on = frozenset({told["id"]})
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(tell, shop, told)
        eventually(lambda: shop.heard)
        assert order(shop)["status"] == "pending"
        shop.hangs_on = frozenset()
        assert answer.result().json()["status"] == "paid"


def test_a_redirect_leads_elsewhere_and_does_nothing(shop: Shop) -> None:
    shop.books.add([row()])
    shop.mode = Mode.REDIRECT
    assert tell(shop, completed(shop)).status_code == 307
    assert order(shop)["status"] == "pending"


def test_a_shop_that_keeps_no_ids_books_each_time(shop: Shop) -> None:
    shop.books.add([row()])
    told = completed(shop)
    tell(shop, told)
    tell(shop, told)
    assert shop.booked == [NUMBER]
    shop.mode = Mode.EACH_TIME
    tell(shop, told)
    assert shop.booked == [NUMBER, NUMBER]


@pytest.mark.parametrize(
    ("secret", "timestamp"), [("whsec_other", None), (SECRET, NOW - 3600)], ids=["wrong secret", "too old"]
)
def test_what_stripe_did_not_sign_just_now_is_refused(shop: Shop, secret: str, timestamp: int | None) -> None:
    shop.books.add([row()])
    assert tell(shop, completed(shop), secret=secret, timestamp=timestamp).status_code == 400
    assert order(shop)["status"] == "pending"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe"])
def test_garbage_is_refused(shop: Shop, body: bytes) -> None:
    assert httpx.post(shop.webhook_url, content=body).status_code == 400
    signature = "t=1,v1=2"
    assert httpx.post(shop.webhook_url, content=body, headers={"Stripe-Signature": signature}).status_code == 400


def test_a_checkout_of_another_site_is_not_this_shops_even_under_the_same_number(shop: Shop) -> None:
    shop.books.add([row()])
    answer = tell(shop, completed(shop, success_url="https://wholesale.example.net/thanks"))
    assert answer.json()["result"] == "not this shop's"
    assert order(shop)["status"] == "pending"


def test_an_odd_amount_is_acknowledged_but_left_for_a_person(shop: Shop) -> None:
    shop.books.add([row()])
    assert tell(shop, completed(shop, amount_total=4000)).json()["status"] == "pending"
    assert order(shop)["status"] == "pending"


def test_an_order_is_found_by_what_it_stores_when_the_event_names_none(shop: Shop) -> None:
    session = paid_session(shop, client_reference_id=None)
    shop.books.add([row(stripe_session_id=session["id"]), row(order_number="SH-2", payment_intent_id="pi_2")])
    tell(shop, event(RNG, NOW, "checkout.session.completed", session))
    tell(shop, event(RNG, NOW, "payment_intent.succeeded", payment_intent(RNG, NOW, id="pi_2")))
    assert [order(shop, number)["status"] for number in (NUMBER, "SH-2")] == ["paid", "paid"]


@pytest.mark.parametrize(
    ("kind", "fields", "before", "after"),
    [
        ("checkout.session.completed", {"payment_status": "unpaid"}, "pending", None),
        ("checkout.session.completed", {"payment_status": "paid"}, "cancelled", None),
        ("checkout.session.async_payment_succeeded", {"payment_status": "paid"}, "pending", "paid"),
        ("checkout.session.async_payment_failed", {"payment_status": "unpaid"}, "pending", "failed"),
        ("checkout.session.async_payment_failed", {"payment_status": "unpaid"}, "paid", None),
        ("checkout.session.expired", {"id": "cs_test_stored"}, "pending", "cancelled"),
        ("checkout.session.expired", {"id": "cs_test_older"}, "pending", None),
        ("checkout.session.expired", {"id": "cs_test_stored"}, "paid", None),
        ("customer.created", {}, "pending", None),
    ],
)
def test_what_an_event_about_a_checkout_means(
    kind: str, fields: dict[str, object], before: str, after: str | None
) -> None:
    subject = checkout_session(RNG, NOW, **fields)
    assert change_for(kind, subject, row(status=before, stripe_session_id="cs_test_stored")).status == after


@pytest.mark.parametrize(
    ("back", "before", "after"),
    [
        (4250, "paid", "refunded"),
        (1000, "fulfilled", "partially_refunded"),
        (4250, "partially_refunded", "refunded"),
        (1000, "partially_refunded", None),
        (4250, "cancelled", None),
    ],
)
def test_what_a_refund_means(back: int, before: str, after: str | None) -> None:
    subject = charge(RNG, NOW, amount_refunded=back)
    assert change_for("charge.refunded", subject, row(status=before)).status == after


def test_the_refund_of_a_second_payment_leaves_the_order_paid() -> None:
    subject = charge(RNG, NOW, amount_refunded=4250, payment_intent="pi_extra")
    assert change_for("charge.refunded", subject, row(status="paid", payment_intent_id="pi_stored")).status is None


def test_the_switch_is_reachable_over_http_and_says_what_it_knows(shop: Shop) -> None:
    switch = f"{shop.url}/_sandbox/mode"
    assert httpx.get(switch).json() == {"mode": "off"}
    assert httpx.post(switch, json={"mode": "crash"}).json() == {"mode": "crash"}
    assert shop.mode is Mode.CRASH
    wrongs: tuple[object, ...] = ({"mode": "explode"}, {}, [])
    for wrong in wrongs:
        refused = httpx.post(switch, json=wrong)
        assert refused.status_code == 400
        assert "refuse" in refused.json()["error"]
    assert shop.mode is Mode.CRASH


def test_the_customers_page_shows_the_order_and_escapes_it(shop: Shop) -> None:
    shop.books.add([row(customer_email="<script>@example.org", stripe_session_id="cs_test_1")])
    for page in (f"{shop.url}/orders/{NUMBER}", f"{shop.url}/thanks?session_id=cs_test_1"):
        shown = httpx.get(page)
        assert shown.status_code == 200
        assert "&lt;script&gt;@example.org" in shown.text
    unknown = httpx.get(f"{shop.url}/orders/<b>")
    assert unknown.status_code == 404
    assert "&lt;b&gt;" in unknown.text


def test_it_listens_on_loopback_only_and_leaves_the_port_free(tmp_path: Path) -> None:
    with Shop(tmp_path / "one.sqlite3", SECRET) as first:
        assert first.url.startswith("http://127.0.0.1:")
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            Shop(tmp_path / "two.sqlite3", SECRET, port=port)
    with Shop(tmp_path / "three.sqlite3", SECRET, port=port) as again:
        assert httpx.get(f"{again.url}/_sandbox/mode").status_code == 200
