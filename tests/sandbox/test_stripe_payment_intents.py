"""An intent's life without a session: made, confirmed, declined, captured in part, cancelled; and what each leaves."""

from typing import Any

import httpx
import pytest
import stripe

from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from tests.sandbox.postbox import Postbox
from tests.sandbox.tour import Shop, client
from tests.worlds import stripe_of

server = stripe_of(8)


@pytest.fixture
def intents(server: StripeServer) -> Any:  # noqa: ANN401 - the SDK's own service
    return client(server).v1.payment_intents


def told(server: StripeServer) -> list[str]:
    """What happened, in the order it did."""
    listed = client(server).v1.events.list({"limit": 100})
    return [str(one.type) for one in listed.data][::-1]


def test_made_then_confirmed(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    made = intents.create({"amount": 4250, "currency": "eur", "metadata": {"order_id": "1042"}})
    assert (made.status, made.latest_charge, made.capture_method) == (
        "requires_payment_method",
        None,
        "automatic_async",
    )
    assert made.automatic_payment_methods.to_dict() == {"allow_redirects": "always", "enabled": True}
    changed = intents.update(made.id, {"amount": 4300, "payment_method": "pm_card_visa"})
    assert (changed.status, changed.amount) == ("requires_confirmation", 4300)
    paid = intents.confirm(made.id, {"expand": ["latest_charge.balance_transaction"]})
    assert (paid.status, paid.amount_received) == ("succeeded", 4300)
    charge = paid.latest_charge
    assert (charge.amount, charge.paid, charge.captured) == (4300, True, True)
    assert charge.metadata.to_dict() == {"order_id": "1042"}
    assert charge.payment_method == paid.payment_method
    assert charge.balance_transaction.net == 4300 - charge.balance_transaction.fee
    assert told(server) == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated",
    ]  # fmt: skip


def test_an_intent_that_captures_at_once_has_its_entry_at_once(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 99, "currency": "usd", "capture_method": "automatic", "payment_method": "pm_card_visa"}
    intents.create({**wanted, "confirm": True})
    assert told(server) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    succeeded = Shop(server).get("/v1/events", type="charge.succeeded")["data"][0]
    assert succeeded["data"]["object"]["balance_transaction"].startswith("txn_")


@pytest.mark.parametrize(
    ("method", "code", "reason"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ],
)
def test_a_declined_card_leaves_a_failed_charge(
    intents: Any,  # noqa: ANN401 - as above
    server: StripeServer,
    method: str,
    code: str,
    reason: str,
) -> None:
    with pytest.raises(stripe.CardError) as declined:
        intents.create({"amount": 4250, "currency": "eur", "payment_method": method, "confirm": True})
    error = declined.value.error
    assert error
    assert (declined.value.http_status, error.code, error.decline_code) == (402, code, reason)
    assert error.payment_intent
    assert error.payment_method
    kept = intents.retrieve(error.payment_intent.id, {"expand": ["latest_charge"]})
    assert (kept.status, kept.payment_method, kept.last_payment_error.code) == ("requires_payment_method", None, code)
    assert (kept.latest_charge.status, kept.latest_charge.failure_code) == ("failed", code)
    assert told(server) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    assert intents.confirm(kept.id, {"payment_method": "pm_card_visa"}).status == "succeeded"
    assert len(client(server).v1.charges.list({"payment_intent": kept.id}).data) == 2


def test_reserved_and_captured_in_part(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 5000, "currency": "eur", "capture_method": "manual", "payment_method": "pm_card_visa"}
    held = intents.create({**wanted, "confirm": True, "expand": ["latest_charge"]})
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 5000, 0)
    assert (held.latest_charge.captured, held.latest_charge.balance_transaction) == (False, None)
    with pytest.raises(stripe.InvalidRequestError, match="greater than"):
        intents.capture(held.id, {"amount_to_capture": 5001})
    taken = intents.capture(held.id, {"amount_to_capture": 3000})
    assert (taken.status, taken.amount_capturable, taken.amount_received) == ("succeeded", 0, 3000)
    charge = client(server).v1.charges.retrieve(held.latest_charge.id, {"expand": ["balance_transaction"]})
    assert (charge.amount, charge.amount_captured, charge.amount_refunded) == (5000, 3000, 2000)
    assert not charge.refunded
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert charge.balance_transaction.amount == 3000
    assert told(server) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]
    with pytest.raises(stripe.InvalidRequestError, match="already been captured"):
        intents.capture(held.id)
    refund = client(server).v1.refunds.create({"payment_intent": held.id})
    assert refund.amount == 3000
    assert client(server).v1.charges.retrieve(charge.id).refunded


def test_a_cancelled_reservation_is_written_down_as_a_refund(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 5000, "currency": "eur", "capture_method": "manual", "payment_method": "pm_card_visa"}
    held = intents.create({**wanted, "confirm": True})
    gone = intents.cancel(held.id, {"cancellation_reason": "requested_by_customer"})
    assert (gone.status, gone.cancellation_reason, gone.amount_capturable) == ("canceled", "requested_by_customer", 0)
    charge = client(server).v1.charges.retrieve(held.latest_charge)
    assert (charge.captured, charge.amount_refunded, charge.refunded) == (False, 5000, True)
    assert client(server).v1.refunds.list({"charge": charge.id}).data[0].balance_transaction is None
    assert told(server)[-1] == "payment_intent.canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        intents.cancel(held.id)
    assert refused.value.error
    assert refused.value.error.code == "payment_intent_unexpected_state"
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        intents.confirm(held.id, {"payment_method": "pm_card_visa"})


