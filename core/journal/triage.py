"""What an operator does to cases of the inbox: acknowledge, ignore, reopen. Each is an entry of the journal, in the
same transaction; the passing of time, which opens ignored cases again, is none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, insert, select, update

from core.journal.cleaning import plain, text
from core.journal.database import Database
from core.journal.kept import State
from core.journal.tables import CASES, ENTRIES, TEXTS

AT_ONCE = 500  # keys in one statement, rows held while streaming
T = TypeVar("T")


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """`values`, so many at a time as one statement takes."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


@dataclass(frozen=True, slots=True)
class _Move:
    what: str
    to: State
    possible_from: tuple[State, ...]


_ACKNOWLEDGE = _Move("acknowledge", "acknowledged", ("open", "ignored"))
_IGNORE = _Move("ignore", "ignored", ("open", "acknowledged", "ignored"))
_REOPEN = _Move("reopen", "open", ("acknowledged", "ignored", "resolved"))


class Triage:
    """The part of the inbox that an operator moves. Keys that are not kept, or not in a state from which they can be
    moved, are passed over; each method returns how many were moved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def acknowledge(self, keys: Iterable[str], who: str, now: int, *, note: str = "") -> int:
        """Somebody looks after these. They come back when their headline changes."""
        return self._move(keys, _ACKNOWLEDGE, {"ignored_until": None}, who, now, {"note": note})

    def ignore(self, keys: Iterable[str], until: int, who: str, now: int, *, note: str = "") -> int:
        """Not before `until` (seconds since 1970), unless they get worse."""
        return self._move(keys, _IGNORE, {"ignored_until": until}, who, now, {"note": note, "until": until})

    def reopen(self, keys: Iterable[str], who: str, now: int, *, note: str = "") -> int:
        """They are open again, also resolved ones."""
        values = {"ignored_until": None, "resolved_at": None, "reopened": CASES.c.reopened + 1}
        return self._move(keys, _REOPEN, values, who, now, {"note": note})

    def due_again(self, now: int) -> tuple[str, ...]:
        """Open the ignored cases whose time is over; their keys. Costs one look where there are none."""
        over = (CASES.c.state == "ignored") & (CASES.c.ignored_until <= now)
        with self._database.reading() as connection:
            if connection.execute(select(CASES.c.id).where(over).limit(1)).first() is None:
                return ()
        values = {"state": "open", "ignored_until": None, "reopened": CASES.c.reopened + 1}
        with self._database.writing() as connection:
            return tuple(connection.execute(update(CASES).where(over).values(values).returning(CASES.c.key)).scalars())

    def _move(
        self,
        keys: Iterable[str],
        move: _Move,
        values: Mapping[str, object],
        who: str,
        now: int,
        details: dict[str, str | int],
    ) -> int:
        said = {name: text(value) if isinstance(value, str) else value for name, value in details.items() if value}
        entry = {"at": now, "who": who, "what": move.what, "object_id": "", "outcome": move.to}
        moved = 0
        with self._database.writing() as connection:
            for chunk in chunks([plain(key) for key in keys]):
                cases = update(CASES).where(CASES.c.key.in_(chunk), CASES.c.state.in_(move.possible_from))
                change = cases.values({**values, "state": move.to, "who": who}).returning(CASES.c.id)
                numbers = _numbers(connection, connection.execute(change).scalars().all())
                entries = [
                    {**entry, "case_key": key, "details": json.dumps({"order": number, **said} if number else said)}
                    for key, number in numbers.items()
                ]
                if entries:
                    connection.execute(insert(ENTRIES), entries)
                moved += len(entries)
        return moved


def _numbers(connection: Connection, ids: Sequence[int]) -> dict[str, str]:
    """The keys of these cases, each with what people call its order; empty for a payment without one."""
    query = select(CASES.c.key, TEXTS.c.number, TEXTS.c.order_id).join(TEXTS, TEXTS.c.case_id == CASES.c.id)
    rows = connection.execute(query.where(CASES.c.id.in_(ids)))
    return {key: number or order_id or "" for key, number, order_id in rows}
