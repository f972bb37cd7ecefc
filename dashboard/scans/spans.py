"""Spans of time a person can have scanned, as instants. Pure."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from core.times import DAY, today

NEW, DAY_LONG, WEEK, MONTH, CUSTOM = "New since the last scan", "24 hours", "7 days", "30 days", "Own days"
CHOICES: Final = (DAY_LONG, WEEK, MONTH, CUSTOM)
_DAYS = {DAY_LONG: 1, WEEK: 7, MONTH: 30}


def span(choice: str, custom: tuple[date, ...], *, now: float, zone: tzinfo) -> tuple[int | None, int | None]:
    """From when (None: where the last scan ended) until when (None: now), in seconds since 1970.

    `custom` days are the viewer's and whole, from the first to the last; half chosen it is one day, and none is a week.
    """
    if choice == NEW:
        return None, None
    if choice == CUSTOM and custom:
        first, end = min(custom), max(custom)
        until = None if end >= today(now, zone) else midnight(end + timedelta(days=1), zone)
        return midnight(first, zone), until
    return int(now) - _DAYS.get(choice, _DAYS[WEEK]) * DAY, None


def midnight(day: date, zone: tzinfo) -> int:
    """When a day begins in `zone`, in seconds since 1970."""
    return int(datetime.combine(day, time(), zone).timestamp())
