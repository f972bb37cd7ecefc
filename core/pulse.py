"""Is anything wrong, is it getting worse, and may that be said: the first sentence of the overview. Pure.

Cases are counted by when they happened, not by when a scan came upon them: else every first scan would be a disaster.
Nothing is called well after a reading that was partial or is old, and no trend is told of a time that nobody read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum
from math import sqrt
from typing import Final

from core.report import count
from core.times import DAY, HOUR, moment, span

FEW: Final = 5  # cases: fewer are accidents
_BEYOND: Final = 2.0  # deviations of a number of independent events from its mean, before it is called another
_DAYS: Final = 7  # before the last one, that it is compared with


class Pace(Enum):
    """How the last hour or day compares with those before."""

    WORSE = "worse"
    BETTER = "better"
    STEADY = "steady"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trend:
    """`now` cases in the last `per` ("hour", "day"), `before` of them on average in those before."""

    pace: Pace
    now: int = 0
    before: float = 0.0
    per: str = "day"


class Mood(Enum):
    """What the first sentence comes to."""

    WRONG = "wrong"
    WELL = "well"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Known:
    """What has been read. `until`: up to when all was (seconds since 1970; None: never); `stale`: that is long ago;
    `whole`: nothing is left unread; `running`: a scan is under way."""

    until: int | None
    stale: bool
    whole: bool
    running: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """What nobody has settled: orders, payments without an order; of `untold` more nothing could be told."""

    orders: int = 0
    payments: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class Pulse:
    """The first sentence, and how it is meant."""

    mood: Mood
    says: str


def trend(hours: Mapping[int, int], *, since: int | None, until: int | None) -> Trend:
    """How many cases happened lately, against before. `hours`: the beginning of an hour -> cases that happened in it,
    where hours end at `until`; [since, until) is the time that was read without a gap."""
    if since is None or until is None:
        return Trend(Pace.UNKNOWN)

    def between(first: int, end: int) -> int:
        return sum(cases for at, cases in hours.items() if first <= at < end)

    earlier = min(DAY, until - HOUR - since)
    if earlier >= HOUR:
        now, before = between(until - HOUR, until), between(until - HOUR - earlier, until - HOUR) * HOUR / earlier
        if now >= FEW and _above(now, before):
            return Trend(Pace.WORSE, now, before, "hour")
    days = min(_DAYS, (until - since) // DAY - 1)
    if days < 1:
        return Trend(Pace.UNKNOWN)
    now, before = between(until - DAY, until), between(until - (days + 1) * DAY, until - DAY) / days
    if now >= FEW and _above(now, before):
        return Trend(Pace.WORSE, now, before)
    return Trend(Pace.BETTER if _above(before, now) else Pace.STEADY, now, before)


def pulse(wrong: Wrong, known: Known, found: Trend, *, now: int, zone: tzinfo) -> Pulse:
    """The first sentence."""
    if wrong.orders or wrong.payments:
        return Pulse(Mood.WRONG, _wrong(wrong, known, found, now))
    if known.until is None:
        return Pulse(Mood.UNSURE, "The first scan is running" if known.running else "Nobody has looked yet")
    if known.stale:
        return Pulse(Mood.UNSURE, f"Nobody has looked for {span(now - known.until)}")
    if not known.whole:
        return Pulse(Mood.UNSURE, "Nothing is wrong in what was read, but not all could be read")
    if wrong.untold:
        return Pulse(Mood.UNSURE, f"Nothing wrong was found, but of {count(wrong.untold, 'order')} it cannot be told")
    return Pulse(Mood.WELL, f"Everything agrees, as of {_when(known.until, now, zone)}")


def _wrong(wrong: Wrong, known: Known, found: Trend, now: int) -> str:
    orders = count(wrong.orders, "order") if wrong.orders else ""
    payments = count(wrong.payments, "payment without an order", "payments without an order") if wrong.payments else ""
    what, one = " and ".join(filter(None, (orders, payments))), wrong.orders + wrong.payments == 1
    if known.until is None or known.stale:
        when = (
            f"when somebody last looked, {span(now - known.until)} ago" if known.until else "when somebody last looked"
        )
        return f"{what} {'was' if one else 'were'} wrong {when}"
    tails = {Pace.WORSE: ", and it is getting worse", Pace.BETTER: ", and it is getting better"}
    return f"{what} {'is' if one else 'are'} wrong{tails.get(found.pace, '')}"


def _when(at: int, now: int, zone: tzinfo) -> str:
    """A time of today without its day."""
    day, _, time = moment(at, zone).rpartition(", ")
    return time if moment(now, zone).startswith(f"{day},") else moment(at, zone)


def _above(more: float, less: float) -> bool:
    return more - less > _BEYOND * sqrt(less + 1)
