"""Search as Stripe's: its queries, its pages, and that it finds late what is new."""

from collections.abc import Iterator
from random import Random

import pytest
import stripe

from core.sandbox.stripe import StripeServer, objects
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


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("metadata['order_id']:'SH-21'", 1),
        ('metadata["order_id"]:"SH-21" OR metadata["order_id"]:"SH-22"', 2),
        ('status:"succeeded" AND amount>=4250', 4),
        ('status:"succeeded" -metadata["order_id"]:"SH-21"', 3),
        ('metadata["order_id"]~"SH-2"', 4),
        ('metadata["nothing"]:null', 4),
        ("amount<4250", 0),
    ],
)
def test_search(api: stripe.StripeClient, query: str, expected: int) -> None:
    found = api.v1.payment_intents.search({"query": query, "limit": 100})
    assert len(found.data) == expected
    assert "next_page" not in found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("payment_method_details.card.last4:4242", True),
        ("payment_method_details.card.last4:'4242' AND amount:4250 AND created>1", True),
        ("payment_method_details.card.last4:'0000'", False),
        ("payment_method_details.card.brand:'visa'", True),
        ("billing_details.address.postal_code:'nowhere'", False),
    ],
)
def test_charges_are_searched_by_their_card(api: stripe.StripeClient, query: str, found: bool) -> None:  # noqa: FBT001 - a table
    assert bool(api.v1.charges.search({"query": query, "limit": 100}).data) is found


def test_invoices_are_searched_by_their_numbers(server: StripeServer, api: stripe.StripeClient) -> None:
    bill = objects.invoice(Random(5), NOW, receipt_number="2421-7842")  # noqa: S311 - made-up ids
    server.store.put(bill)
    for query in ("receipt_number:'2421-7842'", f"number:'{bill['number']}'"):
        assert [one.id for one in api.v1.invoices.search({"query": query}).data] == [bill["id"]]
    assert api.v1.invoices.search({"query": "receipt_number:'0000-0000'"}).data == []


def test_search_has_pages_of_its_own(api: stripe.StripeClient) -> None:
    found = api.v1.payment_intents.search({"query": "status:'succeeded'", "limit": 3})
    assert found.has_more
    assert len([one.id for one in found.auto_paging_iter()]) == 4


def test_search_finds_late_what_is_new(server: StripeServer, api: stripe.StripeClient) -> None:
    server.switches.search_lag = 200
    try:
        assert api.v1.payment_intents.search({"query": "metadata['order_id']:'SH-23'"}).data == []
        assert len(api.v1.payment_intents.search({"query": "metadata['order_id']:'SH-21'"}).data) == 1
    finally:
        server.switches.search_lag = 0


@pytest.mark.parametrize(
    "query",
    [
        "status:'a' AND amount>1 OR amount<2",
        "metadata['a']~'ab'",
        "receipt_number:'1'",
        "latest_charge:'x'",
        "metadata:'x'",
        "AND",
        "::",
    ],
)
def test_a_query_that_is_none_is_refused(api: stripe.StripeClient, query: str) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.payment_intents.search({"query": query})
