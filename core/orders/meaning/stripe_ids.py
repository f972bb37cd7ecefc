"""Stripe's ids, wherever a value holds them: they name themselves by their prefix. Pure.

Text and JSON are searched alike, so that client secrets (`pi_x_secret_y`), several ids in one column (`cs_x;pi_y`) and
whole objects of Stripe's need no path. Refuses to mend an id: one that is damaged is not found in free text, and is
kept as it stands in a column of its own on the order, where it is a finding; a client secret loses its secret part.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from core.errors import redact
from core.orders.meaning.records import Record, Values
from core.orders.meaning.values import spelled

KINDS = ("session", "payment_intent", "charge")
_ANYWHERE = {
    "session": re.compile(r"(?<![A-Za-z0-9])cs_(?:test|live)_[A-Za-z0-9]{16,}"),
    "payment_intent": re.compile(r"(?<![A-Za-z0-9_])pi_[A-Za-z0-9]{14,}"),
    "charge": re.compile(r"(?<![A-Za-z0-9_])(?:ch|py)_[A-Za-z0-9]{14,}"),
}
_ALONE = {
    "session": re.compile(r"cs_\w+"),
    "payment_intent": re.compile(r"pi_[A-Za-z0-9]+"),
    "charge": re.compile(r"(?:ch|py)_[A-Za-z0-9]+"),
}


_WORD = re.compile(r"\w+")
_ANY_KIND = re.compile(r"(?:pi|ch|py|cs|in|sub|seti|plink|price|cus|evt|pm|src|re)_")


class Ids(NamedTuple):
    """Ids by kind, each once, in the order in which they stand."""

    session: tuple[str, ...] = ()
    payment_intent: tuple[str, ...] = ()
    charge: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[str, ...]:
        """The ids of one of KINDS."""
        return self.session if kind == "session" else self.charge if kind == "charge" else self.payment_intent

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.session or self.payment_intent or self.charge)


def ids_of(record: Record, *, keep_damaged: bool) -> Ids:
    """All ids of a row: from the columns of each kind, then from `stripe_refs`. `keep_damaged` takes what stands
    in an id's own column for that id even where it is none: any text for a session, else what begins like an id."""
    free = [text for value in record.of("stripe_refs") for text in _texts(value)]
    return Ids(*[_of_kind(kind, record.of(f"{kind}_id"), free, keep_damaged=keep_damaged) for kind in KINDS])


def _of_kind(kind: str, own: Values, free: list[str], *, keep_damaged: bool) -> tuple[str, ...]:
    if len(own) == 1 and not free:  # as most tables are
        (value,) = own
        if value is None:
            return ()
        if type(value) is str and _ANYWHERE[kind].fullmatch(value):
            return (value,)
    kept = [one for value in own for one in _own(value, kind, keep_damaged=keep_damaged)]
    anywhere = [one for text in free for one in _ANYWHERE[kind].findall(text)]
    return tuple(dict.fromkeys((*kept, *anywhere)))


def _own(value: object, kind: str, *, keep_damaged: bool) -> list[str]:
    found = [one for text in _texts(value) for one in _ANYWHERE[kind].findall(text)]
    text = None if isinstance(value, Mapping | list) else spelled(value)
    if keep_damaged and text and "_secret_" in text[1:-1] and _WORD.fullmatch(text):
        return [redact(text)]
    if found:
        return found
    kept = keep_damaged and (kind == "session" or _ANY_KIND.match(text or ""))
    return [text] if text and (kept or _ALONE[kind].fullmatch(text)) else []


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, keys of objects among them, in their order."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str | bytes | bytearray | memoryview):
        yield value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")
