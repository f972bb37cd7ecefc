"""`Looks`: when somebody looked at the inbox last, so that what is new since then can be told."""

from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from core.journal.cleaning import plain
from core.journal.database import Database
from core.journal.tables import LOOKS

AWAY: Final = 1800
"""Seconds without a look after which somebody comes back: what came meanwhile is new to them until they go again."""
_STEP: Final = 60  # seconds between two looks that are worth a line


class Looks:
    """The looks at one part of the journal. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part

    def look(self, who: str, now: int) -> int | None:
        """`who` is looking. When they looked last before this visit (seconds since 1970); None for the first visit.
        A visit goes on as long as no two looks are `AWAY` apart, over reloads and tabs."""
        with self._database.reading() as connection:
            found = self._found(connection, who)
        if found is not None and 0 <= now - found[0] < _STEP:
            return found[1]
        with self._database.writing() as connection:
            found = self._found(connection, who)
            before = None if found is None else found[0] if now - found[0] >= AWAY else found[1]
            mine = (LOOKS.c.key_mode == self._part, LOOKS.c.who == plain(who))
            if found is None:
                row = {"key_mode": self._part, "who": plain(who), "at": now, "before": None}
                connection.execute(insert(LOOKS).values(row))
            elif now > found[0]:
                connection.execute(update(LOOKS).where(*mine).values(at=now, before=before))
        return before

    def forget(self, who: str) -> None:
        """As if `who` had never looked."""
        with self._database.writing() as connection:
            connection.execute(delete(LOOKS).where(LOOKS.c.key_mode == self._part, LOOKS.c.who == plain(who)))

    def _found(self, connection: Connection, who: str) -> tuple[int, int | None] | None:
        query = select(LOOKS.c.at, LOOKS.c.before).where(LOOKS.c.key_mode == self._part, LOOKS.c.who == plain(who))
        row = connection.execute(query).first()
        return None if row is None else (row.at, row.before)
