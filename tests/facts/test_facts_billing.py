"""Subscriptions and invoices are read alike from every API version since 2018; what is absent is None."""

import pytest

from core.facts import Event, Invoice, InvoiceStatus, Json, Subscription, SubscriptionStatus
from core.money import Money

MONTH = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
OLD_PLAN = {"id": "plan_gold", "product": "prod_club", "amount": 1500, "currency": "eur", **MONTH}


def item(unit: int | None = 1500, called: str = "price_gold", **differs: object) -> Json:
    sold = {"id": called, "product": "prod_club", "unit_amount": unit, "currency": "eur", "recurring": MONTH}
    return {"object": "subscription_item", "quantity": 1, "price": sold, "current_period_end": 1_900} | differs


def items(*each: Json, **differs: object) -> Json:
    return {"items": {"object": "list", "data": list(each), "has_more": False} | differs}


def test_an_empty_answer_is_unknown_and_not_a_guess() -> None:
    plan, bill = Subscription.of({}), Invoice.of({})
    assert (plan.status, plan.period_end, plan.amount, plan.prices) == (
        SubscriptionStatus.UNKNOWN,
        None,
        None,
        frozenset(),
    )
    assert (plan.live, plan.ended, plan.ends_by_itself, plan.charges_on) == (False, False, False, False)
    assert (bill.status, bill.total, bill.subscription_id) == (InvoiceStatus.UNKNOWN, None, None)
    assert (bill.intent_ids, bill.charge_ids, bill.paid_out_of_band) == ((), (), False)


def test_a_subscription_of_2018_and_one_of_2026() -> None:
    before = Subscription.of({"current_period_end": 1_900, "plan": OLD_PLAN, **items({"plan": OLD_PLAN})})
    since = Subscription.of(items(item(called="plan_gold")))
    for plan in (before, since):
        assert (plan.period_end, plan.prices, plan.products) == (
            1_900,
            frozenset({"plan_gold"}),
            frozenset({"prod_club"}),
        )
        assert plan.amount == Money(1500, "eur")


def test_what_a_period_costs_is_the_sum_of_its_items() -> None:
    assert Subscription.of(items(item(quantity=3), item(200, "price_seat"))).amount == Money(4700, "eur")
    assert Subscription.of(items(item(current_period_end=2_500), item())).period_end == 2_500


@pytest.mark.parametrize(
    "plan",
    [
        items(),
        items(item(None)),
        items(item(), has_more=True),
        items(item(quantity="two")),
        items(item(price={**OLD_PLAN, "usage_type": "metered"})),
        items(item(price={**OLD_PLAN, "transform_quantity": {"divide_by": 10}})),
        items(item(), item(price={**OLD_PLAN, "interval": "year"})),
        items(item(), item(price={**OLD_PLAN, "currency": "usd"})),
    ],
)
def test_what_a_period_costs_is_not_guessed(plan: Json) -> None:
    assert Subscription.of(plan).amount is None


def test_which_subscription_charges_again() -> None:
    runs = {"status": "active", "current_period_end": 1_900}
    assert Subscription.of(runs).charges_on
    assert Subscription.of({"status": "trialing", "trial_end": 1_900}).charges_on
    assert Subscription.of({"status": "past_due"}).charges_on
    assert Subscription.of({**runs, "cancel_at": 5_000}).charges_on  # months before it ends
    for quiet in (
        {"cancel_at_period_end": True},
        {"cancel_at": 1_900},
        {"pause_collection": {"behavior": "void"}},
        {"status": "unpaid"},
        {"status": "paused"},
    ):
        plan = Subscription.of(runs | quiet)
        assert (plan.live, plan.charges_on) == (True, False)
    for over in ("canceled", "incomplete_expired"):
        plan = Subscription.of({"status": over})
        assert (plan.ended, plan.live, plan.charges_on) == (True, False, False)
    begun = Subscription.of({"status": "incomplete"})
    assert (begun.ended, begun.live, begun.charges_on) == (False, False, False)


def test_which_subscription_ends_by_itself() -> None:
    assert Subscription.of({"cancel_at": 1_900}).ends_by_itself
    assert Subscription.of({"cancel_at_period_end": True}).ends_by_itself
    assert not Subscription.of({"cancel_at": None, "cancel_at_period_end": False}).ends_by_itself


def test_an_invoice_before_2025_and_one_since() -> None:
    payment = {"type": "payment_intent", "payment_intent": "pi_7"}
    parent = {"subscription_details": {"subscription": "sub_7", "metadata": {"order_id": "A-7"}}}
    before: Json = {
        "subscription": "sub_7",
        "payment_intent": "pi_7",
        "charge": {"id": "ch_7"},
        "subscription_details": {"metadata": {"order_id": "A-7"}},
    }
    since: Json = {
        "parent": parent,
        "payments": {"data": [{"payment": payment}, {"payment": {"type": "charge", "charge": "ch_7"}}]},
    }
    for raw in (before, since):
        bill = Invoice.of(raw)
        assert (bill.subscription_id, bill.intent_ids, bill.charge_ids) == ("sub_7", ("pi_7",), ("ch_7",))
        assert bill.metadata == {"order_id": "A-7"}
    assert Invoice.of({**since, "metadata": {"order_id": "B-8"}}).metadata == {"order_id": "B-8"}


def test_an_invoice_of_2018_has_a_date_and_no_status() -> None:
    bill = Invoice.of({"date": 1_500, "paid": True, "closed": True})
    assert (bill.created, bill.status) == (1_500, InvoiceStatus.PAID)
    assert Invoice.of({"date": 1_500, "paid": False}).status is InvoiceStatus.UNKNOWN


def test_an_invoice_that_was_settled_outside_stripe() -> None:
    assert Invoice.of({"paid_out_of_band": True}).paid_out_of_band
    assert Invoice.of({"amount_paid_off_stripe": 900}).paid_out_of_band
    assert not Invoice.of({"paid_out_of_band": False, "amount_paid_off_stripe": 0}).paid_out_of_band


def test_an_invoice_says_when_it_was_paid_or_is_tried_again() -> None:
    bill = Invoice.of(
        {
            "billing_reason": "subscription_create",
            "status_transitions": {"paid_at": 1_700},
            "next_payment_attempt": 1_800,
            "attempt_count": 2,
        }
    )
    assert (bill.is_first, bill.paid_at, bill.next_attempt, bill.attempts) == (True, 1_700, 1_800, 2)


def test_an_event_of_a_bill_knows_its_subscription_and_its_payments() -> None:
    parent = {"subscription_details": {"subscription": "sub_7"}}
    payments = {"data": [{"payment": {"payment_intent": {"id": "pi_7"}}}]}
    told = Event.of({"data": {"object": {"id": "in_7", "parent": parent, "payments": payments}}})
    assert told.related_ids == {"in_7", "sub_7", "pi_7"}
    assert Event.of({"data": {"object": {"id": "in_7", "subscription": "sub_7"}}}).related_ids == {"in_7", "sub_7"}
    assert Event.of({"data": {"object": {"id": "in_7", "parent": "x", "payments": ["y"]}}}).related_ids == {"in_7"}


@pytest.mark.parametrize(
    ("said", "why"),
    [({"reason": "payment_failed"}, "payment_failed"), ({}, None), ("odd", None)],
)
def test_why_a_subscription_ended(said: object, why: str | None) -> None:
    assert Subscription.of({"cancellation_details": said}).ended_for == why
