"""Many cases with one cause and one beginning are one outage. Pure: sightings of kept cases in, outages out.

Cases of one code belong together until orders are booked again: each good order between two cases counts against the
outage, each further case takes two off that count, and at `OVER` it has ended. So a night without orders ends nothing,
an endpoint that fails half of the time is one outage, and an odd case a day in a busy shop is none. Where it is not
known which orders came through well, a pause of an hour ends it. Does not guess a cause beyond the code.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from core.money import Money
from core.times import HOUR, MINUTE

AT_LEAST = 5  # cases: fewer are accidents
OVER = 8
SLOT = 10 * MINUTE  # good orders are counted by the slot in which they were made
PAUSE = HOUR


class Sighting(NamedTuple):
    """One kept case, as far as an outage is concerned. `at`: when it happened (seconds since 1970); `minor`: money at
    risk, in minor units of `currency`, None where that cannot be told; `open`: nobody has settled it, and no later
    reading found it well. (Made a hundred thousand at a time, so neither a class nor a Money of its own.)"""

    code: str
    at: int
    minor: int | None = None
    currency: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Outage:
    """`cases` cases of one code, the first at `since`, the last at `last`; `until` is None while it goes on, else
    `last`. `open` of them are unsettled; `money`: at risk in all of them, one sum a currency, sorted by its code."""

    code: str
    since: int
    last: int
    until: int | None
    cases: int
    open: int
    money: tuple[Money, ...]


def outages(
    cases: Iterable[Sighting], now: int, *, booked: Iterable[tuple[int, int]] | None = None, at_least: int = AT_LEAST
) -> tuple[Outage, ...]:
    """The outages among `cases`, whatever their order: those that go on first, then the newest.

    `booked`: (beginning of a slot of `SLOT` seconds, how many orders made in it came through well), for all the time
    that is known; None where nothing is.
    """
    books = _Books(booked or ())
    by_code: dict[str, list[Sighting]] = {}
    for case in cases:
        by_code.setdefault(case.code, []).append(case)
    found = [
        _outage(run, now, books)
        for seen in by_code.values()
        for run in _runs(sorted(seen, key=attrgetter("at")), books)
        if len(run) >= at_least
    ]
    return tuple(sorted(found, key=lambda one: (one.until is not None, -one.since, one.code)))


class _Books:
    """How many orders came through well between two instants. A slot's orders are taken to be made in its middle."""

    def __init__(self, slots: Iterable[tuple[int, int]]) -> None:
        counted: Counter[int] = Counter()
        for at, orders in slots:
            counted[at // SLOT * SLOT + SLOT // 2] += orders
        self._at = sorted(counted)
        self._sums = [0, *accumulate(counted[at] for at in self._at)]

    def know(self, at: int) -> bool:
        """Whether the instant lies in the time that is known."""
        return bool(self._at) and self._at[0] - SLOT // 2 <= at <= self._at[-1] + SLOT // 2

    def began_before(self, at: int) -> bool:
        """Whether the time that is known begins before the instant."""
        return bool(self._at) and self._at[0] - SLOT // 2 <= at

    def between(self, after: int, before: int) -> int:
        """How many, strictly between the two."""
        return max(0, self._sums[bisect_left(self._at, before)] - self._sums[bisect_right(self._at, after)])

    def since(self, after: int) -> int:
        """How many after an instant."""
        return self._sums[-1] - self._sums[bisect_right(self._at, after)]


def _runs(cases: list[Sighting], books: _Books) -> list[list[Sighting]]:
    runs: list[list[Sighting]] = []
    against = 0
    for case in cases:
        before = runs[-1][-1].at if runs else case.at
        known = books.know(before) and books.know(case.at)
        against += books.between(before, case.at)
        if not runs or against >= OVER or (not known and case.at - before > PAUSE):
            runs.append([])
            against = 0
        runs[-1].append(case)
        against = max(0, against - 2)
    return runs


def _outage(run: list[Sighting], now: int, books: _Books) -> Outage:
    last = run[-1].at
    over = books.since(last) >= OVER if books.began_before(last) else now - last > PAUSE
    total: Counter[str] = Counter()
    for case in run:
        if case.minor is not None:
            total[case.currency] += case.minor
    return Outage(
        code=run[0].code,
        since=run[0].at,
        last=last,
        until=last if over else None,
        cases=len(run),
        open=sum(case.open for case in run),
        money=tuple(Money(minor, currency) for currency, minor in sorted(total.items()) if minor),
    )
