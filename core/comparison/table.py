"""The vocabulary of the comparison: a value and where it was read, a row and its verdict, a sum that can be checked.

Pure. Owns how rows are marked and arranged, the most telling first; which fields there are is `fields` and `amounts`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from core.money import Money

WIDTH = 4  # the order, then the attempt's session, intent and charge


class Verdict(StrEnum):
    """How the values of a field stand to one another, the most telling first."""

    DIFFERS = "differs"
    EXPLAINED = "explained"  # not the same, and rightly so
    NOT_READ = "not read"
    INCOMPARABLE = "cannot be compared"
    SAME = "same"
    SHOWN = "shown"  # nothing to compare it with


@dataclass(frozen=True, slots=True)
class Value:
    """One value. `text` is None where the object does not say; `at` (seconds since 1970) where it is a time. `where`
    names the field it was read from (`amount_total`); `odd` where it does not fit; `unread` where its object was not
    read at all."""

    text: str | None
    where: str = ""
    odd: bool = False
    at: int | None = None
    unread: bool = False

    @property
    def there(self) -> bool:
        """Whether it says anything."""
        return self.text is not None or self.at is not None


@dataclass(frozen=True, slots=True)
class Term:
    """A figure of a sum: an amount with its sign, what it is ("promotion code"), and where it was read."""

    name: str
    amount: Money
    where: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """A difference, made up of figures that were read: the terms add up to the result."""

    terms: tuple[Term, ...]
    result: Term

    @property
    def exact(self) -> bool:
        """Whether it holds, to the smallest coin and in one currency."""
        alike = {term.amount.currency for term in (*self.terms, self.result)}
        return (
            len(alike) == 1 and sum(term.amount.amount_minor for term in self.terms) == self.result.amount.amount_minor
        )

    def __str__(self) -> str:
        """As people write it: `50.00 ordered - 5.00 promotion code + 9.50 tax = 54.50 USD paid`."""
        first, *others = self.terms
        text = f"{first.amount.major:,} {first.name}"
        for term in others:
            sign = "\u2212" if term.amount.amount_minor < 0 else "+"
            text += f" {sign} {abs(term.amount.major):,} {term.name}"
        return f"{text} = {self.result.amount} {self.result.name}"


@dataclass(frozen=True, slots=True)
class Row:
    """One field over the columns order, session, intent, charge; None where a column has no such field. `why` is the
    reason of the verdict in a sentence, `sums` the figures that explain a difference."""

    field: str
    values: tuple[Value | None, ...]
    verdict: Verdict
    why: str = ""
    sums: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One object: what it is called, its id (or number), and whether it was read."""

    title: str
    name: str
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows in the order in which they are to be read, each as wide as `columns`; all was read at `read_at`.
    `left_out`: how many payments there was no column for."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    read_at: int
    left_out: int = 0

    def having(self, *verdicts: Verdict) -> tuple[Row, ...]:
        """The rows of these verdicts."""
        return tuple(row for row in self.rows if row.verdict in verdicts)

    @property
    def telling(self) -> tuple[Row, ...]:
        """The rows that need a look: different, explained, or not to be told."""
        return tuple(row for row in self.rows if row.verdict not in {Verdict.SAME, Verdict.SHOWN})


def value(held: str | Money | None, where: str) -> Value:
    """A value as it is shown."""
    return Value(None if held is None else str(held), where)


def compared(field: str, *values: Value | None, key: Callable[[str], str] = str) -> Row:
    """A row of values that should be the same, spelled as `key` makes of them. Odd is what the fewer say; where as many
    say one thing as the other, what the first of them says: the order's own stands first, and can be mended."""
    keys = [key(one.text) if one and one.text is not None else None for one in values]
    there = [one for one in keys if one is not None]
    if len(there) < 2:  # noqa: PLR2004 - it takes two to disagree
        return Row(field, values, Verdict.SHOWN)
    counted = Counter(there).most_common()
    if len(counted) == 1:
        return Row(field, values, Verdict.SAME)
    most = [one for one, times in counted if times == counted[0][1]]
    right = {most[0]} if len(most) == 1 else set(most) - {there[0]} if len(counted) == 2 else set()  # noqa: PLR2004 - two
    odd = tuple(
        replace(one, odd=spelled not in right) if one and spelled is not None else one
        for one, spelled in zip(values, keys, strict=True)
    )
    return Row(field, odd, Verdict.DIFFERS)


def weighed(field: str, *values: Value | None, verdict: Verdict, why: str = "", sums: tuple[Sum, ...] = ()) -> Row:
    """A row that is compared by more than its spelling; where it differs, the order's value is the odd one."""
    if verdict is Verdict.DIFFERS and values[0]:
        values = (replace(values[0], odd=True), *values[1:])
    return Row(field, values, verdict, why, sums)


def even(row: Row, verdict: Verdict, why: str, sums: tuple[Sum, ...] = ()) -> Row:
    """The row under a milder verdict: nothing in it is odd any more."""
    values = tuple(replace(one, odd=False) if one else None for one in row.values)
    return Row(row.field, values, verdict, why, sums)
