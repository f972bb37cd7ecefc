"""`run`: one scan, from the plan to the journal.

    reading     Stripe's sessions, refunds and disputes of the span, and the orders beside them, into the scratch; then
                subscriptions and their bills, where sessions began any, and payments without a session, where orders
                wait for many of them
    comparing   in the scratch: who is healthy beyond doubt, who is a suspect, who an orphan
    suspects    all about each of them: objects from outside the span, events
    noting      what is wrong with whom, into the inbox, batch by batch

Owns the order of these and the verdict: a scan with a hole is partial, and never complete. Whatever stops it (a kill, a
full disk, a database that is gone) leaves the scratch behind, and the next scan of the span goes on with it. Nothing
here starts a process or reads a clock of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from core.errors import OrderlensError
from core.facts import NameKeys, never_made
from core.jobs import Stopped
from core.journal import Journal, ScanRecord
from core.journal.scan_records import State
from core.orders import OrdersReader
from core.rest.copy import Copy
from core.rest.files import Files
from core.scanning.garbage import rarely
from core.scanning.heart import Heart
from core.scanning.looking import Account, Ahead, Looking, Suspects, batches, left_out
from core.scanning.names import Names, renamed
from core.scanning.plan import Plan, Stage
from core.scanning.reading import went_back
from core.scanning.reading.at_rest import AtRest
from core.scanning.reading.both_sides import PATIENCE, Reading
from core.scanning.reading.lister import Lister
from core.scanning.reading.patience import Patient
from core.scanning.reading.payments_alone import PaymentsAlone
from core.scanning.reading.restricted_keys import without_what_is_hidden
from core.scanning.reading.subscriptions import Subscriptions
from core.scanning.scratch import Scratch
from core.scanning.sieve import Compared, Comparing, claim, look_again
from core.scanning.whose import account_of, must_be_of
from core.stripe_api.spans import Hole, Range, SpanReader
from core.surroundings import Surroundings
from core.times import DAY, HOUR


@dataclass(frozen=True, slots=True)
class Sources:
    """What a scan reads, and the journal it notes in: all of it is the caller's, who closes it.

    `folder`: for scratch files; `clock`: seconds since 1970; `stop`: asked often, True ends the scan; `progress`: shown
    how far it is; `patience`: seconds between tries to read orders that cannot be reached; `ahead`: a second
    reader, for what suspects need, where the account's limit leaves room for one beside the first; `begun`: called with
    the record at the beginning, whether it is new or one that is gone on with; `lister`: reads the lists of the span
    instead of `spans`, which begins where it ends; `keep_days`: for how long what is settled is kept, None for ever;
    `copy`: of Stripe's data, from which is taken what is over; `platform`: a reader of the key's own account, where
    `spans` is of a connected one whose orders alone are scanned.
    """

    orders: OrdersReader
    spans: SpanReader
    journal: Journal
    folder: Path
    surroundings: Surroundings
    clock: Callable[[], float]
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[Stage], None] = lambda _: None
    patience: tuple[float, ...] = PATIENCE
    ahead: SpanReader | None = None
    begun: Callable[[ScanRecord], None] = lambda _: None
    lister: Lister | None = None
    keep_days: int | None = None
    copy: Copy | Files | None = None
    platform: SpanReader | None = None

    @property
    def idle(self) -> SpanReader | None:
        """A reader that nobody uses while the lists are read."""
        return self.spans if self.lister is not None and self.ahead is not None and self.copy is None else None

    def close(self) -> None:
        """Let go of both sides and of the journal, for whoever made all three."""
        for one in (self.spans, self.lister, self.ahead, self.platform, self.copy, self.orders, self.journal):
            if one is not None:
                one.close()


UNSEEN: Final = (  # where there is Checkout, payments without one are listed only where orders wait for them
    "Not looked for: a second payment without a checkout, beside an order that is paid. Opening its case does."
)


@rarely()
def run(plan: Plan, sources: Sources) -> ScanRecord:
    """Scan. Returns the record as the journal has it: complete, partial (with holes), cancelled or failed (with why).

    Unreachable where the journal cannot be used.
    """
    if sources.lister is None:
        return _run(plan, sources)
    sources.lister.warm()
    try:
        return _run(plan, sources)
    finally:
        sources.lister.close()


def _run(plan: Plan, sources: Sources) -> ScanRecord:
    """The plan, the phases, the verdict."""
    began, before = int(sources.clock()), sources.orders.statements
    account, asked = account_of(sources.spans, sources.platform)
    access, cursors = sources.spans.access, sources.journal.cursors
    lost = never_made.read(cursors.get(never_made.kept_under(access.mode, access.account)))
    account = replace(account, never_made=lost)
    if sources.keep_days is not None:
        sources.journal.forgetting.older_than(began - sources.keep_days * DAY, began)
    record = _begun(plan, sources, account)
    sources.begun(record)
    heart = Heart(
        record=record, records=sources.journal.scans, clock=sources.clock, stop=sources.stop,
        progress=sources.progress, orders=sources.orders, before=before, requests=record.requests + asked,
    )  # fmt: skip
    scratch = None
    try:
        name = f"{sources.journal.mark}-{record.id}-{record.started_at}"
        names = names_of(sources)
        scratch = Scratch.of(sources.folder, name, keys=names.keys)
        holes, copied = _scanned(plan, sources, account, heart, scratch, names, began)
    except Stopped:
        return _ended(heart, scratch, "cancelled", "Somebody asked it to stop.")
    except OrderlensError as error:
        return _ended(heart, scratch, "failed", f"{error.message} {error.next_step}")
    else:
        if holes:
            told = ["Not everything could be read.", copied, names.known.said, left_out(scratch, heart.record.alone)]
            return _ended(heart, scratch, "partial", " ".join(filter(None, told)), holes)
        told = [
            UNSEEN if heart.record.sessions else "",
            copied,
            names.known.said,
            left_out(scratch, heart.record.alone),
        ]
        return _ended(heart, scratch, "complete", " ".join(filter(None, told)), delete=True)
    finally:
        if scratch is not None:
            scratch.close()


def names_of(sources: Sources) -> Names:
    """What is known of names in the account that is scanned."""
    access = sources.spans.access
    return Names.of(sources.orders, sources.journal, sources.surroundings, access.mode, access.account)


def _scanned(
    plan: Plan, sources: Sources, account: Account, heart: Heart, scratch: Scratch, names: Names, began: int
) -> tuple[list[Hole], str]:
    """The phases, one after the other; what could not be read, and what is to be told of a copy."""
    span = Range(heart.record.since, heart.record.until)
    comparing = Comparing(scratch, account.mode, plan.canary, account.account)
    suspects_of = partial(
        Suspects, scratch, account=account, began=began, span=span, clock=sources.clock,
    )  # fmt: skip
    early = suspects_of(
        sources.orders, sources.ahead or sources.spans, surroundings=names.surroundings, holes=[], stop=heart.stopped
    )
    at_rest = _copy_of(sources, account, heart, scratch, span)
    ahead = Ahead(scratch, comparing, early, heart.record.id, reading=sources.ahead is not None, idle=sources.idle)
    reading = Reading(
        scratch, sources.orders, sources.spans, heart, span, began, plan.only, sources.patience, ahead.begin,
        sources.lister, at_rest, account.account if account.alone else None,
    )  # fmt: skip
    try:
        holes = _put_right(scratch, at_rest, reading.read())
        ahead.compared(heart.beat)
        holes = without_what_is_hidden(scratch, sources.spans, heart, holes)
        holes = Subscriptions(scratch, sources.spans, heart, span, began).read(holes)
        of_carts = sources.orders.mapping.carts is not None
        holes = PaymentsAlone(scratch, sources.spans, heart, span, of_carts, at_rest).read(holes)
        if heart.stopped():
            raise Stopped
        heart.progressed("comparing", 0, 0)
        orders = Patient(sources.orders, sources.patience, heart.must_go_on)
        learned = names.learn(scratch, orders, now=int(sources.clock()))
        known = names.surroundings
        suspects = suspects_of(orders, sources.spans, surroundings=known, holes=holes, stop=heart.must_stop)
        compared = _compared(plan, sources, comparing, suspects, heart, orders, names.keys if learned else None)
        ahead.end(heart.beat)
        if learned:
            ahead.forget()
        heart.requests += ahead.requests
        Looking(scratch, suspects, sources.journal, heart, span).run(compared)
    finally:
        ahead.abort()
    return suspects.holes, "" if at_rest is None else at_rest.told(suspects.live_first.stale)


def _copy_of(sources: Sources, account: Account, heart: Heart, scratch: Scratch, span: Range) -> AtRest | None:
    """The copy of Stripe's data, seen what it is, where there is any."""
    if sources.copy is None:
        return None
    found = AtRest(sources.copy, scratch, sources.spans, heart, span, account.account, sources.orders)
    found.begin()
    return found


