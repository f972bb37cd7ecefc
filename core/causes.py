"""One cause: which of its outages is meant, how it went over time beside the orders that came through well. Pure.

Owns into which stretches a time is divided, what may be said of the time around an outage, and the share of all orders.
What was not read is not known, and never counted as 0: how many orders came through well is known only of the time that
a complete scan read. An order that was healed counts as affected, not as one that came through well.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from core.outages import SLOT, Outage
from core.times import DAY, HOUR, MINUTE

Span = tuple[int, int]  # [since, until), seconds since 1970
WIDTHS: Final = (10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, DAY)
MOST: Final = 72  # bars; a longer time has wider ones
_MARGIN: Final = 3 * HOUR  # at least, that a figure shows before the beginning and after the end


@dataclass(frozen=True, slots=True)
class Chosen:
    """The outages of one code: the one that is `shown`, None where there is none; the `others`, the newest first."""

    shown: Outage | None
    others: tuple[Outage, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The time of a figure, in stretches of `width` seconds that begin at `since`."""

    since: int
    until: int
    width: int


class Happened(NamedTuple):
    """Cases that happened in a stretch that begins at `at`; of them `booked` were well when orders were last counted,
    and are among those that came through well."""

    at: int
    cases: int
    booked: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch: how many orders were affected, and how many are known to have come through well; `sure`: all of it was
    read, so that there are no more of these."""

    at: int
    affected: int
    well: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """The slot of `SLOT` seconds in which the nearest order came through well; None: none did, as far as was read.
    `known`: the time between it and the outage was read."""

    at: int | None
    known: bool


@dataclass(frozen=True, slots=True)
class Portion:
    """How many of the orders of a time were affected, and how many came through well."""

    affected: int
    well: int

    def __str__(self) -> str:
        """In percent, never rounded to all or to none."""
        every = self.affected + self.well
        whole = round(100 * self.affected / every) if every else 0
        if self.affected and not whole:
            return "less than 1 %"
        return "more than 99 %" if whole == 100 and self.well else f"{whole} %"  # noqa: PLR2004 - percent


class Books:
    """The orders that came through well. `slots`: (beginning of a slot, how many orders made in it); `read`: the times
    that complete scans read."""

    def __init__(self, slots: Iterable[tuple[int, int]], read: Iterable[Span] = ()) -> None:
        self._slots = dict(slots)
        self._read = _joined(read)

    def know(self, since: int, until: int) -> bool:
        """Whether all of [since, until) was read."""
        return until <= (self.read_from(since) or since - 1)

    def read_from(self, moment: int) -> int | None:
        """Until when all was read from a moment on; None where it lies in no time that was read."""
        at = bisect_right(self._read, moment, key=lambda span: span[0]) - 1
        return self._read[at][1] if at >= 0 and moment < self._read[at][1] else None

    def read_since(self, moment: int) -> int | None:
        """Since when all was read up to a moment; None where the time before it was not."""
        at = bisect_right(self._read, moment - 1, key=lambda span: span[0]) - 1
        return self._read[at][0] if at >= 0 and moment <= self._read[at][1] else None

    def between(self, since: int, until: int) -> int:
        """How many in the slots that begin in [since, until)."""
        return sum(orders for at, orders in self._slots.items() if since <= at < until)

    def last_before(self, moment: int) -> Edge:
        """The last slot that had ended by then."""
        at = max((at for at, orders in self._slots.items() if orders and at + SLOT <= moment), default=None)
        return Edge(at, self.know(moment - SLOT if at is None else at, moment))

    def first_after(self, moment: int) -> Edge:
        """The first slot that began after it."""
        at = min((at for at, orders in self._slots.items() if orders and at > moment), default=None)
        return Edge(at, self.know(moment, moment + SLOT if at is None else at))


def choose(found: Iterable[Outage], code: str, since: int | None = None) -> Chosen:
    """The outage of a code that goes on at `since`; without that the one that goes on now, else the newest that
    somebody has yet to settle, else the newest."""
    mine = sorted(
        (one for one in found if one.code == code), key=lambda one: (one.until is None, one.open > 0, one.since)
    )
    shown = next((one for one in mine if since is not None and one.since <= since <= one.last), None)
    shown = shown or (mine[-1] if mine else None)
    others = sorted((one for one in mine if one is not shown), key=lambda one: -one.since)
    return Chosen(shown, tuple(others))


def window(since: int, until: int, *, now: int, offset: int = 0, margin: bool = True) -> Window:
    """The time around [since, until], in at most about `MOST` stretches. `offset`: how much the reader's clock is ahead
    of UTC, so that a day begins at its midnight; `margin`: with some time before and after."""
    around = max(_MARGIN, (until - since) // 4) if margin else 0
    first, end = since - around, min(until + around, max(now, until))
    width = next((width for width in WIDTHS if (end - first) / width <= MOST), WIDTHS[-1])
    begins = (first + offset) // width * width - offset
    return Window(begins, begins + (end - begins) // width * width + width, width)


def course(shown: Window, happened: Iterable[Happened], books: Books, *, now: int) -> tuple[Bar, ...]:
    """Every stretch of a window, whether anything happened in it or not. What lies ahead of `now` need not be read."""
    by_stretch: Mapping[int, Happened] = {one.at: one for one in happened}
    bars = []
    for at in range(shown.since, shown.until, shown.width):
        one, end = by_stretch.get(at, Happened(at, 0)), at + shown.width
        well = max(0, books.between(at, end) - one.booked)
        bars.append(Bar(at, one.cases, well, books.know(at, min(end, max(now, at + 1)))))
    return tuple(bars)


def portion(since: int, until: int, happened: Iterable[Happened], books: Books) -> Portion | None:
    """The affected orders among all of [since, until); None where not all of that time was read."""
    if not books.know(since, until):
        return None
    cases, booked = 0, books.between(since // SLOT * SLOT, until)
    for one in happened:
        cases, booked = cases + one.cases, booked - one.booked
    return Portion(cases, max(0, booked))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that do not touch, sorted."""
    joined: list[Span] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((since, until))
    return joined
