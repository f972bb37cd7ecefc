"""A client that is pinned to an earlier API version gets that version's shapes; one that nobody knows is refused."""

import inspect
import re
from typing import Any

import httpx
import pytest
import stripe
from stripe.params import _webhook_endpoint_create_params

from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from core.sandbox.stripe.objects import API_VERSION
from core.sandbox.stripe.versions import KNOWN, READ_ONLY
from tests.sandbox.postbox import Postbox
from tests.sandbox.tour import LAMP, Shop
from tests.worlds import stripe_of

server = stripe_of(9)
PRETIX, PAYMENTS, LAST_YEAR = "2023-10-16", "2025-02-24.acacia", "2025-10-29.clover"
BASKET = {"line_items": [{**LAMP, "quantity": 1}], "mode": "payment", "success_url": "https://shop.example.com/thanks"}


def pinned(server: StripeServer, version: str) -> stripe.StripeClient:
    return stripe.StripeClient(SECRET_KEY_TEST, stripe_version=version, base_addresses={"api": server.url})


def ask(server: StripeServer, version: str, method: str, path: str, **params: object) -> Any:  # noqa: ANN401 - JSON
    return pinned(server, version).raw_request(method, path, **params).data


def paid_intent(server: StripeServer, version: str = API_VERSION) -> Any:  # noqa: ANN401 - JSON
    wanted = {"amount": 4250, "currency": "eur", "payment_method": "pm_card_visa", "confirm": "true"}
    return ask(server, version, "post", "/v1/payment_intents", **wanted)


def test_it_knows_the_versions_that_the_sdk_knows() -> None:
    listed = re.findall(r"20\d\d-\d\d-\d\d[.a-z]*", inspect.getsource(_webhook_endpoint_create_params))
    since_then = {one for one in listed if one >= KNOWN[0]} - {"2025-03-01.dashboard"}  # no client asks for that one
    assert since_then == set(KNOWN)
    assert (KNOWN[0], KNOWN[-1]) == ("2022-11-15", API_VERSION)


