"""Events on their way: signed as Stripe signs, tried again, counted, and sent once more on request."""

import json
from collections.abc import Iterator
from random import Random

import pytest
import stripe

from core.sandbox.stripe import StripeServer
from core.sandbox.stripe.deliveries import LISTENER_SECRET
from core.sandbox.stripe.objects import checkout_session, event
from tests.sandbox.postbox import Postbox
from tests.sandbox.tour import Shop
from tests.waiting import eventually
from tests.worlds import stripe_of

DAY = 86_400


server = stripe_of(10)


@pytest.fixture
def shop(server: StripeServer) -> Shop:
    return Shop(server)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with Postbox() as listening:
        yield listening


def register(shop: Shop, postbox: Postbox, *kinds: str) -> dict[str, str]:
    made: dict[str, str] = shop.post(
        "/v1/webhook_endpoints", url=postbox.url, enabled_events=kinds or ["checkout.session.completed"]
    )
    return made


def completed(shop: Shop) -> dict[str, object]:
    found: dict[str, object] = shop.get("/v1/events", type="checkout.session.completed")["data"][0]
    return found


def test_an_event_arrives_signed(shop: Shop, postbox: Postbox) -> None:
    endpoint = register(shop, postbox)
    paid = shop.pay(shop.sell())
    (letter,) = postbox.wait_for(1)
    arrived = letter.event(endpoint["secret"])
    assert (arrived["type"], arrived["data"]["object"]["id"]) == ("checkout.session.completed", paid["id"])
    assert letter.headers["user-agent"] == "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
    assert letter.headers["content-type"] == "application/json; charset=utf-8"
    assert ",v1=" in letter.headers["stripe-signature"]
    assert ",v0=" in letter.headers["stripe-signature"]
    with pytest.raises(stripe.SignatureVerificationError):
        letter.event("whsec_another")
    eventually(lambda: completed(shop)["pending_webhooks"] == 0)


def test_the_secret_is_told_once(shop: Shop, postbox: Postbox) -> None:
    endpoint = register(shop, postbox)
    assert endpoint["secret"].startswith("whsec_")
    assert "secret" not in shop.get(f"/v1/webhook_endpoints/{endpoint['id']}")
    assert "secret" not in shop.get("/v1/webhook_endpoints")["data"][0]


def test_an_endpoint_gets_only_what_it_wants(shop: Shop, postbox: Postbox) -> None:
    register(shop, postbox, "charge.refunded")
    paid = shop.pay(shop.sell())
    shop.post("/v1/refunds", payment_intent=paid["payment_intent"])
    (letter,) = postbox.wait_for(1)
    assert json.loads(letter.body)["type"] == "charge.refunded"
    assert completed(shop)["pending_webhooks"] == 0


