"""`Record`: what one row holds, by canonical name, before anything is interpreted. Pure.

Owns the reach into JSON and the sums of the mapping language: they are done here and not in SQL, so that one bad text
costs one value and not the whole query, and one mapping serves every database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.orders.meaning.values import number, parsed
from core.settings.columns import Constant, Spec, Term

Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The alternatives of each field in the order of the settings, JSON walked and sums done; `extra` by its names."""

    fields: Mapping[str, Values]
    extra: Mapping[str, Values] = field(default_factory=dict)

    def of(self, name: str) -> Values:
        """What is there for a field, () where the settings name nothing."""
        return self.fields.get(name, ())

    def first(self, name: str) -> object:
        """The first alternative that holds anything; None where none does."""
        return first(self.fields.get(name, ()))


def first(values: Values) -> object:
    """The first value that is neither NULL nor empty text."""
    for value in values:
        if value is not None and value != "":
            return value
    return None


def evaluated(spec: Spec, held: Callable[[Term], object]) -> Values:
    """The alternatives of `spec` for a row of which `held` gives a column's value."""
    return tuple(
        one.value
        if isinstance(one, Constant)
        else walked(held(one[0]), one[0].path)
        if len(one) == 1
        else _added([(walked(held(term), term.path), term.minus) for term in one])
        for one in spec.alternatives
    )


def walked(value: object, path: tuple[str, ...]) -> object:
    """What stands at `path` in JSON, be it parsed, text, or text inside text; None where there is nothing."""
    for key in path:
        value = decoded(value)
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def decoded(value: object) -> object:
    """JSON text as what it says, even where it was encoded twice; None for text that is no JSON."""
    for _ in range(3):
        if not isinstance(value, str | bytes | bytearray):
            break
        value = parsed(value, exact=True)
    return value


def _added(values: list[tuple[object, bool]]) -> object:
    """The sum of what is there, less what is taken away, never below nothing; None where nothing is that could be added
    up, or where anything is no number."""
    there = [(number(value), minus) for value, minus in values if value is not None]
    if all(minus for _, minus in there) or any(one is None for one, _ in there):
        return None
    total = sum((-one if minus else one for one, minus in there if one is not None), Decimal(0))
    return max(total, Decimal(0)) if any(minus for _, minus in there) else total
