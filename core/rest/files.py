"""`Files`: a folder of Parquet that `orderlens export --stripe` has written, read by DuckDB: the objects of a span,
with the payment inside them, as Stripe's own list would send them.

It was read from Stripe in one go, and says from when until when: what it has of that span is all that there was.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
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
from core.times import HOUR

NAME: Final = "parquet"
NEAR: Final = 25 * HOUR  # a checkout lives for a day
PART: Final = 20_000  # objects that are joined at a time: so many whole ones, thrice, are in memory


@dataclass(slots=True)
class Files:
    """The folder that `rest` names, for a key of `mode`; `account` as for `Copy`; `beside`: where what memory does not
    hold is laid; `part`: how many objects are joined at a time. SettingsError where it is not whole; Unreachable where
    it cannot be read."""

    rest: Rest
    mode: Mode
    account: str | None = None
    beside: Path | None = None
    part: int = PART
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

    @property
    def doubt(self) -> str:
        """Why it may not have all that it should: it says how many rows it wrote, and is refused with other ones."""
        return ""

    def objects(self, kind: str, span: Range) -> Iterator[list[Json]]:
        """All objects of a kind that were made in a span, some at a time, with the payment inside them. They are joined
        in parts, each with what was made at about that time; what belongs to one and is not among that is looked for
        in all there is."""
        for part in self._parts(kind, span):
            apart = list[str]()
            near = Range(part.since - NEAR, part.until + NEAR)
            yield from self._joined(kind, f"{self._query(kind, near)} WHERE {_within('o.', part)}", apart)
            if apart:
                yield from self._joined(kind, f"{self._query(kind)} WHERE o.id IN ({_listed(apart)})")

    def known(self, kind: str, ids: Collection[str]) -> dict[str, Json]:
        """Those of some ids that the copy has, with the payment inside them."""
        if not ids:
            return {}
        found = self._joined(kind, f"{self._query(kind)} WHERE o.id IN ({_listed(ids)})")
        return {str(own): one for some in found for one in some if (own := gist_of(one).get("id"))}

    def count(self, kind: str, span: Range) -> int:
        """How many objects of a kind were made in a span."""
        ((found,),) = self._rows(f"SELECT count(*) FROM {self._file(kind)} WHERE {_within('', span)}")
        return int(str(found))

    def twice(self, kind: str, span: Range) -> str | None:  # noqa: ARG002 - as a `Copy` has it
        """An object of which several rows tell: there is none."""
        return None

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

    def _parts(self, kind: str, span: Range) -> list[Range]:
        """The span in parts, of about as many objects each as are joined at a time."""
        numbered = f"""SELECT created, (row_number() OVER (ORDER BY created) - 1) // {self.part} AS part
                       FROM {self._file(kind)} WHERE {_within("", span)}"""
        firsts = self._rows(f"SELECT min(created) FROM ({numbered}) GROUP BY part ORDER BY 1")
        found = [int(first) for (first,) in firsts]
        return [Range(one, end) for one, end in pairwise([*dict.fromkeys(found), span.until])] if found else []

    def _joined(self, kind: str, query: str, apart: list[str] | None = None) -> Iterator[list[Json]]:
        """What a query finds, put together. `apart`: comes to hold the ids of what is left out, for something that
        belongs into it was not found."""
        rows = self._rows(query)
        for some in _some(rows if apart is None else _whole(rows, apart)):
            yield [assembled(kind, *row[:3]) for row in some]

    def _query(self, kind: str, near: Range | None = None) -> str:
        """An object, what stands inside it, and what stands in that; and the id of the object, where one of these is
        named and not there. `near`: look only among what was made then."""
        field, inner = INSIDE[kind]
        found = f"FROM {self._file(kind)} o LEFT JOIN {self._some_of(inner, near)} i ON i.id = o.{field}"
        lost = f"(o.{field} IS NOT NULL AND i.id IS NULL)"
        if kind != "sessions":
            return f"SELECT o.raw, i.raw, NULL, CASE WHEN {lost} THEN o.id END {found}"
        field, innermost = INSIDE[inner]
        found += f" LEFT JOIN {self._some_of(innermost, near)} c ON c.id = i.{field}"
        lost += f" OR (i.{field} IS NOT NULL AND c.id IS NULL)"
        return f"SELECT o.raw, i.raw, c.raw, CASE WHEN {lost} THEN o.id END {found}"

    def _some_of(self, kind: str, near: Range | None) -> str:
        every = self._file(kind)
        return f"(SELECT * FROM {every} WHERE {_within('', near)})" if near else every

    def _file(self, kind: str) -> str:
        path = str(self.rest.path and self.rest.path / f"{NAMES[kind]}.parquet").replace("'", "''")
        return f"read_parquet('{path}')"


def _within(of: str, span: Range) -> str:
    return f"{of}created >= {span.since} AND {of}created < {span.until}"


def _listed(ids: Collection[str]) -> str:
    return ", ".join("'" + one.replace("'", "''") + "'" for one in ids)


def _whole(rows: Iterator[tuple[str, ...]], apart: list[str]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        if row[3]:
            apart.append(row[3])
        else:
            yield row


def _some(rows: Iterator[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    waiting = list[tuple[str, ...]]()
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_A_TIME:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
