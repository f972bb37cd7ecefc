"""The command `scan`: every order and every Stripe object of a span, compared, diagnosed, and kept in the journal.

Owns how a scan speaks on a terminal and what it answers to programs. What it says was found is read from the journal
and costs no request. Never calls clean what was not read: a partial scan is 3, whatever it found.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from core import private
from core.cli import spans
from core.cli.ending import interruptible
from core.cli.outcomes import Exit
from core.cli.progress import Bar
from core.cli.scan_report import document, exit_of_scan, report
from core.cli.speaking import emit, must_be_writable, narrate, unwritable
from core.errors import StripeUnreachable, Unreachable, UsageError
from core.export import csv_of_cells
from core.journal import Entry, Filter, Journal, ScanRecord
from core.scanning.plan import Plan
from core.scanning.scan import Sources, run
from core.settings import Settings, load
from core.stripe_api import StripeReader
from core.times import moment
from core.wiring import access_of
from core.wiring.scans import sources as wired


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as they were given. `scan_id`: go on with that scan, reading only what it left; `account`: the
    connected one whose orders alone are scanned."""

    since: str | None = None
    until: str | None = None
    last: str | None = None
    scan_id: int | None = None
    only: tuple[str, ...] = ()
    anew: bool = False
    who: str | None = None
    as_json: bool = False
    csv_file: Path | None = None
    account: str | None = None


def scan(asked: Asked, *, config: Path | None = None) -> Exit:
    """Scan, and say what was found. An interruption leaves the scan for the same command to go on with."""
    settings, now = load(config=config), _now()
    since, until = spans.span(asked.since, asked.until, asked.last, now=now)
    plan = Plan(
        since=since,
        until=until,
        only=spans.ranges(asked.only),
        who=asked.who or settings.operator,
        resume=not asked.anew,
        scan_id=asked.scan_id,
    )
    must_be_writable(asked.csv_file)
    bar = Bar()
    with interruptible() as halted, closing(_wired(settings, asked.account, halted, bar)) as sources:
        if plan.scan_id is not None:
            _must_have_left_something(plan.scan_id, sources, now)
        record = _run(plan, sources, bar)
        return Exit.INTERRUPTED if record is None else _answered(record, sources.journal, asked, plan.who)


def _wired(settings: Settings, account: str | None, halted: Callable[[], bool], bar: Bar) -> Sources:
    """What the scan reads. UsageError for what is no account, or none that the key opens."""
    if account is None:
        return wired(settings, stop=halted, progress=bar.show)
    if not re.fullmatch(r"acct_[A-Za-z0-9_]{1,250}", account):
        raise UsageError(f"{account} is no account of Stripe's.", next_step="Give its id: acct_... .")
    with closing(StripeReader(replace(access_of(settings), account=account))) as asking:
        try:
            asking.check()
        except StripeUnreachable as error:
            if error.setting != "stripe.account":
                raise
            next_step = "Check that it is (still) connected to the platform that STRIPE_API_KEY is of."
            raise UsageError(error.message, next_step=next_step) from error
    return wired(settings, stop=halted, progress=bar.show, alone=account)


def _run(plan: Plan, sources: Sources, bar: Bar) -> ScanRecord | None:
    """The record as the journal has it at the end; None where somebody interrupted it."""
    begun: list[ScanRecord] = []

    def began(record: ScanRecord) -> None:
        begun.append(record)
        narrate(_beginning(record))

    try:
        with bar:
            return run(plan, replace(sources, begun=began))
    except KeyboardInterrupt:
        which = f"Scan {begun[0].id}" if begun else "The scan"
        narrate(f"{which} was interrupted. The same command goes on where it stopped.")
        return None
    except Unreachable:
        if begun:
            narrate(f"Scan {begun[0].id} stopped. Once the journal is back, the same command goes on with it.")
        raise


def _must_have_left_something(scan_id: int, sources: Sources, now: int) -> None:
    """UsageError where there is no such scan, or nothing of it is left to read."""
    record = sources.journal.scans.get(scan_id)
    if record is None:
        known = ", ".join(str(one.id) for one in sources.journal.scans.recent(5))
        raise UsageError(
            f"There is no scan {scan_id} in the journal.",
            next_step=f"The newest are: {known}." if known else "Begin one: `orderlens scan --last 7d`.",
        )
    if record.key_mode != sources.spans.access.mode:
        raise UsageError(
            f"Scan {scan_id} read {record.key_mode} data, and STRIPE_API_KEY is a {sources.spans.access.mode} key.",
            next_step=f"Set the {record.key_mode} key, or scan anew without --fill.",
        )
    if record.state == "complete":
        raise UsageError(f"Scan {scan_id} is complete.", next_step="Nothing of it is left to fill in.")
    if record.state == "running" and not record.lost(now):
        raise UsageError(f"Scan {scan_id} is running.", next_step="Wait for it, or cancel it in the dashboard.")


def _beginning(record: ScanRecord) -> str:
    """What is read; and where it goes on, if it does."""
    span = f"{moment(record.since)} to {moment(record.until)}"
    if record.turn == 1 and record.alone:
        return f"Scan {record.id}: orders that name {record.alone}, and what that has, from {span}."
    if record.turn == 1:
        return f"Scan {record.id}: orders and Stripe from {span}."
    return f"Scan {record.id}, begun {moment(record.started_at)}, goes on where it stopped: {span}."


def _answered(record: ScanRecord, journal: Journal, asked: Asked, who: str) -> Exit:
    """What the journal has of the scan, on stdout; and the exit code."""
    seen = Filter(seen_since=record.started_at)
    shares = journal.inbox.summary(seen)
    if asked.csv_file:
        rows = _Counted(journal.inbox.rows_for_csv(seen))
        try:
            with private.text(asked.csv_file) as file:
                file.writelines(csv_of_cells(rows))
        except OSError as error:
            raise unwritable(asked.csv_file, error) from error
        about = {"says": [f"what scan {record.id} found"]}
        journal.record(Entry(_now(), who, "export", "", "csv", f"{rows.taken} rows", about))
        narrate(f"{rows.taken} rows written to {asked.csv_file}.")
    if asked.as_json:
        emit(document(record, shares))
    else:
        report(record, shares)
    return exit_of_scan(record, shares)


class _Counted:
    """Rows as they pass, and how many did."""

    def __init__(self, rows: Iterator[Mapping[str, str]]) -> None:
        self._rows, self.taken = rows, 0

    def __iter__(self) -> Iterator[Mapping[str, str]]:
        for row in self._rows:
            self.taken += 1
            yield row


def _now() -> int:
    return int(time.time())  # noqa: TID251 - the command line is an edge
