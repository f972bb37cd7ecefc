"""A column of the mapping language: what a canonical field is read from. Pure.

    col                a column of the table, or of the query's result
    alias.col          a column of a joined table
    col->path.to.0     a value inside JSON, in a JSON column or in text
    a + b, a - b       a sum, or what is left (never below nothing); each side any of the above
    =usd               a constant
    [a, b]             a list: the first that is there; of a status all of them, of Stripe's ids the union

Owns the grammar; does not look at a database.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_ARROW = "->"


@dataclass(frozen=True, slots=True)
class Term:
    """One column: `table` is an alias or None for the relation's own, `path` the way into its JSON, `minus` whether a
    sum takes it away."""

    column: str
    table: str | None = None
    path: tuple[str, ...] = ()
    minus: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that every row has."""

    value: str | int | float | bool


Alternative = Constant | tuple[Term, ...]
"""A constant, or the terms of a sum (most often one)."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What one field is read from: alternatives in the order of the file."""

    alternatives: tuple[Alternative, ...]

    @property
    def terms(self) -> Iterator[Term]:
        """Every column that has to be read."""
        for alternative in self.alternatives:
            if not isinstance(alternative, Constant):
                yield from alternative

    @property
    def plain(self) -> tuple[Term, ...]:
        """The alternatives that are bare columns: these a database can compare, sort and look up."""
        return tuple(
            alternative[0]
            for alternative in self.alternatives
            if not isinstance(alternative, Constant) and len(alternative) == 1 and not alternative[0].path
        )

    @property
    def column(self) -> Term | None:
        """The one bare column this is, or None where it is more."""
        return self.plain[0] if len(self.plain) == len(self.alternatives) == 1 else None


def parse(value: object) -> Spec:
    """The meaning of what stands in the file. ValueError, in words, where it has none."""
    many = value if isinstance(value, list | tuple) else [value]
    if not many:
        raise ValueError("an empty list names no column")
    return Spec(tuple(_alternative(one) for one in many))


def _alternative(value: object) -> Alternative:
    if isinstance(value, bool | int | float):
        return Constant(value)
    if not isinstance(value, str):
        raise ValueError("a column is written as text, or as a list of texts")  # noqa: TRY004 - pydantic wants it
    if value.startswith("="):
        return Constant(value[1:])
    parts = [part.split(" - ") for part in value.split("+")]
    return tuple(_term(one.strip(), minus=at > 0) for part in parts for at, one in enumerate(part))


def _term(text: str, *, minus: bool = False) -> Term:
    name, *path = (part.strip() for part in text.split(_ARROW))
    table, _, column = name.rpartition(".")
    keys = tuple(key.strip() for part in path for key in part.split("."))
    if not column or name.startswith(".") or any(not key for key in keys):
        raise ValueError(
            f"`{text}` is no column; write `col`, `alias.col`, `col->json.path`, `a + b`, `a - b` or `=constant`"
        )
    return Term(column, table or None, keys, minus)
