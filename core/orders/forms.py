"""Our values in a column's own form, so that the database compares like with like and its indexes work. Pure.

What a person typed becomes an id of the column's type or nothing; a span of seconds becomes a span of whatever the
time column holds. Refuses to quote or build SQL.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from core.orders.values import MICROSECONDS_FROM, MILLISECONDS_FROM

Span = tuple[object | None, object | None]


def ids_like(text: str, python_type: type | None) -> tuple[object, ...]:
    """What a person typed, in the forms a column of `python_type` can hold; () where it can hold none.

    A database asked for order "abc" in a column of integers errs (PostgreSQL) or finds order 0 (MySQL). `python_type`
    None is a column that takes anything (SQLite): the text itself, and the number it spells.
    """
    if not text or "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        return ()
    whole = int(text) if re.fullmatch(r"-?[1-9]\d{0,18}|0", text) else None
    number = () if whole is None or not -(2**63) <= whole < 2**63 else (whole,)
    if python_type is None:
        return (text, *number)
    if python_type in (int, float, Decimal):
        return number
    try:
        if python_type is UUID:
            return (UUID(text),)
        return (bytes.fromhex(text.replace("-", "")),) if python_type is bytes else (text,)
    except ValueError:
        return ()


def spans(since: int | None, until: int | None, sample: object, zone: ZoneInfo) -> tuple[Span, ...]:
    """Spans low <= column < high in the form of `sample`, a value of the time column; None is an open end.

    Every row with since <= time < until lies in one of them; they are generous (an hour for clocks without a zone, a
    day for dates and text), so each row is to be looked at again. () where nothing of this form can be compared.
    """
    if isinstance(sample, datetime):
        return (_moments(since, until, aware=sample.tzinfo is not None, zone=zone),)
    if isinstance(sample, int | float | Decimal):
        low, high = since or 0, until if until is not None else MILLISECONDS_FROM
        in_ms = until * 1000 if until is not None else MICROSECONDS_FROM
        return (low, min(high, MILLISECONDS_FROM)), (max(low * 1000, MILLISECONDS_FROM), in_ms)
    if isinstance(sample, date):
        return (_days(since, until, zone),)
    if isinstance(sample, str) and re.match(r"\d{4}-\d\d-\d\d", sample):
        low_day, high_day = _days(since, until, zone)
        return ((low_day and low_day.isoformat(), high_day and high_day.isoformat()),)
    return ()


def _moments(since: int | None, until: int | None, *, aware: bool, zone: ZoneInfo) -> Span:
    if aware:
        return _at(since, UTC), _at(until, UTC)
    low, high = _at(since, zone), _at(until, zone)
    fold = timedelta(hours=1)
    return low and low.replace(tzinfo=None) - fold, high and high.replace(tzinfo=None) + fold


def _days(since: int | None, until: int | None, zone: ZoneInfo) -> tuple[date | None, date | None]:
    low, high = _at(since, zone), _at(until, zone)
    return low and low.date() - timedelta(days=1), high and high.date() + timedelta(days=2)


def _at(at: int | None, zone: tzinfo) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, zone)
