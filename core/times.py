"""Times: seconds since 1970 (UTC), read and spelled here and nowhere else.

Owns the one form for people (`22 Nov 2026, 21:10 UTC`) and the one for programs (`2026-11-22T21:10:00Z`). No number
is an error here: what is no time is called that. Never reads the clock.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE, HOUR, DAY = 60, 3_600, 86_400
GRACE: Final = 5 * MINUTE  # after the newest event of a payment, while a webhook may still be on its way
MILLISECONDS_FROM: Final = 253_402_300_800  # as seconds the year 10000, as milliseconds 1978
MICROSECONDS_FROM: Final = MILLISECONDS_FROM * 1000
_MONTHS: Final = tuple("January February March April May June July August September October November December".split())
_SHORT: Final = tuple(month[:3] for month in _MONTHS)
_MOMENT: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}}) ({'|'.join(_SHORT)}) (\d{{4}}), (\d\d):(\d\d)(?::(\d\d))? UTC(?![+\w-])"
)
_DIGITS: Final = tuple(f"{number:02}" for number in range(60))  # of a clock; formatting each time takes twice as long


@overload
def seconds(at: int) -> int: ...
@overload
def seconds(at: None) -> None: ...
@overload
def seconds(at: int | None) -> int | None: ...
def seconds(at: int | None) -> int | None:
    """A time in seconds, also where it was counted in milli- or microseconds: its size tells."""
    while at is not None and abs(at) >= MILLISECONDS_FROM:
        at //= 1000
    return at


def clock(at: float | None, zone: tzinfo = UTC) -> datetime | None:
    """What clock and calendar show in `zone`; None for None and for what is not within the years 1 to 9999."""
    try:
        return None if at is None else datetime.fromtimestamp(at, zone)
    except (OverflowError, ValueError, OSError):
        return None


def zone_of(name: str | None) -> ZoneInfo:
    """The zone that is called so; UTC where there is none of that name."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def zone_name(zone: tzinfo, now: float) -> str:
    """What a zone is called, with how far it is from UTC at this time: `Berlin, UTC+1`, `Kolkata, UTC+5:30`."""
    shown = clock(now, zone)
    away = int(((shown and shown.utcoffset()) or timedelta()).total_seconds())
    hours, minutes = divmod(abs(away) // MINUTE, 60)
    sign = "-" if away < 0 else "+"
    offset = f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "") if away else "UTC"
    place = str(zone).rpartition("/")[2].replace("_", " ")
    return offset if place.upper() in ("UTC", "GMT") else f"{place}, {offset}"


def today(now: float, zone: tzinfo) -> date:
    """The day it is in `zone`. ValueError or OverflowError where `now` is no time."""
    return datetime.fromtimestamp(now, zone).date()


def moment(at: float | None, zone: tzinfo | None = None, *, seconds: bool = False) -> str:
    """A time for people: `22 Nov 2026, 21:10 UTC`, or `22 Nov 2026, 21:10:03 UTC` with its `seconds`. In a reader's own
    `zone` the zone goes without saying: `22 Nov 2026, 22:10`."""
    if not at:
        return "an unknown time"
    shown = clock(at, zone or UTC)
    if shown is None:
        return "an unreadable time"
    rest = (f":{_DIGITS[shown.second]}" if seconds else "") + ("" if zone else " UTC")
    time = f"{_DIGITS[shown.hour]}:{_DIGITS[shown.minute]}{rest}"
    return f"{shown.day} {_SHORT[shown.month - 1]} {shown.year}, {time}"


def brief(at: float | None, zone: tzinfo) -> str:
    """A time of the last months where there is little room: `22 Nov, 21:10`."""
    shown = clock(at, zone) if at else None
    return f"{day(at, zone, short=True)}, {shown:%H:%M}" if shown else moment(at, zone)


def in_zone(text: str, zone: tzinfo) -> str:
    """A text with each of its moments (`22 Nov 2026, 21:10 UTC`) as a reader's own clock shows it; the zone goes
    without saying, as in `moment`. For what is shown only: what is handed on keeps its zone."""
    return text if zone is UTC else _MOMENT.sub(lambda found: _told(found, zone), text)


def _told(found: re.Match[str], zone: tzinfo) -> str:
    day_, month, year, hour, minute, second = found.groups()
    try:
        at = datetime(
            int(year), _SHORT.index(month) + 1, int(day_), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
    except ValueError:  # 31 Feb: nobody's moment
        return found[0]
    return moment(at.timestamp(), zone, seconds=second is not None)


def day(at: float | None, zone: tzinfo = UTC, *, short: bool = False) -> str:
    """The day alone, as it is in `zone`: `3 March 2026` as in a letter, or `3 Mar` where that is enough."""
    shown = clock(at, zone)
    if shown is None:
        return "an unknown day"
    return f"{shown.day} {_SHORT[shown.month - 1]}" if short else f"{shown.day} {_MONTHS[shown.month - 1]} {shown.year}"


def date_in_words(one: date) -> str:
    """A day of the calendar as in a letter: `3 March 2026`."""
    return f"{one.day} {_MONTHS[one.month - 1]} {one.year}"


def iso(at: float | None) -> str | None:
    """A time for programs: `2026-11-22T21:10:00Z`; None where it is none."""
    shown = clock(at)
    return f"{shown.replace(tzinfo=None).isoformat(timespec='seconds')}Z" if shown else None


def read_iso(text: str) -> int | None:
    """A time that a program wrote, as API v2 does (`2026-11-22T21:10:00.000Z`), in seconds since 1970; UTC where it
    names no zone; None where it is none."""
    try:
        found = datetime.fromisoformat(text)
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def span(length: int) -> str:
    """A length of time in a sentence: `3 days`, `1 hour`, `5 minutes`."""
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if (count := length // size) >= 1:
            return f"{count} {name}" + ("s" if count > 1 else "")
    return "less than a minute"


def short_span(length: int) -> str:
    """A length of time beside a figure: `40 s`, `3 min`, `47 h`, `5 days`."""
    for most, size, unit in ((MINUTE, 1, "s"), (HOUR, MINUTE, "min"), (2 * DAY, HOUR, "h")):
        if length < most:
            return f"{length // size} {unit}"
    return f"{length // DAY} days"


def ago(then: float, now: float) -> str:
    """How long before `now` something was: `just now`, `40 s ago`, `2 h ago`; ahead of it: `in 3 min`."""
    length = int(now - then)
    if length < 0:
        return f"in {short_span(-length)}"
    return "just now" if length < 5 else f"{short_span(length)} ago"  # noqa: PLR2004 - five seconds is "now" to a person
