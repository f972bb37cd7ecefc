"""Cards that are saved, with a setup intent or by hand; what is paid with them again and again; the balance."""

from typing import Any

import httpx
import pytest
import stripe

from core.sandbox.stripe import StripeServer
from tests.sandbox.tour import client
from tests.worlds import stripe_of

server = stripe_of(8)


@pytest.fixture
def v1(server: StripeServer) -> Any:  # noqa: ANN401 - the SDK's own services
    return client(server).v1


def told(v1: Any) -> list[str]:  # noqa: ANN401 - as above
    """What happened, in the order it did."""
    return [str(one.type) for one in v1.events.list({"limit": 100}).data][::-1]


def monthly(v1: Any, amount: int = 900) -> str:  # noqa: ANN401 - as above
    """A price of so much a month."""
    wanted = {"currency": "eur", "unit_amount": amount, "recurring": {"interval": "month"}}
    return str(v1.prices.create({**wanted, "product_data": {"name": "Tea"}}).id)


def test_a_card_is_saved_listed_and_let_go(v1: Any) -> None:  # noqa: ANN401 - as above
    customer = v1.customers.create({"email": "ada@example.com"}).id
    assert v1.payment_methods.list({"customer": customer}).data == []
    card = v1.payment_methods.create({"type": "card", "card": {"token": "tok_mastercard"}})
    assert (card.card.brand, card.card.last4, card.customer) == ("mastercard", "4444", None)
    assert v1.payment_methods.attach(card.id, {"customer": customer}).customer == customer
    assert [one.id for one in v1.payment_methods.list({"customer": customer, "type": "card"}).data] == [card.id]
    assert [one.id for one in v1.customers.payment_methods.list(customer).data] == [card.id]
    assert v1.payment_methods.list({"customer": customer, "type": "sepa_debit"}).data == []
    assert v1.payment_methods.detach(card.id).customer is None
    assert v1.payment_methods.list({"customer": customer}).data == []
    assert told(v1)[-2:] == ["payment_method.attached", "payment_method.detached"]
    with pytest.raises(stripe.InvalidRequestError, match="not attached to a customer"):
        v1.payment_methods.detach(card.id)
    with pytest.raises(stripe.CardError) as declined:
        v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer})
    assert declined.value.code == "card_declined"
    failing_later = v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer})
    with pytest.raises(stripe.CardError):
        v1.payment_intents.create(
            {"amount": 1, "currency": "eur", "customer": customer, "payment_method": failing_later.id, "confirm": True}
        )


def test_a_payment_saves_its_card_where_the_shop_says_so(v1: Any) -> None:  # noqa: ANN401 - as above
    customer = v1.customers.create({}).id
    wanted = {"amount": 99, "currency": "eur", "customer": customer, "payment_method": "pm_card_visa", "confirm": True}
    v1.payment_intents.create(wanted)
    assert v1.payment_methods.list({"customer": customer}).data == []
    paid = v1.payment_intents.create({**wanted, "setup_future_usage": "off_session"})
    assert [one.id for one in v1.payment_methods.list({"customer": customer}).data] == [paid.payment_method]


def test_a_setup_intent_saves_a_card(v1: Any) -> None:  # noqa: ANN401 - as above
    customer = v1.customers.create({}).id
    made = v1.setup_intents.create({"customer": customer})
    assert (made.status, made.client_secret[: len(made.id)]) == ("requires_payment_method", made.id)
    with pytest.raises(stripe.CardError) as declined:
        v1.setup_intents.confirm(made.id, {"payment_method": "pm_card_chargeDeclined"})
    assert declined.value.error
    assert declined.value.error.setup_intent
    assert v1.setup_intents.retrieve(made.id).last_setup_error.code == "card_declined"
    saved = v1.setup_intents.confirm(made.id, {"payment_method": "pm_card_visa", "expand": ["payment_method"]})
    assert (saved.status, saved.payment_method.customer) == ("succeeded", customer)
    assert told(v1)[-4:] == [
        "setup_intent.created", "setup_intent.setup_failed", "payment_method.attached", "setup_intent.succeeded",
    ]  # fmt: skip
    with pytest.raises(stripe.InvalidRequestError, match="cannot cancel"):
        v1.setup_intents.cancel(made.id)
    asked = v1.setup_intents.create({"payment_method": "pm_card_authenticationRequired", "confirm": True})
    assert asked.status == "requires_action"
    assert v1.setup_intents.cancel(asked.id).status == "canceled"


