"""Our values in a column's own form, so that the database compares like with like and its indexes work. Pure.

What a person typed becomes an id of the column's type or nothing; a span of seconds becomes a span of whatever the
time column holds.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from core.orders.meaning import spelled
from core.times import MICROSECONDS_FROM, MILLISECONDS_FROM

_FIRST, _LAST = -62_135_000_000, 253_402_000_000  # seconds since 1970: in January of the year 1, in December 9999
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d([.,]\d+)?)?(?P<utc>Z|\+00(:?00)?|\s*UTC|\s*GMT)?")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_SECONDS_DIGITS = 10  # of a time in seconds, from 2001 to 2286
Span = tuple[object | None, object | None]


def ids_like(text: str, python_type: type | None) -> tuple[object, ...]:
    """What a person typed, in the forms a column of `python_type` can hold; () where it can hold none.

    A database asked for order "abc" in a column of integers errs (PostgreSQL) or finds order 0 (MySQL). `python_type`
    None is a column that takes anything (SQLite): the text itself, the number and the binary key it spells.
    """
    if not text or _NO_TEXT.search(text):
        return ()
    whole = int(text) if re.fullmatch(r"-?[1-9]\d{0,18}|0", text) else None
    number = () if whole is None or not -(2**63) <= whole < 2**63 else (whole,)
    if python_type is None:
        key = _key_of(text)
        return (text, *number, *(() if key is None else (key,)))
    if python_type in (int, float, Decimal):
        return number
    if python_type is bytes:
        key = _key_of(text)
        return (text.encode(),) if key is None else (key,)
    try:
        return (UUID(text),) if python_type is UUID else (text,)
    except ValueError:
        return ()


def same_form(value: object, python_type: type | None) -> tuple[object, ...]:
    """An id as one column gave it, in the forms in which a column of `python_type` can hold the same id."""
    if python_type is not None and isinstance(value, python_type):
        return (value,)
    forms = ids_like(spelled(value) or "", python_type)
    return tuple(dict.fromkeys((value, *forms))) if python_type is None else forms


def bounds(since: int | None, until: int | None, sample: object, zone: ZoneInfo) -> tuple[Span, ...]:
    """Spans low <= column < high in the form of `sample`, a value of the time column; None is an open end.

    Every row with since <= time < until lies in one of them; they are generous (an hour for clocks without a zone, a
    day for dates and text), so each row is to be looked at again. () where nothing of this form can be compared.
    """
    if isinstance(sample, datetime):
        return (_moments(since, until, aware=sample.tzinfo is not None, zone=zone),)
    if isinstance(sample, int | float | Decimal):
        low, high = since or 0, until if until is not None else MILLISECONDS_FROM
        in_ms = until * 1000 if until is not None else MICROSECONDS_FROM
        in_us = until * 1_000_000 if until is not None else None
        return (
            (low, min(high, MILLISECONDS_FROM)),
            (max(low * 1000, MILLISECONDS_FROM), min(in_ms, MICROSECONDS_FROM)),
            (max(low * 1_000_000, MICROSECONDS_FROM), in_us),
        )
    if isinstance(sample, date):
        return (_days(since, until, zone),)
    if isinstance(sample, str) and re.match(r"\d{4}-\d\d-\d\d", sample):
        return (_written(since, until, sample, zone),)
    if isinstance(sample, str) and re.fullmatch(r"\d{9,17}(\.\d+)?", sample):
        scale = 10 ** max(len(sample.partition(".")[0]) - _SECONDS_DIGITS, 0)
        return ((None if since is None else str(since * scale), None if until is None else str(until * scale)),)
    return ()


def loose_bounds(since: int | None, until: int | None, sample: object, zone: ZoneInfo) -> tuple[Span, ...]:
    """The same for a column that may hold anything (SQLite): numbers of every scale, and text like `sample`."""
    text = sample if isinstance(sample, str) else ""
    return (*bounds(since, until, 0, zone), _written(since, until, text, zone))


def _written(since: int | None, until: int | None, sample: str, zone: ZoneInfo) -> Span:
    """ISO text. Where all times are written in one zone, a little more at both ends and either letter between day
    and time; else days, for what one clock shows on Monday is Sunday on another."""
    found = _CLOCK.fullmatch(sample)
    if not found:
        first, last = _days(since, until, zone)
        return first and first.isoformat(), last and last.isoformat()
    written_in = UTC if found["utc"] else zone
    low, high = _at(since, written_in), _at(until, written_in)
    more = timedelta(minutes=1) + (timedelta() if found["utc"] else _fold(zone))  # a minute: seconds may be left out
    return low and f"{low - more:%Y-%m-%d %H:%M:%S}", high and f"{high + more:%Y-%m-%dT%H:%M:%S}"


def _key_of(text: str) -> bytes | None:
    """The sixteen bytes that a UUID or thirty-two hexadecimal digits spell; None for other text."""
    try:
        return UUID(text).bytes
    except ValueError:
        return None


def _moments(since: int | None, until: int | None, *, aware: bool, zone: ZoneInfo) -> Span:
    if aware:
        return _at(since, UTC), _at(until, UTC)
    low, high = _at(since, zone), _at(until, zone)
    fold = _fold(zone)
    return low and low.replace(tzinfo=None) - fold, high and high.replace(tzinfo=None) + fold


def _fold(zone: ZoneInfo) -> timedelta:
    """How far a clock without a zone may be off: an hour where it is ever put back."""
    return timedelta() if zone.key in ("UTC", "Etc/UTC") else timedelta(hours=1)


def _days(since: int | None, until: int | None, zone: ZoneInfo) -> tuple[date | None, date | None]:
    low, high = _at(since, zone), _at(until, zone)
    return low and low.date() - timedelta(days=1), high and high.date() + timedelta(days=2)


def _at(at: int | None, zone: tzinfo) -> datetime | None:
    """Within the years that dates can say, with some days to spare for what is added to it."""
    return None if at is None else datetime.fromtimestamp(min(max(at, _FIRST), _LAST), zone)
