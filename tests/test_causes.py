"""A cause over time: nothing is claimed of a time that nobody read, and healed orders count once."""

from hypothesis import given
from hypothesis import strategies as st

from core.causes import MOST, WIDTHS, Bar, Books, Edge, Happened, Portion, choose, course, portion, window
from core.outages import SLOT, Outage
from core.times import DAY, HOUR

T = 1_760_000_400 // DAY * DAY


def outage(since: int, last: int, *, until: int | None = None, code: str = "a", open_: int = 9) -> Outage:
    return Outage(code, since, last, until, 9, open_, ())


GOING, NEWER, OLDER, SETTLED, FOREIGN = (
    outage(T, T + 9),
    outage(T - 50, T - 40, until=T - 40),
    outage(T - 90, T - 80, until=T - 80),
    outage(T - 20, T - 10, until=T - 10, open_=0),
    outage(T, T + 9, code="b"),
)


def test_no_outage_of_the_code_is_none() -> None:
    assert choose((FOREIGN,), "a").shown is None
    assert choose((FOREIGN,), "a").others == ()


def test_the_one_that_goes_on_is_shown_then_the_newest_that_is_not_settled() -> None:
    every = (GOING, SETTLED, NEWER, OLDER, FOREIGN)
    assert choose(every, "a").shown is GOING
    assert choose(every, "a").others == (SETTLED, NEWER, OLDER)
    assert choose(every[1:], "a").shown is NEWER
    assert choose((SETTLED,), "a").shown is SETTLED


def test_a_link_names_an_outage_by_any_moment_of_it() -> None:
    every = (GOING, SETTLED, NEWER, OLDER)
    assert choose(every, "a", T - 85).shown is OLDER
    assert choose(every, "a", T - 85).others == (GOING, SETTLED, NEWER)
    assert choose(every, "a", T - 1000).shown is GOING


@given(st.integers(0, 120 * DAY), st.integers(0, DAY), st.sampled_from((0, HOUR, -5 * HOUR, 19_800)))
def test_a_window_holds_the_time_in_few_stretches(length: int, after: int, offset: int) -> None:
    since, until = T, T + length
    shown = window(since, until, now=until + after, offset=offset)
    assert shown.since < since
    assert shown.until > until
    assert shown.width in WIDTHS
    stretches = (shown.until - shown.since) // shown.width
    assert stretches <= MOST + 2 or shown.width == DAY
    assert (shown.since + offset) % shown.width == 0
    assert (shown.until - shown.since) % shown.width == 0


def test_nothing_is_shown_of_the_future() -> None:
    shown = window(T, T + HOUR, now=T + HOUR + 60)
    assert shown.until <= T + HOUR + 60 + shown.width


def test_a_time_that_nobody_read_is_not_known_and_not_empty() -> None:
    shown = window(T, T + HOUR, now=T + HOUR, margin=False)
    assert course(shown, [Happened(T, 3)], Books(()), now=T + HOUR)[0] == Bar(T, 3, 0, sure=False)
    read = course(shown, [Happened(T, 3)], Books((), [(T - DAY, T + HOUR)]), now=T + HOUR)
    assert read[0] == Bar(T, 3, 0, sure=True)
    assert all(one.sure for one in read[:-1])
    assert len(read) == 7


def test_the_last_stretch_is_not_over_and_known_as_far_as_it_is_read() -> None:
    shown = window(T, T + HOUR, now=T + HOUR + 60, margin=False)
    books = Books([(T + HOUR, 2)], [(T, T + HOUR + 60)])
    assert course(shown, (), books, now=T + HOUR + 60)[-1] == Bar(T + HOUR, 0, 2, sure=True)
    assert not course(shown, (), books, now=T + HOUR + 61)[-1].sure


def test_what_was_healed_is_not_counted_as_well() -> None:
    shown = window(T, T + 2 * HOUR, now=T + DAY, margin=False)
    books = Books([(T, 10), (T + SLOT, 4)], [(T, T + DAY)])
    bars = course(shown, [Happened(T, 5, booked=3), Happened(T + SLOT, 9, booked=6)], books, now=T + DAY)
    assert [(one.affected, one.well) for one in bars[:3]] == [(5, 7), (9, 0), (0, 0)]


def test_a_share_is_told_only_of_a_time_that_was_read() -> None:
    happened = [Happened(T, 30), Happened(T + SLOT, 7)]
    slots = [(T - SLOT, 50), (T, 10), (T + SLOT, 5), (T + HOUR, 99)]
    assert portion(T + 5, T + HOUR - 1, happened, Books(slots)) is None
    known = Books(slots, [(T, T + HOUR)])
    assert portion(T + 5, T + HOUR, happened, known) == Portion(37, 15)
    assert str(Portion(37, 15)) == "71 %"
    assert portion(T + 5, T + HOUR + 1, happened, known) is None
    assert (known.read_from(T - 1), known.read_from(T), known.read_from(T + HOUR)) == (None, T + HOUR, None)
    assert (known.read_since(T), known.read_since(T + 1), known.read_since(T + HOUR + 1)) == (None, T, None)
    healed = [Happened(T, 37, booked=15)]
    assert portion(T + 5, T + HOUR - 1, healed, known) == Portion(37, 0)


def test_a_share_is_never_rounded_to_all_or_none() -> None:
    assert [str(Portion(*one)) for one in ((0, 0), (0, 5), (5, 0), (1, 999), (999, 1))] == [
        "0 %", "0 %", "100 %", "less than 1 %", "more than 99 %",
    ]  # fmt: skip


def test_the_last_good_order_before_and_the_first_after() -> None:
    books = Books([(T - HOUR, 3), (T - SLOT, 0), (T, 8), (T + HOUR, 0), (T + 2 * HOUR, 1)], [(T - DAY, T + DAY)])
    assert books.last_before(T + 60) == Edge(T - HOUR, known=True)  # those of its own slot may be from after it
    assert books.first_after(T + HOUR) == Edge(T + 2 * HOUR, known=True)
    assert books.first_after(T + 3 * HOUR) == Edge(None, known=True)


def test_a_good_order_beyond_a_time_that_nobody_read_is_no_neighbour() -> None:
    books = Books([(T - HOUR, 3), (T + 2 * HOUR, 1)])
    assert not books.last_before(T).known
    assert not books.first_after(T + HOUR).known
    assert Books(()).last_before(T) == Edge(None, known=False)


spans = st.lists(st.tuples(st.integers(T, T + DAY), st.integers(0, HOUR)).map(lambda one: (one[0], sum(one))))


@given(spans, st.integers(T, T + DAY), st.integers(1, HOUR))
def test_what_is_known_is_what_some_reading_covers_second_by_second(
    read: list[tuple[int, int]], since: int, length: int
) -> None:
    covered = all(any(a <= at < b for a, b in read) for at in range(since, since + length))
    assert Books((), read).know(since, since + length) == covered
