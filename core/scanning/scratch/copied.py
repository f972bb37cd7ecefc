"""Which objects of the scratch come from a copy of Stripe's data, and were not read from Stripe since.

By the places of their JSON, which are given out in turn: whatever is read again lies elsewhere then.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from core.scanning.scratch.briefs import of_id

if TYPE_CHECKING:
    from core.scanning.scratch.scratch import Scratch

OF_A_COPY: Final = "{0} < (SELECT until FROM copied WHERE since <= {0} ORDER BY since DESC LIMIT 1)"
"""Whether the JSON at this place, a column, is a copy's."""
_AT_A_TIME: Final = 500
_SIEVED: Final = "sieved"
_COPIED: Final = f"SELECT p.key FROM objects p WHERE {OF_A_COPY.format('p.raw')}"  # noqa: S608 - our own words


class There(NamedTuple):
    """What a sieve goes through where it lies: the objects made in `[since, until)`, and how many."""

    since: int
    until: int
    sessions: int
    payments: int


def mark(db: sqlite3.Connection, since: int, until: int) -> None:
    """What lies at these places is a copy's."""
    db.execute("INSERT INTO copied VALUES (?, ?)", (since, until))


def any_copied(scratch: "Scratch") -> bool:
    """Whether anything is."""
    return bool(scratch.rows("SELECT 1 FROM copied LIMIT 1"))


def ids_copied(scratch: "Scratch", places: Iterable[int]) -> frozenset[str]:
    """The ids of the objects at these places that are a copy's."""
    listed, found = list(places), set[str]()
    for first in range(0, len(listed), _AT_A_TIME):
        part = listed[first : first + _AT_A_TIME]
        marks = ", ".join("?" * len(part))
        query = f"SELECT id FROM objects p WHERE p.raw IN ({marks}) AND {OF_A_COPY.format('p.raw')}"  # noqa: S608 - only marks
        found.update(str(row[0]) for row in scratch.rows(query, part))
    return frozenset(found)


def drop(scratch: "Scratch", ids: Sequence[str]) -> None:
    """Stripe does not know these: a copy had them, and nothing of it counts."""
    with scratch.writing() as db:
        db.executemany("DELETE FROM objects WHERE key = ?", [(of_id(one),) for one in ids])


def forget(scratch: "Scratch") -> None:
    """Nothing of a copy's is kept: it comes anew."""
    with scratch.writing() as db:
        db.execute(f"DELETE FROM object_handles WHERE owner IN ({_COPIED})")  # noqa: S608 - our own words
        db.execute(f"DELETE FROM objects WHERE key IN ({_COPIED})")  # noqa: S608 - our own words


def is_sieved(scratch: "Scratch", there: There | None) -> None:
    """What of a copy is not here because it has gone, or is to go, through a sieve."""
    scratch.set_meta(_SIEVED, " ".join(map(str, there)) if there else "")


def sieved(scratch: "Scratch") -> There | None:
    """The same, as it was said last."""
    kept = scratch.meta(_SIEVED)
    return There(*map(int, kept.split())) if kept else None


def in_all(scratch: "Scratch") -> int:
    """About how many objects there are, here and where they lie."""
    there = sieved(scratch)
    return scratch.count("objects") + (there.payments if there else 0)
