"""Where the scans stand: what was read until when, what was not, and whether that may be called well. Pure.

Green only where the newest scan is complete and less than a day old, and no hole of an older one is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from core.desk import ScanRecord
from core.report import count
from core.times import DAY, in_zone, moment, short_span
from dashboard.words import Look

STALE: Final = DAY  # seconds after which what was read says little of the present
SHOWN_HOLES: Final = 5
RUNNING = Look("Running", ":material/sync:", "blue")
STARTING = Look("Starting", ":material/hourglass_top:", "blue")
LOST = Look("Interrupted", ":material/power_off:", "orange")
OLD = Look("Not up to date", ":material/history:", "orange")
STATES = {
    "complete": Look("Complete", ":material/check_circle:", "green"),
    "partial": Look("Partial", ":material/incomplete_circle:", "yellow"),
    "cancelled": Look("Cancelled", ":material/cancel:", "gray"),
    "failed": Look("Failed", ":material/error:", "red"),
}
_PHASES = {
    "reading": (1, "reading both sides", "page"),
    "comparing": (2, "comparing", ""),
    "suspects": (3, "looking closely at what may be wrong", "case"),
    "noting": (3, "looking closely at what may be wrong", "case"),
}
_KINDS = {
    "sessions": "Checkout sessions",
    "intents": "Payment intents",
    "charges": "Charges",
    "refunds": "Refunds",
    "disputes": "Disputes",
    "subscriptions": "Subscriptions",
    "invoices": "Invoices",
    "events": "Events",
    "orders": "Orders",
    "objects": "Single objects",
    "quick test": "The quick comparison",
}


_LEFT_OUT: Final = "Not judged: "


def not_judged(scan: ScanRecord | None) -> str:
    """What a scan says of orders that it left out, those of other accounts, in short; empty where there were none."""
    _, found, orders = scan.why.partition(_LEFT_OUT) if scan is not None else ("", "", "")
    return f"{found}{orders.partition(', of which')[0].rstrip('.')}." if found else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The scans as one answer. `running`: the newest that runs; `lost`: the newest, where nobody runs it any more;
    `last`: the newest that ended; `complete`: the newest that read everything; `partial`: those with holes that no
    later scan has read; `stale`: nothing was read completely up to a day ago."""

    running: ScanRecord | None = None
    lost: ScanRecord | None = None
    last: ScanRecord | None = None
    complete: ScanRecord | None = None
    partial: tuple[ScanRecord, ...] = ()
    stale: bool = False

    @property
    def never(self) -> bool:
        """Whether no scan has ended or stopped yet."""
        return self.last is None and self.lost is None

    @property
    def sound(self) -> bool:
        """Whether an empty inbox means that all is well."""
        ended = self.last is not None and self.last.state == "complete"
        return ended and not (self.lost or self.partial or self.stale)

    @property
    def look(self) -> Look:
        """How the newest that ended is shown; what is old, or has holes from before, is not green."""
        if self.lost is not None:
            return LOST
        if self.last is not None and self.last.state != "complete":
            return STATES[self.last.state]
        if self.partial:
            return STATES["partial"]
        return OLD if self.stale else STATES["complete"]


def standing(records: Sequence[ScanRecord], now: int) -> Standing:
    """What `records`, the newest first, come to."""
    running = [one for one in records if one.state == "running" and not one.lost(now)]
    ended = [one for one in records if one.state != "running"]
    complete = [one for one in ended if one.state == "complete"]
    lost = records[0] if records and records[0].lost(now) else None
    return Standing(
        running=running[0] if running else None,
        lost=lost,
        last=ended[0] if ended else None,
        complete=complete[0] if complete else None,
        partial=tuple(one for one in ended if one.state == "partial" and not _made_up_for(one, complete)),
        stale=now - max((one.until for one in complete), default=0) > STALE,
    )


def _made_up_for(partial: ScanRecord, complete: Iterable[ScanRecord]) -> bool:
    later = [
        one
        for one in complete
        if one.id > partial.id and (one.key_mode, one.account) == (partial.key_mode, partial.account)
    ]
    return all(any(one.since <= hole.since and hole.until <= one.until for one in later) for hole in partial.holes)


def look(record: ScanRecord, now: int) -> Look:
    """How one scan is shown."""
    if record.state == "running":
        return LOST if record.lost(now) else RUNNING
    return STATES[record.state]


def span(record: ScanRecord, zone: tzinfo) -> str:
    """Which time it is about."""
    return f"{moment(record.since, zone)} to {moment(record.until, zone)}"


def read(record: ScanRecord) -> str:
    """What it read and what that cost."""
    parts = (count(record.orders, "order"), count(record.sessions, "checkout session"))
    return f"{' and '.join(parts)}, {count(record.requests, 'request')} to Stripe"


def holes(record: ScanRecord, zone: tzinfo) -> tuple[str, ...]:
    """What was not read, in sentences; of many the first."""
    said = tuple(
        f"{_KINDS.get(hole.kind, hole.kind.capitalize())} from {moment(hole.since, zone, seconds=True)} to "
        f"{moment(hole.until, zone, seconds=True)}: {in_zone(hole.because, zone)}"
        for hole in record.holes[:SHOWN_HOLES]
    )
    more = len(record.holes) - len(said)
    return (*said, f"and {count(more, 'further hole')}.") if more else said


@dataclass(frozen=True, slots=True)
class Sample:
    """How far a scan was when this browser first looked at this phase of it. `at`: seconds since 1970."""

    scan_id: int
    phase: str
    at: float
    done: int
    requests: int


def sample(record: ScanRecord, before: Sample | None, now: float) -> Sample:
    """`before`, while it is of the same scan and phase; else how far it is now."""
    if before is not None and (before.scan_id, before.phase) == (record.id, record.phase):
        return before
    return Sample(record.id, record.phase, now, record.done, record.requests)


def progress(record: ScanRecord, since: Sample, now: float) -> tuple[float, str]:
    """How far its phase is, 0 to 1, and in words: the step, the count, the rate, the time left."""
    step, doing, unit = _PHASES.get(record.phase, (1, "reading both sides", "page"))
    share = min(1.0, record.done / record.total) if record.total else 0.0
    parts = [f"Step {step} of 3, {doing}"]
    if unit and record.total:
        about = "about " if unit == "page" else ""
        parts.append(f"{record.done:,} of {about}{count(max(record.total, record.done), unit)}")
    passed = now - since.at
    if passed >= 2:  # noqa: PLR2004 - of a shorter time no rate can be told
        parts.append(f"{(record.requests - since.requests) / passed:.1f} requests a second")
        done = record.done - since.done
        if done > 0 and record.total:
            left = round((record.total - record.done) * passed / done)
            parts.append(f"about {short_span(max(1, left))} left")
    return share, "  ·  ".join(parts)
