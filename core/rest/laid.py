"""Tables of single columns as they lie there: which column holds a field, which of several versions is the newest; and
how an engine makes JSON of columns. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.rest.fields import ALSO

SEVERAL: Final = "_several"
"""The column of `newest` in which stands whether there are several."""
Columns = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How an engine makes JSON. `build`: an object of alternating names and values; `epoch`: seconds of a time; `read`:
    JSON of what a column holds, given its type."""

    build: str
    empty: str
    epoch: Callable[[str], str]
    read: Callable[[str, str], str]
    grouped: str = ""


def _postgresql(column: str, kind: str) -> str:
    if kind in ("json", "jsonb"):
        return f"CAST({column} AS jsonb)"
    return f"CASE WHEN {_is_object(column)} THEN CAST({column} AS jsonb) END"


def _is_object(column: str) -> str:
    return f"starts_with(ltrim(CAST({column} AS text)), '{{')"


POSTGRESQL: Final = Spelling(
    build="jsonb_build_object",
    empty="CAST('{}' AS jsonb)",
    epoch=lambda at: f"CAST(floor(extract(epoch FROM {at})) AS bigint)",
    read=_postgresql,
)
DUCKDB: Final = Spelling(
    build="json_object",
    empty="CAST('{}' AS JSON)",
    epoch=lambda at: f"CAST(floor(epoch({at})) AS BIGINT)",
    read=lambda column, _: f"CASE WHEN {_is_object(column)} THEN CAST({column} AS JSON) END",
    grouped="json_group_object",
)


@dataclass(frozen=True, slots=True)
class Laid:
    """A table of single columns. `source`: it as it is written in FROM; `columns`: names and types; `said`: columns
    that the settings name, by field; `pairs`: a table of keys and values of the metadata, and its column with the id;
    `synced`: the column that says when a row was written; `versions`: it is what `newest` made of a table."""

    source: str
    columns: Columns
    said: Mapping[str, str] = field(default_factory=dict)
    pairs: tuple[str, str] | None = None
    synced: str = ""
    versions: bool = False

    def column(self, kind: str, name: str) -> str | None:
        """The column that holds a field."""
        if name in self.said:
            return self.said[name]
        asked = (name, f"{name}_id", *ALSO.get((kind, name), ()))
        return self.first(asked)

    def first(self, asked: Sequence[str]) -> str | None:
        """The first of these that there is, in any letter case."""
        there = {one.lower(): one for one in self.columns}
        return next((there[one] for one in asked if one in there), None)


def newest(table: str, by: Sequence[str]) -> str:
    """A table that keeps versions, each id's newest alone, by the first of these columns that tells them apart. In the
    column `SEVERAL` whether none of them does."""
    same, latest = (", ".join(f'"{one}"{how}' for one in by) for how in ("", " DESC NULLS LAST"))
    return (
        f"(SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY {latest}) AS _turn, "
        f"count(*) OVER (PARTITION BY id, {same}) > 1 AS {SEVERAL} FROM {table}) versions WHERE _turn = 1)"
    )
