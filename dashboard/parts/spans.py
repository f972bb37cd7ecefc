"""Spans of time a person can choose, as instants. Pure."""

from datetime import date, datetime, time, timedelta, tzinfo

from dashboard.surveys import Ask

TODAY, WEEK, MONTH, CUSTOM = "Today", "7 days", "30 days", "Custom"
CHOICES = (TODAY, WEEK, MONTH, CUSTOM)
LIMITS = (25, 50, 100, 200)
_DAYS = {TODAY: 1, WEEK: 7, MONTH: 30}


def today(now: float, zone: tzinfo) -> date:
    """The day it is for the viewer."""
    return datetime.fromtimestamp(now, zone).date()


def ask(choice: str, custom: tuple[date, ...], *, limit: int, now: float, zone: tzinfo) -> Ask:
    """Which orders a choice means: whole days of the viewer, today included; of `custom` its first and last day.

    An open end stays open, so that orders of this minute are in it.
    """
    last = today(now, zone)
    if choice == CUSTOM and custom:
        first, end = min(custom), max(custom)
        until = None if end >= last else _midnight(end + timedelta(days=1), zone)
        return Ask(_midnight(first, zone), until, limit)
    return Ask(_midnight(last - timedelta(days=_DAYS.get(choice, _DAYS[WEEK]) - 1), zone), None, limit)


def said(choice: str, custom: tuple[date, ...]) -> str:
    """A choice in a sentence: "today", "the last 7 days", "1 Nov to 3 Nov 2026"."""
    if choice == CUSTOM and custom:
        first, end = min(custom), max(custom)
        return _day(first) if first == end else f"{_day(first)} to {_day(end)}"
    return "today" if choice == TODAY else f"the last {choice if choice in _DAYS else WEEK}"


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
