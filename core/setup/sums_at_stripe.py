"""The total as what several columns of the order make: a sum, or a net amount and the rate of its tax. Tried against
what Stripe took, where no column is the total alone. Pure.

Two numbers make a third by chance: all orders have to agree, and the second column has to count in several of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from core.orders.meaning import minor, number
from core.settings import Unit
from core.setup.guessing.sampling import Table
from core.setup.guessing.sql import named
from core.setup.weigh_against_stripe import ENOUGH, UNITS, Pair

_MOST_COLUMNS = 16
_NO_PART = re.compile(r"paid|captur|charg|refund|gift|credit|wallet|balance|due")  # of a total: what became of it
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Made:
    """The total as `columns` make it, read in `unit`: `kind` is "+", "-" or "%" (a net amount and a rate of tax);
    `of`: the orders that agree, all there are."""

    kind: str
    columns: tuple[str, str]
    unit: Unit
    of: int

    @property
    def spec(self) -> str:
        """As a column of the settings; "" where their language has no word for it."""
        return "" if self.kind == "%" else f" {self.kind} ".join(self.columns)

    def sql(self, dialect: str) -> str:
        """As SQL of the table `o`."""
        net, rate = (named(one, dialect, "o") for one in self.columns)
        return f"{net} * (1 + COALESCE({rate}, 0) / 100.0)"

    def says(self) -> str:
        """In words."""
        net, rate = self.columns
        made = f"{net} with {rate} per cent of tax" if self.kind == "%" else self.spec
        return f"{made} equals what Stripe took on all {self.of} orders that were compared"


def made_of(table: Table, rows: Mapping[int, Pair]) -> Made | None:
    """What equals the amounts of all `rows`, by their place in the sample; None where nothing does."""
    keys = {*table.key, *(link.column for link in table.links)}
    numbers = {
        name: [number(value) for value in one.values]
        for name, one in table.columns.items()
        if name not in keys and not _NO_PART.search(name.lower()) and one.kind in ("whole", "number") and one.there
    }
    if len(rows) < ENOUGH or len(numbers) > _MOST_COLUMNS:
        return None
    return next(_fitting(numbers, rows), None)


def _fitting(numbers: Mapping[str, Sequence[Decimal | None]], rows: Mapping[int, Pair]) -> Iterator[Made]:
    for first, second in permutations(numbers, 2):
        both = [(numbers[first][at], numbers[second][at] or Decimal(0), pair) for at, pair in rows.items()]
        if sum(bool(two) for _, two, _ in both) < ENOUGH:
            continue
        for kind in ("+", "-", "%"):
            if kind == "+" and first > second:
                continue  # it is the same sum
            totals = [(None if one is None else _total(kind, one, two), pair) for one, two, pair in both]
            unit = next((unit for unit in UNITS if all(_fits(total, unit, pair) for total, pair in totals)), None)
            if unit is not None and len({pair.payment.amount_minor for _, pair in totals}) > 1:
                yield Made(kind, (first, second), unit, len(rows))


def _total(kind: str, one: Decimal, two: Decimal) -> Decimal:
    return one + two if kind == "+" else one - two if kind == "-" else one * (1 + two / _HUNDRED)


def _fits(total: Decimal | None, unit: Unit, pair: Pair) -> bool:
    return total is not None and minor(total, unit, pair.payment.currency) == pair.payment.amount_minor
