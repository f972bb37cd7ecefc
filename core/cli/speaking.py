"""How the command line speaks: data on stdout, narration on stderr, nothing that could steer a terminal.

Owns the printing of a diagnosis for people. Refuses colours where nobody sees them (rich decides), and control
characters from the shop's or Stripe's texts always.
"""

import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from core.errors import OrderlensError, UsageError
from core.facts import Cost
from core.findings import Finding, Severity
from core.rules import Examined

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
STYLE = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "blue",
}


def plain(text: str) -> str:
    """`text` without control characters: what a shop or a customer wrote must not move the cursor."""
    return _CONTROL.sub("\ufffd", text)


def narrate(text: str) -> None:
    """A sentence for the person at the terminal, on stderr."""
    Console(stderr=True, highlight=False).print(Text(plain(text)), soft_wrap=True)


def complain(error: OrderlensError) -> None:
    """What is wrong and what to do next, on stderr."""
    narrate(f"orderlens: {error.message}")
    narrate(f"  Next: {error.next_step}")


def emit(document: Mapping[str, object]) -> None:
    """One JSON document on one line of stdout, for programs."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def instant(text: str | None) -> int | None:
    """A date or a time as people write it (UTC where they name no zone), in seconds since 1970. UsageError."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text} is not a date.", next_step="Write it as 2026-11-22 or 2026-11-22T14:00Z.") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def describe(seen: Examined) -> None:
    """A diagnosis for people, on stdout: the headline, what it rests on, what to do, what stands below it."""
    console, case, diagnosis = Console(highlight=False), seen.case, seen.diagnosis
    name = case.name or (f"order {case.order.number or case.order.id}" if case.order else "a payment without an order")
    console.print(Text(plain(name), style="bold"), soft_wrap=True)
    if diagnosis.headline:
        _finding(console, diagnosis.headline)
        for finding in diagnosis.also:
            line = f"  also {finding.code}: {finding.says}"
            console.print(Text(plain(line), style="dim"), soft_wrap=True)
    elif diagnosis.clean:
        console.print(Text("  Nothing disagrees between the order and Stripe.", style="green"))
    for note in diagnosis.notes:
        console.print(Text(plain(f"  note {note.code}: {note.says}"), style="dim"), soft_wrap=True)
    if diagnosis.undetermined:
        console.print(Text(plain(f"  Could not tell: {diagnosis.undetermined}"), style="magenta"), soft_wrap=True)
        if case.facts.unread:
            console.print(Text("  Next: mend what was not read, or ask again in a moment; until then it is open."))


def spent(cost: Cost) -> None:
    """What a reading cost, on stdout."""
    told = f"  Requests to Stripe: {cost.requests}, in a row: {cost.rounds}, {cost.seconds:.1f} s"
    Console(highlight=False).print(Text(told, style="dim"))


def _finding(console: Console, finding: Finding) -> None:
    console.print(Text(f"  {finding.severity.upper()}  {plain(finding.title)}", style=STYLE[finding.severity]))
    risk = f"  Money at risk: {finding.money_at_risk}" if finding.money_at_risk else ""
    steps = finding.remedy.replace("\n", "\n      ")
    for line in (f"  {finding.says}", *_evidence(finding), f"  Do: {steps}", risk):
        if line:
            console.print(Text(plain(line)), soft_wrap=True)
    console.print(Text(f"  [{finding.code}, {finding.confidence}]", style="dim"))


def _evidence(finding: Finding) -> list[str]:
    return [f"    {item.source}: {item.field} = {item.value}" for item in finding.evidence]
