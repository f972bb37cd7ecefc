"""Spans of time: the viewer's own days are whole, an end of today stays open, nothing is lost when clocks change."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.times import DAY
from dashboard.scans import spans

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp()  # the 23rd already in Berlin


def own(*days: date) -> tuple[str, str | None]:
    since, until = spans.span(spans.CUSTOM, days, now=NOW, zone=BERLIN)
    assert since is not None
    return said(since), None if until is None else said(until)


def said(at: int) -> str:
    return datetime.fromtimestamp(at, BERLIN).isoformat()


@pytest.mark.parametrize(("choice", "days"), [(spans.DAY_LONG, 1), (spans.WEEK, 7), (spans.MONTH, 30)])
def test_the_last_days_end_now(choice: str, days: int) -> None:
    assert spans.span(choice, (), now=NOW, zone=BERLIN) == (int(NOW) - days * DAY, None)


def test_what_is_new_begins_where_the_last_scan_ended() -> None:
    assert spans.span(spans.NEW, (), now=NOW, zone=BERLIN) == (None, None)


def test_chosen_days_are_whole_and_in_either_order() -> None:
    expected = ("2026-11-01T00:00:00+01:00", "2026-11-04T00:00:00+01:00")
    assert own(date(2026, 11, 1), date(2026, 11, 3)) == expected
    assert own(date(2026, 11, 3), date(2026, 11, 1)) == expected


def test_chosen_days_reach_over_the_change_of_clocks() -> None:
    assert own(date(2026, 10, 25)) == ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")


def test_a_half_chosen_span_is_one_day_and_none_is_a_week() -> None:
    assert own(date(2026, 11, 3)) == ("2026-11-03T00:00:00+01:00", "2026-11-04T00:00:00+01:00")
    assert own() == (said(int(NOW) - 7 * DAY), None)


def test_a_span_that_ends_today_is_open() -> None:
    assert own(date(2026, 11, 20), date(2026, 11, 23))[1] is None


@given(st.floats(1e7, 4e9), st.integers(-12, 14), st.sampled_from(spans.CHOICES))
def test_the_present_moment_is_in_every_span_that_has_today(now: float, hours: int, choice: str) -> None:
    since, until = spans.span(choice, (), now=now, zone=timezone(timedelta(hours=hours)))
    assert since is not None
    assert since <= now
    assert until is None
