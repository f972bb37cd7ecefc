"""`Journal`: what was done, by whom, to what, with what outcome; and the doors to its further books.

Entries are added and never changed; only of a sending, what came of it is told into its entry.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import case, func, insert, select

from core.facts import Mode
from core.journal import partitions
from core.journal.cursors import Cursors
from core.journal.database import Database
from core.journal.entries import Entry, cleaned, entry_of, row_of
from core.journal.forgetting import Forgetting
from core.journal.gate import Gate
from core.journal.history import History
from core.journal.inbox import Inbox
from core.journal.plans import Plans
from core.journal.replay_items import ReplayItems
from core.journal.replay_runs import ReplayRuns
from core.journal.scans import Scans
from core.journal.sending_many import SendingMany
from core.journal.sendings import Sendings
from core.journal.sessions import Sessions
from core.journal.tables import ENTRIES
from core.journal.triage import TOGETHER


class Journal:
    """The journal at `url`; opened, and its tables brought up to date, at the first use. Safe to share between threads.

    `scans`, `inbox`, `history`, `cursors`, `sendings`, `sending_many`, `sessions`, `forgetting`, `replay_runs`,
    `replay_items`, `plans`: its further books; `gate`: who may what. SettingsError for an address that is none; every
    method raises Unreachable where the database cannot be used. `patience`: seconds between two tries of what a scan
    needs, while a journal that was there is gone; without it, that is said at once. `told`: called with a sentence when
    that is waited for. `mode`: in which of Stripe's two worlds is read and acted; `shop`: for which shop, by what the
    journal keeps it under, empty for the one without a name. Inbox, scans and entries tell of no other.
    """

    def __init__(
        self,
        url: str,
        *,
        patience: tuple[float, ...] = (),
        told: Callable[[str], None] = lambda _: None,
        mode: Mode = "test",
        shop: str = "",
    ) -> None:
        self.mark = blake2b(url.encode(), digest_size=4).hexdigest()
        """Tells its files from those of another journal."""
        self._database, self._part = Database(url, patience, told), (part := partitions.part(mode, shop))
        self.scans = Scans(self._database, shop)
        self.inbox = Inbox(self._database, part)
        self.history = History(self._database, part)
        self.cursors = Cursors(self._database, shop)
        self.sendings, self.sending_many = Sendings(self._database, part), SendingMany(self._database, part)
        self.gate = Gate(self._database, part)
        self.forgetting = Forgetting(self._database, part)
        self.sessions = Sessions(self._database)
        self.plans = Plans(self._database, part)
        self.replay_runs, self.replay_items = ReplayRuns(self._database, part), ReplayItems(self._database, part)

    @property
    def folder(self) -> Path | None:
        """Where its file stands; None where it is no file of this machine."""
        return self._database.folder

    def check(self) -> None:
        """Prove that an entry could be written: asked before anything is done that must be recorded."""
        with self._database.writing():
            pass

    def wait(self) -> None:
        """The same, as patiently as this journal is: until whoever holds it lets it go."""
        self._database.patiently(self.check)

    def record(self, entry: Entry) -> Entry:
        """Add an entry and return it as kept: without keys and secrets, e-mails in its details masked."""
        kept = cleaned(entry)
        with self._database.writing() as connection:
            key = connection.execute(insert(ENTRIES).values(row_of(kept, self._part))).inserted_primary_key
        return replace(kept, id=key[0] if key else None)

    def recent(self, *, limit: int = 100, case_key: str | None = None) -> tuple[tuple[Entry, ...], bool]:
        """The newest entries first, at most `limit`, of one case or all; and whether there are more. Where all are
        listed, cases that were moved together are one entry."""
        query = select(ENTRIES).order_by(ENTRIES.c.at.desc(), ENTRIES.c.id.desc()).limit(limit + 1)
        query = query.where(partitions.entries_of(self._part))
        query = query.where(ENTRIES.c.object_id != TOGETHER if case_key is None else ENTRIES.c.case_key == case_key)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(map(entry_of, rows[:limit])), len(rows) > limit

    def counts(self, told: Iterable[str]) -> Mapping[tuple[str, str], int]:
        """How many entries there are of each kind; of the kinds `told`, and of refusals, by outcome, else it is ""."""
        e, kinds = ENTRIES.c, tuple(told)
        outcome = case((e.what.in_(kinds) | (e.outcome == "refused"), e.outcome), else_="")
        query = select(e.what, outcome, func.count()).where(e.object_id != TOGETHER).group_by(e.what, outcome)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(partitions.entries_of(self._part)))
            return {(what, came): times for what, came, times in rows}

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()
