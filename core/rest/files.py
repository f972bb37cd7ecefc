"""`Files`: a folder of Parquet that `orderlens export --stripe` has written, read by DuckDB: the objects of a span,
with the payment inside them, as Stripe's own list would send them.

It was read from Stripe in one go, and says from when until when: what it has of that span is all that there was.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import SettingsError
from core.facts import Json, Mode
from core.rest.assembling import assembled
from core.rest.copy import AT_A_TIME, INSIDE
from core.rest.parquet import NAMES, Written, written
from core.rest.sieve.duck import Duck
from core.settings import Rest
from core.stripe_api.spans import Range, gist_of

NAME: Final = "parquet"


@dataclass(slots=True)
class Files:
    """The folder that `rest` names, for a key of `mode`; `account` as for `Copy`; `beside`: where what memory does not
    hold is laid. SettingsError where it is not whole; Unreachable where it cannot be read."""

    rest: Rest
    mode: Mode
    account: str | None = None
    beside: Path | None = None
    _duck: Duck | None = None
    _written: Written | None = None

    @property
    def folder(self) -> Path:
        """Where it lies."""
        if self.rest.path is None:
            raise SettingsError("[stripe.rest] names no folder.", next_step='Say path = "...".', setting="stripe.rest")
        return self.rest.path

    @property
    def written(self) -> Written:
        """What the folder says of itself."""
        if self._written is None:
            self._written = written(self.folder)
            if self._written.mode != self.mode:
                raise SettingsError(
                    f"{self.rest.path} was exported in {self._written.mode} mode, and the key is a {self.mode} key.",
                    next_step="Name the export of the key's own mode under [stripe.rest].",
                    setting="stripe.rest",
                )
        return self._written

    @property
    def name(self) -> str:
        """Which kind of copy it is."""
        return NAME

    @property
    def words(self) -> str:
        """What it is, for people."""
        return f"an export in {self.rest.path}"

    @property
    def flat(self) -> bool:
        """Whether it has single columns and not Stripe's whole objects."""
        return False

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is not seen in it, by name: it has whole objects."""
        return ()

    @property
    def without(self) -> tuple[str, ...]:
        """All fields that no column of it holds."""
        return ()

    def objects(self, kind: str, span: Range) -> Iterator[list[Json]]:
        """All objects of a kind that were made in a span, some at a time, with the payment inside them."""
        found = self._rows(f"{self._query(kind)} WHERE o.created >= {span.since} AND o.created < {span.until}")
        for rows in _some(found):
            yield [assembled(kind, *row) for row in rows]

    def known(self, kind: str, ids: Collection[str]) -> dict[str, Json]:
        """Those of some ids that the copy has, with the payment inside them."""
        if not ids:
            return {}
        named = ", ".join("'" + one.replace("'", "''") + "'" for one in ids)
        objects = [assembled(kind, *row) for row in self._rows(f"{self._query(kind)} WHERE o.id IN ({named})")]
        return {str(own): one for one in objects if (own := gist_of(one).get("id"))}

    def count(self, kind: str, span: Range) -> int:
        """How many objects of a kind were made in a span."""
        within = f"created >= {span.since} AND created < {span.until}"
        ((found,),) = self._rows(f"SELECT count(*) FROM {self._file(kind)} WHERE {within}")
        return int(str(found))

    def subscribed(self, span: Range) -> bool:
        """Whether a session of a span began a subscription."""
        within = f"created >= {span.since} AND created < {span.until}"
        found = f"SELECT 1 FROM {self._file('sessions')} WHERE {within} AND subscription IS NOT NULL LIMIT 1"
        return bool(list(self._rows(found)))

    def accounts(self) -> tuple[str, ...]:
        """Whose it is, where the export knew."""
        return (self.written.account,) if self.written.account else ()

    def close(self) -> None:
        """Let go of DuckDB and what it has laid aside."""
        if self._duck is not None:
            self._duck.close()
            self._duck = None

    def _rows(self, query: str) -> Iterator[tuple[str, ...]]:
        _ = self.written
        if self._duck is None:
            self._duck = Duck(self.beside)
        return self._duck.rows(query)

    def _query(self, kind: str) -> str:
        field, inner = INSIDE[kind]
        found = f"FROM {self._file(kind)} o LEFT JOIN {self._file(inner)} i ON i.id = o.{field}"
        if kind != "sessions":
            return f"SELECT o.raw, i.raw, NULL {found}"
        field, innermost = INSIDE[inner]
        return f"SELECT o.raw, i.raw, c.raw {found} LEFT JOIN {self._file(innermost)} c ON c.id = i.{field}"

    def _file(self, kind: str) -> str:
        path = str(self.rest.path and self.rest.path / f"{NAMES[kind]}.parquet").replace("'", "''")
        return f"read_parquet('{path}')"


def _some(rows: Iterator[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    waiting = list[tuple[str, ...]]()
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_A_TIME:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
