"""What is said of a cause: its facts, its sentences, its figure in words. Pure.

A beginning, a share, a good order are named only where the time around them was read; else it says what was not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from core.causes import Edge
from core.desk import UNSETTLED, Cause, Deed, Kept, Outcome, Share
from core.outages import SLOT, Outage
from core.report import count
from core.rules import WITHOUT_ORDER
from core.times import DAY, HOUR, ago, clock, moment, short_span, span

UNKNOWN: Final = "not known"
TICKS: Final = 6
_STEPS: Final = (HOUR // 6, HOUR // 2, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY)
_NUMBERED = re.compile(r"^\s*\d{1,2}\.\s+")
_DONE: Final = {
    "retrieve": "read afresh",
    "replay": "sent again",
    "resend": "sent again by Stripe",
    "export": "handed on as a bundle",
    "acknowledge": "acknowledged",
    "ignore": "ignored",
    "reopen": "opened again",
    "assign": "assigned",
    "note": "noted",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure: its name, its value, and what stands beside it."""

    title: str
    text: str
    note: str = ""


def noun(code: str) -> str:
    """What cases of a code are: "order", or "case" where payments without an order may be among them."""
    return "case" if code in WITHOUT_ORDER else "order"


def sentence(cause: Cause, zone: tzinfo) -> str:
    """What it comes to, in one sentence; no beginning is claimed where there is no outage."""
    shown, share = cause.chosen.shown, cause.share
    if share is None:
        return "No order of the inbox has this as what is wrong with it."
    cases = count(share.cases, noun(cause.code))
    if shown is None:
        return f"{cases} since {moment(cause.bars[0].at, zone)}, with no one beginning: no outage, as far as was read."
    since = moment(shown.since, zone)
    if shown.until is None:
        return f"Since {since}, and it goes on: {cases}{_for(share)}."
    return f"From {since} to {moment(shown.until, zone)}, and over: {cases}{_for(share)}."


def facts(cause: Cause, zone: tzinfo) -> tuple[Fact, ...]:
    """The figures: of an outage all of them, else how many and how much."""
    shown = cause.chosen.shown
    if shown is None:
        return (_cases(cause), _money(cause))
    return (
        _began(cause, shown, zone),
        _ended(cause, shown, zone),
        _cases(cause),
        _money(cause),
        _share(cause, shown, zone),
        Fact("Last good order before", *_edge(cause.before, zone)),
        Fact("First good order after", *_edge(cause.after, zone, none="none so far")),
    )


def money(share: Share | None) -> str:
    """The money of cases: one sum a currency, and of how many it is not known."""
    if share is None:
        return "none"
    sums = " + ".join(map(str, share.money))
    if share.unknown == share.cases:
        return UNKNOWN
    unknown = f"; of {share.unknown:,} not known" if share.unknown else ""
    return (sums or "none") + unknown


def in_words(cause: Cause, zone: tzinfo) -> str:
    """The figure for who does not see it."""
    peak = max(cause.bars, key=lambda bar: bar.affected)
    affected, well = sum(bar.affected for bar in cause.bars), sum(bar.well for bar in cause.bars)
    about = f"{moment(cause.window.since, zone)} to {moment(cause.window.until, zone)}"
    most = f"most of them, {peak.affected:,}, from {moment(peak.at, zone)}"
    said = [f"Affected orders by {span(cause.window.width)}, from {about}."]
    said.append(f"{affected:,} were affected, {most}; {well:,} are known to have come through well.")
    if cause.chosen.shown is not None:
        said.append(f"It began at {moment(cause.chosen.shown.since, zone)}.")
    if not all(bar.sure for bar in cause.bars):
        said.append("Not all of that time was read.")
    return " ".join(said)


def table(cause: Cause, zone: tzinfo) -> tuple[tuple[str, str, str], ...]:
    """The figure as rows: when, affected, came through well. Stretches in which nothing was are left out."""
    return tuple(
        (moment(bar.at, zone), f"{bar.affected:,}", f"{bar.well:,}" if bar.sure else _at_least(bar.well))
        for bar in cause.bars
        if bar.affected or bar.well
    )


def steps(case: Kept) -> tuple[str, ...]:
    """What to do about a case as it was found, without the numbers."""
    remedy = case.cells[0].get("remedy", "") if case.cells else ""
    return tuple(_NUMBERED.sub("", line) for line in remedy.split("\n") if line.strip())


