"""The comparison: what the order says beside what Stripe says, field by field, what disagrees first.

Pure. A field disagrees only where two values that should be the same were both read and are not; what is absent is no
difference, except where `case_fields` says so. Which difference matters is the rules' business: on a case that they
call clean a difference is shown as explained, never as a fault.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

from core.cases import Case
from core.findings import Diagnosis
from core.money import Money
from dashboard.parts.case_attempts import Attempt

ABSENT = "-"
_ID = re.compile(r"[a-z]{2,5}_\w{20,}$")


class Mark(StrEnum):
    """How the values of a field stand to one another, the most telling first."""

    DIFFERS = "differs"
    EXPLAINED = "explained"  # not the same, and rightly so
    EQUAL = "equal"
    SHOWN = "shown"  # nothing to compare it with


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as people read it; `odd` where it is one that does not fit."""

    text: str
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One field over the columns order, session, intent, charge."""

    field: str
    cells: tuple[Cell, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Comparison:
    """`columns`: a title and the id beneath it; `rows` stand in the order in which they are to be read."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """What the columns are called."""
        return tuple(title for title, _ in self.columns)

    @property
    def agreeing(self) -> int:
        """How many fields were compared and found equal."""
        return sum(row.mark is Mark.EQUAL for row in self.rows)

    @property
    def different(self) -> tuple[Row, ...]:
        """The rows that are not simply equal."""
        return tuple(row for row in self.rows if row.mark in {Mark.DIFFERS, Mark.EXPLAINED})


def arranged(case: Case, attempt: Attempt, diagnosis: Diagnosis, rows: tuple[Row, ...]) -> Comparison:
    """The rows that say anything, the different ones first, without the columns that nothing stands in."""
    parts = (case.order, attempt.session, attempt.intent, attempt.charge)
    names = (
        (case.order.number or case.order.id) if case.order else "",
        *(part.id if part else "" for part in parts[1:]),
    )
    kept = [index for index, part in enumerate(parts) if part is not None]
    rows = tuple(replace(row, cells=tuple(_at(row.cells, index) for index in kept)) for row in rows)
    rows = tuple(row for row in rows if any(cell.text != ABSENT for cell in row.cells))
    if diagnosis.clean:
        rows = tuple(_explained(row) for row in rows)
    titles = ("Order", "Checkout session", "Payment intent", "Charge")
    return Comparison(
        columns=tuple((titles[index], names[index]) for index in kept),
        rows=tuple(sorted(rows, key=lambda row: list(Mark).index(row.mark))),
    )


def compared(field: str, *values: str | Money | None) -> Row:
    """A row of values that should be the same. Odd is what the fewer say; where as many say one thing as the other,
    what the first of them says: the order's own value stands first, and is the one that can be mended."""
    there = [value for value in values if value is not None]
    if len(there) < 2:  # noqa: PLR2004 - it takes two to disagree
        return shown(field, *values)
    counted = Counter(there).most_common()
    most = [value for value, times in counted if times == counted[0][1]]
    right = {most[0]} if len(most) == 1 else set(most) - {there[0]} if len(counted) == 2 else set()  # noqa: PLR2004 - two
    cells = tuple(Cell(_text(value), odd=value is not None and value not in right) for value in values)
    return Row(field, cells, Mark.DIFFERS if len(counted) > 1 else Mark.EQUAL)


def shown(field: str, *values: str | Money | None) -> Row:
    """A row of values that need not be the same."""
    return Row(field, tuple(Cell(_text(value)) for value in values), Mark.SHOWN)


def judged(field: str, *values: str | Money | None, differs: bool) -> Row:
    """A row whose order column is odd when `differs`: for values that are not spelled alike on the two sides."""
    cells = tuple(Cell(_text(value), odd=differs and index == 0) for index, value in enumerate(values))
    return Row(field, cells, Mark.DIFFERS if differs else Mark.EQUAL)


def brief(row: Row) -> tuple[str, ...]:
    """The texts of a row with long ids shortened in the middle: for rows in which nothing differs."""
    return tuple(f"{cell.text[:14]}…{cell.text[-6:]}" if _ID.match(cell.text) else cell.text for cell in row.cells)


def _explained(row: Row) -> Row:
    if row.mark is not Mark.DIFFERS:
        return row
    return replace(row, mark=Mark.EXPLAINED, cells=tuple(replace(cell, odd=False) for cell in row.cells))


def _at(cells: tuple[Cell, ...], index: int) -> Cell:
    return cells[index] if index < len(cells) else Cell(ABSENT)


def _text(value: str | Money | None) -> str:
    return ABSENT if value is None else str(value)
