"""`run`: one scan, from the plan to the journal.

    reading     Stripe's sessions, refunds and disputes of the span, and the orders beside them, into the scratch
    comparing   in the scratch: who is healthy beyond doubt, who is a suspect, who an orphan
    suspects    all about each of them: objects from outside the span, events
    noting      what is wrong with whom, into the inbox, batch by batch

Owns the order of these, the heartbeat, and the verdict: a scan with a hole is partial, and never complete. What stops it
(a kill, a full disk, a database that is gone) leaves the scratch behind, and the next scan of the span goes on with it.
Nothing here starts a process or reads a clock of its own.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from core.cases import Surroundings
from core.errors import OrderlensError, OrdersUnreachable
from core.facts import PAID_ORDER, Endpoint, Unread
from core.journal import Journal
from core.journal.kept import Noted
from core.journal.scans import ScanRecord
from core.orders import OrdersReader
from core.outages import SLOT
from core.scanning import coverage
from core.scanning.claiming import claim, orphans
from core.scanning.comparing import Compared, compare
from core.scanning.facts_of import Account
from core.scanning.plan import Plan, Stage
from core.scanning.scratch import Scratch
from core.scanning.suspects import AT_A_TIME, Looked, Suspects
from core.stripe_api.spans import (
    DISPUTES,
    INTENTS,
    REFUNDS,
    SESSIONS,
    Batch,
    Hole,
    Listing,
    Progress,
    Range,
    SpanReader,
)

BEAT: Final = 2  # seconds between two heartbeats
NOTED: Final = 200  # cases told to the inbox in one transaction
LOOK_AGAIN: Final = 500  # kept cases of orders outside the span that are looked at again
PATIENCE: Final = (1, 2, 4, 8, 15, 30)  # seconds between two tries to read the orders
PARTS: Final = 64
T = TypeVar("T")


class Stopped(Exception):
    """Somebody asked the scan to stop."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a scan reads and where it tells: all of it is the caller's, who closes it. `folder`: for scratch files;
    `clock`: seconds since 1970; `stop`: asked often, True ends the scan; `progress`: told now and then."""

    orders: OrdersReader
    spans: SpanReader
    journal: Journal
    folder: Path
    surroundings: Surroundings
    clock: Callable[[], float]
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[Stage], None] = lambda _: None


def run(plan: Plan, sources: Sources) -> ScanRecord:
    """Scan. Returns the record as the journal has it: complete, partial (with holes), cancelled or failed (with why).

    Unreachable where the journal cannot be used; Refused where the plan names a scan that somebody else runs.
    """
    return _Scan(plan, sources).run()


@dataclass(slots=True)
class _Scan:
    plan: Plan
    sources: Sources
    record: ScanRecord = field(init=False)
    scratch: Scratch = field(init=False)
    account: Account = field(init=False)
    span: Range = field(init=False)
    began: int = field(init=False)
    holes: list[Hole] = field(default_factory=list)
    requests: int = 0
    before: int = 0
    findings: int = 0
    stage: Stage = Stage("reading", 0, 0, 0, 0)
    _beaten: float = 0.0
    _lost: bool = False
    _reading_orders: bool = False

    def run(self) -> ScanRecord:
        sources = self.sources
        self.began = int(sources.clock())
        self._begin()
        also = [key for key, told in sources.orders.mapping.metadata.items() if told in ("{id}", "{number}")]
        try:
            self.scratch = Scratch.of(sources.folder, self.record.id, also=also)
            self._read()
            self._look(self._compare())
            return self._finish()
        except Stopped:
            return self._end("cancelled", "Somebody asked it to stop.")
        except OrderlensError as error:
            return self._end("failed", f"{error.message} {error.next_step}")
        finally:
            if hasattr(self, "scratch"):
                self.scratch.close()

    # beginning and end

    def _begin(self) -> None:
        plan, sources, scans = self.plan, self.sources, self.sources.journal.scans
        access = sources.spans.access
        self.before = sources.orders.statements
        account, endpoints = sources.spans.account(), sources.spans.endpoints()
        self.requests += 1 + (access.account is None)
        listed = () if isinstance(endpoints, Unread) else tuple(map(Endpoint.of, endpoints))
        unread = (endpoints,) if isinstance(endpoints, Unread) else ()
        self.account = Account(access.mode, account, listed, unread)
        now = int(sources.clock())
        taken = scans.take(plan.scan_id, now=now) if plan.scan_id is not None else None
        if taken is None and plan.resume:
            taken = self._interrupted(now)
        if taken is None:
            span = plan.span(now=now, last_horizon=scans.last_horizon(access.mode, account))
            taken = scans.begin(
                since=span.since, until=span.until, key_mode=access.mode, account=account, who=plan.who, now=now
            )
        self.record, self.span = taken, Range(taken.since, taken.until)
        self.requests += taken.requests

    def _interrupted(self, now: int) -> ScanRecord | None:
        """An interrupted scan of the same span. One that reached until its own beginning is the same where both would
        reach until now."""
        plan, scans, access = self.plan, self.sources.journal.scans, self.sources.spans.access
        for one in scans.interrupted(key_mode=access.mode, account=self.account.account, now=now):
            same_end = one.until == plan.until or (plan.until is None and one.started_at - one.until < coverage.HOUR)
            if same_end and (plan.since is None or one.since <= plan.since <= one.since + coverage.DAY):
                return scans.take(one.id, now=now)
        return None

    def _finish(self) -> ScanRecord:
        if self.holes:
            return self._end("partial", "Not everything could be read.")
        done = self._end("complete", "")
        self.scratch.delete()
        return done

    def _end(self, state: str, why: str) -> ScanRecord:
        holes = self.holes if state != "cancelled" else []
        now = int(self.sources.clock())
        ended = self.sources.journal.scans.finish(
            self.record.id,
            state,  # type: ignore[arg-type] # one of its words
            now=now,
            holes=holes,
            why=why,
            **self._numbers(),
        )
        self.sources.progress(Stage("done", 1, 1, self.requests, ended.orders))
        return ended

    def _numbers(self) -> dict[str, int]:
        found = {"requests": self.requests, "statements": self.record.statements + self._statements()}
        if hasattr(self, "scratch"):
            found |= {
                "orders": self.scratch.count("orders"),
                "sessions": self.scratch.count("objects WHERE kind = 'session'"),
                "suspects": self.scratch.count("suspects") + self.scratch.count("orphans"),
            }
        return {**found, "findings": self.findings}

    def _statements(self) -> int:
        return self.sources.orders.statements - self.before

    # reading

    def _read(self) -> None:
        """Both sides at once: the orders in a thread of their own, Stripe in this one."""
        sources = self.sources
        edges = self._edges()
        self._drop_stale()
        lost: list[Hole] = []
        beside = threading.Thread(target=self._read_orders, args=(lost,), name="scan-orders")
        self._reading_orders = True
        beside.start()
        try:
            spent, read = self.requests, self._listings(edges)
            self.requests = spent + read
            self._told("reading", 1, 1)
        finally:
            while beside.is_alive():
                beside.join(timeout=BEAT)
                if not self._lost:
                    self._beat()
        self.holes += lost
        if self._lost or sources.stop():
            raise Stopped

    def _listings(self, edges: tuple[int, ...]) -> int:
        """Read what is not read yet; returns the requests it took."""
        span, late = self.span, Range(self.span.since, max(self.span.until, self.began - 5))
        listings: list[tuple[Listing, Range]] = [(SESSIONS, span), (REFUNDS, late), (DISPUTES, late)]
        if self._keeps_intents_only():
            listings.insert(1, (INTENTS, span))
        wanted = []
        for listing, whole in listings:
            asked = [whole] if not self.plan.only else _within(self.plan.only, whole)
            left = coverage.less(asked, self.scratch.done(listing.kind))
            self.holes += _outside(listing.kind, whole, asked, self.scratch.done(listing.kind))
            if left:
                wanted.append((listing, left))
        if not wanted:
            return 0
        before = self.requests

        def told(progress: Progress) -> None:
            self.requests = before + progress.requests
            left = progress.left
            total = 0 if left is None else progress.pages + int(left)
            self._told("reading", progress.pages, total)

        read = self.sources.spans.read(wanted, edges=edges, keep=self._keep, stop=self._stopped, progress=told)
        self.requests = before
        self.holes += read.holes if not read.stopped else ()
        self.holes += [Hole(*one) for one in json.loads(self.scratch.meta("malformed") or "[]")]
        return read.requests

    def _keep(self, batch: Batch) -> None:
        self.scratch.keep(batch.listing.kind, batch.objects, batch.done)
        if batch.malformed:
            near = batch.done[0] if batch.done else self.span
            kept = json.loads(self.scratch.meta("malformed") or "[]")
            kept += [[one.kind, near.since, near.until, f"{one.what}: {one.because}"] for one in batch.malformed]
            self.scratch.set_meta("malformed", json.dumps(kept))

    def _edges(self) -> tuple[int, ...]:
        """Where the volume is, by the orders' own times; without it windows find out by themselves."""
        try:
            return self.sources.orders.quantiles(PARTS, since=self.span.since, until=self.span.until)
        except OrdersUnreachable:
            return ()

    def _keeps_intents_only(self) -> bool:
        """Whether the app keeps intents and no sessions: then these are what is compared."""
        try:
            newest = self.sources.orders.page(since=self.span.since, until=self.span.until, limit=100).orders
        except OrdersUnreachable:
            return False
        return any(order.payment_intent_id for order in newest) and not any(order.session_id for order in newest)

    def _drop_stale(self) -> None:
        """What was read long ago may have changed since: the last day below the last heartbeat is read again."""
        last = int(self.scratch.meta("read_at") or self.began)
        if self.began - last > coverage.HOUR:
            with self.scratch.writing() as db:
                db.execute("DELETE FROM done WHERE until > ?", (last - 25 * coverage.HOUR,))
        self.scratch.set_meta("read_at", str(self.began))

    def _read_orders(self, lost: list[Hole]) -> None:
        """All orders of the span. A database that is gone is waited for; what stays unread is a hole."""
        orders, span, until = self.sources.orders, self.span, self.span.until
        self.scratch.forget_orders()
        pauses = iter(PATIENCE)
        while True:
            try:
                for batch in orders.batches(since=span.since, until=until):
                    self.scratch.keep_orders(batch)
                    if batch:
                        until = min(until, (batch[-1].created_at or until) + 1)
                        pauses = iter(PATIENCE)
                    if self._stopped():
                        return
            except OrdersUnreachable as error:
                pause = next(pauses, None)
                if pause is None:
                    lost.append(Hole("orders", span.since, until, error.message))
                    return
                time.sleep(pause)
            except OrderlensError as error:
                lost.append(Hole("orders", span.since, until, error.message))
                return
            else:
                return

    # comparing and looking

    def _compare(self) -> Compared:
        self._told("comparing", 0, 0)
        sources, scratch = self.sources, self.scratch
        with scratch.writing() as db:
            db.execute("DELETE FROM suspects")
            db.execute("DELETE FROM orphans")
            db.execute("DELETE FROM kept_open")
        now = int(sources.clock())
        found = compare(scratch, mode=self.account.mode, now=now, canary=self.plan.canary)
        kept = sources.journal.inbox.keys_open(unless_scan=None)
        while keys := list(islice(kept, 1000)):
            with scratch.writing() as db:
                db.executemany("INSERT OR IGNORE INTO kept_open VALUES (?)", [(key,) for key in keys])
        self.holes += claim(scratch, sources.orders, stop=self._must_stop)
        self._look_again()
        return found

    def _look_again(self) -> None:
        """Kept cases of orders that are not in the span are suspects too."""
        query = """SELECT substr(key, 7) FROM kept_open WHERE key LIKE 'order:%'
                   AND NOT EXISTS (SELECT 1 FROM orders o WHERE 'order:' || o.id = kept_open.key) LIMIT ?"""
        ids = [row[0] for row in self.scratch.rows(query, (LOOK_AGAIN,))] if not self.plan.only else []
        for part in _batches(ids, AT_A_TIME):
            try:
                found = self.sources.orders.find(ids=part, limit=2 * len(part))
            except OrdersUnreachable:
                return
            self.scratch.keep_outside(found)

    def _look(self, compared: Compared) -> None:
        sources, scratch = self.sources, self.scratch
        suspects = Suspects(
            scratch, sources.orders, sources.spans, sources.surroundings, self.account, self.holes,
            self.began, self.span.until, sources.clock, self._stopped,
        )  # fmt: skip
        base = self.requests
        self._told("suspects", 0, scratch.count("suspects"))
        suspects.fetch(suspects.lost())
        self.requests = base + suspects.requests
        self._canary(suspects, compared.sample)
        done = 0
        for keys in self._suspect_keys(0):
            states, notes = [], []
            for key, look in suspects.first(keys):
                worth = bool(look.diagnosis.findings)
                states.append((2 if worth else 1, key))
                if not worth:
                    notes.append(look)
            self._note(notes)
            with scratch.writing() as db:
                db.executemany("UPDATE suspects SET state = 1 WHERE key = ?", [(key,) for key in keys])
                db.executemany("UPDATE suspects SET state = ? WHERE key = ?", states)
            done += len(keys)
            self.requests = base + suspects.requests
            self._told("suspects", done, scratch.count("suspects"))
        suspects.read_events(sessions=scratch.count("objects"), span=self.span)
        self.requests = base + suspects.requests
        self._must_stop()
        for keys in self._suspect_keys(2):
            self._note([look for _, look in suspects.second(keys)])
            with scratch.writing() as db:
                db.executemany("UPDATE suspects SET state = 3 WHERE key = ?", [(key,) for key in keys])
            self._told("noting", self.findings, scratch.count("suspects WHERE state >= 2"))
        self.requests = base + suspects.requests
        for part in _batches(orphans(scratch, suspects, scan_id=self.record.id), NOTED):
            self._note_all(part)
            self._must_stop()
        self._settle()

    def _suspect_keys(self, state: int) -> Iterator[list[int]]:
        while keys := [
            row[0] for row in self.scratch.rows("SELECT key FROM suspects WHERE state = ? LIMIT ?", (state, AT_A_TIME))
        ]:
            self._must_stop()
            yield keys

    def _canary(self, suspects: Suspects, sample: tuple[int, ...]) -> None:
        """Some of what was discarded is looked at all the same; a disagreement is said as loudly as a hole."""
        for keys in _batches(sample, AT_A_TIME):
            for key, look in suspects.first(keys):
                if look.diagnosis.clean or suspects.lively(look):
                    continue
                told = look.diagnosis.headline.code if look.diagnosis.headline else look.diagnosis.undetermined
                because = f"the quick test is wrong: it passed {look.key}, of which a full look says: {told}"
                self.holes.append(Hole("quick test", self.span.since, self.span.until, because))
                with self.scratch.writing() as db:
                    db.execute("INSERT OR IGNORE INTO suspects (key) VALUES (?)", (key,))

    # noting

    def _note(self, looks: Iterable[Looked]) -> None:
        """Tell the inbox: what was found, what could not be told, and of kept cases also that all is well."""
        for part in _batches(looks, NOTED):
            kept = self._kept([look.key for look in part])
            self._note_all(
                [
                    Noted.of(look.key, look.case, look.diagnosis, scan_id=self.record.id)
                    for look in part
                    if not look.diagnosis.clean or look.key in kept
                ]
            )
            self._told(self.stage.phase, self.stage.done, self.stage.total)

    def _note_all(self, noted: list[Noted]) -> None:
        if noted:
            self.sources.journal.inbox.note(noted, now=int(self.sources.clock()))
            self.findings += sum(one.code is not None for one in noted)

    def _kept(self, keys: list[str]) -> frozenset[str]:
        marks = ", ".join("?" * len(keys))
        return frozenset(row[0] for row in self.scratch.rows(f"SELECT key FROM kept_open WHERE key IN ({marks})", keys))  # noqa: S608 - only marks

    def _settle(self) -> None:
        """Kept cases whose order was seen healthy, or whose payment has an order by now, are well; and how many orders
        came through well, for the outages."""
        query = """SELECT o.id, o.created_at FROM kept_open k JOIN orders o ON 'order:' || o.id = k.key
                   WHERE o.key NOT IN (SELECT key FROM suspects)"""
        now, near = int(self.sources.clock()), coverage.near
        everything = ("sessions", "intents", "refunds", "disputes", "orders", "quick test")
        for rows in self.scratch.stream(query, size=NOTED):
            seen = [own for own, at in rows if not near(at, self.holes, everything)]
            self._note_all(
                [Noted(key=f"order:{one}", order_id=one, read_at=now, scan_id=self.record.id) for one in seen]
            )
        paid = ", ".join(f"'{status.value}'" for status in PAID_ORDER)
        well = f"""SELECT created_at / {SLOT} * {SLOT}, count(*) FROM orders WHERE status IN ({paid})
                   AND created_at IS NOT NULL AND key NOT IN (SELECT key FROM suspects) GROUP BY 1"""  # noqa: S608 - our own words
        self.sources.journal.inbox.note_booked(dict(self.scratch.rows(well)))

    # the heartbeat

    def _told(self, phase: str, done: int, total: int) -> None:
        self.stage = Stage(phase, done, total, self.requests, 0)
        self._beat()

    def _beat(self) -> None:
        now = self.sources.clock()
        if 0 <= now - self._beaten < BEAT:
            return
        self._beaten = now
        self.sources.progress(self.stage)
        goes_on = self.sources.journal.scans.beat(
            self.record.id, now=int(now), phase=self.stage.phase, done=self.stage.done, total=self.stage.total,
            requests=self.requests, statements=self.record.statements + self._statements(), findings=self.findings,
        )  # fmt: skip
        self._lost = self._lost or not goes_on

    def _stopped(self) -> bool:
        return self._lost or self.sources.stop()

    def _must_stop(self) -> None:
        self._beat()
        if self._stopped():
            raise Stopped


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(things)
    while part := list(islice(waiting, size)):
        yield part


def _within(ranges: Iterable[Range], whole: Range) -> list[Range]:
    """The parts of `ranges` that lie in `whole`."""
    return [Range(max(one.since, whole.since), min(one.until, whole.until)) for one in ranges]


def _outside(kind: str, whole: Range, asked: Iterable[Range], done: Iterable[Range]) -> list[Hole]:
    """What stays unread where only a part was asked for."""
    left = coverage.less(coverage.less([whole], done), asked)
    return [Hole(kind, one.since, one.until, "it was not asked for") for one in left]
