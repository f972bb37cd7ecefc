"""The objects a scenario is built from: whole, valid, and made of what they are told."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sandbox.stripe import objects
from core.sandbox.stripe.objects import ACCOUNT_ID, Json, new_id
from core.sandbox.stripe.store import Store
from tests.sandbox.strangers import annotation_errors, openapi_errors

NOW = 1_795_000_000


def made() -> list[Json]:
    rng = Random(1)  # noqa: S311 - for ids, not for secrets
    who = objects.customer_details("ada@example.com", "Ada King")
    session = objects.checkout_session(rng, NOW, customer_details=who)
    return [
        session,
        objects.checkout_session(rng, NOW, mode="setup"),
        objects.checkout_session(rng, NOW, mode="subscription", status="complete", payment_status="paid"),
        objects.checkout_session(rng, NOW, status="expired", livemode=True),
        objects.line_item(rng, NOW, quantity=3, amount_total=900),
        objects.payment_intent(rng, NOW, status="canceled", cancellation_reason="abandoned"),
        *(objects.charge(rng, NOW, method=method) for method in ("card", "sepa_debit", "paypal", "klarna")),
        objects.charge(rng, NOW, status="failed", failure_code="card_declined"),
        objects.refund(rng, NOW),
        objects.dispute(rng, NOW, status="lost"),
        objects.balance_transaction(rng, NOW),
        objects.customer(rng, NOW),
        objects.webhook_endpoint(rng, NOW),
        objects.event(rng, NOW, "checkout.session.completed", session, previous={"status": "open"}),
        objects.account(),
        objects.invoice(rng, NOW),
        objects.invoice(rng, NOW, status="open", subscription="sub_1"),
        objects.subscription(rng, NOW, cancel_at_period_end=True),
        objects.subscription(rng, NOW, status="canceled", ended_at=NOW),
        objects.review(rng, NOW, charge="ch_1", payment_intent="pi_1"),
        objects.setup_intent(rng, NOW, customer="cus_1"),
        objects.invoice_payment(rng, NOW, "in_1", "pi_1"),
        objects.payment_method(rng, NOW),
        objects.price(rng, NOW),
        objects.product(rng, NOW),
    ]


def test_the_sdk_knows_every_builder() -> None:
    assert [line for thing in made() for line in annotation_errors(thing)] == []


def test_stripe_describes_every_builder() -> None:
    assert [line for thing in made() for line in openapi_errors(thing)] == []


def test_what_follows_is_filled_in_and_what_is_told_wins() -> None:
    rng = Random(2)  # noqa: S311 - for ids, not for secrets
    assert objects.checkout_session(rng, NOW)["url"]
    assert objects.checkout_session(rng, NOW, status="expired")["url"] is None
    assert objects.checkout_session(rng, NOW, amount_total=0)["payment_status"] == "no_payment_required"
    assert objects.payment_intent(rng, NOW, amount=100)["amount_received"] == 100
    assert objects.payment_intent(rng, NOW, amount=100, amount_received=60)["amount_received"] == 60
    assert objects.payment_intent(rng, NOW, status="requires_capture")["amount_capturable"] == 4250
    assert objects.charge(rng, NOW, amount=100, amount_refunded=100)["refunded"] is True
    assert objects.charge(rng, NOW, amount=100, amount_refunded=99)["refunded"] is False
    assert objects.charge(rng, NOW, method="paypal")["id"].startswith("py_")


def test_an_event_does_not_change_with_its_object() -> None:
    rng = Random(3)  # noqa: S311 - for ids, not for secrets
    session = objects.checkout_session(rng, NOW, metadata={"a": "1"})
    happened = objects.event(rng, NOW, "checkout.session.completed", session)
    session["metadata"]["a"] = "2"
    assert happened["data"]["object"]["metadata"] == {"a": "1"}


@pytest.mark.parametrize(
    ("prefix", "shape"),
    [
        ("cs_test", r"cs_test_a1\w{56}"),
        ("cs_live", r"cs_live_a1\w{56}"),
        ("pi", r"pi_3\w{23}"),
        ("ch", r"ch_3\w{23}"),
        ("evt", r"evt_1\w{23}"),
        ("we", r"we_1\w{23}"),
        ("cus", r"cus_\w{14}"),
        ("req", r"req_\w{14}"),
    ],
)
def test_ids_have_the_shape_of_real_ones(prefix: str, shape: str) -> None:
    assert re.fullmatch(shape, new_id(prefix, Random(4), NOW))  # noqa: S311 - for ids, not for secrets


def test_an_id_tells_its_account_and_its_time_as_real_ones_do() -> None:
    made_id = new_id("pi", Random(5), 1_774_905_650)  # noqa: S311 - for ids, not for secrets
    assert made_id.startswith("pi_3TGnEs")  # as a captured intent of that second
    assert made_id[9:19] == ACCOUNT_ID[-10:]


@given(first=st.integers(1_400_000_000, 2_200_000_000), second=st.integers(1_400_000_000, 2_200_000_000))
def test_ids_sort_by_time(first: int, second: int) -> None:
    rng = Random(6)  # noqa: S311 - for ids, not for secrets
    ids = [new_id("pi", rng, moment)[:9] for moment in (first, second)]
    assert (ids[0] < ids[1]) == (first < second)


def test_a_refund_lives_where_its_charge_does() -> None:
    rng, store = Random(7), Store()  # noqa: S311 - for ids, not for secrets
    live = store.put(objects.charge(rng, NOW, livemode=True))
    given_back = store.put(objects.refund(rng, NOW, charge=live["id"]))
    assert store.get(given_back["id"], livemode=True) == given_back
    assert store.get(given_back["id"], livemode=False) is None
