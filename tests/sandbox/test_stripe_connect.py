"""Connected accounts: what each holds is its own, and what happens there goes to the platform's Connect endpoints."""

from collections.abc import Iterator

import pytest
import stripe

from core.sandbox.stripe import StripeServer
from core.sandbox.stripe.objects import ACCOUNT_ID
from tests.sandbox.postbox import Postbox
from tests.sandbox.tour import LAMP, client
from tests.waiting import eventually
from tests.worlds import stripe_of

SELLER = "acct_1SellerPotteryQ7x"
AS_SELLER: stripe.RequestOptions = {"stripe_account": SELLER}
server = stripe_of(10)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with Postbox() as listening:
        yield listening


def sell(server: StripeServer) -> stripe.checkout.Session:
    """A paid checkout on the seller's account."""
    api = client(server)
    lamp = {"mode": "payment", "success_url": "https://shop.example.com/thanks", "line_items": [LAMP | {"quantity": 1}]}
    made = api.v1.checkout.sessions.create(lamp, AS_SELLER)  # type: ignore[arg-type] # as a shop writes it
    page = f"/v1/payment_pages/{made.id}/confirm"
    api.raw_request("post", page, payment_method="pm_card_visa", stripe_account=SELLER)
    return made


def test_what_is_on_an_account_is_found_there_and_nowhere_else(server: StripeServer) -> None:
    server.connect(SELLER)
    made, api = sell(server), client(server)
    assert api.v1.checkout.sessions.retrieve(made.id, {}, AS_SELLER).payment_status == "paid"
    with pytest.raises(stripe.InvalidRequestError, match="No such checkout"):
        api.v1.checkout.sessions.retrieve(made.id)
    assert api.v1.events.list().data == []
    assert api.v1.accounts.retrieve_current({}, AS_SELLER).id == SELLER
    assert api.v1.accounts.retrieve_current().id == ACCOUNT_ID
    assert [one.id for one in api.v1.accounts.list().data] == [SELLER]
    assert [api.v1.accounts.retrieve(one).id for one in (SELLER, ACCOUNT_ID)] == [SELLER, ACCOUNT_ID]
    with pytest.raises(stripe.PermissionError, match="does not have access to account 'acct_1Stranger'"):
        api.v1.events.list({}, {"stripe_account": "acct_1Stranger"})


def test_its_events_carry_the_account_and_go_to_connect_endpoints_only(server: StripeServer, postbox: Postbox) -> None:
    server.connect(SELLER)
    api = client(server)
    kinds = ["checkout.session.completed"]
    connect = api.raw_request("post", "/v1/webhook_endpoints", url=postbox.url, enabled_events=kinds, connect=True)
    own = api.raw_request("post", "/v1/webhook_endpoints", url=postbox.url, enabled_events=kinds)
    assert connect.data["application"]
    assert own.data["application"] is None

    sell(server)
    (letter,) = postbox.wait_for(1)
    told = letter.event(connect.data["secret"])
    assert (told["type"], told["account"]) == ("checkout.session.completed", SELLER)
    (event,) = api.v1.events.list({"type": "checkout.session.completed"}, AS_SELLER).data
    assert (event.id, event.account) == (told["id"], SELLER)
    eventually(lambda: api.v1.events.retrieve(event.id, {}, AS_SELLER).pending_webhooks == 0)

    retry = f"/v1/events/{event.id}/retry"
    api.raw_request("post", retry, webhook_endpoint=own.data["id"], stripe_account=SELLER)  # it never heard of it
    api.raw_request("post", retry, webhook_endpoint=connect.data["id"], stripe_account=SELLER)
    assert len(postbox.wait_for(2)) == 2
    eventually(lambda: not server.busy)
    assert [one.endpoint for one in server.attempts] == [connect.data["id"]] * 2
    with pytest.raises(stripe.InvalidRequestError, match="No such notification"):
        api.raw_request("post", retry, webhook_endpoint=connect.data["id"])
