"""Where Stripe's data lie, and the engine that runs the statements.

An engine makes temporary tables of its own and nothing else. It knows its own spelling (`words`).
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
    """Runs statements. All raise `core.errors.Unreachable` where that fails."""

    words: Words

    def bring(self, kind: str, table: Table, since: int, until: int | None) -> None:
        """Make `rest_KIND`: the columns of what was made in `[since, until)`."""

    def bring_raws(self, kind: str, table: Table, wanted: str) -> None:
        """Make `raw_KIND` (`id`, `raw`) of the objects whose ids the SELECT `wanted` finds."""

    def run(self, statement: str) -> None:
        """Carry it out."""

    def drop(self, table: str) -> None:
        """Let go of a temporary table, where it is there."""

    def rows(self, statement: str) -> Iterator[tuple[Any, ...]]:
        """What a SELECT finds, a batch in memory at a time; nothing else is asked meanwhile."""

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make a temporary table of these columns (name -> SQL type) and fill it."""
