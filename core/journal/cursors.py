"""`Cursors`: how far a watch has read, by name. Survives restarts; a lost one is None, never a guess."""

from sqlalchemy import delete, insert, select

from core.journal.cleaning import plain
from core.journal.database import Database, patient
from core.journal.tables import CURSORS


class Cursors:
    """Named texts. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @patient
    def get(self, name: str) -> str | None:
        """The value last set, or None."""
        with self._database.reading() as connection:
            return connection.execute(select(CURSORS.c.value).where(CURSORS.c.name == name)).scalar()

    @patient
    def set(self, name: str, value: str, now: int) -> None:
        """Keep `value` under `name`; the one before is forgotten."""
        with self._database.writing() as connection:
            connection.execute(delete(CURSORS).where(CURSORS.c.name == name))
            connection.execute(insert(CURSORS).values(name=name, value=plain(value), at=now))
