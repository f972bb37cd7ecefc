"""Spans of time as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli import spans
from core.errors import UsageError
from core.stripe_api.spans import Range

NOW = 1_800_000_000
DAY = 86_400


def test_nothing_said_is_since_the_last_scan_until_now() -> None:
    assert spans.span(None, None, None, now=NOW) == (None, None)


@pytest.mark.parametrize(
    ("last", "seconds"), [("90m", 5400), ("24h", DAY), ("7d", 7 * DAY), ("2w", 14 * DAY), (" 7D ", 7 * DAY)]
)
def test_the_last_of_each_unit(last: str, seconds: int) -> None:
    assert spans.span(None, None, last, now=NOW) == (NOW - seconds, None)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC).timestamp()),
        ("20261122", datetime(2026, 11, 22, tzinfo=UTC).timestamp()),
        ("2026-11-22T14:00Z", datetime(2026, 11, 22, 14, tzinfo=UTC).timestamp()),
        ("2026-11-22 15:00+01:00", datetime(2026, 11, 22, 14, tzinfo=UTC).timestamp()),
        ("1795356000", 1_795_356_000),
        ("0", 0),
    ],
)
def test_a_time_with_and_without_a_zone_or_as_seconds(text: str, at: float) -> None:
    assert spans.at(text) == at


@pytest.mark.parametrize(
    ("since", "until", "last", "says"),
    [
        (None, None, "7", "90m, 24h, 7d or 2w"),
        (None, None, "0d", "90m, 24h, 7d or 2w"),
        (None, None, "-7d", "90m, 24h, 7d or 2w"),
        ("yesterday", None, None, "2026-11-22T14:00Z"),
        ("2026-13-01", None, None, "2026-11-22T14:00Z"),
        ("2026-11-22", "2026-11-22", None, "later than --since"),
        ("2026-11-22", None, "7d", "Leave out --since"),
        ("2099-01-01", None, None, "--last 7d"),
    ],
)
def test_what_cannot_be_says_what_to_write(since: str | None, until: str | None, last: str | None, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        spans.span(since, until, last, now=NOW)
    assert says in refused.value.next_step


def test_ranges_are_pairs_of_seconds() -> None:
    assert spans.ranges(["10-20", "30-40"]) == (Range(10, 20), Range(30, 40))
    for wrong in ("20-10", "10", "a-b", "10-10"):
        with pytest.raises(UsageError, match="not a range"):
            spans.ranges([wrong])


@given(st.text(max_size=20))
def test_whatever_is_written_is_a_time_or_a_usage_error(text: str) -> None:
    for read in (spans.at, spans.length):
        try:
            assert isinstance(read(text), int)
        except UsageError:
            continue
