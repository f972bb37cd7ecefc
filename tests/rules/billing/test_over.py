"""A subscription that ended at Stripe: who still has what nobody pays for, and who rightly does."""

from typing import Any

import pytest

from core.findings import Action, Confidence, Severity
from core.times import DAY
from tests.rules import stage
from tests.rules.billing import subscribing as at

LAST_WEEK = at.NOW - 7 * DAY
CODE = "subscription_ended"


@pytest.mark.parametrize(
    "more",
    [
        {"current_period_end": at.ENDS},  # who cancels keeps what was paid for
        {"cancel_at": LAST_WEEK, "canceled_at": at.BEGAN},  # instalments: it was to end from the first day
        {"status": "incomplete_expired"},  # it never began
        {"ended_at": at.NOW - 60, "current_period_end": at.NOW - 60},  # the message may be on its way
    ],
)
def test_it_is_not_over_or_was_to_end_so(more: dict[str, object]) -> None:
    assert CODE not in stage.said(at.row(), **at.signed_up(at.over(LAST_WEEK, **more)))


@pytest.mark.parametrize(
    "more",
    [
        {"metadata": {"subscription_status": "canceled"}},
        {"extra": {"access_until": "2026-11-11"}},
        {"metadata": {"cancelled_at": "2026-11-11T09:00:00Z"}},
        {"raw_status": "expired"},
    ],
)
def test_the_order_shows_it(more: dict[str, Any]) -> None:
    assert stage.diagnosed(at.row(**more), **at.signed_up(at.over(LAST_WEEK))).clean


def test_another_one_runs_or_nothing_is_known_of_it() -> None:
    assert CODE not in stage.said(at.row(), **at.signed_up(at.over(LAST_WEEK), at.second(), sessions=at.twice()))
    assert CODE not in stage.said(at.row(), **at.signed_up(at.over(LAST_WEEK), sessions=at.twice()))


def test_a_payment_that_is_no_subscriptions_stands() -> None:
    held = at.signed_up(at.over(LAST_WEEK), sessions=[stage.session()]) | {"intents": [stage.intent()]}
    row = at.row(extra={"subscription": stage.SUBSCRIPTION})
    assert CODE not in stage.said(row, **held)


@pytest.mark.parametrize("status", ["cancelled", "refunded", "failed"])
def test_an_order_that_ended_with_it_is_healthy_for_ever(status: str) -> None:
    assert stage.diagnosed(at.row(status, LAST_WEEK + 2), **at.signed_up(at.over(LAST_WEEK))).clean


def test_so_it_is_where_it_was_closed_while_the_paid_time_ran() -> None:
    assert stage.diagnosed(at.row("cancelled", at.NOW - 30 * DAY), **at.signed_up(at.over(LAST_WEEK))).clean


def test_where_the_subscription_was_not_read_nothing_is_called_clean() -> None:
    diagnosis = stage.diagnosed(at.row("cancelled", LAST_WEEK), **at.signed_up())
    assert diagnosis.headline is None
    assert stage.SUBSCRIPTION in (diagnosis.undetermined or "")


def test_a_renewal_that_stripe_tries_again_is_no_end() -> None:
    assert stage.diagnosed(at.row(), **at.signed_up(at.plan(status="past_due"))).clean


def test_the_app_still_gives_what_is_over() -> None:
    said = stage.headline(at.row(), **at.signed_up(at.over(LAST_WEEK)))
    assert (said.code, said.severity, said.confidence) == (CODE, Severity.HIGH, Confidence.CERTAIN)
    assert said.actions == (Action.END_ACCESS, Action.SUBSCRIBE_EVENT)
    assert any(stage.SUBSCRIPTION in step for step in said.remedy)


def test_an_endpoint_that_hears_of_it_leaves_the_code_to_be_mended() -> None:
    said = stage.headline(at.row(), **at.signed_up(at.over(LAST_WEEK)), endpoints=at.HEARS)
    assert said.actions == (Action.END_ACCESS, Action.FIX_HANDLER_CODE)


def test_a_message_alone_does_not_tell_until_when_it_was_paid() -> None:
    told = stage.event("customer.subscription.deleted", stage.SUBSCRIPTION, created=LAST_WEEK)
    said = stage.headline(at.row(), **at.signed_up(events=[told]))
    assert (said.code, said.confidence, said.detail) == (CODE, Confidence.PROBABLE, "unknown_end")


def test_a_period_that_was_not_paid_keeps_nothing_alive() -> None:
    gone = at.over(LAST_WEEK, current_period_end=at.ENDS, cancellation_details={"reason": "payment_failed"})
    said = stage.headline(at.row(), **at.signed_up(gone))
    assert (said.code, said.confidence, said.detail) == (CODE, Confidence.CERTAIN, "unpaid")


def test_a_customer_who_has_moved_on_to_another_one() -> None:
    moved = at.second(created=LAST_WEEK, metadata={"order_id": "1043"})
    assert CODE not in stage.said(at.row(), **at.signed_up(at.over(LAST_WEEK), moved))
    assert CODE not in stage.said(at.row(deleted=True), **at.signed_up(at.over(LAST_WEEK)))


def test_an_endpoint_that_refuses_the_message_is_to_be_mended() -> None:
    told = stage.event("customer.subscription.deleted", stage.SUBSCRIPTION, created=LAST_WEEK, pending_webhooks=1)
    said = stage.headline(at.row(), **at.signed_up(at.over(LAST_WEEK), events=[told]), endpoints=at.HEARS)
    assert said.actions == (Action.END_ACCESS, Action.FIX_ENDPOINT, Action.FIX_HANDLER_CODE)


def test_nobody_is_told_to_book_what_is_over() -> None:
    diagnosis = stage.diagnosed(at.row("pending"), **at.signed_up(at.over(LAST_WEEK)))
    assert not {Action.MARK_PAID_AFTER_VERIFY, Action.REPLAY_EVENT} & set(diagnosis.actions)


def test_a_closed_order_whose_events_tell_of_no_end_is_one_that_was_paid() -> None:
    near = at.NOW - 9 * DAY
    told = [stage.event(created=near + 60)]
    held = at.signed_up(sessions=[at.session(created=near)], events=told)
    assert stage.headline(at.row("cancelled", at.NOW - 3 * DAY), **held).code == "paid_order_closed"