def test_a_subscription_is_active_once_it_is_paid(v1: Any) -> None:  # noqa: ANN401 - as above
    customer = v1.customers.create({"email": "ada@example.com"}).id
    items = [{"price": monthly(v1), "quantity": 2}]
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
        v1.subscriptions.create({"customer": customer, "items": items})
    card = v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    v1.customers.update(customer, {"invoice_settings": {"default_payment_method": card}})
    begun = v1.subscriptions.create({"customer": customer, "items": items, "expand": ["latest_invoice"]})
    assert (begun.status, begun.latest_invoice.status, begun.latest_invoice.amount_paid) == ("active", "paid", 1800)
    paid_by = v1.invoice_payments.list({"invoice": begun.latest_invoice.id}).data[0]
    intent = v1.payment_intents.retrieve(paid_by.payment.payment_intent)
    assert (paid_by.status, intent.status, intent.amount_received) == ("paid", "succeeded", 1800)
    assert v1.subscriptions.update(begun.id, {"cancel_at_period_end": True}).cancel_at_period_end
    assert v1.subscriptions.cancel(begun.id).status == "canceled"
    assert [one for one in told(v1) if one.startswith(("customer.subscription", "invoice"))] == [
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
        "customer.subscription.updated",
        "customer.subscription.deleted",
    ]


def test_an_incomplete_subscription_waits_for_its_customer(v1: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    customer = v1.customers.create({}).id
    wanted = {"customer": customer, "items": [{"price": monthly(v1)}], "payment_behavior": "default_incomplete"}
    begun = v1.subscriptions.create(wanted)
    tie = v1.invoice_payments.list({"invoice": begun.latest_invoice}).data[0]
    assert (begun.status, tie.status) == ("incomplete", "open")
    intent = tie.payment.payment_intent
    waiting = v1.payment_intents.confirm(intent, {"payment_method": "pm_card_threeDSecure2Required"})
    assert waiting.status == "requires_action"
    httpx.post(f"{server.url}/_sandbox/authenticate", json={"intent": intent})
    assert v1.subscriptions.retrieve(begun.id).status == "active"
    assert v1.invoices.retrieve(begun.latest_invoice).status == "paid"
    declined = v1.subscriptions.create({**wanted, "payment_behavior": "default_incomplete"})
    with pytest.raises(stripe.CardError):
        v1.invoices.pay(declined.latest_invoice, {"payment_method": "pm_card_chargeDeclined"})
    assert v1.subscriptions.retrieve(declined.id).status == "incomplete"
    assert v1.invoices.void_invoice(declined.latest_invoice).status == "void"


def test_the_balance_is_what_came_in_and_went_out(v1: Any, server: StripeServer) -> None:  # noqa: ANN401 - as above
    wanted = {"amount": 1000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    paid = v1.payment_intents.create({**wanted, "capture_method": "automatic"})
    v1.refunds.create({"payment_intent": paid.id, "amount": 400})
    entries = v1.balance_transactions.list({"source": paid.latest_charge}).data
    assert [(one.type, one.amount) for one in entries] == [("charge", 1000)]
    net = 1000 - entries[0].fee - 400
    waiting = v1.balance.retrieve()
    assert [(one.currency, one.amount) for one in waiting.pending] == [("eur", net)]
    assert [one.amount for one in waiting.available] == [0]
    server.switches.offset = 4 * 86_400
    assert [one.amount for one in v1.balance.retrieve().available] == [net]


def test_a_customer_is_gone_for_good(v1: Any) -> None:  # noqa: ANN401 - as above
    customer = v1.customers.create({"name": "Ada", "address": {"city": "Kiel"}}).id
    assert v1.customers.retrieve(customer).address.city == "Kiel"
    assert v1.customers.delete(customer).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        v1.customers.retrieve(customer)
