"""What somebody sees who may not see customers' e-mail addresses: the same value, each address reduced to `j***@...`.

Anything the desk hands out: whatever text stands in it, at any depth, raw answers of Stripe included. Pure.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, Protocol, TypeVar

from core.cases import mask
from core.desk.results import Found, Hit, Opened
from core.facts import Order
from core.people import Person, Right

T = TypeVar("T")


class Reading(Protocol):
    """A case that is being opened, as `core.desk.coming.Coming` says it."""

    key: str
    began: float

    @property
    def over(self) -> bool: ...
    def order(self) -> Order | None: ...
    def opened(self, within: float | None = None) -> Opened | None: ...


class MaskedReading:
    """The same case for somebody who may not see addresses."""

    def __init__(self, reading: Reading) -> None:
        self.key, self.began, self._reading = reading.key, reading.began, reading

    @property
    def over(self) -> bool:
        """As the reading."""
        return self._reading.over

    def order(self) -> Order | None:
        """As the reading, addresses masked."""
        return masked(self._reading.order())

    def opened(self, within: float | None = None) -> Opened | None:
        """The same of the case."""
        opened = self._reading.opened(within)
        return opened and masked_case(opened)


def found_for(who: Person, found: Found) -> Found:
    """What a search found, as this person may see it. What they typed stays; so does what opens a case."""
    if who.may(Right.CUSTOMERS):
        return found
    return replace(masked(found), query=found.query, ref=found.ref, hits=_hits(found.hits), near=_hits(found.near))


def masked_case(opened: Opened) -> Opened:
    """A case without addresses; its key opens it as before."""
    return replace(masked(opened), key=opened.key)


def _hits(found: tuple[Hit, ...]) -> tuple[Hit, ...]:
    return tuple(replace(masked(hit), key=hit.key) for hit in found)


def masked(value: T) -> T:
    """`value` with the addresses in all its texts masked. What holds none is the same object as before."""
    changed: T = _masked(value, {})
    return changed


def _masked(value: Any, done: dict[int, tuple[object, object]]) -> Any:  # noqa: ANN401 - it walks whatever there is
    """`done`: by identity, so that one object that is met twice is one object afterwards (kept with its original, whose
    identity would else be given to another)."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return mask(value)
    if id(value) not in done:
        done[id(value)] = value, _walked(value, done)
    return done[id(value)][1]


def _walked(value: Any, done: dict[int, tuple[object, object]]) -> Any:  # noqa: ANN401 - as above
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        new = {name: one for name, old in held.items() if (one := _masked(old, done)) is not old}
        return replace(value, **new) if new else value
    if isinstance(value, Mapping):
        items = {key: _masked(one, done) for key, one in value.items()}
        return items if any(items[key] is not one for key, one in value.items()) else value
    if isinstance(value, (tuple, list, set, frozenset)):
        parts = [_masked(one, done) for one in value]
        if all(new is old for new, old in zip(parts, value, strict=True)):
            return value
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value
