"""Order and Stripe side by side at the terminal: what differs first and whole, what agrees by its name only.

Decides nothing: the rows, their order and their verdicts are `core.comparison`'s. Owns their lines.
"""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from core.cli.speaking import plain
from core.comparison import Comparison, Row, Value, Verdict
from core.report import Report
from core.times import moment

_STYLE = {Verdict.DIFFERS: "red", Verdict.EXPLAINED: "cyan", Verdict.NOT_READ: "magenta"}
_QUIET = {Verdict.SAME: "same", Verdict.SHOWN: "on one side only"}
_WIDTH = max(map(len, Verdict))


def side_by_side(said: Report) -> None:
    """The order beside the attempt at paying that is worth comparing first, on stdout; the others by their names."""
    console = Console(highlight=False)
    first, *others = said.beside
    found = first.comparison
    if not first.label:
        console.print(Text("  Nothing of the order was found at Stripe: nothing was compared.", style="dim"))
        return
    beside = ", ".join(f"{column.title.lower()} {column.name}".strip() for column in found.columns)
    console.print(Text(plain(f"  Side by side: {beside}"), style="bold"), soft_wrap=True)
    for row in found.telling:
        for line in _lines(found, row):
            console.print(Text(plain(line), style=_STYLE.get(row.verdict, "")), soft_wrap=True)
    for verdict, called in _QUIET.items():
        if rows := found.having(verdict):
            line = f"    {called:{_WIDTH}}  {', '.join(row.field for row in rows)}"
            console.print(Text(plain(line), style="dim"), soft_wrap=True)
    for other in others:
        console.print(Text(plain(f"    another attempt to pay: {other.label}"), style="dim"), soft_wrap=True)


def _lines(found: Comparison, row: Row) -> Iterator[str]:
    """One field that needs a look: its verdict with the reason, then each side's value and where it stands."""
    yield f"    {row.verdict:{_WIDTH}}  {row.field}{f': {row.why}' if row.why else ''}"
    indent = " " * (_WIDTH + 8)
    for made in row.sums:
        yield f"{indent}{made}"
    for column, value in zip(found.columns, row.values, strict=True):
        if value is not None:
            yield f"{indent}{column.title}: {_text(value)}" + (f" ({value.where})" if value.where else "")


def _text(value: Value) -> str:
    if value.unread:
        return "not read"
    return moment(value.at) if value.at is not None else value.text or "-"
