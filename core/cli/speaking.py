"""How the command line speaks: data on stdout, narration on stderr, nothing that could steer a terminal.

Owns the printing of a diagnosis for people. No colours where nobody sees them (rich decides); never a control character
from the shop's or Stripe's texts.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.text import Text

from core.errors import OrderlensError, UsageError
from core.facts import Cost
from core.report import Report, Tone, Verdict
from core.settings.environment import spelled

# What moves the cursor, colours, or turns the order of letters; and halves of letters, which no stream takes.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LONGEST = 4_000  # letters of a line
STYLE = {
    Tone.CRITICAL: "bold red",
    Tone.HIGH: "red",
    Tone.MEDIUM: "yellow",
    Tone.LOW: "cyan",
    Tone.INFO: "blue",
    Tone.AGREES: "green",
    Tone.NO_ORDER: "magenta",
}


def plain(text: str) -> str:
    """`text` without control characters, for what a shop or a customer wrote must not move the cursor; and of one that
    nobody would read to its end the beginning (`--json` has the whole)."""
    read = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} letters)"
    return _CONTROL.sub("\ufffd", read)


def narrate(text: str) -> None:
    """A sentence for the person at the terminal, on stderr."""
    Console(stderr=True, highlight=False).print(Text(plain(text)), soft_wrap=True)


def complain(error: OrderlensError, shop: str = "") -> None:
    """What is wrong and what to do next, on stderr, with the settings called as they are for that shop."""
    narrate(f"orderlens: {spelled(error.message, shop)}")
    narrate(f"  Next: {spelled(error.next_step, shop)}")


def progressed(words: str, done: int, total: int) -> None:
    """How far it is, on stderr, in one line that is written over: `words` with two gaps. On a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write("\r" + words.format(done, total) + ("\n" if done == total else ""))


def unwritable(path: Path, error: OSError) -> UsageError:
    """What to raise where a file for the answer cannot be written."""
    return UsageError(
        f"{path} cannot be written: {error.strerror}.", next_step="Name a file in a folder that is there."
    )


def must_be_writable(path: Path | None) -> None:
    """Said before a scan or a run of minutes, not after it."""
    if path is None:
        return
    existed = path.exists()
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise unwritable(path, error) from error
    if not existed:
        path.unlink(missing_ok=True)


def emit(document: Mapping[str, object]) -> None:
    """One JSON document on one line of stdout, for programs; whatever could steer a terminal is written as JSON's
    escape, which says the same."""
    said = json.dumps(document, ensure_ascii=False)  # which itself writes what stands below a space as \\u001b
    sys.stdout.write(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", said) + "\n")


def instant(text: str | None) -> int | None:
    """A date or a time as people write it (UTC where they name no zone), in seconds since 1970. UsageError."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text} is not a date.", next_step="Write it as 2026-11-22 or 2026-11-22T14:00Z.") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


class Sending(Protocol):
    """A sending of which it is not known what came of it."""

    @property
    def says(self) -> str: ...
    @property
    def next_step(self) -> str: ...


def describe(said: Report, name: str = "", *, left: Sequence[Sending] = ()) -> None:
    """A case for people, on stdout: the verdict, what it rests on, what to do, what stands below it. `name`: what the
    case is called where it came from, in place of its title; `left`: what was sent for it, nobody knows to what end."""
    console = Console(highlight=False)
    console.print(Text(plain(name or said.title), style="bold"), soft_wrap=True)
    sent = ((line, "magenta") for one in left for line in (one.says, f"Next: {one.next_step}"))
    for line, style in chain(sent, _lines(said)):
        console.print(Text(plain(f"  {line}"), style=style), soft_wrap=True)


def spent(cost: Cost) -> None:
    """What a reading cost, on stdout."""
    line = f"  Requests to Stripe: {cost.requests}, in a row: {cost.rounds}, {cost.seconds:.1f} s"
    Console(highlight=False).print(Text(line, style="dim"))


def _lines(said: Report) -> Iterator[tuple[str, str]]:
    """Each line with its style."""
    if said.verdict.code or not said.undetermined:
        yield from _verdict(said.verdict)
    if said.money.holdings:
        held = (f"{' and '.join(map(str, one.amounts))} {one.place.value}" for one in said.money.holdings)
        yield f"Where the money is now: {', '.join(held)}.", ""
    for belongs in said.belongs:
        yield belongs.says + (f" ({belongs.note})" if belongs.note else ""), STYLE.get(belongs.tone, "magenta")
    for one in said.also:
        yield f"{'note' if one.tone is Tone.NOTE else 'also'} {one.code}: {one.says}", "dim"
    if said.undetermined:
        yield f"Could not tell: {said.undetermined}", "magenta"
        if said.unread:
            yield "Next: mend what was not read, or ask again in a moment; until then it is open.", ""


def _verdict(found: Verdict) -> Iterator[tuple[str, str]]:
    yield f"{found.tone.upper()}  {found.title}" if found.code else f"{found.title}.", STYLE[found.tone]
    yield found.says, ""
    for one in found.evidence:
        yield f"  {one.source}: {one.field} = {one.value}", ""
    for number, step in enumerate(found.steps, 1):
        yield f"{'Do: ' if number == 1 else '    '}{number}. {step}", ""
    if found.code:
        yield f"[{found.code}] {', '.join(found.about)}", "dim"
