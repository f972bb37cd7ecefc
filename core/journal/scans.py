"""`Scans`: every scan with its coverage, its progress, and who holds it; `core.jobs.Records` of the kind scan.

A scan is held by the one who began or took it, and only while it beats. What lost its holder (no heartbeat for a
minute, or its process on this machine is gone) can be taken up again under its id, by one taker only; the former
holder, should it wake, learns it at its next heartbeat.
"""

import json
import threading
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from core.errors import Refused, UsageError
from core.jobs import me
from core.journal import cleaning
from core.journal.database import Database, patient
from core.journal.partitions import both, part
from core.journal.scan_records import ALONE, HoleLike, ScanRecord, State, record_of
from core.journal.tables import SCANS

_AGAIN = ("partial", "cancelled", "failed")  # these may be taken up again: to read what they left


class Scans:
    """The scans of a shop. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, shop: str = "") -> None:
        self._database, self._shop = database, shop
        self._lock = threading.Lock()
        self._turns: dict[int, int] = {}  # the scans held by this object, and at which turn

    def begin(
        self, *, since: int, until: int, key_mode: str, account: str | None, who: str, now: int, beside: bool = True
    ) -> ScanRecord:
        """A new scan, held by the caller. Refused where it may not run `beside` another of the same account."""
        with self._database.writing() as connection:
            running = [] if beside else self._running(connection, key_mode, account or "", now)
            if running:
                raise Refused(
                    f"Scan {running[0].id} of this account is running, started by {running[0].who}.",
                    next_step="Follow it, or cancel it first: two at once get half of Stripe's limit each.",
                )
            zero = dict.fromkeys(
                "done total requests statements orders sessions suspects findings cancel_asked".split(), 0
            )
            values = {
                "since": since,
                "until": until,
                "key_mode": part(key_mode, self._shop),
                "account": account or "",
                "who": who,
            }
            made = insert(SCANS).values(
                **values, **zero, started_at=now, beat_at=now, state="running", phase="", holes="[]", why="", turn=1,
                holder=me(),
            )  # fmt: skip
            record = self._get(connection, connection.execute(made.returning(SCANS.c.id)).scalar_one())
        self._hold(record.id, 1)
        return record

    @patient
    def beat(self, scan_id: int, /, *, now: int, phase: str | None = None, **numbers: int) -> bool:
        """Say that the scan goes on, and how far it is (`done`, `total`, `requests`, `statements`, `orders`,
        `sessions`, `suspects`, `findings`: those that are known). False: stop, for somebody asked to cancel it, or has
        taken it."""
        values: dict[str, object] = {"beat_at": now, **_known(numbers)}
        if phase is not None:
            values["phase"] = phase
        held = (SCANS.c.id == scan_id) & (SCANS.c.turn == self._turn(scan_id)) & (SCANS.c.state == "running")
        with self._database.writing() as connection:
            result = connection.execute(
                update(SCANS).where(held).values(**values).returning(SCANS.c.cancel_asked)
            ).scalar()
        return result == 0

    def claim(self, *, since: int, until: int, key_mode: str, account: str | None, now: int) -> ScanRecord | None:
        """The newest interrupted scan of exactly this span, now held by the caller; None where there is none."""
        with self._database.writing() as connection:
            for found in self._lost(connection, key_mode, account or "", now):
                if (found.since, found.until) == (since, until):
                    return self._take(connection, found.id, now)
        return None

    def take(self, scan_id: int, *, now: int) -> ScanRecord | None:
        """Go on with this scan under its id: one that was interrupted, or one that left something unread. None where
        somebody else runs it, or nothing is left to read."""
        with self._database.writing() as connection:
            found = self._get(connection, scan_id)
            return self._take(connection, scan_id, now) if found.lost(now) or found.state in _AGAIN else None

    @patient
    def finish(
        self, scan_id: int, state: State, *, now: int, holes: Iterable[HoleLike] = (), why: str = "", **numbers: int
    ) -> ScanRecord:
        """The end of the scan. Who has lost it meanwhile changes nothing; the record is returned as it stands."""
        listed = [[hole.kind, hole.since, hole.until, cleaning.text(hole.because)] for hole in holes]
        if state == "complete" and listed:
            raise UsageError("A scan with a hole is not complete.", next_step="Call it partial.")
        values = {"state": state, "finished_at": now, "beat_at": now, "why": cleaning.text(why), **_known(numbers)}
        held = (SCANS.c.id == scan_id) & (SCANS.c.turn == self._turn(scan_id)) & (SCANS.c.state == "running")
        with self._database.writing() as connection:
            connection.execute(update(SCANS).where(held).values(holes=json.dumps(listed), **values))
            record = self._get(connection, scan_id)
        with self._lock:
            self._turns.pop(scan_id, None)
        return record

    def ask_to_cancel(self, scan_id: int, *, now: int | None = None) -> ScanRecord:
        """Ask whoever runs it to stop at the next heartbeat; where nobody runs it any more, it is cancelled at once."""
        with self._database.writing() as connection:
            found = self._get(connection, scan_id)
            values: dict[str, object] = {"cancel_asked": 1} if found.state == "running" else {}
            if now is not None and found.lost(now):
                values |= {"state": "cancelled", "finished_at": now}
            if values:
                connection.execute(update(SCANS).where(SCANS.c.id == scan_id).values(**values))
            return self._get(connection, scan_id)

    @patient
    def get(self, scan_id: int) -> ScanRecord | None:
        """One scan."""
        with self._database.reading() as connection:
            row = connection.execute(self._one(scan_id)).mappings().first()
        return record_of(row) if row else None

    def recent(self, limit: int = 20) -> tuple[ScanRecord, ...]:
        """The newest first; of the shop, for what was read of one connected account alone says nothing of it."""
        query = select(SCANS).where(both(SCANS.c.key_mode, self._shop), SCANS.c.account.not_like(f"{ALONE}%"))
        query = query.order_by(SCANS.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(map(record_of, rows))

    def running(self, now: int) -> tuple[ScanRecord, ...]:
        """Those that somebody runs at this moment, the newest first."""
        with self._database.reading() as connection:
            return tuple(self._running(connection, None, None, now))

    def interrupted(self, *, key_mode: str, account: str | None, now: int) -> tuple[ScanRecord, ...]:
        """Those that nobody runs any more and nobody cancelled, the newest first: lost, or failed for a reason that may
        have passed."""
        with self._database.reading() as connection:
            failed = [
                one for one in self._in_state(connection, "failed", key_mode, account or "") if not one.cancel_asked
            ]
            found = [*self._lost(connection, key_mode, account or "", now), *failed]
        return tuple(sorted(found, key=lambda one: -one.id))

    def last_horizon(self, key_mode: str, account: str | None, *, now: int | None = None) -> int | None:
        """Until when the account was completely read, by the complete scan that reaches furthest; of those that reach
        no further than `now`, for what lies beyond was read by a clock that was wrong."""
        query = (
            select(SCANS.c.until)
            .where(SCANS.c.state == "complete", SCANS.c.key_mode == part(key_mode, self._shop))
            .where(SCANS.c.account == (account or ""))
            .order_by(SCANS.c.until.desc())
            .limit(1)
        )
        if now is not None:
            query = query.where(SCANS.c.until <= now)
        with self._database.reading() as connection:
            return connection.execute(query).scalar()

    def _take(self, connection: Connection, scan_id: int, now: int) -> ScanRecord:
        turn = connection.execute(
            update(SCANS)
            .where(SCANS.c.id == scan_id)
            .values(
                state="running", beat_at=now, finished_at=None, cancel_asked=0, why="", turn=SCANS.c.turn + 1,
                holder=me(),
            )
            .returning(SCANS.c.turn)
        ).scalar_one()  # fmt: skip
        self._hold(scan_id, turn)
        return self._get(connection, scan_id)

    def _running(self, connection: Connection, key_mode: str | None, account: str | None, now: int) -> list[ScanRecord]:
        return [one for one in self._in_state(connection, "running", key_mode, account) if not one.lost(now)]

    def _lost(self, connection: Connection, key_mode: str, account: str, now: int) -> list[ScanRecord]:
        called_running = self._in_state(connection, "running", key_mode, account)
        return [one for one in called_running if one.lost(now) and not one.cancel_asked]

    def _in_state(
        self, connection: Connection, state: State, key_mode: str | None, account: str | None
    ) -> list[ScanRecord]:
        query = select(SCANS).where(SCANS.c.state == state).order_by(SCANS.c.id.desc())
        if key_mode is None:
            query = query.where(both(SCANS.c.key_mode, self._shop))
        else:
            query = query.where(SCANS.c.key_mode == part(key_mode, self._shop), SCANS.c.account == account)
        return [record_of(row) for row in connection.execute(query).mappings()]

    def _get(self, connection: Connection, scan_id: int) -> ScanRecord:
        row = connection.execute(self._one(scan_id)).mappings().first()
        if row is None:
            said = f"There is no scan {scan_id} in the journal."
            raise UsageError(said, next_step="`orderlens scan` lists none older.")
        return record_of(row)

    def _one(self, scan_id: int) -> Select[Any]:
        """One scan of this shop: who may do what in one need not be let into another."""
        return select(SCANS).where(SCANS.c.id == scan_id, both(SCANS.c.key_mode, self._shop))

    def _hold(self, scan_id: int, turn: int) -> None:
        with self._lock:
            self._turns[scan_id] = turn

    def _turn(self, scan_id: int) -> int:
        with self._lock:
            return self._turns.get(scan_id, 0)


def _known(numbers: dict[str, int]) -> dict[str, int]:
    known = {"done", "total", "requests", "statements", "orders", "sessions", "suspects", "findings"}
    if unknown := numbers.keys() - known:
        raise TypeError(f"a scan has no {', '.join(sorted(unknown))}")
    return numbers
