"""Which objects of the scratch come from a copy of Stripe's data, and were not read from Stripe since.

By the places of their JSON, which are given out in turn: whatever is read again lies elsewhere then.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from core.scanning.scratch.briefs import of_id

if TYPE_CHECKING:
    from core.scanning.scratch.scratch import Scratch

OF_A_COPY: Final = "{0} < (SELECT until FROM copied WHERE since <= {0} ORDER BY since DESC LIMIT 1)"
"""Whether the JSON at this place, a column, is a copy's."""
_AT_A_TIME: Final = 500


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