def done(deeds: tuple[Deed, ...], zone: tzinfo) -> Iterator[str]:
    """What was done, a line each."""
    for deed in deeds:
        what = _DONE.get(deed.what, deed.what)
        came = f": {Outcome(deed.outcome).called}" if deed.outcome in set(Outcome) else ""
        yield f"{deed.times:,} {what}{came}, by {deed.who}, last {moment(deed.last, zone)}"


def dates(one: Outage, zone: tzinfo) -> str:
    """An outage in a few words."""
    ended = f"to {moment(one.until, zone)}" if one.until else "and it goes on"
    settled = "all settled" if not one.open else f"{one.open:,} not settled"
    return f"{moment(one.since, zone)} {ended}: {count(one.cases, noun(one.code))}, {settled}"


def owners(cause: Cause) -> str:
    """Whose the open ones are."""
    if set(cause.owners) <= {""}:
        return "nobody's"
    return ", ".join(f"{name or 'nobody'}'s {cases:,}" for name, cases in cause.owners.items())


def _for(share: Share) -> str:
    said = money(share)
    return {"none": "", UNKNOWN: ", for how much money is not known"}.get(said, f", {said}")


def _began(cause: Cause, shown: Outage, zone: tzinfo) -> Fact:
    note = "" if cause.sure else "or earlier: the time before was not read"
    return Fact("Began", _short(shown.since, zone), note)


def _ended(cause: Cause, shown: Outage, zone: tzinfo) -> Fact:
    if shown.until is not None:
        return Fact("Ended", _short(shown.until, zone), f"after {short_span(shown.until - shown.since)}")
    return Fact("Ended", "it goes on", f"last one {ago(shown.last, cause.now)}")


def _cases(cause: Cause) -> Fact:
    left = sum(cause.states.get(state, 0) for state in UNSETTLED)
    every = sum(cause.states.values())
    return Fact(f"{noun(cause.code).capitalize()}s", f"{every:,}", f"{left:,} open, {every - left:,} settled")


def _money(cause: Cause) -> Fact:
    return Fact("Money", money(cause.share), f"still at risk: {money(cause.left)}")


def _share(cause: Cause, shown: Outage, zone: tzinfo) -> Fact:
    found = cause.portion
    if found is None:
        return Fact("Share of all orders", UNKNOWN, "not all of that time was read")
    of = f"{found.affected:,} of {found.affected + found.well:,}"
    until = cause.portion_until or 0
    up_to = f", up to {_short(until, zone)}" if until < shown.last else ""
    return Fact("Share of all orders", str(found), of + up_to)


def _edge(edge: Edge, zone: tzinfo, *, none: str = "none") -> tuple[str, str]:
    if edge.at is None:
        return (none, "in what was read") if edge.known else (UNKNOWN, "that time was not read")
    between = f"{_short(edge.at, zone)} to {moment(edge.at + SLOT, zone).rpartition(', ')[2]}"
    return between, "" if edge.known else "that is known: not all between was read"


def _short(at: int, zone: tzinfo) -> str:
    """A moment without its year."""
    day, _, time = moment(at, zone).rpartition(", ")
    return f"{day.rpartition(' ')[0]}, {time}" if day else time


def _at_least(well: int) -> str:
    return f"at least {well:,}" if well else UNKNOWN


_ROUND: Final = [digit * 10**power for power in range(12) for digit in (1, 2, 5)]


def gridlines(up: int, down: int = 0) -> list[int]:
    """Round whole numbers on both sides of 0, for the lines of a figure: each once, up to the most there is."""
    most = max(up, down, 1)
    step = next(size for size in _ROUND if most / size <= 4)  # noqa: PLR2004 - lines on the larger side
    return [*range(-(down // step) * step, 0, step), *range(0, max(up, 1) + 1, step)]


def ticks(since: int, until: int, zone: tzinfo) -> tuple[tuple[int, str], ...]:
    """The times below a figure: whole hours or days of the reader's clock, at most `TICKS`; each day is named once."""
    shown = clock(since, zone)
    ahead = shown.utcoffset() if shown else None
    offset = int(ahead.total_seconds()) if ahead else 0
    step = next((one for one in _STEPS if (until - since) / one <= TICKS), _STEPS[-1])
    first = -(-(since + offset) // step) * step - offset
    found, named = [], ""
    for at in range(first, until, step):
        day, _, time = _short(at, zone).rpartition(", ")
        found.append((at, day if step >= DAY else time if day == named else f"{time}<br>{day}"))
        named = day
    return tuple(found)
