"""Two documents side by side, value by value: what differs first. Pure.

A value is named by the way that leads to it ("metadata.order_id", "items[0].price"); what stands in one document only
is None in the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MOST: Final = 300  # lines that are drawn


@dataclass(frozen=True, slots=True)
class Line:
    """One value of both; None where a document does not have it."""

    where: str
    first: str | None
    second: str | None

    @property
    def differs(self) -> bool:
        """Whether the two do not say the same."""
        return self.first != self.second


def lines(first: object, second: object) -> tuple[Line, ...]:
    """All values of both, those that differ in front, else in the order of the first document."""
    one, other = dict(_values(first, "")), dict(_values(second, ""))
    found = (Line(where, one.get(where), other.get(where)) for where in dict.fromkeys((*one, *other)))
    return tuple(sorted(found, key=lambda line: not line.differs))


def _values(document: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(document, Mapping) and document:
        for key, value in document.items():
            yield from _values(value, f"{where}.{key}" if where else str(key))
    elif isinstance(document, Sequence) and not isinstance(document, str | bytes) and document:
        for at, value in enumerate(document):
            yield from _values(value, f"{where}[{at}]")
    else:
        yield where or "all of it", _written(document)


def _written(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "{}"
        case str():
            return value
        case Sequence():
            return "[]"
        case _:
            return str(value)
