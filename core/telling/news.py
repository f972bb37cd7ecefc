"""What is worth a message: new critical cases, outages that begin and end. Pure: no clock, no journal, no network.

One message for all that is new, and the next not before `PAUSE` has passed: whatever happens, nobody gets a message an
order. What belongs to an outage that goes on is told as the outage. What was told is remembered in `Told`, so that a
restart says nothing twice. Never names a customer: e-mail addresses are masked, keys and secrets taken out.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from core.cases import mask
from core.errors import redact
from core.money import Money
from core.outages import Outage
from core.times import DAY, MINUTE, moment

PAUSE: Final = 5 * MINUTE  # between two messages
LISTED: Final = 10  # cases that a message names
KEPT: Final = 30 * DAY  # that a case which is no longer found is remembered


@dataclass(frozen=True, slots=True)
class Found:
    """A critical case. `mark`: tells this finding from every other, also from the same one found again after it was
    settled; `name`: what people call the order."""

    mark: str
    code: str
    title: str
    name: str
    money: Money | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was told so far. `at`: when last (seconds since 1970); `marks`: of the cases, each with the time it was last
    among the critical ones; `outages`: codes of those that were told to have begun and not yet to be over."""

    at: int | None = None
    marks: Mapping[str, int] = field(default_factory=dict)
    outages: tuple[str, ...] = ()


def news(
    found: Sequence[Found], outages: Iterable[Outage], told: Told, now: int, *, titles: Mapping[str, str]
) -> tuple[Message | None, Told]:
    """The message to send now, if any, and what is told once it is sent. `found`: the critical cases nobody has
    settled; `outages`: as `core.outages` gives them; `titles`: what each code is called."""
    told = replace(told, marks=_refreshed(told.marks, {one.mark for one in found}, now))
    if told.at is not None and 0 <= now - told.at < PAUSE:
        return None, told
    latest = {one.code: one for one in sorted(outages, key=lambda one: (one.until is None, one.last))}
    going = {code: one for code, one in latest.items() if one.until is None}
    began = [one for code, one in going.items() if code not in told.outages]
    ended = [code for code in told.outages if code not in going]
    fresh = [one for one in found if one.mark not in told.marks]
    alone = [one for one in fresh if one.code not in going]
    marks = {**told.marks, **{one.mark: now for one in fresh}}
    after = replace(told, marks=marks, outages=tuple(sorted(going)))
    if not (began or ended or alone):
        return None, after
    lines = [_began(one, titles) for one in began]
    lines += [_ended(code, latest.get(code), titles) for code in ended]
    lines += _cases(alone)
    message = Message(_title(len(alone), len(began), len(ended)), mask(redact("\n".join(lines))))
    return message, replace(after, at=now)


def _refreshed(marks: Mapping[str, int], found: Container[str], now: int) -> Mapping[str, int]:
    """The marks with the time they were last seen, as exact as a day: they are not to be written each minute."""
    kept = {mark: now if mark in found and now - at > DAY else at for mark, at in marks.items()}
    return {mark: at for mark, at in kept.items() if now - at < KEPT}


def _title(cases: int, began: int, ended: int) -> str:
    parts = [f"{began} outage{'s' * (began > 1)} began" if began else ""]
    parts += [f"{ended} outage{'s' * (ended > 1)} over" if ended else ""]
    parts += [f"{cases:,} new critical case{'s' * (cases > 1)}" if cases else ""]
    return "Orderlens: " + ", ".join(filter(None, parts))


def _began(one: Outage, titles: Mapping[str, str]) -> str:
    return f"OUTAGE since {moment(one.since)}: {_called(one.code, titles)}, {_many(one)}"


def _ended(code: str, last: Outage | None, titles: Mapping[str, str]) -> str:
    if last is None or last.until is None:
        return f"OVER: {_called(code, titles)}"
    span = f"{moment(last.since)} to {moment(last.until)}"
    return f"OVER: {_called(code, titles)}, {span}, {_many(last)}, {last.open:,} still open"


def _many(one: Outage) -> str:
    return ", ".join([f"{one.cases:,} cases", *map(str, one.money)])


def _cases(some: Sequence[Found]) -> list[str]:
    lines = [f"{one.name}: {one.title} [{one.code}]" + (f", {one.money}" if one.money else "") for one in some[:LISTED]]
    if rest := some[LISTED:]:
        total: Counter[str] = Counter()
        for one in rest:
            if one.money is not None:
                total[one.money.currency] += one.money.amount_minor
        sums = [str(Money(minor, currency)) for currency, minor in sorted(total.items())]
        lines.append(", ".join([f"and {len(rest):,} more", *sums]))
    return lines


def _called(code: str, titles: Mapping[str, str]) -> str:
    return f"{titles.get(code, code)} [{code}]"
