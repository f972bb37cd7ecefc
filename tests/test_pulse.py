"""The first sentence of the overview: never well by luck, never worse by the accident of a first scan."""

from datetime import UTC
from itertools import product

import pytest

from core.pulse import Known, Mood, Pace, Trend, Wrong, pulse, trend
from core.times import DAY, HOUR

NOW = 1_760_000_400
HERE = Known(NOW - 600, stale=False, whole=True)
STEADY = Trend(Pace.STEADY)


def said(wrong: Wrong, known: Known, found: Trend = STEADY) -> tuple[Mood, str]:
    told = pulse(wrong, known, found, now=NOW, zone=UTC)
    return told.mood, told.says


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (Known(None, stale=True, whole=False), "Nobody has looked yet"),
        (Known(None, stale=True, whole=False, running=True), "The first scan is running"),
        (Known(NOW - 3 * DAY, stale=True, whole=True), "Nobody has looked for 3 days"),
        (Known(NOW - 60, stale=False, whole=False), "Nothing is wrong in what was read, but not all could be read"),
    ],
)
def test_what_was_not_read_or_is_old_is_never_well(known: Known, sentence: str) -> None:
    assert said(Wrong(), known) == (Mood.UNSURE, sentence)


def test_well_only_where_nothing_is_wrong_all_was_read_and_it_is_fresh() -> None:
    for orders, payments, untold, stale, whole in product((0, 1), (0, 1), (0, 1), (False, True), (True, False)):
        mood, _ = said(Wrong(orders, payments, untold), Known(NOW - 60, stale=stale, whole=whole))
        assert (mood is Mood.WELL) == ((orders, payments, untold, stale, whole) == (0, 0, 0, False, True))


def test_well_says_since_when() -> None:
    assert said(Wrong(), HERE) == (Mood.WELL, "Everything agrees, as of 08:50")
    yesterday = Known(NOW - 20 * HOUR, stale=False, whole=True)
    assert said(Wrong(), yesterday)[1] == "Everything agrees, as of 8 Oct 2025, 13:00"


def test_what_could_not_be_told_is_not_well() -> None:
    assert said(Wrong(untold=3), HERE) == (
        Mood.UNSURE, "Nothing wrong was found, but of 3 orders it cannot be told",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "pace", "sentence"),
    [
        (Wrong(37), Pace.WORSE, "37 orders are wrong, and it is getting worse"),
        (Wrong(1), Pace.STEADY, "1 order is wrong"),
        (Wrong(2, 1), Pace.BETTER, "2 orders and 1 payment without an order are wrong, and it is getting better"),
        (Wrong(0, 1), Pace.UNKNOWN, "1 payment without an order is wrong"),
    ],
)
def test_what_is_wrong_is_counted_and_told_whether_it_gets_worse(wrong: Wrong, pace: Pace, sentence: str) -> None:
    assert said(wrong, HERE, Trend(pace)) == (Mood.WRONG, sentence)


def test_of_an_old_reading_nothing_is_told_of_the_present() -> None:
    old = Known(NOW - 3 * DAY, stale=True, whole=True)
    assert said(Wrong(37), old, Trend(Pace.WORSE))[1] == "37 orders were wrong when somebody last looked, 3 days ago"
    never = Known(None, stale=True, whole=False)
    assert said(Wrong(1), never)[1] == "1 order was wrong when somebody last looked"


def hourly(**cases: int) -> dict[int, int]:
    """Cases by how many hours before now: `h1=3` are three in the last hour."""
    return {NOW - int(name[1:]) * HOUR: number for name, number in cases.items()}


def test_without_a_reading_or_a_before_there_is_no_trend() -> None:
    many = hourly(h1=500)
    assert trend(many, since=None, until=NOW).pace is Pace.UNKNOWN
    assert trend(many, since=NOW - HOUR, until=NOW).pace is Pace.UNKNOWN
    assert trend(hourly(h5=50), since=NOW - DAY, until=NOW).pace is Pace.UNKNOWN


def test_an_outage_of_this_hour_is_worse_at_once() -> None:
    found = trend(hourly(h1=9, h7=1), since=NOW - 3 * HOUR, until=NOW)
    assert (found.pace, found.now, found.per) == (Pace.WORSE, 9, "hour")
    assert trend(hourly(h1=4), since=NOW - 9 * DAY, until=NOW).pace is Pace.STEADY  # accidents


def test_the_same_as_ever_is_neither() -> None:
    same = {NOW - n * HOUR: 2 for n in range(1, 200)}
    assert trend(same, since=NOW - 9 * DAY, until=NOW) == Trend(Pace.STEADY, 48, 48.0)


def test_a_day_is_held_against_the_days_before() -> None:
    before = {NOW - DAY - n * HOUR: 1 for n in range(1, 7 * 24)}
    spread = {NOW - n * HOUR: 2 for n in range(1, 25)}
    assert trend({**before, **spread}, since=NOW - 9 * DAY, until=NOW).pace is Pace.WORSE
    assert trend(before, since=NOW - 9 * DAY, until=NOW).pace is Pace.BETTER


def test_what_was_found_late_but_happened_long_ago_is_no_deterioration() -> None:
    long_ago = {NOW - n * HOUR: 7 for n in range(100, 150)}
    assert trend(long_ago, since=NOW - 30 * DAY, until=NOW).pace is not Pace.WORSE
