"""`Scratch`: what a scan has read so far, in a file of its own (SQLite), so that a scan that is killed goes on.

Objects and the ranges they complete are committed together. An object's JSON is kept packed beside the few columns of
its brief; of orders only the brief is kept, for a suspect's row is read afresh. What follows from the objects, and the
orders, which are read anew by each holder of the scan, stand in a second file that lives as long as the process: nobody
waits there for whoever writes the first, and an index filled by random ids costs no journal. `meet` brings into order
there who bears which handle. Memory stays flat: the files grow, not the process. Findings live in the journal.
"""

import os
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Final, Self, cast

import msgspec

from core import private
from core.errors import Unreachable
from core.facts import CUSTOMARY, Json, NameKeys, Order
from core.scanning.scratch.briefs import Handle, OrderBrief, brief_of_object, brief_of_order, event_rows, of_id
from core.scanning.scratch.copied import mark
from core.scanning.scratch.coverage import less
from core.scanning.scratch.files import is_sound, remove, remove_met
from core.scanning.scratch.tables import FRESH, KEEP_OBJECT, KEEP_ORDER, MEET, MET_SCHEMA, SCHEMA, Marks
from core.stripe_api.spans import Batch, Hole, Range, Sent, gist_of, whole

_VERSION: Final = 6
_CACHE_KIB: Final = 64 * 1024
_TURN: Final = 60  # seconds to wait for one's turn to write