@pytest.mark.parametrize(("succeeds", "status"), [(True, "succeeded"), (False, "requires_payment_method")])
def test_a_card_that_asks_its_owner(intents: Any, server: StripeServer, status: str, *, succeeds: bool) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 4250, "currency": "eur", "payment_method": "pm_card_threeDSecure2Required"}
    back = "https://shop.example.com/back"
    waiting = intents.create({**wanted, "confirm": True, "return_url": back})
    assert (waiting.status, waiting.latest_charge) == ("requires_action", None)
    assert waiting.next_action.redirect_to_url.return_url == back
    assert told(server) == ["payment_intent.created", "payment_intent.requires_action"]
    httpx.post(f"{server.url}/_sandbox/authenticate", json={"intent": waiting.id, "succeeds": succeeds})
    assert intents.retrieve(waiting.id).status == status


def test_a_shop_that_confirms_by_hand_confirms_again(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 4250, "currency": "eur", "payment_method": "pm_card_threeDSecure2Required", "confirm": True}
    waiting = intents.create({**wanted, "confirmation_method": "manual", "return_url": "https://shop.example.com"})
    httpx.post(f"{server.url}/_sandbox/authenticate", json={"intent": waiting.id})
    assert intents.retrieve(waiting.id).status == "requires_confirmation"
    assert intents.confirm(waiting.id).status == "succeeded"


def test_a_payment_on_a_banks_page(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 4250, "currency": "eur", "confirm": True, "return_url": "https://shop.example.com"}
    waiting = intents.create({**wanted, "payment_method_data": {"type": "ideal"}})
    assert (waiting.status, waiting.next_action.type) == ("requires_action", "redirect_to_url")
    httpx.post(f"{server.url}/_sandbox/authenticate", json={"intent": waiting.id})
    paid = intents.retrieve(waiting.id, {"expand": ["latest_charge"]})
    assert (paid.status, paid.latest_charge.payment_method_details.type) == ("succeeded", "ideal")


def test_off_session_nobody_can_be_asked(intents: Any) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 4250, "currency": "eur", "payment_method": "pm_card_authenticationRequired"}
    with pytest.raises(stripe.CardError) as refused:
        intents.create({**wanted, "confirm": True, "off_session": True})
    assert refused.value.code == "authentication_required"


def test_a_slow_payment_settles_later(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 4250, "currency": "eur", "payment_method": "pm_sepaDebit", "confirm": True}
    slow = intents.create(wanted)
    assert slow.status == "processing"
    httpx.post(f"{server.url}/_sandbox/settle", json={"intent": slow.id})
    assert intents.retrieve(slow.id).amount_received == 4250
    assert told(server)[-2:] == ["charge.succeeded", "payment_intent.succeeded"]


def test_the_same_key_makes_one_intent(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 4250, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    first, second = (intents.create(wanted, {"idempotency_key": "order-1042"}) for _ in range(2))
    assert first.id == second.id
    assert server.store.count("charge") == 1
    declined = {**wanted, "payment_method": "pm_card_chargeDeclined"}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            intents.create(declined, {"idempotency_key": "order-1043"})
    assert server.store.count("charge") == 2
    with pytest.raises(stripe.IdempotencyError):
        intents.create({**wanted, "amount": 1}, {"idempotency_key": "order-1042"})


def test_what_stripe_refuses(intents: Any) -> None:  # noqa: ANN401 - as above
    made = intents.create({"amount": 4250, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        intents.confirm(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="Only a PaymentIntent with one of the following statuses"):
        intents.capture(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod: 'pm_card_of_nobody'"):
        intents.confirm(made.id, {"payment_method": "pm_card_of_nobody"})
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: currency"):
        intents.create({"amount": 4250})
    paid = intents.confirm(made.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError, match="amount could not be updated"):
        intents.update(paid.id, {"amount": 1})
    with pytest.raises(stripe.InvalidRequestError, match="already succeeded"):
        intents.confirm(paid.id)
    assert intents.update(paid.id, {"metadata": {"note": "late"}}).metadata.to_dict() == {"note": "late"}


def test_the_endpoint_hears_of_all_of_it(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    with Postbox() as postbox:
        endpoint = Shop(server).post(
            "/v1/webhook_endpoints", url=postbox.url, enabled_events=["payment_intent.succeeded", "charge.succeeded"]
        )
        intents.create({"amount": 4250, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True})
        heard = [letter.event(endpoint["secret"])["type"] for letter in postbox.wait_for(2)]
        assert sorted(heard) == ["charge.succeeded", "payment_intent.succeeded"]


@pytest.mark.parametrize("word", ["True", "true"])
def test_booleans_as_early_sdks_write_them(server: StripeServer, word: str) -> None:
    body = f"amount=4250&currency=eur&confirm={word}&payment_method=pm_card_visa&off_session={word}"
    answer = httpx.post(
        f"{server.url}/v1/payment_intents",
        content=body,
        headers={"Authorization": f"Bearer {SECRET_KEY_TEST}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.json()["status"] == "succeeded"
    refused = httpx.post(
        f"{server.url}/v1/payment_intents",
        content="amount=4250&currency=eur&confirm=yes",
        headers={"Authorization": f"Bearer {SECRET_KEY_TEST}"},
    )
    assert refused.json()["error"]["message"] == "Invalid boolean: yes"


def test_a_card_whose_bank_takes_the_money_back(intents: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 4250, "currency": "eur", "payment_method": "pm_card_createDispute", "confirm": True}
    paid = intents.create(wanted)
    charge = client(server).v1.charges.retrieve(paid.latest_charge)
    assert charge.disputed
    assert client(server).v1.disputes.list({"payment_intent": paid.id}).data[0].amount == 4250
