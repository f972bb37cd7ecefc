"""The timeline: what happened on both sides, in the order in which it did."""

from core.report import Side, Stress
from core.report.timeline import delivery, timeline
from core.rules import examine
from core.times import DAY
from tests.report.told import said
from tests.rules import stage


def test_the_timeline_tells_both_sides_and_what_was_delivered() -> None:
    line = said("webhook_refused").timeline
    assert [m.at for m in line.moments] == sorted(m.at for m in line.moments)
    assert {m.side for m in line.moments} == set(Side)
    refused = [m for m in line.moments if m.stress is Stress.BAD]
    assert refused
    assert all("not accepted" in m.what for m in refused)
    assert "not accepted" in line.in_words()


def test_a_reservation_that_ended_is_not_called_a_refund() -> None:
    told = said("hold_ran_out").timeline.in_words()
    assert "reservation ended: 4,890.00 SEK" in told
    assert "refunded" not in told


def test_a_checkout_that_can_still_be_paid_ends_ahead() -> None:
    ahead = [m for m in said("still_choosing").timeline.moments if m.stress is Stress.AHEAD]
    assert [m.what for m in ahead] == ["checkout ends"]


def test_another_orders_payment_is_on_the_timeline() -> None:
    assert any("another order's" in m.what for m in said("reused_payment").timeline.moments)


def test_what_the_customer_still_has_to_do_is_ahead() -> None:
    step = {"type": "verify_with_microdeposits", "verify_with_microdeposits": {"arrival_date": stage.NOW + DAY}}
    waiting = stage.intent(status="requires_action", amount_received=0, next_action=step)
    row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
    case = stage.case(row, sessions=[], intents=[waiting], charges=[], events=[])
    moments = {one.what: one.stress for one in timeline(examine(case)).moments}
    assert moments["micro-deposits arrive"] is Stress.AHEAD


def test_what_a_partial_capture_left_was_never_taken() -> None:
    taken = stage.charge(amount=5000, amount_captured=4200, amount_refunded=800)
    case = stage.case(stage.BOOKED, charges=[taken], refunds=[stage.refund(amount=800)])
    assert any(one.what.startswith("not taken, let go:") for one in timeline(examine(case)).moments)
    back = stage.case(stage.BOOKED, charges=[stage.charge(amount_refunded=800)], refunds=[stage.refund(amount=800)])
    assert any(one.what.startswith("refunded 8.00") for one in timeline(examine(back)).moments)


def test_an_endpoint_that_could_not_have_heard_accepted_nothing() -> None:
    for late in (stage.endpoint(application="ca_1"), stage.endpoint(created=stage.NOW)):
        case = stage.case(stage.order(), endpoints=[late])
        assert delivery(case, case.facts.events[0]).word == "not heard"
    healthy = stage.case(stage.order())
    assert delivery(healthy, healthy.facts.events[0]).word == "accepted"


def test_a_subscription_and_its_bills_are_on_it() -> None:
    told = [(one.what, one.stress) for one in said("renewal_declined").timeline.moments]
    assert ("subscription begun, 43.90 EUR a period", Stress.PLAIN) in told
    assert ("bill of 43.90 EUR paid", Stress.PLAIN) in told
    assert ("bill of 43.90 EUR made, not paid yet", Stress.BAD) in told
    assert ("Stripe tries that bill again", Stress.AHEAD) in told
    assert not any("renews" in what for what, _ in told), "whether it will is not known"
    ended = said("ended_and_not_told").timeline.in_words()
    assert "subscription ended" in ended
    assert "subscription renews" not in ended
    assert "subscription renews" in said("renewed_each_month").timeline.in_words()
    stopped = said("will_not_renew").timeline.in_words()
    assert "subscription ends by itself" in stopped
    assert "renews" not in stopped


def test_a_bill_that_was_settled_outside_stripe_is_not_called_paid_there() -> None:
    told = said("paid_by_transfer").timeline.in_words()
    assert "bill of 1,480.00" in told
    assert "settled outside Stripe" in told


def test_an_order_without_a_subscription_says_nothing_of_one() -> None:
    told = said("paid_and_booked").timeline.in_words()
    assert "subscription" not in told
    assert "bill" not in told


def test_what_a_bank_refused_days_later_did_not_fail_when_it_was_begun() -> None:
    moments = said("debit_bounced_after_shipping").timeline.moments
    (begun,) = [one for one in moments if one.what.endswith(" begun") and one.what.startswith("charge of")]
    (failed,) = [one for one in moments if one.what.endswith(" failed") and one.what.startswith("charge of")]
    assert begun.stress is Stress.PLAIN
    assert failed.stress is Stress.BAD
    assert failed.at - begun.at > DAY


def test_a_card_that_was_refused_failed_at_once() -> None:
    refused = stage.charge(status="failed", paid=False, captured=False, amount_captured=0)
    case = stage.case(stage.order(), charges=[refused], events=[])
    told = [one.what for one in timeline(examine(case)).moments]
    assert [one for one in told if one.startswith("charge of")] == ["charge of 50.00 USD failed"]
