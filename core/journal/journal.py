"""`Journal`: what was done, by whom, to what, with what outcome; and the doors to scans, inbox and cursors.

Entries are added and never changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from hashlib import blake2b

from sqlalchemy import insert, select

from core.errors import redact
from core.facts import Mode
from core.journal import cleaning
from core.journal.cursors import Cursors
from core.journal.database import Database
from core.journal.inbox import Inbox
from core.journal.scans import Scans
from core.journal.tables import ENTRIES
from core.journal.triage import TOGETHER


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `at`: seconds since 1970; `who`: the operator; `what`: "retrieve", "replay", "resend", "export",
    "acknowledge", "ignore", "reopen", "cancel"; `case_key`: the case it was done to, empty for none or for many;
    `object_id`: the event or object; `outcome`: a word or two ("healed", "unchanged", "refused", "failed"); `details`:
    anything JSON can hold, the order's number under "order", what the operator noted under "note". `id` is given by the
    journal."""

    at: int
    who: str
    what: str
    case_key: str
    object_id: str
    outcome: str
    details: Mapping[str, object] = field(default_factory=dict)
    id: int | None = None


class Journal:
    """The journal at `url`; opened, and its tables brought up to date, at the first use. Safe to share between threads.

    `scans`, `inbox`, `cursors`: its further books. SettingsError for an address that is none; every method raises
    Unreachable where the database cannot be used. `patience`: seconds between two tries of what a scan needs, while a
    journal that was there is gone; without it, that is said at once. `mode`: in which of Stripe's two worlds is
    read and acted; inbox and entries tell of no other.
    """

    def __init__(self, url: str, *, patience: tuple[float, ...] = (), mode: Mode = "test") -> None:
        self.mark = blake2b(url.encode(), digest_size=4).hexdigest()
        """Tells its files from those of another journal."""
        self._database, self._mode = Database(url, patience), mode
        self.scans = Scans(self._database)
        self.inbox = Inbox(self._database, mode)
        self.cursors = Cursors(self._database)

    def check(self) -> None:
        """Prove that an entry could be written: asked before anything is done that must be recorded."""
        with self._database.writing():
            pass

    def record(self, entry: Entry) -> Entry:
        """Add an entry and return it as kept: without keys and secrets, e-mails in its details masked."""
        kept = replace(entry, outcome=redact(entry.outcome), details=cleaning.details(entry.details))
        values = {name: getattr(kept, name) for name in ("at", "who", "what", "case_key", "object_id", "outcome")}
        with self._database.writing() as connection:
            row = {**values, "details": json.dumps(kept.details), "key_mode": self._mode}
            result = connection.execute(insert(ENTRIES).values(row))
            key = result.inserted_primary_key
        return replace(kept, id=key[0] if key else None)

    def recent(self, *, limit: int = 100, case_key: str | None = None) -> tuple[tuple[Entry, ...], bool]:
        """The newest entries first, at most `limit`, of one case or all; and whether there are more. Where all are
        listed, cases that were moved together are one entry."""
        query = select(ENTRIES).order_by(ENTRIES.c.at.desc(), ENTRIES.c.id.desc()).limit(limit + 1)
        query = query.where(ENTRIES.c.key_mode.in_((self._mode, "")))  # of the oldest nobody knows
        query = query.where(ENTRIES.c.object_id != TOGETHER if case_key is None else ENTRIES.c.case_key == case_key)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        names = [field.name for field in fields(Entry)]
        read = ({**{name: row[name] for name in names}, "details": json.loads(row["details"])} for row in rows[:limit])
        entries = tuple(Entry(**one) for one in read)
        return entries, len(rows) > limit

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()
