"""Times: seconds whatever they were counted in, one form for people and one for programs, and no number that breaks."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import times
from core.cases import Case, bundle
from core.facts import Order
from core.orders.meaning import instant
from core.times import (
    DAY,
    HOUR,
    MINUTE,
    ago,
    brief,
    clock,
    day,
    in_zone,
    iso,
    moment,
    seconds,
    short_span,
    span,
    today,
    zone_name,
)
from tests.rules import stage

ROOT = Path(__file__).parents[1]
NOON = 1_795_377_600  # 22 Nov 2026, 20:00 UTC
YEAR_1, LAST = -62_135_596_800, 253_402_300_799  # the first second that a calendar has, and the last
LIVED = st.integers(400_000_000, LAST)  # since 1982: before that milliseconds would be taken for seconds
ZONES = st.sampled_from([UTC, *map(ZoneInfo, ("Asia/Tokyo", "America/St_Johns", "Europe/Berlin", "Pacific/Apia"))])


class TestReading:
    @given(LIVED, st.sampled_from([1, 1000, 1_000_000]), st.integers(0, 999_999))
    def test_a_time_is_in_seconds_whatever_it_was_counted_in(self, at: int, scale: int, part: int) -> None:
        assert seconds(at * scale + part % scale) == at

    @given(st.integers())
    def test_it_is_read_once(self, at: int) -> None:
        assert seconds(seconds(at)) == seconds(at)
        assert seconds(at) == at or abs(at) > LAST

    @given(LIVED)
    def test_what_a_database_says_in_words_and_in_numbers_is_one_time(self, at: int) -> None:
        """Also of the years after 5138, which were taken for milliseconds."""
        shown = datetime.fromtimestamp(at, UTC)
        read = {instant(said, ZoneInfo("UTC")) for said in (shown, shown.isoformat(), at, at * 1000, at * 1_000_000)}
        assert read == {at}
        assert seconds(at) == at

    def test_nothing_stays_nothing(self) -> None:
        assert seconds(None) is None


class TestOfAnOrder:
    @given(LIVED, st.sampled_from([1, 1000, 1_000_000]))
    def test_its_times_are_seconds_and_what_was_odd_is_kept(self, at: int, scale: int) -> None:
        order = Order.of({"id": "1", "created_at": at * scale, "updated_at": at})
        assert (order.created_at, order.updated_at) == (at, at)
        assert order.odd_times == ({} if scale == 1 else {"created_at": at * scale})

    def test_a_bundle_gives_back_what_it_was_given(self) -> None:
        order = Order.of(stage.order(created_at=NOON * 1000, updated_at=NOON))
        case = Case.of(bundle(stage.case(order=stage.order(created_at=NOON * 1000, updated_at=NOON)), masked=False))
        assert case.order is not None
        assert (case.order.created_at, case.order.odd_times) == (order.created_at, order.odd_times)


class TestSpelling:
    def test_a_time_for_people_says_its_zone_unless_it_is_their_own(self) -> None:
        assert moment(NOON) == "22 Nov 2026, 20:00 UTC"
        assert moment(NOON + 3, seconds=True) == "22 Nov 2026, 20:00:03 UTC"
        assert moment(NOON, UTC) == "22 Nov 2026, 20:00"
        assert moment(NOON + 3, ZoneInfo("Asia/Tokyo"), seconds=True) == "23 Nov 2026, 05:00:03"
        assert brief(NOON, ZoneInfo("Asia/Tokyo")) == "23 Nov, 05:00"
        assert brief(0, UTC) == "an unknown time"
        assert moment(-10 * 365 * DAY) == "4 Jan 1960, 00:00 UTC"

    @given(st.integers(1, LAST - DAY), ZONES)
    def test_it_is_what_a_clock_there_shows(self, at: int, zone: ZoneInfo) -> None:
        shown = datetime.fromtimestamp(at, zone)
        assert moment(at, zone, seconds=True) == f"{shown.day} {shown:%b} {shown.year}, {shown:%H:%M:%S}"
        assert moment(at, zone) == moment(at, zone, seconds=True)[:-3]
        assert today(at, zone) == shown.date()

    @given(st.integers() | st.floats())
    def test_no_number_in_a_database_breaks_a_sentence(self, at: float) -> None:
        said = moment(at)
        assert said.count(":") == (clock(at) is not None and bool(at))
        assert day(at)
        assert iso(at) is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", iso(at) or "")

    @pytest.mark.parametrize("at", [YEAR_1 - 1, LAST + 1, 10**30, float("nan"), float("inf")])
    def test_what_is_in_no_calendar_is_no_time(self, at: float) -> None:
        assert (clock(at), iso(at)) == (None, None)
        assert (moment(at), day(at)) == ("an unreadable time", "an unknown day")

    def test_of_the_first_and_the_last_year_it_is_one(self) -> None:
        assert (moment(YEAR_1), iso(YEAR_1)) == ("1 Jan 1, 00:00 UTC", "0001-01-01T00:00:00Z")
        assert (moment(LAST), iso(LAST)) == ("31 Dec 9999, 23:59 UTC", "9999-12-31T23:59:59Z")
        assert moment(LAST, ZoneInfo("Asia/Tokyo")) == "an unreadable time"

    def test_what_is_not_known_is_called_that(self) -> None:
        assert moment(None) == moment(0) == "an unknown time"
        assert (iso(None), day(None)) == (None, "an unknown day")

    def test_for_programs_and_in_a_letter(self) -> None:
        assert iso(NOON) == "2026-11-22T20:00:00Z"
        assert (day(NOON), day(NOON, short=True)) == ("22 November 2026", "22 Nov")

    @given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants bare bounds
    def test_a_program_reads_back_what_was_meant(self, at: datetime) -> None:
        whole = at.replace(microsecond=0)
        epoch = (whole - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
        assert datetime.fromisoformat(iso(epoch) or "") == whole


class TestLengths:
    @pytest.mark.parametrize(
        ("length", "said", "short"),
        [
            (0, "less than a minute", "0 s"),
            (59, "less than a minute", "59 s"),
            (MINUTE, "1 minute", "1 min"),
            (HOUR - 1, "59 minutes", "59 min"),
            (HOUR, "1 hour", "1 h"),
            (2 * DAY - 1, "1 day", "47 h"),
            (3 * DAY, "3 days", "3 days"),
        ],
    )
    def test_a_length_is_said_in_its_largest_unit(self, length: int, said: str, short: str) -> None:
        assert (span(length), short_span(length)) == (said, short)

    @pytest.mark.parametrize(
        ("length", "said"),
        [
            (0, "just now"),
            (4, "just now"),
            (40, "40 s ago"),
            (200, "3 min ago"),
            (7_300, "2 h ago"),
            (DAY, "24 h ago"),
            (5 * DAY, "5 days ago"),
            (-90, "in 1 min"),
        ],
    )
    def test_so_is_an_age(self, length: int, said: str) -> None:
        assert ago(1_000_000_000 - length, 1_000_000_000) == said


def test_nothing_else_in_the_house_formats_a_time_or_counts_the_seconds_of_a_day() -> None:
    """The sandbox knows nothing of the product; `column_forms` spells times as a database's columns do."""
    own = re.compile(r"fromtimestamp|strf?time\(|gmtime|localtime|:%[aAbBdHIjmMpSyY]|\b(86_?400|3_?600)\b")
    allowed = {Path(times.__file__), ROOT / "core" / "orders" / "database" / "column_forms.py"}
    found = {
        path.relative_to(ROOT).as_posix()
        for room in ("core", "dashboard")
        for path in (ROOT / room).rglob("*.py")
        if ROOT / "core" / "sandbox" not in path.parents and path not in allowed and own.search(path.read_text())
    }
    assert found == set()


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (UTC, "UTC"),
        (ZoneInfo("Etc/UTC"), "UTC"),
        (ZoneInfo("Europe/Berlin"), "Berlin, UTC+1"),
        (ZoneInfo("America/New_York"), "New York, UTC-5"),
        (ZoneInfo("Asia/Kolkata"), "Kolkata, UTC+5:30"),
        (ZoneInfo("Europe/London"), "London, UTC"),
    ],
)
def test_a_zone_is_called_by_its_place_and_how_far_it_is_from_utc(zone: tzinfo, said: str) -> None:
    assert zone_name(zone, NOON) == said
    assert zone_name(ZoneInfo("Europe/Berlin"), NOON + 180 * DAY) == "Berlin, UTC+2"


@given(LIVED, ZONES)
def test_a_moment_in_a_text_is_told_as_the_readers_own_clock_shows_it(at: int, zone: tzinfo) -> None:
    for whole in (True, False):
        told = in_zone(f"Since {moment(at, seconds=whole)}, and not before.", zone)
        shown = moment(at, None if zone is UTC else zone, seconds=whole)
        assert told == f"Since {shown}, and not before."


@pytest.mark.parametrize(
    "text",
    ["31 Feb 2026, 12:00 UTC", "22 Nov 2026, 21:10", "22 Nov 2026, 21:10 UTC+1", "122 Nov 2026", "", "21:10 UTC"],
)
def test_what_is_no_moment_of_ours_is_left(text: str) -> None:
    assert in_zone(text, ZoneInfo("Europe/Berlin")) == text


def test_a_moment_of_which_the_day_changes() -> None:
    assert in_zone("22 Nov 2026, 23:30 UTC", ZoneInfo("Europe/Berlin")) == "23 Nov 2026, 00:30"
