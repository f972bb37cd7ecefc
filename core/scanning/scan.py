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

from dataclasses import replace
from typing import Final

from core.errors import OrderlensError
from core.facts import never_made
from core.jobs import Stopped
from core.journal import ScanRecord
from core.journal.scan_records import State
from core.scanning.garbage import rarely
from core.scanning.heart import Heart
from core.scanning.looking import Account, left_out
from core.scanning.phases import Phases
from core.scanning.plan import Plan, Stage
from core.scanning.scratch import Scratch, copied, passed
from core.scanning.sources import Sources, names_of
from core.scanning.whose import account_of, must_be_of
from core.stripe_api.spans import Hole
from core.times import DAY, HOUR

__all__ = ["UNSEEN", "Sources", "names_of", "run"]

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
        holes, of_copy = Phases(plan, sources, account, heart, scratch, names, began).run()
    except Stopped:
        return _ended(heart, scratch, "cancelled", "Somebody asked it to stop.")
    except OrderlensError as error:
        return _ended(heart, scratch, "failed", f"{error.message} {error.next_step}")
    else:
        if holes:
            told = ["Not everything could be read.", of_copy, names.known.said, left_out(scratch, heart.record.alone)]
            return _ended(heart, scratch, "partial", " ".join(filter(None, told)), holes)
        told = [
            UNSEEN if heart.record.sessions else "",
            of_copy,
            names.known.said,
            left_out(scratch, heart.record.alone),
        ]
        return _ended(heart, scratch, "complete", " ".join(filter(None, told)), delete=True)
    finally:
        if scratch is not None:
            scratch.close()


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
    """What the record says, with what was passed where it lies."""
    there, sessions = copied.sieved(scratch), "objects WHERE kind = 'session'"
    if there is not None:
        sessions += f" AND NOT (created >= {there.since} AND created < {there.until})"
    return {
        "orders": scratch.count("orders") + passed.count(scratch),
        "sessions": scratch.count(sessions) + (there.sessions if there else 0),
        "suspects": scratch.count("suspects") + scratch.count("orphans"),
    }
