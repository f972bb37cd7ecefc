"""Pacing, in virtual time: just below the limit, slower when Stripe says so, faster again after."""

from collections import deque
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import STRIPE_API
from core.stripe_api import Access
from core.stripe_api.spans import Limits
from core.stripe_api.spans.pacing import Bucket, Pacer


def _sent(bucket: Bucket, seconds: float, *, late: float = 0.0) -> list[float]:
    """The moments at which requests go out when everybody hurries; `late`: how late each waking is."""
    now, moments = 0.0, list[float]()
    while now < seconds:
        now += bucket.reserve(now)
        moments.append(now)
        now += late
    return moments


@given(most=st.floats(1, 200), late=st.floats(0, 0.03))
def test_no_second_sees_more_than_the_limit_and_a_late_waking_costs_nothing(most: float, late: float) -> None:
    moments = _sent(Bucket(most), 20, late=min(late, 0.7 / most))
    assert len(moments) >= most * 20 * 0.99
    window = deque[float]()
    for at in moments:
        window.append(at)
        while window[0] <= at - 1:
            window.popleft()
        assert len(window) <= most * 1.2 + 2


def test_a_429_slows_and_time_heals() -> None:
    bucket = Bucket(25.0)
    for _ in range(5):
        bucket.slow_down(1.0)
    assert bucket.rate == pytest.approx(25 * 0.92**5)
    bucket.reserve(2.0)
    assert 25 * 0.92**5 * 1.1 < bucket.rate < 25 * 0.92**5 * 1.2
    bucket.reserve(60.0)
    assert bucket.rate == 25


@pytest.mark.parametrize("really", [5.0, 15.0, 24.0])
def test_a_limit_that_is_lower_than_thought_is_found_and_kept_near(really: float) -> None:
    """As Stripe keeps it: a bucket of one second. Most of what is allowed gets through, few are refused."""
    bucket, tokens, filled, now = Bucket(24.5), really, 0.0, 0.0
    granted, refused = 0, 0
    while now < 60:
        now += bucket.reserve(now)
        tokens, filled = min(really, tokens + (now - filled) * really), now
        if tokens >= 1:
            tokens, granted = tokens - 1, granted + 1
        else:
            refused += 1
            bucket.slow_down(now)
    assert granted >= 60 * really * 0.95
    assert refused <= 60 * 2.5


def test_it_never_stands_still() -> None:
    bucket = Bucket(25.0)
    for _ in range(1000):
        bucket.slow_down(0.0)
    assert bucket.rate == 0.5
    for second in range(20):
        bucket.reserve(float(second))
    assert bucket.rate == 25
    assert Bucket(0.2).rate == 0.2


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_reason_says_who_is_slowed() -> None:
    clock = _Clock()
    pacer = Pacer(Limits(25, 25), clock)
    before = pacer.at_once("/a"), pacer.at_once("/b")
    for _ in range(8):
        pacer.slow_down("/a", "endpoint-rate")
    assert pacer.at_once("/a") < before[0]
    assert pacer.at_once("/b") == before[1]
    for _ in range(8):
        pacer.slow_down("/a", "global-concurrency")
    assert pacer.at_once("/b") < before[1]
    clock.now = 20.0
    for endpoint in "/a", "/b":
        assert pacer.wait(endpoint, Event())
    assert (pacer.at_once("/a"), pacer.at_once("/b")) == before


def test_as_many_under_way_as_rate_times_latency_and_fewer_where_the_account_is_shared() -> None:
    pacer = Pacer(Limits(25, 25), lambda: 0.0)
    for _ in range(50):
        pacer.answered("/slow", 1.0)
        pacer.answered("/quick", 0.02)
    assert 24 <= pacer.at_once("/slow") <= 32
    assert pacer.at_once("/quick") == 2
    assert pacer.at_once("/slow", sharing=4) <= 9


def test_whoever_stops_waits_no_longer() -> None:
    pacer, halt = Pacer(Limits(0.01, 0.01), lambda: 0.0), Event()
    assert pacer.wait("/a", halt)
    halt.set()
    assert not pacer.wait("/a", halt)


def test_limits_are_the_published_ones_until_somebody_knows_better() -> None:
    assert Limits.published(Access("sk_live_" + "x", STRIPE_API)) == Limits(25, 100)
    assert Limits.published(Access("rk_test_" + "x", STRIPE_API)) == Limits(25, 25)
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="requests a second"):
            Limits(wrong, 100)
