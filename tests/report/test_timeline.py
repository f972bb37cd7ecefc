"""The timeline: what happened on both sides, in the order in which it did."""

from core.report import Side, Stress
from tests.report.told import said


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
