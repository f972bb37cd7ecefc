"""A session's life: made, paid at once or slowly, declined, refunded, expired; and the events it leaves."""

from typing import Any

import httpx
import pytest
import stripe

from core.sandbox.stripe import StripeServer
from tests.sandbox.tour import Shop, client
from tests.worlds import stripe_of

server = stripe_of(8)


@pytest.fixture
def shop(server: StripeServer) -> Shop:
    return Shop(server)


def events(shop: Shop) -> list[str]:
    """What happened, in the order it did."""
    return [one["type"] for one in shop.get("/v1/events", limit=100)["data"]][::-1]


def test_an_open_session_has_an_address_and_no_intent(shop: Shop, server: StripeServer) -> None:
    session = shop.sell(client_reference_id="SH-1042", metadata={"order_id": "1042"}, customer_email="ada@example.com")
    assert (session["status"], session["payment_status"], session["payment_intent"]) == ("open", "unpaid", None)
    assert session["url"].startswith(f"https://checkout.stripe.com/c/pay/{session['id']}")
    assert session["expires_at"] == session["created"] + 86_400
    assert session["client_reference_id"] == "SH-1042"
    assert session["customer_details"]["email"] == "ada@example.com"
    assert "line_items" not in session
    assert server.store.count("event") == 0


def test_paying_with_a_card(shop: Shop) -> None:
    session = shop.sell(quantity=2, metadata={"a": "b"}, payment_intent_data={"metadata": {"order_id": "1042"}})
    paid = shop.pay(session, expected_amount=8500, email="ada@example.com")
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    assert paid["customer_details"]["email"] == "ada@example.com"
    intent = shop.get(f"/v1/payment_intents/{paid['payment_intent']}", expand=["latest_charge"])
    assert intent["amount_received"] == 8500
    assert intent["metadata"] == intent["latest_charge"]["metadata"] == {"order_id": "1042"}
    assert paid["metadata"] == {"a": "b"}
    assert events(shop) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
        "checkout.session.completed",
    ]


def test_an_event_keeps_the_object_as_it_was(shop: Shop) -> None:
    paid = shop.pay(shop.sell())
    shop.post(f"/v1/checkout/sessions/{paid['id']}", metadata={"late": "yes"})
    event = shop.get("/v1/events", type="checkout.session.completed")["data"][0]
    assert event["data"]["object"]["metadata"] == {}
    assert event["data"]["object"] == paid


def test_a_declined_card_leaves_the_session_open(shop: Shop) -> None:
    session = shop.sell()
    with pytest.raises(stripe.CardError) as declined:
        shop.pay(session, "pm_card_chargeDeclined")
    assert declined.value.http_status == 402
    assert declined.value.error
    assert declined.value.error.code == "card_declined"
    intent = shop.get("/v1/payment_intents", expand=["data.latest_charge"])["data"][0]
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["decline_code"] == "generic_decline"
    assert intent["latest_charge"]["status"] == "failed"
    assert shop.get(f"/v1/checkout/sessions/{session['id']}")["status"] == "open"
    assert events(shop) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    assert shop.pay(session)["payment_status"] == "paid"


@pytest.mark.parametrize(
    ("succeeds", "payment_status", "last"),
    [
        (True, "paid", "checkout.session.async_payment_succeeded"),
        (False, "unpaid", "checkout.session.async_payment_failed"),
    ],
)
def test_a_slow_payment(shop: Shop, server: StripeServer, succeeds: bool, payment_status: str, last: str) -> None:  # noqa: FBT001 - a case of the table
    session = shop.pay(shop.sell(), "pm_sepaDebit")
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    intent = shop.get(f"/v1/payment_intents/{session['payment_intent']}", expand=["latest_charge"])
    assert intent["status"] == "processing"
    assert intent["latest_charge"]["id"].startswith("py_")
    settled = httpx.post(f"{server.url}/_sandbox/settle", json={"session": session["id"], "succeeds": succeeds})
    assert settled.json()["payment_status"] == payment_status
    assert events(shop)[-1] == last


def test_nothing_to_pay_needs_no_card(shop: Shop) -> None:
    free = {"price_data": {"currency": "eur", "unit_amount": 0, "product_data": {"name": "Sticker"}}}
    body: Any = {"mode": "payment", "success_url": "https://shop.example.com", "line_items": [free]}
    session = shop.post("/v1/checkout/sessions", **body)
    done = shop.post(f"/v1/payment_pages/{session['id']}/confirm")
    assert (done["payment_status"], done["payment_intent"]) == ("no_payment_required", None)


def test_a_session_is_paid_once_and_at_its_price(shop: Shop) -> None:
    session = shop.sell()
    with pytest.raises(stripe.InvalidRequestError, match="expected amount"):
        shop.pay(session, expected_amount=1)
    shop.pay(session)
    with pytest.raises(stripe.InvalidRequestError, match="already complete"):
        shop.pay(session)


