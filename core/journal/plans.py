"""`Plans`: plans of replays that somebody made in the dashboard, so that they outlive it: for whoever made them alone,
for a day, the newest few. What a plan says is its text's; nothing here reads it."""

from typing import Final

from sqlalchemy import ColumnElement, delete, insert, select

from core.journal.database import Database
from core.journal.tables import PLANS
from core.times import DAY

KEPT: Final = DAY  # seconds; what both sides showed then says little of now
MOST: Final = 10  # of a person
LONGEST: Final = 4_000_000  # letters; a plan of some thousands


class Plans:
    """The plans of a part of the journal. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part

    def keep(self, name: str, text: str, *, sub: str, now: int) -> bool:
        """Keep it under its name, for whom the log-in calls `sub`; False where it is too long. What is older than a day
        goes, and the oldest of theirs where there are too many."""
        if len(text) > LONGEST:
            return False
        p = PLANS.c
        with self._database.writing() as connection:
            connection.execute(delete(PLANS).where((p.at < now - KEPT) | (self._of(sub) & (p.name == name))))
            connection.execute(insert(PLANS).values(key_mode=self._part, sub=sub, name=name, at=now, plan=text))
            newest = select(p.id).where(self._of(sub)).order_by(p.at.desc(), p.id.desc()).limit(MOST)
            left = connection.execute(newest).scalars().all()
            connection.execute(delete(PLANS).where(self._of(sub), p.id.not_in(left)))
        return True

    def get(self, name: str, *, sub: str, now: int) -> str | None:
        """The text that is kept under this name for them, and not older than a day."""
        p = PLANS.c
        query = select(p.plan).where(self._of(sub), p.name == name, p.at >= now - KEPT)
        with self._database.reading() as connection:
            return connection.execute(query).scalar()

    def _of(self, sub: str) -> ColumnElement[bool]:
        return (PLANS.c.key_mode == self._part) & (PLANS.c.sub == sub)
