"""`History`: the cases of the inbox over time, and what was done about them. Grouped in SQL, so that it costs the same
to ask of ten cases and of a hundred thousand; what it means is decided in `core.causes` and `core.pulse`."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from core.findings import Severity
from core.journal.database import Database
from core.journal.entries import Entry, entry_of
from core.journal.filtering import Filter, conditions, of
from core.journal.noting import weight
from core.journal.partitions import entries_of
from core.journal.tables import CASES, ENTRIES
from core.journal.triage import TOGETHER

KINDS = 40  # of deeds that are told apart; the newest


class Stretch(NamedTuple):
    """The cases of one headline that happened in one stretch of time, which begins at `at`. `booked`: how many of them
    a reading found well up to the moment that was asked for."""

    at: int
    code: str
    cases: int
    booked: int


@dataclass(frozen=True, slots=True)
class Healing:
    """How long cases took from being found first to being read well: the median in seconds, None without any."""

    cases: int
    median: int | None


@dataclass(frozen=True, slots=True)
class Deed:
    """What one person did to `times` of the cases, with one outcome; the last time at `last`."""

    what: str
    who: str
    outcome: str
    times: int
    last: int


class History:
    """Of the cases that were read in one of Stripe's modes. Every method raises Unreachable where the journal cannot be
    used; stretches of `width` seconds begin at multiples of it, counted from `offset` (seconds) before 1970."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part

    def happened(
        self, chosen: Filter, *, width: int, offset: int = 0, booked_at: int | None = None
    ) -> tuple[Stretch, ...]:
        """The cases of a filter that have a headline, by the stretch in which they happened (where that is not known:
        in which they were found first), the oldest first."""
        c = CASES.c
        begins = _stretch(func.coalesce(c.happened_at, c.first_seen), width, offset)
        booked = func.count().filter((c.state == "resolved") & (c.resolved_at <= (booked_at or 0)))
        query = select(begins, c.code, func.count(), booked).where(conditions(chosen, self._part), c.code.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(begins, c.code).order_by(begins, c.code)).all()
        return tuple(map(Stretch._make, rows))

    def healed(self, *, since: int, width: int, offset: int = 0) -> dict[int, int]:
        """How many cases were read well, by the stretch in which they were, from `since` on."""
        begins = _stretch(CASES.c.resolved_at, width, offset)
        query = select(begins, func.count()).where(self._resolved(since)).group_by(begins).order_by(begins)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {int(at): int(cases) for at, cases in rows}

    def healing(self, *, since: int) -> Healing:
        """Of the cases that were read well at or after `since`."""
        took = (CASES.c.resolved_at - CASES.c.first_seen).label("took")
        query = select(took).where(self._resolved(since))
        with self._database.reading() as connection:
            cases = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
            middle = query.order_by(took).offset(max(0, cases - 1) // 2).limit(1 if cases % 2 else 2)
            found = connection.execute(middle).scalars().all() if cases else ()
        return Healing(cases, max(0, round(sum(found) / len(found))) if found else None)

    def kinds(self, chosen: Filter) -> tuple[int, int]:
        """How many of a filter's cases are orders, and how many are payments that no order claims."""
        payments = func.count().filter(CASES.c.key.startswith("stripe:", autoescape=True))
        with self._database.reading() as connection:
            query = select(func.count(), payments).where(conditions(chosen, self._part))
            every, alone = connection.execute(query).one()
        return int(every - alone), int(alone)

    def deeds(self, chosen: Filter, *, since: int = 0) -> tuple[Deed, ...]:
        """What was done to the cases of a filter at or after `since`, the newest first."""
        e, last = ENTRIES.c, func.max(ENTRIES.c.at)
        query = select(e.what, e.who, e.outcome, func.count(), last).where(self._of(chosen), e.at >= since)
        query = query.group_by(e.what, e.who, e.outcome).order_by(last.desc(), e.what).limit(KINDS)
        with self._database.reading() as connection:
            return tuple(Deed(*row) for row in connection.execute(query))

    def owners(self, chosen: Filter) -> dict[str, int]:
        """Whose the cases of a filter are, and how many; the most first, "" for nobody's."""
        query = select(CASES.c.owner, func.count()).where(conditions(chosen, self._part)).group_by(CASES.c.owner)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(func.count().desc(), CASES.c.owner)).all()
        return {str(owner): int(cases) for owner, cases in rows}

    def entries(self, chosen: Filter, *, since: int = 0, limit: int = 100) -> tuple[tuple[Entry, ...], bool]:
        """The newest entries of the cases of a filter, but for those of many moved together; and whether there are
        more."""
        e = ENTRIES.c
        query = select(ENTRIES).where(self._of(chosen), e.at >= since, e.object_id != TOGETHER)
        query = query.order_by(e.at.desc(), e.id.desc()).limit(limit + 1)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(map(entry_of, rows[:limit])), len(rows) > limit

    def _of(self, chosen: Filter) -> ColumnElement[bool]:
        keys = select(CASES.c.key).where(conditions(chosen, self._part))
        return ENTRIES.c.case_key.in_(keys) & entries_of(self._part)

    def _resolved(self, since: int) -> ColumnElement[bool]:
        c = CASES.c
        resolved = (c.state == "resolved") & (c.resolved_at >= since)
        return of(self._part) & resolved & (c.weight > weight(Severity.INFO))  # what only waited was not wrong


def _stretch(at: ColumnElement[int], width: int, offset: int) -> ColumnElement[int]:
    return (at + offset) // width * width - offset