def _put_right(scratch: Scratch, at_rest: AtRest | None, holes: list[Hole]) -> list[Hole]:
    """All has come in: what went back of a copy's payments is known now; and what the copy cannot prove."""
    if at_rest is None:
        return holes
    went_back.put_right(scratch)
    return [*holes, *at_rest.holes]


def _compared(
    plan: Plan,
    sources: Sources,
    comparing: Comparing,
    suspects: Suspects,
    heart: Heart,
    orders: Patient,
    fresh: NameKeys | None,
) -> Compared:
    """Who is to be looked at: the suspects of the span, orders that its payments lead to, orders of kept cases.
    `fresh`: where names stand, if that was not known while things were read."""
    scratch, live_first = suspects.scratch, suspects.live_first
    with scratch.deducing() as db:
        for table in ("suspects", "elsewhere", "orphans", "kept_open"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own word
    for keys in batches(sources.journal.inbox.keys_open(), 1000):
        with scratch.deducing() as db:
            db.executemany("INSERT OR IGNORE INTO kept_open VALUES (?)", [(key,) for key in keys])
    live_first.before_comparing()
    found = comparing.finish(int(sources.clock()), heart.must_go_on)
    heart.must_go_on()
    live_first.before_claiming()
    if fresh is not None:
        renamed(scratch, fresh)
    alone = heart.record.alone
    suspects.holes += claim(scratch, orders, go_on=heart.must_go_on, alone=alone)
    if not plan.only:
        look_again(scratch, orders, turn=heart.record.id, alone=alone)
    return found


def _begun(plan: Plan, sources: Sources, account: Account) -> ScanRecord:
    """The scan to go on with, or a new one."""
    scans, now = sources.journal.scans, int(sources.clock())
    horizon = scans.last_horizon(account.mode, account.kept_as, now=now)
    must_be_of(account, scans.get(plan.scan_id) if plan.scan_id is not None else None)
    found = scans.take(plan.scan_id, now=now) if plan.scan_id is not None else None
    if found is None and plan.resume:
        for one in scans.interrupted(key_mode=account.mode, account=account.kept_as, now=now):
            if found is None and _same(plan, one, now=now, horizon=horizon or 0):
                found = scans.take(one.id, now=now)
    if found is not None:
        return found
    span = plan.span(now=now, last_horizon=horizon)
    return scans.begin(
        since=span.since, until=span.until, key_mode=account.mode, account=account.kept_as, who=plan.who, now=now
    )


def _same(plan: Plan, one: ScanRecord, *, now: int, horizon: int) -> bool:
    """Whether an interrupted scan is the one that is planned: of the same span, where "until now" is until its own
    beginning, less than an hour ago and not read since, and "the last seven days" are those before it."""
    until_now = plan.until is None and abs(now - one.until) < HOUR and one.until > horizon
    begins = plan.since is None or one.since <= plan.since <= one.since + DAY
    return begins and (until_now or one.until == plan.until)


def _ended(
    heart: Heart,
    scratch: Scratch | None,
    state: State,
    why: str,
    holes: list[Hole] | None = None,
    *,
    delete: bool = False,
) -> ScanRecord:
    """Write the end into the journal, and let go of the scratch."""
    numbers = dict(heart.counted())
    if scratch is not None:
        numbers |= _counted(scratch)
    ended = heart.records.finish(heart.record.id, state, now=int(heart.clock()), holes=holes or (), why=why, **numbers)
    if scratch is not None:
        (scratch.delete if delete and ended.state == "complete" else scratch.close)()
    heart.progress(Stage("done", 1, 1, heart.requests))
    return ended


def _counted(scratch: Scratch) -> dict[str, int]:
    return {
        "orders": scratch.count("orders"),
        "sessions": scratch.count("objects WHERE kind = 'session'"),
        "suspects": scratch.count("suspects") + scratch.count("orphans"),
    }
