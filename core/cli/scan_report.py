"""What a scan answers with: its JSON, its words, its exit code. Pure but for the printing.

    0 clean and complete   1 failed or cancelled   3 partial, or something could not be told   10, 11 findings

A partial scan is 3 whatever it found: the findings stand in the inbox and in the JSON, but whoever reads only the code
must not take part of the truth for all of it.
"""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from core.cli.outcomes import Exit
from core.cli.speaking import STYLE, plain
from core.findings import Severity
from core.journal import ScanRecord, Share
from core.report import Tone
from core.rules import TITLES
from core.times import iso, moment

_SHOWN: Final = 20  # holes on a terminal


def exit_of_scan(record: ScanRecord, shares: Sequence[Share]) -> Exit:
    """The exit code of a scan that ended, and of what is unsettled of what it saw."""
    if record.state != "complete":
        return Exit.UNDETERMINED if record.state == "partial" else Exit.COULD_NOT_LOOK
    if any(share.severity is Severity.CRITICAL for share in shares):
        return Exit.CRITICAL
    if any(share.code for share in shares):
        return Exit.FINDINGS
    return Exit.UNDETERMINED if shares else Exit.CLEAN


def document(record: ScanRecord, shares: Sequence[Share]) -> dict[str, object]:
    """A scan as plain data. Times are ISO 8601 in UTC; money is in minor units; `found` has a row for each headline,
    the worst first, and `code` null for cases that could not be told."""
    return {
        "scan": record.id,
        "state": record.state,
        "why": record.why,
        "since": iso(record.since),
        "until": iso(record.until),
        "key_mode": record.key_mode,
        "account": record.alone or record.account or None,
        "only_its_orders": record.alone is not None,
        "started_at": iso(record.started_at),
        "finished_at": iso(record.finished_at),
        "orders": record.orders,
        "sessions": record.sessions,
        "suspects": record.suspects,
        "requests": record.requests,
        "statements": record.statements,
        "cases": sum(share.cases for share in shares),
        "found": [_share(share) for share in shares],
        "holes": [
            {"kind": hole.kind, "since": iso(hole.since), "until": iso(hole.until), "because": hole.because}
            for hole in record.holes
        ],
    }


def report(record: ScanRecord, shares: Sequence[Share]) -> None:
    """A scan for people, on stdout: what was read, what was found of what and for how much money, what was not read."""
    console = Console(highlight=False)
    took = (record.finished_at or record.beat_at) - record.started_at
    console.print(f"Scan {record.id}, {record.state}: {moment(record.since)} to {moment(record.until)}")
    console.print(
        f"  {record.orders:,} orders, {record.sessions:,} sessions, {record.suspects:,} looked at in full; "
        f"{record.requests:,} requests to Stripe, {record.statements:,} statements, {took:,} s",
        soft_wrap=True,
    )
    for share in shares:
        console.print(_line(share), soft_wrap=True)
    if shares:
        console.print("Look at them in the dashboard, in the Inbox.", style="dim")
    elif record.state == "complete":
        console.print(Text("  Nothing disagrees between the orders and Stripe.", style="green"))
    if record.state != "complete":
        _what_is_missing(console, record)
    elif record.why:
        console.print(Text(plain(f"  {record.why}")), soft_wrap=True)


def _line(share: Share) -> Text:
    """A headline: how bad, what, how many cases, for how much money."""
    severity = share.severity.upper() if share.severity else "-"
    line = Text(f"  {severity:8}", style=STYLE[Tone(share.severity.value)] if share.severity else "magenta")
    line.append(f"  {share.cases:>7,}  ", style="bold not dim")
    title = TITLES.get(share.code, "") if share.code else "could not be told: something was not read"
    line.append(f"{title}  ", style="default")
    line.append(f"[{share.code}]  " if share.code else "", style="dim")
    money = ", ".join(map(str, share.money))
    unknown = f"{', ' if money else ''}{share.unknown:,} of unknown money" if share.code and share.unknown else ""
    line.append(money + unknown, style="default")
    return line


def _what_is_missing(console: Console, record: ScanRecord) -> None:
    console.print(Text(plain(f"  Not complete: {record.why}"), style="magenta"), soft_wrap=True)
    for hole in record.holes[:_SHOWN]:
        line = f"    {hole.kind}, {moment(hole.since)} to {moment(hole.until)}: {hole.because}"
        console.print(Text(plain(line)), soft_wrap=True)
    if len(record.holes) > _SHOWN:
        console.print(Text(f"    and {len(record.holes) - _SHOWN} more (all with --json)"))
    console.print(Text(f"  Next: `orderlens scan --fill {record.id}` reads only what is missing."))


def _share(share: Share) -> dict[str, object]:
    return {
        "code": share.code,
        "title": TITLES.get(share.code) if share.code else None,
        "severity": share.severity.value if share.severity else None,
        "cases": share.cases,
        "money_at_risk": [{"amount_minor": one.amount_minor, "currency": one.currency} for one in share.money],
        "money_unknown": share.unknown,
        "first_seen": iso(share.first_seen),
    }
