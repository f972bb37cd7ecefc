"""One cause as the journal has it: which outage, how many cases and how much money, over time, what was done.

Some grouped statements, however many cases there are. What may be said of it is `core.causes`' to decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.causes import Bar, Books, Chosen, Edge, Happened, Portion, Window, choose, course, portion, window
from core.facts import Mode
from core.journal import UNSETTLED, Deed, Filter, Journal, ScanRecord, Share
from core.journal.kept import State
from core.outages import SLOT, Outage
from core.times import DAY

BACK: Final = 90 * DAY  # that are drawn of a code that has no outage
SCANS: Final = 500  # that are asked what was read
_EVER: Final = 10_000 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`chosen`: the outage that is shown, and the others of the code; `which`: its cases, as a filter; `share`: how
    many, how much money, `left`: the same of those nobody has settled, None where there is none; `states`: how many
    in each; `bars` over `window`; `portion` of all orders up to `portion_until`, None where that time was not read;
    `before`, `after`: the nearest orders that came through well; `sure`: the time before the beginning was read;
    `owners`: whose those are that nobody has settled, "" for nobody's; `deeds`: what was done. Times are seconds
    since 1970."""

    code: str
    chosen: Chosen
    which: Filter
    share: Share | None
    left: Share | None
    states: Mapping[State, int]
    window: Window
    bars: tuple[Bar, ...]
    portion: Portion | None
    portion_until: int | None
    before: Edge
    after: Edge
    sure: bool
    owners: Mapping[str, int]
    deeds: tuple[Deed, ...]
    now: int


def causing(
    journal: Journal, mode: Mode, code: str, outages: Sequence[Outage], *, since: int | None, now: int, offset: int
) -> Cause:
    """A code's outage and its cases; without an outage all of its cases, of which the last 90 days are drawn."""
    chosen = choose(outages, code, since)
    shown, every = chosen.shown, Filter(states=(), headlines=(code,))
    which = every if shown is None else _of(shown, every)
    read = [one for one in journal.scans.recent(SCANS) if one.key_mode == mode and one.state == "complete"]
    begins, ends = (shown.since, shown.last) if shown else _drawn(journal, every, now)
    drawn = window(begins, now if shown is None or shown.until is None else ends, now=now, offset=offset)
    books = Books(journal.inbox.booked(drawn.since - DAY, drawn.until + DAY), ((one.since, one.until) for one in read))
    counted_at = _counted_at(read, begins)
    happened = journal.history.happened(
        replace(every, happened_since=drawn.since, older_than=drawn.until),
        width=drawn.width, offset=offset, booked_at=counted_at,
    )  # fmt: skip
    until = min(ends + 1, books.read_from(begins) or begins)
    shares, left = journal.inbox.summary(which), journal.inbox.summary(replace(which, states=UNSETTLED))
    return Cause(
        code=code,
        chosen=chosen,
        which=which,
        share=shares[0] if shares else None,
        left=left[0] if left else None,
        states=journal.inbox.tally(which).states,
        window=drawn,
        bars=course(drawn, (Happened(one.at, one.cases, one.booked) for one in happened), books, now=now),
        portion=_portion(journal, every, begins, until, counted_at, books) if shown else None,
        portion_until=until,
        before=books.last_before(begins),
        after=books.first_after(ends),
        sure=books.know(begins - SLOT, begins),
        owners=journal.history.owners(replace(which, states=UNSETTLED)),
        deeds=journal.history.deeds(which, since=begins if shown else 0),
        now=now,
    )


def _of(shown: Outage, every: Filter) -> Filter:
    """The cases of an outage; of one that goes on, those that came since it was looked for as well."""
    return replace(every, happened_since=shown.since, older_than=None if shown.until is None else shown.last + 1)


def _drawn(journal: Journal, every: Filter, now: int) -> tuple[int, int]:
    """From the first case of the last 90 days until now."""
    days = journal.history.happened(replace(every, happened_since=now - BACK), width=DAY)
    return (max(days[0].at, now - BACK) if days else now - BACK), now


def _counted_at(read: Sequence[ScanRecord], begins: int) -> int | None:
    """When orders that came through well at the beginning were last counted: what was healed by then is among them."""
    return max((one.finished_at or 0 for one in read if one.since <= begins < one.until), default=None)


def _portion(
    journal: Journal, every: Filter, since: int, until: int, counted_at: int | None, books: Books
) -> Portion | None:
    affected = journal.history.happened(
        replace(every, happened_since=since, older_than=until), width=_EVER, booked_at=counted_at
    )
    return portion(since, until, [Happened(one.at, one.cases, one.booked) for one in affected], books)
