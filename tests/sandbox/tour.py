"""A tour of the sandbox's Stripe: a shop's year in a minute, and every endpoint that it answers with.

Shared by the strangers, who judge each answer, and by a test that no endpoint is left out.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import stripe

from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from core.sandbox.stripe.api import nothing
from core.sandbox.stripe.objects import dispute, event_destination

stripe.enable_telemetry = False
LAMP = {"price_data": {"currency": "eur", "unit_amount": 4250, "product_data": {"name": "Brass desk lamp"}}}


def client(server: StripeServer, key: str = SECRET_KEY_TEST) -> stripe.StripeClient:
    """The real SDK, at another address."""
    return stripe.StripeClient(key, base_addresses={"api": server.url})


@dataclass(slots=True)
class Shop:
    """Someone who uses Stripe's API by its plain addresses, and keeps every answer."""

    server: StripeServer
    key: str = SECRET_KEY_TEST
    answers: list[tuple[str, Any]] = field(default_factory=list)

    def get(self, path: str, **params: object) -> Any:  # noqa: ANN401 - JSON
        return self._ask("get", path, params)

    def post(self, path: str, **params: object) -> Any:  # noqa: ANN401 - JSON
        return self._ask("post", path, params)

    def delete(self, path: str) -> Any:  # noqa: ANN401 - JSON
        return self._ask("delete", path, {})

    def _ask(self, method: str, path: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        answer = client(self.server, self.key).raw_request(method, path, **params).data
        self.answers.append((f"{method.upper()} {path}", answer))
        return answer

    def sell(self, *, quantity: int = 1, **params: object) -> Any:  # noqa: ANN401 - JSON
        """An open session for so many lamps."""
        wanted = {"mode": "payment", "success_url": "https://shop.example.com/thanks", **params}
        return self.post("/v1/checkout/sessions", line_items=[{**LAMP, "quantity": quantity}], **wanted)

    def pay(self, session: Any, method: str = "pm_card_visa", **params: object) -> Any:  # noqa: ANN401 - JSON
        """What the customer does on the payment page."""
        return self.post(f"/v1/payment_pages/{session['id']}/confirm", payment_method=method, **params)


def tour(server: StripeServer) -> list[tuple[str, Any]]:
    """Every endpoint at least once, with lists, expansions and each state of a session."""
    shop = Shop(server)
    server.switches.retry_delays = ()
    _set_up(shop)
    paid = _sell_and_refund(shop)
    _other_ends(shop)
    _pay_without_a_session(shop)
    _save_cards(shop)
    _subscribe(shop)
    _look_at_everything(shop, paid)
    return shop.answers


def objects(answers: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each object of each answer, with what was asked. The payment page is left out: nobody has described it."""
    for asked, answer in answers:
        if asked.startswith("GET /v1/payment_pages/"):
            continue
        listed = answer["data"] if isinstance(answer.get("data"), list) else [answer]
        yield from ((asked, thing) for thing in listed)


def _set_up(shop: Shop) -> None:
    endpoint = shop.post("/v1/webhook_endpoints", url="http://127.0.0.1:9/hook", enabled_events=["*"])
    address = f"/v1/webhook_endpoints/{endpoint['id']}"
    shop.get(address)
    shop.post(address, description="the shop", disabled="true")
    shop.get("/v1/webhook_endpoints")
    shop.delete(address)
    bus = event_destination(Random(82), shop.server.switches.now())  # noqa: S311 - makes an id
    shop.server.store.put(bus)
    shop.get("/v2/core/event_destinations", include=["webhook_endpoint.url"])
    own = shop.get("/v1/account")
    shop.get(f"/v1/accounts/{own['id']}")
    shop.get("/v1/accounts")
    customer = shop.post("/v1/customers", email="ada@example.com", name="Ada King", metadata={"tier": "gold"})
    shop.post(f"/v1/customers/{customer['id']}", phone="+15555550100", metadata={"tier": "silver"})
    shop.post(f"/v1/customers/{customer['id']}", metadata={"tier": "gold"})
    shop.get(f"/v1/customers/{customer['id']}")
    shop.get("/v1/customers", email="ada@example.com")
    shop.get("/v1/customers/search", query="metadata['tier']:'gold'")
    for name in nothing.RIGHTS:
        shop.get(f"/v1/{name}")
    shop.get("/v1/entitlements/active_entitlements", customer=customer["id"])
    product = shop.post("/v1/products", name="Brass desk lamp")
    shop.get(f"/v1/products/{product['id']}")
    shop.get(f"/v1/products/{product['id']}/features")
    price = shop.post("/v1/prices", product=product["id"], unit_amount=4250, currency="eur")
    shop.get(f"/v1/prices/{price['id']}", expand=["product"])
    basket = [{"price": price["id"], "quantity": 2}]
    shop.post("/v1/checkout/sessions", line_items=basket, success_url="https://shop.example.com/thanks")


def _sell_and_refund(shop: Shop) -> Any:  # noqa: ANN401 - JSON
    session = shop.sell(
        client_reference_id="SH-1042",
        customer=shop.get("/v1/customers")["data"][0]["id"],
        metadata={"order_id": "1042"},
        payment_intent_data={"metadata": {"order_id": "1042"}},
    )
    shop.get(f"/v1/payment_pages/{session['id']}")
    card = shop.post("/v1/payment_methods", type="card", billing_details={"email": "ada@example.com"})
    shop.get(f"/v1/payment_methods/{card['id']}")
    paid = shop.pay(session, card["id"], expected_amount=4250)
    shop.post(f"/v1/payment_intents/{paid['payment_intent']}", metadata={"note": "gift"})
    refund = shop.post("/v1/refunds", payment_intent=paid["payment_intent"], amount=1000, reason="duplicate")
    shop.post(f"/v1/refunds/{refund['id']}", metadata={"ticket": "4711"})
    shop.get(f"/v1/refunds/{refund['id']}", expand=["charge.payment_intent", "balance_transaction"])
    rng = Random(1)  # noqa: S311 - for ids, not for secrets
    lost = dispute(rng, shop.server.switches.now(), charge=refund["charge"], amount=3250)
    shop.server.store.put({**lost, "payment_intent": paid["payment_intent"]})
    shop.get(f"/v1/disputes/{lost['id']}", expand=["charge"])
    return paid


def _other_ends(shop: Shop) -> None:
    gone = shop.sell(after_expiration={"recovery": {"enabled": "true"}}, customer_email="bo@example.org")
    shop.post(f"/v1/checkout/sessions/{gone['id']}", metadata={"order_id": "1043"})
    shop.post(f"/v1/checkout/sessions/{gone['id']}/expire")
    shop.pay(shop.sell(), "pm_sepaDebit")
    renewed = shop.pay(shop.sell(mode="subscription"))
    shop.get(f"/v1/invoices/{renewed['invoice']}", expand=["payments"])
    shop.get(
        "/v1/invoice_payments",
        invoice=renewed["invoice"],
        expand=["data.invoice", "data.payment.payment_intent.latest_charge"],
    )
    shop.get(f"/v1/invoices/{renewed['invoice']}/lines")
    shop.get("/v1/subscription_items", subscription=renewed["subscription"])
    shop.get("/v1/invoices", subscription=renewed["subscription"], expand=["data.payments"])
    shop.get("/v1/invoices/search", query="total>0")
    shop.get(f"/v1/subscriptions/{renewed['subscription']}", expand=["latest_invoice"])
    shop.get("/v1/subscriptions", customer=renewed["customer"], status="all")
    saved = shop.post("/v1/checkout/sessions", mode="setup", success_url="https://shop.example.com/saved")
    saved = shop.pay(saved)
    shop.get(f"/v1/setup_intents/{saved['setup_intent']}", expand=["payment_method"])
    shop.sell(quantity=3)


def _pay_without_a_session(shop: Shop) -> None:
    intents = "/v1/payment_intents"
    plain = shop.post(intents, amount=4250, currency="eur", metadata={"order_id": "1044"})
    shop.post(f"{intents}/{plain['id']}", amount=4000, receipt_email="ada@example.com")
    with suppress(stripe.CardError):
        shop.post(f"{intents}/{plain['id']}/confirm", payment_method="pm_card_chargeDeclined")
    shop.get(f"{intents}/{plain['id']}", expand=["latest_charge"])
    shop.post(f"{intents}/{plain['id']}/confirm", payment_method="pm_card_visa")
    held = {"amount": 4250, "currency": "eur", "capture_method": "manual", "confirm": "true"}
    for method in ("pm_card_mastercard", "pm_card_amex"):
        reserved = shop.post(intents, payment_method=method, **held)
        if method == "pm_card_amex":
            shop.post(f"{intents}/{reserved['id']}/cancel", cancellation_reason="abandoned")
        else:
            shop.post(f"{intents}/{reserved['id']}/capture", amount_to_capture=4000)
    shop.post(intents, amount=99, currency="eur", confirm="true", payment_method="pm_card_threeDSecure2Required")
    shop.post(intents, amount=99, currency="eur", confirm="true", payment_method="pm_sepaDebit")
    shop.post(intents, amount=99, currency="eur", confirm="true", payment_method="pm_card_createDispute")
    charge = shop.get("/v1/charges", limit=1)["data"][0]
    shop.post(f"/v1/charges/{charge['id']}", metadata={"seen": "yes"})
    shop.get("/v1/balance")
    shop.get("/v1/balance_transactions", type="charge")


def _save_cards(shop: Shop) -> None:
    customer = shop.post("/v1/customers", email="bo@example.org", address={"city": "Kiel"}, shipping={"name": "Bo"})
    card = shop.post("/v1/payment_methods", type="card", card={"token": "tok_mastercard"})
    shop.post(f"/v1/payment_methods/{card['id']}", billing_details={"name": "Bo"}, metadata={"own": "yes"})
    shop.post(f"/v1/payment_methods/{card['id']}/attach", customer=customer["id"])
    shop.get("/v1/payment_methods", customer=customer["id"], type="card")
    shop.get(f"/v1/customers/{customer['id']}/payment_methods", type="card")
    shop.get(f"/v1/customers/{customer['id']}/sources")
    shop.post(f"/v1/payment_methods/{card['id']}/detach")
    setups = "/v1/setup_intents"
    wanted = shop.post(setups, customer=customer["id"], usage="off_session")
    shop.post(f"{setups}/{wanted['id']}", metadata={"for": "later"})
    shop.post(f"{setups}/{wanted['id']}/confirm", payment_method="pm_card_visa")
    asked = shop.post(setups, payment_method="pm_card_authenticationRequired", confirm="true")
    shop.post(f"{setups}/{asked['id']}/cancel", cancellation_reason="abandoned")
    shop.get(setups, customer=customer["id"], expand=["data.payment_method"])
    shop.delete(f"/v1/customers/{shop.post('/v1/customers', email='gone@example.org')['id']}")


def _subscribe(shop: Shop) -> None:
    monthly = {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "month"}}
    product = shop.post("/v1/products", name="Coffee", default_price_data=monthly)
    shop.post(f"/v1/products/{product['id']}", description="Each month", active="True")
    shop.get("/v1/products", active="true")
    price = shop.post("/v1/prices", product_data={"name": "Tea"}, lookup_key="tea", **monthly)
    shop.post(f"/v1/prices/{price['id']}", nickname="Tea, monthly")
    shop.get("/v1/prices", lookup_keys=["tea"], type="recurring", expand=["data.product"])
    customer = shop.post("/v1/customers", email="cy@example.org", payment_method="pm_card_visa")["id"]
    wanted: dict[str, Any] = {"customer": customer, "items": [{"price": price["id"], "quantity": 2}]}
    begun = shop.post("/v1/subscriptions", **wanted, default_payment_method="pm_card_visa", expand=["latest_invoice"])
    shop.post(f"/v1/subscriptions/{begun['id']}", cancel_at_period_end="true")
    shop.delete(f"/v1/subscriptions/{begun['id']}")
    for end in ("pay", "void"):
        open_one = shop.post("/v1/subscriptions", **wanted, payment_behavior="default_incomplete")
        method = {"payment_method": "pm_card_visa"} if end == "pay" else {}
        shop.post(f"/v1/invoices/{open_one['latest_invoice']}/{end}", **method)


def _look_at_everything(shop: Shop, paid: Any) -> None:  # noqa: ANN401 - JSON
    session = f"/v1/checkout/sessions/{paid['id']}"
    shop.get(session, expand=["line_items", "customer", "payment_intent.latest_charge.balance_transaction"])
    shop.get(f"{session}/line_items")
    shop.get("/v1/checkout/sessions", limit=100, expand=["data.payment_intent.latest_charge.refunds"])
    intent = shop.get(f"/v1/payment_intents/{paid['payment_intent']}", expand=["payment_method"])
    shop.get("/v1/payment_intents", limit=100, expand=["data.latest_charge", "data.customer"])
    shop.get("/v1/payment_intents/search", query='metadata["order_id"]:"1042"')
    charge = shop.get(f"/v1/charges/{intent['latest_charge']}", expand=["refunds"])
    shop.get("/v1/charges", limit=100)
    shop.get("/v1/charges/search", query="refunded:'false' AND amount>1")
    shop.get(f"/v1/balance_transactions/{charge['balance_transaction']}")
    shop.get("/v1/refunds", charge=charge["id"], expand=["data.charge"])
    shop.get("/v1/disputes", payment_intent=intent["id"])
    event = shop.get("/v1/events", limit=100)["data"][0]
    shop.get(f"/v1/events/{event['id']}")
    shop.post(f"/v1/events/{event['id']}/retry", for_stripecli="true")
    thin = shop.get("/v2/core/events", object_id=paid["id"])["data"][0]
    shop.get(f"/v2/core/events/{thin['id']}")
