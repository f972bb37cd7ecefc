"""Where payments are listed: wherever that takes fewer requests than asking for each, and nowhere else."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from core.scanning.reading import list_or_ask
from core.scanning.reading.list_or_ask import Volume
from core.scanning.scratch.coverage import both, less
from core.stripe_api.spans import Range
from core.times import DAY, HOUR

FIRST = 497_000  # the number of an hour
SPAN = Range(FIRST * HOUR, FIRST * HOUR + 30 * DAY)
EVERY_HOUR = range(FIRST, FIRST + 30 * 24)

hours = st.dictionaries(st.integers(FIRST, FIRST + 30 * 24 - 1), st.integers(1, 500), max_size=60)


def all_day(some: int) -> dict[int, int]:
    return dict.fromkeys(EVERY_HOUR, some)


@given(hours, hours)
def test_it_never_takes_more_requests_than_asking_for_each(waiting: dict[int, int], others: dict[int, int]) -> None:
    volume = Volume(SPAN, Counter(waiting) + Counter(others))
    listed = list_or_ask.worth_listing(waiting, volume)
    asked = sum(some for hour, some in waiting.items() if both([Range(hour * HOUR, hour * HOUR + 1)], listed))
    assert volume.pages(listed) <= 2 * asked
    assert not less(listed, [SPAN])
    if listed != (SPAN,):
        assert volume.pages(listed) <= asked


def test_three_in_ten_are_listed_over_the_whole_span() -> None:
    assert list_or_ask.worth_listing(all_day(42), Volume(SPAN, all_day(140))) == (SPAN,)


def test_one_in_two_hundred_is_asked_for() -> None:
    assert list_or_ask.worth_listing(dict.fromkeys(EVERY_HOUR[::2], 1), Volume(SPAN, all_day(140))) == ()


def test_a_single_one_is_asked_for() -> None:
    assert list_or_ask.worth_listing({FIRST + 5: 1}, Volume(SPAN, {FIRST + 5: 1})) == ()


def test_a_week_of_them_costs_about_a_week() -> None:
    """As when the shop went over to checkout sessions in the middle of the span."""
    waiting = dict.fromkeys(EVERY_HOUR[: 7 * 24], 140)
    (week,) = list_or_ask.worth_listing(waiting, Volume(SPAN, all_day(140)))
    assert week.since == SPAN.since
    assert 0 <= week.until - SPAN.since - 7 * DAY <= 2 * HOUR


def test_a_payment_that_nothing_points_at_is_looked_for_where_that_is_a_second_of_the_list() -> None:
    small, large = Volume(SPAN, all_day(3)), Volume(SPAN, all_day(140))
    assert list_or_ask.affordable([FIRST + 100], small) == (SPAN,)
    assert list_or_ask.affordable(EVERY_HOUR, small) == (SPAN,)
    assert list_or_ask.affordable(EVERY_HOUR, large) == ()
    assert list_or_ask.affordable([], small) == ()
    busy = Volume(SPAN, all_day(60))
    (day,) = list_or_ask.affordable([FIRST + 100], busy)
    assert day.until - day.since < 2 * DAY
    assert busy.pages([day]) <= list_or_ask.AFFORDABLE


@given(hours)
def test_its_edges_divide_the_payments(made: dict[int, int]) -> None:
    edges = Volume(SPAN, made).edges
    assert list(edges) == sorted(set(edges))
    assert len(edges) <= list_or_ask.PARTS
    assert all(SPAN.since <= edge < SPAN.until for edge in edges)
