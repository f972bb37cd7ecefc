"""All causes as the journal has them: what is wrong at this moment, whether it gets worse, how it went for 30 days.

Some grouped statements, however many cases there are. What may be said of it is `core.pulse`'s to decide.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.causes import Books
from core.findings import Severity
from core.journal import Filter, Journal, Share, Tally
from core.journal.history import Healing, Stretch
from core.pulse import Trend, Wrong, trend
from core.stripe_api import Access
from core.times import DAY, GRACE, HOUR

DAYS: Final = 30
SCANS: Final = 500  # that are asked what was read
ALIVE: Final = 5 * 60  # seconds since a watch last said that it runs
_HOURS: Final = 9 * DAY
WRONG: Final = tuple(severity for severity in Severity if severity is not Severity.INFO)


@dataclass(frozen=True, slots=True)
class Day:
    """`happened`: how many cases happened on the day that begins at `at`; `healed`: how many were read well on it;
    `sure`: all of it was read, as far as it is over."""

    at: int
    happened: int
    healed: int
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`wrong`: what nobody has settled, without what is only to be known; `shares`, `tally`: the same by headline, and
    counted; `days`: the last 30, today the last; `by_code`: how many cases of a code happened on each of them;
    `healing`: how long the cases took that were healed in that time; `read_to`: up to when all is known, None for
    never; `heard_at`: when the watch last heard everything, `watched`: it runs. Times are seconds since 1970."""

    wrong: Wrong
    shares: tuple[Share, ...]
    tally: Tally
    trend: Trend
    days: tuple[Day, ...]
    by_code: Mapping[str, tuple[int, ...]]
    healing: Healing
    read_to: int | None
    heard_at: int | None
    watched: bool
    now: int


def overseeing(journal: Journal, access: Access, *, now: int, offset: int) -> Overview:
    """Everything, as it stands at `now`; days begin at midnight of a clock that is `offset` seconds ahead of UTC."""
    history, inbox, bad = journal.history, journal.inbox, Filter(severities=WRONG)
    heard = journal.cursors.heard(access.mode, access.account)
    read = [
        (one.since, one.until)
        for one in journal.scans.recent(SCANS)
        if one.state == "complete" and one.key_mode == access.mode and one.until <= now
    ]
    read_to = _read_to(read, heard.at, now)
    if read_to is not None:
        read = [*read, (max(until for _, until in read), read_to)]
    books, today = Books((), read), (now + offset) // DAY * DAY - offset
    first, every = today - (DAYS - 1) * DAY, replace(bad, states=())
    happened = history.happened(replace(every, happened_since=first), width=DAY, offset=offset)
    orders, payments = history.kinds(bad)
    return Overview(
        wrong=Wrong(orders, payments, inbox.count(Filter(severities=(None,)))),
        shares=inbox.summary(bad),
        tally=inbox.tally(bad),
        trend=_trend(journal, every, books, read_to),
        days=_days(first, happened, history.healed(since=first, width=DAY, offset=offset), books, now),
        by_code=_by_code(first, happened),
        healing=history.healing(since=now - DAYS * DAY),
        read_to=read_to,
        heard_at=heard.at,
        watched=heard.beat is not None and 0 <= now - heard.beat < ALIVE,
        now=now,
    )


def _read_to(read: list[tuple[int, int]], heard_at: int | None, now: int) -> int | None:
    """Up to when all is known: what scans read, and where they end not long ago, what a watch has heard since. What is
    younger than the grace time was not looked at yet."""
    if not read:
        return None
    scanned = max(until for _, until in read)
    follows = heard_at is not None and scanned < heard_at <= now and heard_at - scanned < 2 * DAY
    return max(scanned, heard_at - GRACE) if follows and heard_at is not None else scanned


def _trend(journal: Journal, every: Filter, books: Books, read_to: int | None) -> Trend:
    if read_to is None:
        return trend({}, since=None, until=None)
    chosen = replace(every, happened_since=read_to - _HOURS, older_than=read_to)
    hours: Counter[int] = Counter()
    for one in journal.history.happened(chosen, width=HOUR, offset=-read_to % HOUR):
        hours[one.at] += one.cases
    return trend(hours, since=books.read_since(read_to), until=read_to)


def _days(
    first: int, happened: tuple[Stretch, ...], healed: Mapping[int, int], books: Books, now: int
) -> tuple[Day, ...]:
    cases: Counter[int] = Counter()
    for one in happened:
        cases[one.at] += one.cases
    starts = (first + DAY * number for number in range(DAYS))
    return tuple(Day(at, cases[at], healed.get(at, 0), books.know(at, _over(at, now))) for at in starts)


def _over(at: int, now: int) -> int:
    """Until when a day is asked for: today until an hour ago, since nobody reads all the time."""
    return min(at + DAY, max(at + 1, now - HOUR))


def _by_code(first: int, happened: tuple[Stretch, ...]) -> dict[str, tuple[int, ...]]:
    counts: dict[str, list[int]] = {}
    for one in happened:
        if 0 <= (place := (one.at - first) // DAY) < DAYS:
            counts.setdefault(one.code, [0] * DAYS)[place] += one.cases
    return {code: tuple(days) for code, days in counts.items()}
