"""`Sessions`: log-ins that were ended before their time, and what is noted of people who come and go."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from core.journal.database import Database
from core.journal.entries import Entry, cleaned, row_of
from core.journal.tables import ENTRIES, REVOKED


class Sessions:
    """Every method raises Unreachable where the journal cannot be used. Times are seconds since 1970."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revoke(self, sid: str, *, until: int, now: int) -> None:
        """From now on nobody is in by this session. Those that have ended anyway are forgotten."""
        with self._database.writing() as connection:
            connection.execute(delete(REVOKED).where((REVOKED.c.until <= now) | (REVOKED.c.sid == sid)))
            connection.execute(insert(REVOKED).values(sid=sid, at=now, until=until))

    def revoked(self, now: int) -> Mapping[str, int]:
        """Sessions that would not have ended yet, and when they were revoked."""
        query = select(REVOKED.c.sid, REVOKED.c.at).where(REVOKED.c.until > now)
        with self._database.reading() as connection:
            return {row.sid: row.at for row in connection.execute(query)}

    def note(self, at: int, who: str, what: str, outcome: str) -> None:
        """An entry of both of Stripe's worlds: who comes or goes does it in neither."""
        with self._database.writing() as connection:
            connection.execute(insert(ENTRIES).values(row_of(cleaned(Entry(at, who, what, "", "", outcome)), "")))
