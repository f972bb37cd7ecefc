"""Where Stripe's ids stand: column by column, how many of the sampled rows hold which. Pure.

Ids are told by their prefix and shape, never by the name of a column: `session_id` is most often a browser's. Counts
leave this module, values do not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.orders.meaning import KINDS, Ids, Record, decoded, ids_of
from core.setup.guessing.sampling import Table

_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Hits:
    """What a column's sampled values hold: rows with anything in them, rows with ids by kind, rows where the id is the
    whole value, rows with more than one id; `paths` into JSON at which ids stood, the most frequent first."""

    table: str
    column: str
    filled: int
    by_kind: Mapping[str, int]
    exact: int
    several: int
    paths: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows hold any id."""
        return max(self.by_kind.values(), default=0)

    @property
    def kind(self) -> str | None:
        """The one kind of id that this column is for: nothing else stands in it. None where it holds more."""
        there = [kind for kind, rows in self.by_kind.items() if rows]
        return there[0] if len(there) == 1 and self.whole else None

    @property
    def whole(self) -> bool:
        """Whether the id is the whole value, wherever there is one."""
        return self.rows > 0 and self.exact >= sum(self.by_kind.values()) * _MOSTLY and not self.several

    def counted(self) -> str:
        """How many rows hold which: `9 pi_`."""
        return ", ".join(f"{rows} {_PREFIXES[kind]}" for kind, rows in self.by_kind.items() if rows)

    def says(self) -> str:
        """The counts in words."""
        inside = f", inside JSON at {', '.join(self.paths[:2])}" if self.paths else ""
        return f"{self.counted()} in {self.filled} filled rows{inside}"


_MARKS = ("cs_", "pi_", "ch_", "py_")
_PREFIXES = {"session": "cs_", "payment_intent": "pi_", "charge": "ch_"}


def hits(table: Table) -> tuple[Hits, ...]:
    """The columns of a table that hold ids of Stripe's, the fullest first."""
    found = (_hits(table.name, one.name, one.there) for one in table.columns.values() if one.kind in ("text", "json"))
    return tuple(sorted((one for one in found if one.rows), key=lambda one: -one.rows))


def _hits(table: str, column: str, values: Iterable[object]) -> Hits:
    by_kind = dict.fromkeys(KINDS, 0)
    filled = exact = several = 0
    paths: dict[str, int] = {}
    for value in values:
        filled += 1
        if isinstance(value, str) and not any(mark in value for mark in _MARKS):
            continue
        found = _ids(value)
        if not found:
            continue
        each = [one for kind in KINDS for one in found.of(kind)]
        for kind in KINDS:
            by_kind[kind] += bool(found.of(kind))
        exact += isinstance(value, str) and value.strip() in each
        several += len(each) > 1
        for path in _paths(decoded(value) if not isinstance(value, str) or value.lstrip()[:1] in '{["' else None):
            paths[path] = paths.get(path, 0) + 1
    ranked = tuple(sorted(paths, key=lambda path: (-paths[path], len(path), path)))
    return Hits(table, column, filled, by_kind, exact, several, ranked)


def _ids(value: object) -> Ids:
    return ids_of(Record({"stripe_refs": (value,)}), keep_damaged=False)


def _paths(value: object, way: str = "", depth: int = 0) -> Iterator[str]:
    """The ways into JSON at whose end an id stands."""
    if depth > 6:  # noqa: PLR2004 - Stripe's own objects are not deeper
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(inner, f"{way}.{key}" if way else str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value[:3]:
            yield from _paths(inner, way, depth + 1)
    elif isinstance(value, str) and way and _ids(value):
        yield re.sub(r"^\.", "", way)
