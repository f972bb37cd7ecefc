"""Spans of time: whole days of the viewer, an open end, nothing lost at midnight or when clocks change."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.parts import spans

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp()  # the 23rd already in Berlin


def ask(choice: str, *custom: date) -> tuple[str, str | None]:
    found = spans.ask(choice, custom, limit=25, now=NOW, zone=BERLIN)
    assert found.since is not None
    return said(found.since), None if found.until is None else said(found.until)


def said(at: int) -> str:
    return datetime.fromtimestamp(at, BERLIN).isoformat()


def test_today_begins_at_the_viewers_midnight_and_is_open() -> None:
    assert ask(spans.TODAY) == ("2026-11-23T00:00:00+01:00", None)


def test_seven_days_have_today_in_them() -> None:
    assert ask(spans.WEEK) == ("2026-11-17T00:00:00+01:00", None)


def test_thirty_days_reach_over_the_change_of_clocks() -> None:
    assert ask(spans.MONTH) == ("2026-10-25T00:00:00+02:00", None)


def test_chosen_days_are_whole_and_in_either_order() -> None:
    expected = ("2026-11-01T00:00:00+01:00", "2026-11-04T00:00:00+01:00")
    assert ask(spans.CUSTOM, date(2026, 11, 1), date(2026, 11, 3)) == expected
    assert ask(spans.CUSTOM, date(2026, 11, 3), date(2026, 11, 1)) == expected


def test_a_half_chosen_span_is_one_day_and_none_is_a_week() -> None:
    assert ask(spans.CUSTOM, date(2026, 11, 3)) == ("2026-11-03T00:00:00+01:00", "2026-11-04T00:00:00+01:00")
    assert ask(spans.CUSTOM) == ask(spans.WEEK)


def test_a_span_that_ends_today_is_open() -> None:
    assert ask(spans.CUSTOM, date(2026, 11, 20), date(2026, 11, 23))[1] is None


@given(st.floats(0, 4e9), st.integers(-12, 14), st.sampled_from(spans.CHOICES))
def test_the_present_moment_is_in_every_span_that_has_today(now: float, hours: int, choice: str) -> None:
    found = spans.ask(choice, (), limit=25, now=now, zone=timezone(timedelta(hours=hours)))
    assert found.since is not None
    assert found.since <= now
    assert found.until is None


@pytest.mark.parametrize(
    ("choice", "custom", "words"),
    [
        (spans.TODAY, (), "today"),
        (spans.WEEK, (), "the last 7 days"),
        (spans.CUSTOM, (date(2026, 11, 1), date(2026, 11, 3)), "1 Nov 2026 to 3 Nov 2026"),
        (spans.CUSTOM, (date(2026, 11, 1),), "1 Nov 2026"),
    ],
)
def test_a_span_is_said_in_a_sentence(choice: str, custom: tuple[date, ...], words: str) -> None:
    assert spans.said(choice, custom) == words