class Scratch:
    """The file of one scan. Shared by threads and by processes, which wait for one another. Every method raises
    Unreachable where the file cannot be written (a full disk, say): nothing half-written is left."""

    def __init__(self, path: Path, *, keys: NameKeys = CUSTOMARY) -> None:
        """`keys`: where the names of orders stand."""
        self.path, self.keys = path, keys
        self._marks = Marks()
        self._turn, self._lock = threading.RLock(), threading.RLock()  # to write the file; to use the other connection
        with self._in_words():
            private.folder(path.parent)
            private.begun(path)
            self._file = sqlite3.connect(path, timeout=_TURN, check_same_thread=False, isolation_level=None)
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"cache_size = -{_CACHE_KIB}"):
                self._file.execute(f"PRAGMA {pragma}")
            self._file.executescript(SCHEMA)
            self._db = sqlite3.connect(path, timeout=_TURN, check_same_thread=False, isolation_level=None)
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self._met_path = path.with_name(f"{path.name}-met-{os.getpid()}-{id(self)}")
            self._attach()
        self._pattern = self._known_pattern()

    @classmethod
    def of(cls, folder: Path, scan: str, *, keys: NameKeys = CUSTOMARY) -> Self:
        """The file of a scan in `folder`: new, or taken up again. One of another version is begun anew. `scan` names it
        among those of all journals: the folder may be shared."""
        path = folder / f"scan-{scan}.sqlite3"
        if not is_sound(path):
            remove(path)
        remove_met(path)
        found = cls(path, keys=keys)
        if found.meta("version") not in (None, str(_VERSION)):
            found.delete()
            found = cls(path, keys=keys)
        found.set_meta("version", str(_VERSION))
        return found

    def meta(self, name: str) -> str | None:
        """A note kept under `name`."""
        rows = self.rows("SELECT value FROM meta WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, name: str, value: str) -> None:
        """Keep a note."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def keep(
        self, kind: str, objects: Sequence[Json], done: Sequence[Range] = (), flaws: Sequence[Hole] = (),
        *, at_rest: bool = False,
    ) -> None:  # fmt: skip
        """Objects as Stripe sent them (`at_rest`: as a copy has them), the ranges of the listing `kind` that they
        complete, and what in these could not be taken. By id: the last reading of an object counts."""
        packed = [self._packed(raw) for raw in objects]
        briefs = [] if kind == "events" else [brief_of_object(gist_of(raw), self.keys) for raw in objects]
        with self.writing() as db:
            (top,) = db.execute("SELECT coalesce(max(n), 0) FROM raws").fetchone()
            db.executemany("INSERT INTO raws VALUES (?, ?)", enumerate(packed, start=top + 1))
            if at_rest and packed:
                mark(db, top + 1, top + 1 + len(packed))
            if kind == "events":
                db.executemany("INSERT OR REPLACE INTO events VALUES (?, ?, ?)", event_rows(objects, top + 1))
            db.executemany(
                KEEP_OBJECT,
                [(*brief, top + place) for place, (brief, _) in enumerate(briefs, start=1)],
            )
            handles = (handle for _, handles in briefs for handle in handles)
            db.executemany(
                "INSERT INTO object_handles (handle, owner, pair_key, intent_pair_key) VALUES (?, ?, ?, ?)",
                [(one.value, one.owner, one.session_pair_key, one.intent_pair_key) for one in handles],
            )
            self._covered(db, kind, done, flaws)

    def keep_events(self, batch: Batch) -> None:
        """Events, and the ranges of their types that they complete."""
        self.keep("events", batch.objects)
        types = "/".join(batch.listing.params.values())
        with self.writing() as db:
            self._covered(db, types, batch.done, batch.flaws())

    def keep_orders(self, orders: Iterable[Order]) -> None:
        """Orders as they were read; by id, the last reading counts."""
        self.keep_briefs([brief_of_order(order) for order in orders])

    def keep_briefs(self, briefs: Sequence[tuple[OrderBrief, Sequence[Handle]]]) -> None:
        """The same, of what is kept of them."""
        with self.deducing() as db:
            db.executemany(KEEP_ORDER, [brief for brief, _ in briefs])
            handles = (handle for _, handles in briefs for handle in handles)
            db.executemany(
                "INSERT INTO order_handles (handle, owner, pair_key, intent_pair_key) VALUES (?, ?, ?, ?)",
                [(one.value, one.owner, one.session_pair_key, one.intent_pair_key) for one in handles],
            )

    def keep_outside(self, orders: Sequence[Order]) -> None:
        """Orders from outside the span that are to be looked at all the same."""
        self.keep_orders(orders)
        with self.deducing() as db:
            keys = [(of_id(f"order {order.id}"),) for order in orders]
            db.executemany("INSERT OR IGNORE INTO suspects (key) VALUES (?)", keys)

    def keep_absent(self, missing: Iterable[tuple[str, str, str]]) -> None:
        """Ids that Stripe does not know: id, code, message."""
        with self.writing() as db:
            db.executemany("INSERT OR REPLACE INTO absent VALUES (?, ?, ?)", missing)

    def forget_orders(self) -> None:
        """Before orders are read from the beginning: a row that is gone by now must not stay behind, nor what follows
        from it."""
        with self._in_words(), self._lock:
            self._db.execute("DETACH met")
            self._attach()

    def done(self, kind: str) -> tuple[Range, ...]:
        """The ranges of a listing that are completely read."""
        return tuple(Range(*row) for row in self.rows("SELECT since, until FROM done WHERE kind = ?", (kind,)))

    def flaws(self, *, events: bool, of: Collection[str] = ()) -> list[Hole]:
        """Objects that could not be taken, as holes: of events, or of everything else; `of`: of these listings."""
        query = "SELECT listing, kind, since, until, because FROM flaws WHERE (kind = 'events') = ?"
        return [Hole(*row) for listing, *row in self.rows(query, (events,)) if not of or listing in of]

    def forget_flaws(self) -> None:
        """Before reading: where an object could not be taken is read again."""
        flawed = [(listing, Range(*ends)) for listing, *ends in self.rows("SELECT listing, since, until FROM flaws")]
        for listing in {listing for listing, _ in flawed}:
            self.set_done(listing, less(self.done(listing), [where for one, where in flawed if one == listing]))
        with self.writing() as db:
            db.execute("DELETE FROM flaws")

    def set_done(self, kind: str, ranges: Iterable[Range]) -> None:
        """No other ranges of a listing are completely read."""
        with self.writing() as db:
            db.execute("DELETE FROM done WHERE kind = ?", (kind,))
            self._covered(db, kind, ranges, ())

    def meet(self) -> Marks:
        """Bring into order who bears which handle, as far as it has come in (`handles`); `tangles` are those that bring
        together what is no plain pair; `tangled` is who bears one, and since which time."""
        with self._lock:
            was = self._marks
            (tops,) = self.rows("SELECT (SELECT max(n) FROM object_handles), (SELECT max(n) FROM order_handles)")
            objects, orders = (top or 0 for top in tops)
            if (objects, orders) != (was.objects, was.orders):
                now = Marks(was.times + 1, objects, orders)
                values = {**was._asdict(), "times": now.times, "all_objects": objects, "all_orders": orders}
                with self.deducing() as db:
                    for statement in MEET:
                        db.execute(statement.format(FRESH if was.times else "handles t"), values)
                self._marks = now
            return self._marks

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own word

    def raw(self, place: int) -> Json:
        """An object's JSON by its place."""
        (packed,) = self.rows("SELECT packed FROM raws WHERE n = ?", (place,))[0]
        self._pattern = self._pattern or self._known_pattern()
        unpacked = zlib.decompressobj(zdict=self._pattern)
        return cast("Json", whole(unpacked.decompress(packed) + unpacked.flush()))

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a SELECT finds, all at once: for few rows."""
        with self._in_words(), self._lock:
            return self._db.execute(statement, values).fetchall()

    def stream(
        self, statement: str, values: Sequence[object] = (), *, size: int = 5000
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The same in batches: as it is now, whatever is written meanwhile."""
        with self._lock:
            self._spools += 1
            spool = f"met.spool_{self._spools}"
        with self.deducing() as db:
            db.execute(f"CREATE TABLE {spool} AS {statement}", values)
        try:
            for first in count(1, size):
                found = f"SELECT * FROM {spool} WHERE rowid >= ? AND rowid < ?"  # noqa: S608 - our own word
                if not (rows := self.rows(found, (first, first + size))):
                    break
                yield rows
        finally:
            with suppress(Unreachable), self.deducing() as db:  # closed, where somebody asked to stop
                db.execute(f"DROP TABLE {spool}")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction on the file: all of it or nothing. Waits for its turn."""
        with self._transaction(self._file, self._turn, "BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def deducing(self) -> Iterator[sqlite3.Connection]:
        """One transaction on what follows from the file, and on the orders."""
        with self._transaction(self._db, self._lock, "BEGIN") as db:
            yield db

    @contextmanager
    def _transaction(self, db: sqlite3.Connection, lock: threading.RLock, begin: str) -> Iterator[sqlite3.Connection]:
        with self._in_words(), lock:
            db.execute(begin)
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:  # something was raised
                    db.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the file; it stays."""
        with self._turn, self._lock:
            self._file.close()
            self._db.close()
            remove(self._met_path)

    def delete(self) -> None:
        """Close and remove it: nothing in it is needed any more."""
        self.close()
        remove(self.path)

    def _covered(self, db: sqlite3.Connection, kind: str, done: Iterable[Range], flaws: Iterable[Hole]) -> None:
        db.executemany("INSERT INTO done VALUES (?, ?, ?)", ((kind, one.since, one.until) for one in done))
        flawed = ((kind, one.kind, one.since, one.until, one.because) for one in flaws)
        db.executemany("INSERT INTO flaws VALUES (?, ?, ?, ?, ?)", flawed)

    def _attach(self) -> None:
        """Begin anew what follows from the file."""
        self._met_path.unlink(missing_ok=True)
        private.begun(self._met_path)
        self._db.execute("ATTACH ? AS met", (str(self._met_path),))
        for pragma in ("journal_mode = TRUNCATE", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
            self._db.execute(f"PRAGMA met.{pragma}")
        self._db.executescript(MET_SCHEMA)
        self._marks, self._spools = Marks(), 0

    def _known_pattern(self) -> bytes:
        kept = self.meta("pattern")
        return kept.encode("latin-1") if kept else b""

    def _packed(self, raw: Json) -> bytes:
        """Packed JSON. The first object is the pattern of all others, for nine parts of ten are the same in each."""
        text = raw.body if isinstance(raw, Sent) else msgspec.json.encode(raw)
        if not self._pattern:
            with self.writing() as db:  # whoever comes first, of all processes
                values = ("pattern", text[-32_000:].decode("latin-1"))
                db.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", values)
            self._pattern = self._known_pattern()
        packing = zlib.compressobj(3, zdict=self._pattern)  # smaller than with 1, and no slower: they are so alike
        return packing.compress(text) + packing.flush()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise Unreachable(
                f"The scan's own file {self.path} cannot be used: {error}.",
                next_step="Make room on the disk, or set ORDERLENS_CACHE_DIR to a folder that has some. The next scan "
                "goes on where this one stopped.",
                setting="ORDERLENS_CACHE_DIR",
            ) from error
