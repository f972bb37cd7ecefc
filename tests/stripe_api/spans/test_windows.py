"""In virtual time: windows lose nothing, double nothing, say exactly what is read, and hardly ask a page too many."""

import heapq
import itertools
import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stripe_api.spans import Range, merged
from core.stripe_api.spans.windows import Window, Windows

PAGE = 100
DAY = 86_400
SINCE, UNTIL = 1_780_000_000, 1_780_000_000 + 30 * DAY


class Ledger:
    """Objects by their times alone; an object's id is its place."""

    def __init__(self, times: Sequence[int], size: int = PAGE) -> None:
        self.times = sorted(times)
        self.size = size
        self.asked = 0

    def page(self, window: Window) -> tuple[list[int], bool]:
        """The places of a page's objects, newest first, and whether more follow."""
        self.asked += 1
        low, high = (bisect_left(self.times, end) for end in (window.asked.since, window.asked.until))
        if window.cursor is not None:
            high = min(high, int(window.cursor))
        first = max(low, high - self.size)
        return list(range(high - 1, first - 1, -1)), first > low

    def land(self, windows: Windows, window: Window, page: tuple[list[int], bool]) -> tuple[list[int], Range | None]:
        """The places that are the window's, and what is read to the end."""
        places, more = page
        times = [self.times[place] for place in places]
        landed = windows.landed(window, times, str(places[-1]) if places else None, more=more)
        return [place for place in places if self.times[place] >= landed.since], landed.done


