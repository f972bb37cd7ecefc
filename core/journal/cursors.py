"""`Cursors`: how far a watch has read, by name. Survives restarts; a lost one is None, never a guess."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from core.facts import Mode
from core.journal.cleaning import plain, read, whole_of
from core.journal.database import Database, patient
from core.journal.tables import CURSORS


@dataclass(frozen=True, slots=True)
class Heard:
    """Of the watch of an account: when it last heard all events (seconds since 1970), and when it last said that it
    runs; None where no watch ever did."""

    at: int | None = None
    beat: int | None = None


def watch_name(mode: Mode, account: str | None) -> str:
    """Under which name the watch of an account keeps how far it has read; with " by" behind it, who it is."""
    return f"watch {mode} {account or ''}".strip()


class Cursors:
    """The named texts of a shop. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, shop: str = "") -> None:
        self._database, self._own = database, f"{shop}: " if shop else ""

    @patient
    def get(self, name: str) -> str | None:
        """The value last set, or None."""
        with self._database.reading() as connection:
            return connection.execute(select(CURSORS.c.value).where(CURSORS.c.name == self._own + name)).scalar()

    @patient
    def set(self, name: str, value: str, now: int) -> None:
        """Keep `value` under `name`; the one before is forgotten."""
        with self._database.writing() as connection:
            connection.execute(delete(CURSORS).where(CURSORS.c.name == self._own + name))
            connection.execute(insert(CURSORS).values(name=self._own + name, value=plain(value), at=now))

    def heard(self, mode: Mode, account: str | None) -> Heard:
        """What the watch of an account has left here."""
        name = watch_name(mode, account)
        followed, by = read(self.get(name), dict) or {}, (self.get(f"{name} by") or "").partition(" ")[0]
        return Heard(whole_of(followed.get("heard_at")), int(by) if by.isdecimal() else None)
