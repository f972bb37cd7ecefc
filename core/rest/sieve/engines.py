"""Where Stripe's data lie, and the engine that runs the statements there.

An engine makes temporary tables and nothing else. It knows its own spelling (`words`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.rest.sieve.words import Words


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of Stripe's objects. `columns`: a SELECT of `id`, `created` (seconds since 1970) and the kind's
    `rows.COLUMNS`; `raws`: a SELECT of `id` and `raw`, the whole object as JSON."""

    columns: str
    raws: str


Tables = Mapping[str, Table]


class Engine(Protocol):
    """Runs statements where the data lie. All raise `core.errors.Unreachable` where that fails."""

    words: Words

    def run(self, statement: str) -> None:
        """Carry it out."""

    def rows(self, statement: str) -> Iterator[tuple[Any, ...]]:
        """What a SELECT finds, a batch in memory at a time; nothing else is asked meanwhile."""

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make a temporary table of these columns (name -> SQL type) and fill it."""