def _flash_sale(rng: Random, count: int) -> list[int]:
    """Growth, days and nights, a sale of two hours with a fifth of it all, a second with 250."""
    found = [SINCE + 20 * DAY + rng.randrange(7200) for _ in range(count // 5)] + [SINCE + 777_777] * 250
    while len(found) < count:
        at = int(30 * DAY * rng.random() ** 0.7)
        if rng.random() < (1 + math.sin(at / DAY * math.tau)) / 2:
            found.append(SINCE + at)
    return found[:count]


def _uniform(rng: Random, count: int) -> list[int]:
    return [rng.randrange(SINCE, UNTIL) for _ in range(count)]


def _one_hour(rng: Random, count: int) -> list[int]:
    return [SINCE + 11 * DAY + rng.randrange(3600) for _ in range(count)]


def _growth(rng: Random, count: int) -> list[int]:
    return [
        min(SINCE + int(30 * DAY * (1 + math.log(1 - rng.random() * 0.9999) / 10)), UNTIL - 1) for _ in range(count)
    ]


def _bursts(rng: Random, count: int) -> list[int]:
    begins = [rng.randrange(SINCE, UNTIL - 60) for _ in range(20)]
    return [begins[place % 20] + rng.randrange(60) for place in range(count)]


def _one_second(rng: Random, count: int) -> list[int]:
    return [SINCE + 3 * DAY] * (count * 3 // 10) + _uniform(rng, count - count * 3 // 10)


SHAPES: list[tuple[Callable[[Random, int], list[int]], int]] = [
    (_flash_sale, 100_000),
    (_uniform, 100_000),
    (_one_hour, 100_000),
    (_growth, 100_000),
    (_bursts, 100_000),
    (_one_second, 100_000),
    (_flash_sale, 10_000),
    (_flash_sale, 300_000),
]
IDS = [f"{shape.__name__[1:]}_{count // 1000}k" for shape, count in SHAPES]


def _simulated(times: list[int], *, edges: Sequence[int], rate: float, latency: float) -> tuple[int, float]:
    """Pages asked for and seconds passed, at a rate and a latency; asserts that nothing is lost or doubled."""
    ledger, at_once = Ledger(times), math.ceil(rate * latency * 1.25) + 1
    windows = Windows([Range(SINCE, UNTIL)], edges=edges, parts=at_once)
    under_way: list[tuple[float, int, Window, tuple[list[int], bool]]] = []
    seen, done, number, now, free = list[int](), list[Range](), itertools.count(), 0.0, 0.0
    while True:
        while len(under_way) < at_once and (window := windows.take()) is not None:
            begins = max(now, free)
            free = begins + 1 / rate
            heapq.heappush(under_way, (begins + latency, next(number), window, ledger.page(window)))
        if not under_way:
            break
        now, _, window, page = heapq.heappop(under_way)
        mine, read = ledger.land(windows, window, page)
        seen += mine
        done += [read] if read else []
    assert sorted(seen) == list(range(len(times)))
    assert merged(done) == (Range(SINCE, UNTIL),)
    assert sum(one.until - one.since for one in done) == UNTIL - SINCE
    assert windows.rest() == ()
    assert windows.left() == 0
    return ledger.asked, now


@pytest.mark.parametrize(("shape", "count"), SHAPES, ids=IDS)
@pytest.mark.parametrize("prior", [True, False], ids=["orders known", "orders unknown"])
def test_whatever_the_shape_of_the_volume_hardly_a_page_too_many_and_hardly_a_second(
    shape: Callable[[Random, int], list[int]], count: int, *, prior: bool
) -> None:
    rng = Random(7)  # noqa: S311 - the same volume each time
    times = shape(rng, count)
    orders = sorted(rng.sample(times, count // 2))
    edges = [orders[len(orders) * part // 64] for part in range(1, 64)] if prior else []
    pages, seconds = _simulated(times, edges=edges, rate=24.5, latency=0.12)
    least = math.ceil(count / PAGE)
    assert pages - least <= max((0.02 if prior else 0.03) * least, 12)
    in_turn = 1.7 if shape is _one_second else 1.1  # no filter divides a second: its pages come one after the other
    assert seconds <= least / 25 * (1.3 if count <= 10_000 else in_turn)


@pytest.mark.parametrize(("rate", "latency", "most"), [(98.0, 0.12, 1020), (24.5, 0.5, 1020), (24.5, 1.5, 1050)])
def test_a_higher_limit_and_a_slower_stripe_are_kept_busy_too(rate: float, latency: float, most: int) -> None:
    rng = Random(8)  # noqa: S311 - the same volume each time
    times = _flash_sale(rng, 100_000)
    orders = sorted(rng.sample(times, 20_000))
    pages, seconds = _simulated(
        times, edges=[orders[len(orders) * part // 64] for part in range(1, 64)], rate=rate, latency=latency
    )
    assert pages <= most
    assert seconds <= 1_000 / rate * 1.05 + 4 * latency


def test_a_quiet_span_costs_one_request_and_many_narrow_ones_one_each() -> None:
    ranges = [Range(SINCE + 1000 * number, SINCE + 1000 * number + 60) for number in range(40)]
    for some in (ranges[:1], ranges):
        ledger, windows = Ledger([SINCE + 5, SINCE + 2001]), Windows(some, parts=6)
        while (window := windows.take()) is not None:
            ledger.land(windows, window, ledger.page(window))
        assert ledger.asked == len(some)


def test_ranges_that_overlap_are_read_once_and_empty_ones_not_at_all() -> None:
    windows = Windows([Range(10, 20), Range(15, 30), Range(30, 31), Range(50, 50), Range(60, 55)])
    assert windows.rest() == (Range(10, 31),)
    assert Windows([]).take() is None
    assert Windows([]).left() == 0


TIMES = st.lists(st.integers(0, 400), max_size=120)
RANGES = st.lists(st.tuples(st.integers(-5, 405), st.integers(-5, 405)), min_size=1, max_size=4)


@given(
    times=TIMES, ranges=RANGES, edges=st.lists(st.integers(0, 400), max_size=6), parts=st.integers(1, 6), data=st.data()
)
def test_in_any_order_with_any_failures_what_is_said_to_be_read_was_read_and_the_rest_can_be_read_later(
    times: list[int], ranges: list[tuple[int, int]], edges: list[int], parts: int, data: st.DataObject
) -> None:
    ledger = Ledger(times, size=3)
    wanted = merged(Range(*one) for one in ranges)
    windows = Windows(wanted, edges=edges, parts=parts)
    under_way: list[tuple[Window, tuple[list[int], bool]]] = []
    seen, done, unread = list[int](), list[Range](), list[Range]()
    for _ in range(data.draw(st.integers(0, 60), label="steps")):
        step = data.draw(st.sampled_from(["take", "take", "land", "land", "land", "fail"]))
        if step == "take" and (window := windows.take()) is not None:
            under_way.append((window, ledger.page(window)))
        elif step != "take" and under_way:
            window, page = under_way.pop(data.draw(st.integers(0, len(under_way) - 1)))
            if step == "fail":
                unread.append(windows.failed(window))
                continue
            mine, read = ledger.land(windows, window, page)
            seen += mine
            done += [read] if read else []
    unread += windows.rest()
    assert len(seen) == len(set(seen))
    assert merged([*done, *unread]) == wanted
    assert sum(one.until - one.since for one in (*done, *unread)) == sum(one.until - one.since for one in wanted)
    assert {place for place, at in enumerate(ledger.times) if _within(at, done)} <= set(seen)
    again = Windows(unread)
    while (window := again.take()) is not None:
        seen += ledger.land(again, window, ledger.page(window))[0]
    assert set(seen) == {place for place, at in enumerate(ledger.times) if _within(at, wanted)}


def _within(at: int, ranges: Sequence[Range]) -> bool:
    return any(one.since <= at < one.until for one in ranges)
