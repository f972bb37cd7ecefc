"""Lists as Stripe's: newest first, filtered, walked in both directions, expanded, searched."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sandbox.stripe import SECRET_KEY_LIVE, SECRET_KEY_TEST, StripeServer, objects
from core.sandbox.stripe.store import Store
from tests.sandbox.listed import NOW, seed
from tests.sandbox.tour import client


@pytest.fixture(scope="module")
def server() -> Iterator[StripeServer]:
    """Twenty-five sessions a minute apart, seeded in a jumble; the last five are paid, one of them in live mode."""
    with StripeServer(seed=4) as running:
        running.switches.frozen_at = NOW
        seed(running.store, Random(5))  # noqa: S311 - for ids, not for secrets
        yield running


@pytest.fixture
def api(server: StripeServer) -> stripe.StripeClient:
    return client(server)


def test_the_newest_comes_first_and_ten_is_a_page(api: stripe.StripeClient) -> None:
    listed = api.v1.checkout.sessions.list()
    created = [one.created for one in listed.data]
    assert len(created) == 10
    assert listed.has_more
    assert created == sorted(created, reverse=True)


def test_walking_forwards_meets_each_once(api: stripe.StripeClient) -> None:
    walked = [one.id for one in api.v1.checkout.sessions.list({"limit": 7}).auto_paging_iter()]
    assert len(walked) == len(set(walked)) == 24  # the twenty-fifth is live


def test_walking_backwards_is_the_same_way_back(api: stripe.StripeClient) -> None:
    forwards = [one.id for one in api.v1.checkout.sessions.list({"limit": 100}).data]
    before_last: Any = {"ending_before": forwards[-1], "limit": 7}
    assert [one.id for one in api.v1.checkout.sessions.list(before_last).auto_paging_iter()] == forwards[:-1][::-1]
    page = api.v1.checkout.sessions.list(before_last)
    assert [one.id for one in page.data] == forwards[-8:-1]
    assert page.has_more


def test_a_live_key_sees_only_what_is_live(server: StripeServer) -> None:
    listed = client(server, SECRET_KEY_LIVE).v1.checkout.sessions.list()
    assert [one.livemode for one in listed.data] == [True]
    assert listed.data[0].id.startswith("cs_live_")


def test_the_documented_filters_of_sessions(api: stripe.StripeClient) -> None:
    paid = api.v1.checkout.sessions.list({"status": "complete"}).data
    assert len(paid) == 4
    one = paid[0]
    assert one.payment_intent
    by_intent = api.v1.checkout.sessions.list({"payment_intent": str(one.payment_intent)})
    assert [found.id for found in by_intent.data] == [one.id]
    assert len(api.v1.checkout.sessions.list({"customer": str(one.customer)}).data) == 4
    assert len(api.v1.checkout.sessions.list({"customer_details": {"email": "ada@example.com"}}).data) == 4
    assert api.v1.checkout.sessions.list({"customer_details": {"email": "bo@example.com"}}).data == []
    assert api.v1.checkout.sessions.list({"subscription": "sub_1", "payment_link": "plink_1"}).data == []


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"gte": NOW - 180}, 2),
        ({"gt": NOW - 180}, 1),
        ({"lt": NOW - 1440}, 1),
        ({"lte": NOW - 1440}, 2),
        ({"gte": NOW - 600, "lt": NOW - 300}, 5),
        ({"gt": NOW}, 0),
    ],
)
def test_created_bounds(api: stripe.StripeClient, bounds: Any, expected: int) -> None:  # noqa: ANN401 - a table's hash
    assert len(api.v1.checkout.sessions.list({"created": bounds, "limit": 100}).data) == expected


def test_created_may_be_one_moment(api: stripe.StripeClient) -> None:
    assert len(api.v1.checkout.sessions.list({"created": NOW - 600}).data) == 1


def test_charges_and_customers_have_their_filters(api: stripe.StripeClient) -> None:
    intent = api.v1.payment_intents.list({"limit": 1}).data[0]
    charges = api.v1.charges.list({"payment_intent": intent.id}).data
    assert [one.id for one in charges] == [intent.latest_charge]
    assert [one.name for one in api.v1.customers.list({"email": "ada@example.com"}).data] == ["Ada King"]
    assert api.v1.customers.list({"email": "ADA@example.com"}).data == []
    assert api.v1.refunds.list({"charge": charges[0].id}).data == []


def test_events_by_type_by_types_and_by_wildcard(api: stripe.StripeClient) -> None:
    every = api.v1.events.list({"limit": 100}).data
    assert len(every) == 8  # the one of last month is gone
    assert {one.type for one in api.v1.events.list({"type": "charge.*"}).data} == {"charge.succeeded"}
    both = api.v1.events.list({"types": ["charge.succeeded", "checkout.session.completed"], "limit": 100})
    assert len(both.data) == 8
    assert len(api.v1.events.list({"type": "checkout.session.completed"}).data) == 4


def test_events_by_whether_everybody_has_them(api: stripe.StripeClient) -> None:
    waiting = api.v1.events.list({"delivery_success": False}).data
    assert [one.pending_webhooks for one in waiting] == [1, 1]
    assert len(api.v1.events.list({"delivery_success": True}).data) == 6


def test_thin_events_are_found_by_their_object(server: StripeServer, api: stripe.StripeClient) -> None:
    session = api.v1.checkout.sessions.list({"status": "complete"}).data[0]
    (thin,) = api.v2.core.events.list({"object_id": session.id}).data
    assert thin.snapshot_event
    snapshot = api.v1.events.retrieve(thin.snapshot_event)
    assert thin.type == f"v1.{snapshot.type}"
    assert api.v2.core.events.retrieve(thin.id).snapshot_event == snapshot.id
    server.switches.v2_events = False
    try:
        with pytest.raises(stripe.InvalidRequestError):
            api.v2.core.events.list({"object_id": session.id})
    finally:
        server.switches.v2_events = True


def test_expansion_reaches_four_levels(api: stripe.StripeClient) -> None:
    listed = api.v1.checkout.sessions.list(
        {"status": "complete", "expand": ["data.payment_intent.latest_charge", "data.customer", "data.line_items"]}
    )
    plain = listed.data[0].to_dict()
    assert plain["payment_intent"]["latest_charge"]["amount"] == 4250
    assert plain["customer"]["email"] == "ada@example.com"
    assert plain["line_items"]["data"] == []


def test_what_was_priced_in_a_checkout_is_found_by_its_id_and_on_no_list(api: stripe.StripeClient) -> None:
    lamp = {"currency": "eur", "unit_amount": 4250, "product_data": {"name": "Lamp"}}
    asked = {"mode": "payment", "success_url": "https://shop.example.com", "line_items": [{"price_data": lamp}]}
    made = api.v1.checkout.sessions.create(asked)  # type: ignore[arg-type] # as a shop writes it
    (item,) = api.v1.checkout.sessions.line_items.list(made.id).data
    assert item.price is not None
    price = api.v1.prices.retrieve(item.price.id)
    assert (price.unit_amount, price.active) == (4250, False)
    assert api.v1.products.retrieve(str(price.product)).name == "Lamp"
    assert price.id not in {one.id for one in api.v1.prices.list({"limit": 100}).data}


def test_what_stands_inside_only_when_it_is_asked_for(api: stripe.StripeClient) -> None:
    within = ["data.total_details.breakdown", "data.line_items.data.discounts"]
    session = api.v1.checkout.sessions.list({"status": "complete", "expand": within}).data[0].to_dict()
    assert session["total_details"]["breakdown"] == {"discounts": [], "taxes": []}
    customer = api.v1.customers.list({"expand": ["data.sources"]}).data[0]
    assert customer.to_dict()["sources"]["data"] == []
    assert api.v1.customers.payment_sources.list(customer.id).data == []
    priced = {"currency": "eur", "unit_amount": 4250, "product_data": {"name": "Lamp"}, "expand": ["currency_options"]}
    price = api.v1.prices.create(priced)  # type: ignore[arg-type] # as a shop writes it
    assert price.to_dict()["currency_options"]["eur"]["unit_amount"] == 4250
    assert api.v1.products.features.list(str(price.product)).data == []


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("client_reference_id", "This property cannot be expanded (client_reference_id). You may want"),
        ("data.client_reference_id", "This property cannot be expanded (data.client_reference_id)."),
        ("data.total_details", "This property cannot be expanded (data.total_details)."),
        ("data.a.b.c.d", "You cannot expand more than 4 levels of a property. Property: data.a.b.c.d"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(api: stripe.StripeClient, path: str, says: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="expand") as refused:
        api.v1.checkout.sessions.list({"expand": [path]})
    assert refused.value.http_status == 400
    assert says in str(refused.value)


def test_line_items_have_pages_too(server: StripeServer, api: stripe.StripeClient) -> None:
    lamp = {"price_data": {"currency": "jpy", "unit_amount": 900, "product_data": {"name": "Lamp"}}}
    body: Any = {"line_items": [lamp] * 12, "mode": "payment", "success_url": "https://shop.example.com"}
    server.switches.frozen_at = NOW
    session = client(server, SECRET_KEY_TEST).v1.checkout.sessions.create(body)
    try:
        assert session.amount_total == 12 * 900
        first = api.v1.checkout.sessions.line_items.list(session.id)
        assert (len(first.data), first.has_more) == (10, True)
        assert len(list(first.auto_paging_iter())) == 12
    finally:
        server.store.remove(session.to_dict())


@given(moments=st.lists(st.integers(0, 20), max_size=30), limit=st.integers(1, 7))
@settings(max_examples=50, deadline=None)
def test_any_history_is_listed_whole_and_in_order(moments: list[int], limit: int) -> None:
    """Whatever the order of seeding and however many share a second: cursors meet each object once."""
    rng, store = Random(6), Store()  # noqa: S311 - for ids, not for secrets
    store.put_all(objects.refund(rng, moment) for moment in moments)
    walked: list[Any] = []
    below = None
    while page := list(store.newest_first("refund", livemode=False, below=below))[:limit]:
        walked += page
        below = store.entry(page[-1]["id"])
    assert [one["created"] for one in walked] == sorted(moments, reverse=True)
    assert len({one["id"] for one in walked}) == len(moments)
    assert walked[::-1] == list(store.newest_first("refund", livemode=False, backwards=True))