@pytest.mark.parametrize("version", ["2020-03-02", "2026-01-01", "2025-09-30.acacia", "latest"])
def test_another_version_is_refused_in_words(server: StripeServer, version: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pinned(server, version).v1.charges.list()
    assert refused.value.http_status == 400
    assert f"Invalid Stripe API version: {version}. " in str(refused.value)
    assert "from 2022-11-15 to 2026-10-28.endive" in str(refused.value)
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        Shop(server).post("/v1/webhook_endpoints", url="http://127.0.0.1:9", enabled_events=["*"], api_version=version)


@pytest.mark.parametrize("version", READ_ONLY)
def test_before_november_2022_it_is_read_and_nothing_is_made(server: StripeServer, version: str) -> None:
    """An intent has its attempts in a list, a charge its refunds."""
    intent = paid_intent(server)
    Shop(server).post("/v1/refunds", payment_intent=intent["id"], amount=250)
    (shown,) = ask(server, version, "get", "/v1/payment_intents")["data"]
    assert "latest_charge" not in shown
    (charge,) = shown["charges"]["data"]
    assert (charge["id"], shown["charges"]["total_count"]) == (intent["latest_charge"], 1)
    assert [one["amount"] for one in charge["refunds"]["data"]] == [250]
    assert ask(server, version, "get", f"/v1/charges/{charge['id']}") == charge
    session = ask(server, PRETIX, "post", "/v1/checkout/sessions", **BASKET)
    then = ask(server, version, "get", f"/v1/checkout/sessions/{session['id']}")
    assert ("shipping_rate" in then, "shipping_cost" in then) == (version < "2022-08-01", version >= "2022-08-01")
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        paid_intent(server, version)
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        Shop(server).post("/v1/webhook_endpoints", url="http://127.0.0.1:9", enabled_events=["*"], api_version=version)


def test_the_answer_names_the_version_it_is_in(server: StripeServer) -> None:
    key = {"Authorization": f"Bearer {SECRET_KEY_TEST}"}
    plain = httpx.get(f"{server.url}/v1/charges", headers=key)
    assert plain.headers["Stripe-Version"] == API_VERSION
    assert (
        httpx.get(f"{server.url}/v1/charges", headers={**key, "Stripe-Version": PRETIX}).headers["Stripe-Version"]
        == PRETIX
    )


@pytest.mark.parametrize("version", [PRETIX, PAYMENTS, LAST_YEAR])
def test_payment_method_types_are_taken_where_they_were(server: StripeServer, version: str) -> None:
    kinds = {"payment_method_types": ["card"]}
    session = ask(server, version, "post", "/v1/checkout/sessions", **BASKET, **kinds)
    assert (session["payment_method_types"], session["ui_mode"]) == (["card"], "hosted")
    intent = ask(server, version, "post", "/v1/payment_intents", amount=1, currency="eur", **kinds)
    assert (intent["payment_method_types"], intent["automatic_payment_methods"]) == (["card"], None)
    for path, wanted in (("/v1/checkout/sessions", BASKET), ("/v1/payment_intents", {"amount": 1, "currency": "eur"})):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            ask(server, API_VERSION, "post", path, **wanted, **kinds)
        assert refused.value.code == "payment_method_types_no_longer_supported"
        with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
            ask(server, version, "post", path, **wanted, allowed_payment_method_types=["card"])


def test_the_words_for_where_a_session_is_shown(server: StripeServer) -> None:
    embedded = {**BASKET, "ui_mode": "embedded", "return_url": "https://shop.example.com/back"}
    made = ask(server, PAYMENTS, "post", "/v1/checkout/sessions", **embedded)
    assert (made["ui_mode"], made["url"]) == ("embedded", None)
    assert made["client_secret"]
    assert ask(server, API_VERSION, "get", f"/v1/checkout/sessions/{made['id']}")["ui_mode"] == "embedded_page"
    with pytest.raises(stripe.InvalidRequestError, match="ui_mode"):
        ask(server, API_VERSION, "post", "/v1/checkout/sessions", **embedded)


def test_how_an_intent_is_captured_unless_it_is_said(server: StripeServer) -> None:
    assert paid_intent(server, PRETIX)["capture_method"] == "automatic"
    assert paid_intent(server, PAYMENTS)["capture_method"] == "automatic_async"


def test_what_a_plugin_of_2023_asks_of_a_charge(server: StripeServer) -> None:
    intent = paid_intent(server, PRETIX)
    Shop(server).post("/v1/refunds", payment_intent=intent["id"], amount=250)
    asked = {"expand": ["dispute", "refunds", "payment_intent", "payment_intent.latest_charge"]}
    charge = ask(server, PRETIX, "get", f"/v1/charges/{intent['latest_charge']}", **asked)
    assert (charge["dispute"], charge["invoice"], charge["payment_intent"]["invoice"]) == (None, None, None)
    assert charge["refunds"]["total_count"] == len(charge["refunds"]["data"]) == 1
    assert "refunds" not in ask(server, PRETIX, "get", f"/v1/charges/{intent['latest_charge']}")
    wanted = {"amount": 4250, "currency": "eur", "payment_method": "pm_card_createDispute", "confirm": "True"}
    lost = ask(server, PRETIX, "post", "/v1/payment_intents", **wanted)["latest_charge"]
    dispute = ask(server, PRETIX, "get", f"/v1/charges/{lost}")["dispute"]
    assert dispute.startswith("du_")
    for version in (PRETIX, API_VERSION):
        shown = ask(server, version, "get", f"/v1/charges/{lost}", expand=["dispute"])
        assert (shown["dispute"]["id"], shown["dispute"]["status"]) == (dispute, "needs_response")


def test_an_invoice_knew_its_payment_until_2025(server: StripeServer) -> None:
    shop = Shop(server)
    paid = shop.pay(shop.sell(mode="subscription"))
    address = f"/v1/invoices/{paid['invoice']}"
    bill = ask(server, PAYMENTS, "get", address, expand=["payment_intent.latest_charge", "subscription", "charge"])
    assert (bill["paid"], bill["subscription"]["id"]) == (True, paid["subscription"])
    assert bill["payment_intent"]["invoice"] == bill["charge"]["invoice"] == bill["id"]
    assert bill["payment_intent"]["latest_charge"]["id"] == bill["charge"]["id"]
    assert "parent" not in bill
    assert bill["subscription"]["current_period_end"] > bill["created"]
    assert "current_period_end" not in bill["subscription"]["items"]["data"][0]
    today = ask(server, API_VERSION, "get", address)
    assert {"payment_intent", "paid", "charge", "subscription"} & today.keys() == set()
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        ask(server, API_VERSION, "get", address, expand=["payment_intent"])


def test_lists_and_errors_are_in_the_version_too(server: StripeServer) -> None:
    paid_intent(server)
    assert "invoice" in ask(server, PRETIX, "get", "/v1/payment_intents")["data"][0]
    shown = ask(server, PRETIX, "get", "/v1/payment_intents", expand=["data.latest_charge"])["data"][0]
    assert "dispute" in shown["latest_charge"]
    wanted: Any = {"amount": 1, "currency": "eur", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    with pytest.raises(stripe.CardError) as declined:
        pinned(server, PRETIX).v1.payment_intents.create(wanted)
    assert "invoice" in declined.value.json_body["error"]["payment_intent"]  # type: ignore[index] # a JSON body


def test_an_endpoint_hears_in_its_own_version(server: StripeServer) -> None:
    shop = Shop(server)
    with Postbox() as then, Postbox() as now:
        wanted = {"enabled_events": ["charge.succeeded"]}
        early = shop.post("/v1/webhook_endpoints", url=then.url, api_version=PRETIX, **wanted)
        late = shop.post("/v1/webhook_endpoints", url=now.url, **wanted)
        paid_intent(server)
        old, new = then.wait_for(1)[0].event(early["secret"]), now.wait_for(1)[0].event(late["secret"])
    assert (old["api_version"], new["api_version"]) == (PRETIX, API_VERSION)
    assert old["id"] == new["id"]
    assert old["data"]["object"]["dispute"] is None
    assert "dispute" not in new["data"]["object"]
    assert shop.get(f"/v1/events/{old['id']}")["api_version"] == API_VERSION