def test_expiring(shop: Shop) -> None:
    gone = shop.post(f"/v1/checkout/sessions/{shop.sell()['id']}/expire")
    assert (gone["status"], gone["url"], gone["payment_status"]) == ("expired", None, "unpaid")
    assert events(shop) == ["checkout.session.expired"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.post(f"/v1/checkout/sessions/{gone['id']}/expire")
    assert str(refused.value.user_message) == (
        'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of'
        " `expired`."
    )


def test_time_expires_what_nobody_paid(shop: Shop, server: StripeServer) -> None:
    session, paid = shop.sell(), shop.pay(shop.sell())
    assert httpx.post(f"{server.url}/_sandbox/expire").json() == {"expired": []}
    assert httpx.post(f"{server.url}/_sandbox/switches", json={"offset": 90_000}).status_code == 200
    assert httpx.post(f"{server.url}/_sandbox/expire").json() == {"expired": [session["id"]]}
    assert shop.get(f"/v1/checkout/sessions/{paid['id']}")["status"] == "complete"
    event = shop.get("/v1/events", type="checkout.session.expired")["data"][0]
    assert event["request"] == {"id": None, "idempotency_key": None}


def test_refunding_in_parts(shop: Shop) -> None:
    paid = shop.pay(shop.sell())
    first = shop.post("/v1/refunds", payment_intent=paid["payment_intent"], amount=1000, reason="duplicate")
    charge = shop.get(f"/v1/charges/{first['charge']}")
    assert (charge["amount_refunded"], charge["refunded"]) == (1000, False)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        shop.post("/v1/refunds", charge=charge["id"], amount=3251)
    shop.post("/v1/refunds", charge=charge["id"])
    assert shop.get(f"/v1/charges/{charge['id']}")["refunded"] is True
    with pytest.raises(stripe.InvalidRequestError, match="has already been refunded"):
        shop.post("/v1/refunds", charge=charge["id"])
    assert [one["amount"] for one in shop.get("/v1/refunds", charge=charge["id"])["data"]] == [3250, 1000]
    assert events(shop)[-4:] == ["charge.refunded", "refund.created"] * 2
    last = shop.get("/v1/events", type="charge.refunded")["data"][0]
    assert last["data"]["previous_attributes"] == {"amount_refunded": 1000, "refunded": False}
    assert last["request"]["id"].startswith("req_")
    assert shop.get(f"/v1/payment_intents/{paid['payment_intent']}")["status"] == "succeeded"


def test_metadata_is_merged_key_by_key(shop: Shop) -> None:
    session = shop.sell(metadata={"order_id": "1", "colour": "blue"})
    address = f"/v1/checkout/sessions/{session['id']}"
    changed = shop.post(address, metadata={"order_id": "2", "colour": ""})
    assert changed["metadata"] == {"order_id": "2"}
    assert shop.post(address, metadata="")["metadata"] == {}


def test_a_subscription_is_known_by_its_invoice(shop: Shop) -> None:
    session = shop.pay(shop.sell(mode="subscription"))
    assert session["payment_intent"] is None
    assert session["subscription"].startswith("sub_")
    payments = shop.get("/v1/invoice_payments", invoice=session["invoice"])["data"]
    intent = payments[0]["payment"]["payment_intent"]
    assert shop.get(f"/v1/payment_intents/{intent}")["status"] == "succeeded"
    found = shop.get("/v1/invoice_payments", payment={"type": "payment_intent", "payment_intent": intent})
    assert [one["invoice"] for one in found["data"]] == [session["invoice"]]


def test_the_same_seed_makes_the_same_ids() -> None:
    made = []
    for _ in range(2):
        with StripeServer(seed=9) as server:
            made.append(client(server).v1.customers.create().id)
    assert made[0] == made[1]


def test_a_subscription_and_its_bills_can_be_listed(shop: Shop) -> None:
    session = shop.pay(shop.sell(mode="subscription"))
    key, buyer = session["subscription"], session["customer"]
    (one,) = shop.get("/v1/subscriptions", customer=buyer)["data"]
    assert (one["id"], one["status"], one["latest_invoice"]) == (key, "active", session["invoice"])
    price = one["items"]["data"][0]["price"]
    assert price["unit_amount"] == session["amount_total"]
    (bill,) = shop.get("/v1/invoices", subscription=key, expand=["data.payments"])["data"]
    assert bill["parent"]["subscription_details"]["subscription"] == key
    paid_by = bill["payments"]["data"][0]["payment"]["payment_intent"]
    expand = ["data.invoice", "data.payment.payment_intent.latest_charge"]
    (payment,) = shop.get("/v1/invoice_payments", invoice=bill["id"], expand=expand)["data"]
    assert payment["payment"]["payment_intent"]["id"] == paid_by
    assert payment["payment"]["payment_intent"]["latest_charge"]["paid"] is True
    store = shop.server.store
    store.change(store.get(key, livemode=False), status="canceled")  # type: ignore[arg-type]  # it is there
    assert shop.get("/v1/subscriptions", customer=buyer)["data"] == []
    for filters in (
        {"status": "all"},
        {"status": "ended"},
        {"status": "canceled"},
        {"status": "all", "price": price["id"]},
    ):
        assert [found["id"] for found in shop.get("/v1/subscriptions", customer=buyer, **filters)["data"]] == [key]
    for filters in ({"status": "active"}, {"status": "all", "price": "price_other"}):
        assert shop.get("/v1/subscriptions", customer=buyer, **filters)["data"] == []
