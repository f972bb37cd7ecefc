"""The ways in which the sandbox says no, word for word as Stripe does, headers included."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import stripe

from core.sandbox.stripe import RESTRICTED_KEY_TEST, SECRET_KEY_LIVE, SECRET_KEY_TEST, StripeServer
from core.sandbox.stripe.objects import ACCOUNT_ID
from tests.sandbox.tour import LAMP, Shop, client
from tests.worlds import stripe_of

GONE = "cs_test_a1" + "x" * 56


server = stripe_of(7)


def refusal(call: object, *args: object) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as refused:
        call(*args)  # type: ignore[operator] # one of the SDK's methods
    return refused.value


def test_an_unknown_id(server: StripeServer) -> None:
    api = client(server)
    error = refusal(api.v1.checkout.sessions.retrieve, GONE)
    assert error.http_status == 404
    assert error.error
    assert error.error.to_dict() | {"request_log_url": ""} == error.error.to_dict() | {
        "code": "resource_missing",
        "doc_url": "https://stripe.com/docs/error-codes/resource-missing",
        "message": f"No such checkout.session: '{GONE}'",
        "param": "session",
        "request_log_url": "",
        "type": "invalid_request_error",
    }
    assert error.request_id
    assert f"{ACCOUNT_ID}/test/workbench/logs?object={error.request_id}" in str(error.error.request_log_url)


@pytest.mark.parametrize(
    ("address", "message", "param"),
    [
        ("/v1/payment_intents/pi_x", "No such payment_intent: 'pi_x'", "intent"),
        ("/v1/charges/ch_x", "No such charge: 'ch_x'", "id"),
        ("/v1/customers/cus_x", "No such customer: 'cus_x'", "id"),
        ("/v1/events/evt_x", "No such event: 'evt_x'", "id"),
        ("/v1/refunds/pi_x", "No such refund: 'pi_x'", "id"),
    ],
)
def test_each_kind_is_missed_by_its_name(server: StripeServer, address: str, message: str, param: str) -> None:
    error = refusal(client(server).raw_request, "get", address)
    assert error.error
    assert (error.error.message, error.error.param) == (message, param)


def test_an_object_of_the_other_mode(server: StripeServer) -> None:
    session = Shop(server).sell()
    error = refusal(client(server, SECRET_KEY_LIVE).v1.checkout.sessions.retrieve, session["id"])
    assert error.http_status == 404
    assert str(error.user_message) == (
        f"No such checkout.session: '{session['id']}'; a similar object exists in test mode, but a live mode key was"
        " used to make this request."
    )
    live = Shop(server, SECRET_KEY_LIVE).sell()
    assert live["id"].startswith("cs_live_")
    assert "exists in live mode, but a test mode key was used" in str(
        refusal(client(server).v1.checkout.sessions.retrieve, live["id"])
    )


def test_a_wrong_key(server: StripeServer) -> None:
    error = refusal(client(server, "sk_test_nobodyknowsabcd").v1.events.list)
    assert isinstance(error, stripe.AuthenticationError)
    assert error.user_message == "Invalid API Key provided: sk_test_***********abcd"
    assert error.request_id is None
    assert error.error
    assert (error.error.code, error.error.doc_url) == (None, None)
    headers = {str(name).lower() for name in error.headers or {}}
    assert "www-authenticate" in headers
    assert not headers & {"request-id", "stripe-version"}


def test_no_key_a_rolled_key_and_a_key_for_browsers(server: StripeServer) -> None:
    assert httpx.get(f"{server.url}/v1/events").status_code == 401
    server.switches.expired_keys.add("rk_test_rolled")
    rolled = refusal(client(server, "rk_test_rolled").v1.events.list)
    assert rolled.error
    assert rolled.error.code == "api_key_expired"
    public = refusal(client(server, "pk_test_x").v1.events.list)
    assert public.error
    assert public.error.code == "secret_key_required"


def test_basic_authentication_is_a_key_too(server: StripeServer) -> None:
    assert httpx.get(f"{server.url}/v1/events", auth=(SECRET_KEY_TEST, "")).status_code == 200


def test_a_restricted_key_lacks_a_right(server: StripeServer) -> None:
    api = client(server, RESTRICTED_KEY_TEST)
    assert api.v1.checkout.sessions.list().data == []
    error = refusal(api.v1.accounts.retrieve_current)
    assert isinstance(error, stripe.PermissionError)
    assert "Enabling Accounts Read ('account_read') permissions on this key would allow this request" in str(error)
    assert ACCOUNT_ID in str(error)
    assert RESTRICTED_KEY_TEST not in str(error)


def test_a_restricted_key_may_not_look_through_an_expansion(server: StripeServer) -> None:
    session = Shop(server).pay(Shop(server).sell())
    api = client(server, RESTRICTED_KEY_TEST)
    deep: list[str] = ["payment_intent.latest_charge.balance_transaction"]
    error = refusal(api.v1.checkout.sessions.retrieve, session["id"], {"expand": deep})
    assert "balance_transaction_source_read" in str(error)


def test_to_write_is_to_read(server: StripeServer) -> None:
    server.switches.restrict("rk_test_writer", ["charge_write"])
    api = client(server, "rk_test_writer")
    assert api.v1.charges.list().data == []
    assert isinstance(refusal(api.v1.events.list), stripe.PermissionError)


def test_somebody_elses_account(server: StripeServer) -> None:
    api = client(server)
    assert api.v1.events.list({}, {"stripe_account": ACCOUNT_ID}).data == []
    error = refusal(api.v1.events.list, {}, {"stripe_account": "acct_another"})
    assert isinstance(error, stripe.PermissionError)
    assert error.error
    assert error.error.code == "account_invalid"
    assert error.request_id is None


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"client_reference_id": "SH-1"}, "parameter_unknown", "client_reference_id"),
        ({"limit": 101}, "parameter_invalid_integer", "limit"),
        ({"limit": 0}, "parameter_invalid_integer", "limit"),
        ({"limit": "many"}, "parameter_invalid_integer", "limit"),
        ({"status": "paid"}, None, "status"),
        ({"payment_intent": "pi_x"}, "resource_missing", "payment_intent"),
        ({"starting_after": "cs_x"}, "resource_missing", "starting_after"),
        ({"starting_after": "a", "ending_before": "b"}, None, "ending_before"),
        ({"created": {"after": 1}}, "parameter_unknown", "after"),
        ({"customer_details": {"name": "Ada"}}, "parameter_missing", "customer_details[email]"),
    ],
)
def test_a_list_that_cannot_be(server: StripeServer, params: dict[str, object], code: str | None, param: str) -> None:
    error = refusal(client(server).v1.checkout.sessions.list, params)
    assert error.error
    assert (error.error.code, error.error.param) == (code, param)


def test_events_by_type_and_types_at_once(server: StripeServer) -> None:
    api = client(server)
    assert isinstance(refusal(api.v1.events.list, {"type": "a", "types": ["b"]}), stripe.InvalidRequestError)
    assert isinstance(refusal(api.v1.events.list, {"types": ["b"] * 21}), stripe.InvalidRequestError)


def test_an_address_that_is_none(server: StripeServer) -> None:
    api = client(server)
    assert "Unrecognized request URL (GET: /v1/unicorns)." in str(refusal(api.raw_request, "get", "/v1/unicorns"))
    assert "Unrecognized request URL (DELETE: /v1/events)." in str(refusal(api.raw_request, "delete", "/v1/events"))
    assert "remove the trailing slash" in str(refusal(api.v1.checkout.sessions.retrieve, ""))


def test_a_name_that_is_not_this_machines_is_turned_away(server: StripeServer) -> None:
    answer = httpx.get(f"{server.url}/v1/events", headers={"Host": "stripe.example.com"})
    assert answer.status_code == 400


def test_the_headers_of_a_good_answer(server: StripeServer) -> None:
    api = client(server)
    read = api.raw_request("get", "/v1/events").headers
    assert read["request-id"].startswith("req_")
    assert read["stripe-version"] == "2026-10-28.endive"
    assert read["x-stripe-routing-context-priority-tier"] == "api-testmode"
    assert "stripe-should-retry" not in read
    written = api.raw_request("post", "/v1/customers").headers
    assert written["stripe-should-retry"] == "false"
    assert written["original-request"] == written["request-id"]
    assert written["idempotency-key"]


def test_asking_twice_with_one_key_is_asking_once(server: StripeServer) -> None:
    api, once = client(server), {"idempotency_key": "order-1042"}
    first = api.v1.customers.create({"email": "ada@example.com"}, once)  # type: ignore[arg-type] # options
    again = api.v1.customers.create({"email": "ada@example.com"}, once)  # type: ignore[arg-type] # options
    assert again.id == first.id
    assert again.last_response is not None
    assert first.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert again.last_response.headers["original-request"] == first.last_response.headers["request-id"]
    assert len(api.v1.customers.list().data) == 1


def test_one_key_for_two_things_is_refused(server: StripeServer) -> None:
    api = client(server)
    api.raw_request("post", "/v1/customers", email="ada@example.com", idempotency_key="order-1042")
    error = refusal(
        lambda: api.raw_request("post", "/v1/customers", email="bo@example.org", idempotency_key="order-1042")
    )
    assert isinstance(error, stripe.IdempotencyError)
    assert "Try using a key other than 'order-1042'" in str(error)


def test_one_key_twice_at_once_is_a_conflict(server: StripeServer) -> None:
    server.switches.latency = 2.0

    def ask(_: int) -> int:
        headers = {"Authorization": f"Bearer {SECRET_KEY_TEST}", "Idempotency-Key": "order-1042"}
        return httpx.post(f"{server.url}/v1/customers", headers=headers).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(ask, range(2))) == [200, 409]
    assert server.store.count("customer") == 1


def test_a_refusal_is_remembered_with_its_key(server: StripeServer) -> None:
    api = client(server)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            api.raw_request("post", "/v1/refunds", charge="ch_x", idempotency_key="refund-1")
    assert (refused.value.headers or {})["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"success_url": ""}, "success_url"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"price": "price_x"}]}, "line_items[0][price]"),
        ({"customer": "cus_x"}, "customer"),
        ({"expires_at": 1}, "expires_at"),
        ({"mode": "gift"}, "mode"),
        ({"mode": "subscription", "payment_intent_data": {"description": "x"}}, "payment_intent_data"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_session_that_cannot_be(server: StripeServer, change: dict[str, object], param: str) -> None:
    good: dict[str, object] = {"mode": "payment", "success_url": "https://shop.example.com", "line_items": [LAMP]}
    error = refusal(lambda: client(server).raw_request("post", "/v1/checkout/sessions", **{**good, **change}))
    assert error.error
    assert error.error.param == param
    assert server.store.count("checkout.session") == 0
