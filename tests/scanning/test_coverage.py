"""Ranges less ranges: no second is lost, none is read twice."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.scanning.plan import OVERLAP, SETTLE, Plan
from core.scanning.scratch import coverage
from core.stripe_api import PAID
from core.stripe_api.event_spans import COMPLETED
from core.stripe_api.spans import Hole, Range
from core.times import DAY

NOW = 1_795_000_000


@st.composite
def ranges(draw: st.DrawFn) -> list[Range]:
    edges = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=6))
    return [Range(at, at + length) for at, length in edges]


def seconds(some: list[Range] | tuple[Range, ...]) -> set[int]:
    return {at for one in some for at in range(one.since, one.until)}


@given(ranges(), ranges())
def test_what_is_left_is_what_was_wanted_and_is_not_done(wanted: list[Range], done: list[Range]) -> None:
    assert seconds(coverage.less(wanted, done)) == seconds(wanted) - seconds(done)
    assert seconds(coverage.both(wanted, done)) == seconds(wanted) & seconds(done)


@given(ranges(), st.integers(0, 10))
def test_joining_adds_only_gaps_that_are_short(some: list[Range], gap: int) -> None:
    joined = coverage.joined(some, gap)
    assert seconds(some) <= seconds(joined)
    assert all(b.since - a.until > gap for a, b in pairwise(joined))


def test_an_order_of_unknown_age_may_lie_in_any_hole() -> None:
    hole = Hole("sessions", 1000, 2000, "429")
    assert coverage.near(None, [hole], ["sessions"]) == (hole,)
    assert coverage.near(2000 + coverage.BEFORE, [hole], ["sessions"]) == ()
    assert coverage.near(1500, [hole], ["refunds"]) == ()


def test_a_scan_reads_nothing_of_the_last_seconds() -> None:
    assert Plan(since=NOW - 100).span(now=NOW, last_horizon=None) == Range(NOW - 100, NOW - SETTLE)


def test_it_reads_the_day_before_the_last_horizon_again_and_no_more_than_that() -> None:
    last = NOW - 86_400
    assert Plan(since=last).span(now=NOW, last_horizon=last).since == last - OVERLAP
    assert Plan(since=None).span(now=NOW, last_horizon=last).since == last - OVERLAP
    assert Plan(since=last - 10 * OVERLAP).span(now=NOW, last_horizon=last).since == last - 10 * OVERLAP
    assert Plan(since=last + 60).span(now=NOW, last_horizon=last).since == last + 60


def test_spans_of_seldom_events_are_read_as_one_where_a_page_holds_them() -> None:
    month = Range(0, 30 * DAY)
    assert coverage.page_of_events(month, 10_000, PAID) == 30 * DAY // 400
    assert coverage.page_of_events(month, 10_000, COMPLETED) == 30 * DAY // 100
    assert coverage.page_of_events(Range(5, 5), 0, PAID) > 0