def test_a_failing_endpoint_is_tried_again_until_it_accepts(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    server.switches.retry_delays = (0.01, 0.01, 0.01, 0.01)
    endpoint = register(shop, postbox)
    postbox.refuses, postbox.status = 2, 204
    shop.pay(shop.sell())
    postbox.wait_for(3)
    eventually(lambda: completed(shop)["pending_webhooks"] == 0 and not server.busy)
    assert [one.status for one in server.attempts] == [500, 500, 204]
    assert len({letter.event(endpoint["secret"])["id"] for letter in postbox.letters}) == 1
    assert server.attempts[-1].accepted


def test_when_stripe_has_had_enough_the_event_stays_pending(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    server.switches.retry_delays = (0.01, 0.01)
    register(shop, postbox)
    postbox.status = 503
    shop.pay(shop.sell())
    eventually(lambda: len(server.attempts) == 3 and not server.busy)
    assert completed(shop)["pending_webhooks"] == 1
    assert shop.get("/v1/events", delivery_success="false")["data"][0]["id"] == completed(shop)["id"]


def test_a_redirect_is_a_failure_and_is_not_followed(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    register(shop, postbox)
    postbox.status, postbox.location = 302, postbox.url
    shop.pay(shop.sell())
    eventually(lambda: bool(server.attempts) and not server.busy)
    assert [one.status for one in server.attempts] == [302]
    assert len(postbox.letters) == 1
    assert completed(shop)["pending_webhooks"] == 1


def test_nobody_home_is_a_failure_too(shop: Shop, server: StripeServer) -> None:
    shop.post("/v1/webhook_endpoints", url="http://127.0.0.1:9/hook", enabled_events=["*"])
    shop.pay(shop.sell())
    eventually(lambda: len(server.attempts) == 5)
    assert {one.status for one in server.attempts} == {None}


def test_a_disabled_endpoint_gets_nothing_more(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    server.switches.retry_delays = (0.01,)
    endpoint = register(shop, postbox)
    postbox.status = 500
    postbox.open.clear()
    shop.pay(shop.sell())
    postbox.wait_for(1)
    shop.post(f"/v1/webhook_endpoints/{endpoint['id']}", disabled="true")
    postbox.open.set()
    eventually(lambda: not server.busy)
    shop.pay(shop.sell())
    assert len(postbox.letters) == 1
    assert completed(shop)["pending_webhooks"] == 0


def test_resending_heals_what_was_pending(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    endpoint = register(shop, postbox)
    postbox.status = 500
    shop.pay(shop.sell())
    eventually(lambda: bool(server.attempts) and not server.busy)
    postbox.status = 200
    event_id = completed(shop)["id"]
    answer = shop.post(f"/v1/events/{event_id}/retry", webhook_endpoint=endpoint["id"])
    assert answer["id"] == event_id
    letter = postbox.wait_for(2)[1]
    assert letter.event(endpoint["secret"])["id"] == event_id
    eventually(lambda: completed(shop)["pending_webhooks"] == 0)


def test_history_can_be_resent(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    endpoint = register(shop, postbox)
    rng, now = Random(11), server.switches.now()  # noqa: S311 - for ids, not for secrets
    session = checkout_session(rng, now - DAY, status="complete", payment_status="paid")
    old = server.store.put(event(rng, now - DAY, "checkout.session.completed", session, pending_webhooks=1))
    shop.post(f"/v1/events/{old['id']}/retry", webhook_endpoint=endpoint["id"])
    assert postbox.wait_for(1)[0].event(endpoint["secret"])["id"] == old["id"]
    eventually(lambda: completed(shop)["pending_webhooks"] == 0)


def test_an_endpoint_that_came_later_is_not_reached(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    shop.pay(shop.sell())
    endpoint = register(shop, postbox)
    shop.post(f"/v1/events/{completed(shop)['id']}/retry", webhook_endpoint=endpoint["id"])
    shop.pay(shop.sell())
    (letter,) = postbox.wait_for(1)
    assert json.loads(letter.body)["id"] == completed(shop)["id"]
    eventually(lambda: not server.busy)
    assert len(postbox.letters) == 1


def test_resending_to_a_listener(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    shop.pay(shop.sell())
    server.switches.listening_at = postbox.url
    shop.post(f"/v1/events/{completed(shop)['id']}/retry", for_stripecli="true")
    assert postbox.wait_for(1)[0].event(LISTENER_SECRET)["id"] == completed(shop)["id"]


def test_after_thirty_days_an_event_is_gone(shop: Shop, server: StripeServer, postbox: Postbox) -> None:
    endpoint = register(shop, postbox, "charge.refunded")
    shop.pay(shop.sell())
    event_id = completed(shop)["id"]
    server.switches.offset = 31 * DAY
    assert shop.get("/v1/events")["data"] == []
    with pytest.raises(stripe.InvalidRequestError, match="No such event: 'evt_"):
        shop.get(f"/v1/events/{event_id}")
    with pytest.raises(stripe.InvalidRequestError, match="No such notification: 'evt_") as refused:
        shop.post(f"/v1/events/{event_id}/retry", webhook_endpoint=endpoint["id"])
    assert refused.value.http_status == 404


@pytest.mark.parametrize(
    "params", [{}, {"for_stripecli": "true", "webhook_endpoint": "we_x"}, {"webhook_endpoint": "we_x"}]
)
def test_a_resend_that_cannot_be(shop: Shop, params: dict[str, str]) -> None:
    shop.pay(shop.sell())
    with pytest.raises(stripe.InvalidRequestError):
        shop.post(f"/v1/events/{completed(shop)['id']}/retry", **params)
