"""An order that the app has closed, and a subscription that does not know: when Stripe charges for nothing."""

import pytest

from core.findings import Action, Severity
from core.money import Money
from core.times import DAY
from tests.rules import stage
from tests.rules.billing import subscribing as at

CLOSED = at.NOW - 45 * DAY
LATER = at.NOW - 10 * DAY
CODE = "subscription_still_charged"


@pytest.mark.parametrize(
    "more",
    [
        {"cancel_at_period_end": True, "cancel_at": at.ENDS},
        {"cancel_at": at.ENDS},
        {"pause_collection": {"behavior": "void"}},
        {"status": "unpaid"},
        {"status": "paused"},
    ],
)
def test_nothing_more_is_charged(more: dict[str, object]) -> None:
    assert stage.diagnosed(at.row("cancelled", CLOSED), **at.signed_up(at.plan(**more))).clean


def test_a_failed_order_waits_for_the_next_attempt() -> None:
    assert stage.diagnosed(at.row("failed", LATER), **at.signed_up(at.plan(status="past_due"))).clean


def test_it_was_closed_a_moment_ago() -> None:
    assert stage.diagnosed(at.row("cancelled", at.NOW - 120), **at.signed_up(at.plan())).clean


def test_what_was_charged_since_went_back() -> None:
    bills = [at.bill(), at.month(LATER, payment_intent="pi_later")]
    back = [stage.refund(payment_intent="pi_later", charge="ch_later")]
    ended = at.over(at.NOW - DAY)
    assert stage.diagnosed(at.row("cancelled", CLOSED), **at.signed_up(ended, bills=bills, refunds=back)).clean


@pytest.mark.parametrize("reason", ["subscription_update", "subscription_threshold", "manual"])
def test_a_bill_that_is_not_for_another_period(reason: str) -> None:
    bills = [at.bill(), at.month(LATER, billing_reason=reason)]
    assert CODE not in stage.said(at.row("cancelled", CLOSED), **at.signed_up(at.over(at.NOW - DAY), bills=bills))


def test_the_last_bill_is_drawn_as_it_ends() -> None:
    bills = [at.bill(), at.month(LATER)]
    assert CODE not in stage.said(at.row("cancelled", CLOSED), **at.signed_up(at.over(LATER), bills=bills))


def test_a_timer_that_closed_the_order_before_it_began_is_another_matter() -> None:
    said = stage.headline(at.row("cancelled", at.BEGAN - 30), **at.signed_up(at.plan()))
    assert (said.code, said.detail) == ("paid_order_closed", "subscription")
    assert any(stage.SUBSCRIPTION in step and stage.INVOICE in step for step in said.remedy)


def test_it_runs_on() -> None:
    said = stage.headline(at.row("cancelled", LATER), **at.signed_up(at.plan()))
    assert stage.matter(said) == (CODE, Severity.CRITICAL, Money(1900, "usd"))
    assert said.actions == (Action.CANCEL_SUBSCRIPTION, Action.REOPEN_OR_REFUND, Action.SUBSCRIBE_EVENT)


def test_it_was_charged_since() -> None:
    bills = [at.bill(), at.month(at.NOW - 40 * DAY, "in_october"), at.month(LATER, "in_november")]
    said = stage.headline(at.row("cancelled", CLOSED), **at.signed_up(at.plan(), bills=bills))
    assert (said.code, said.detail, said.money_at_risk) == (CODE, "billed", Money(10000, "usd"))
    (cancel,) = [step for step in said.remedy if "cancel" in step]
    assert cancel.index(stage.SUBSCRIPTION) < cancel.index("in_october") < cancel.index("in_november")


def test_it_was_charged_and_is_over() -> None:
    said = stage.headline(
        at.row("cancelled", CLOSED), **at.signed_up(at.over(at.NOW - DAY), bills=[at.bill(), at.month(LATER)])
    )
    assert (said.code, said.detail) == (CODE, "over")
    assert Action.CANCEL_SUBSCRIPTION not in said.actions


def test_while_a_bank_asks_for_the_money_none_is_returned() -> None:
    bills = [at.bill(payment_intent=stage.INTENT), at.month(LATER)]
    held = at.signed_up(at.plan(), bills=bills) | {"intents": [stage.intent(created=at.BEGAN)]}
    said = stage.diagnosed(at.row("cancelled", CLOSED), **held, disputes=[stage.dispute()])
    found = next(one for one in said.findings if one.code == CODE)
    assert Action.CANCEL_SUBSCRIPTION in found.actions
    assert Action.REOPEN_OR_REFUND not in found.actions
    assert not any("then refund" in step for step in found.remedy)
