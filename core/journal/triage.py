"""What an operator does to cases of the inbox: acknowledge, ignore, reopen; those that are named, or all of a filter.

Each case moved is an entry of the journal, in the same transaction; of many together there is one more, which stands
for all of them where everything is listed. The passing of time, which opens ignored cases again, is none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import ColumnElement, Connection, Text, cast, func, insert, literal, select, update

from core.errors import Refused
from core.facts import Mode
from core.journal.cleaning import details, plain
from core.journal.database import Database
from core.journal.filtering import Filter, conditions, of
from core.journal.kept import State
from core.journal.tables import CASES, ENTRIES, TEXTS

AT_ONCE = 500  # keys in one statement, rows held while streaming
TOGETHER: Final = "with others"  # stands for the object in the entry of a case that was moved as one of a filter's
Step = Literal["acknowledge", "ignore", "reopen"]
T = TypeVar("T")


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """`values`, so many at a time as one statement takes."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


@dataclass(frozen=True, slots=True)
class _Move:
    what: Step
    to: State
    possible_from: tuple[State, ...]

    @property
    def possible(self) -> ColumnElement[bool]:
        return CASES.c.state.in_(self.possible_from)


_ACKNOWLEDGE = _Move("acknowledge", "acknowledged", ("open", "ignored"))
_IGNORE = _Move("ignore", "ignored", ("open", "acknowledged", "ignored"))
_REOPEN = _Move("reopen", "open", ("acknowledged", "ignored", "resolved"))
_MOVES: dict[Step, _Move] = {move.what: move for move in (_ACKNOWLEDGE, _IGNORE, _REOPEN)}


class Triage:
    """The part of the inbox that an operator moves: cases by their keys, or all that a filter matches. What is not
    kept, or not in a state from which it can be moved, is passed over; each method returns how many were moved.

    `sure_of`: how many the operator was told that would be; Refused, and none is moved, where it would be another
    number by now.
    """

    def __init__(self, database: Database, mode: Mode = "test") -> None:
        self._database, self._mode = database, mode

    def movable(self, step: Step, chosen: Filter) -> int:
        """How many of a filter's cases this would move."""
        query = select(func.count()).select_from(CASES).where(self._where(chosen), _MOVES[step].possible)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def acknowledge(
        self, which: Iterable[str] | Filter, who: str, now: int, *, note: str = "", sure_of: int | None = None
    ) -> int:
        """Somebody looks after these. They come back when their headline changes."""
        return self._move(which, _ACKNOWLEDGE, {"ignored_until": None}, who, now, {"note": note}, sure_of)

    def ignore(
        self, which: Iterable[str] | Filter, until: int, who: str, now: int, *, note: str = "",
        sure_of: int | None = None,
    ) -> int:  # fmt: skip
        """Not before `until` (seconds since 1970), unless they get worse."""
        said = {"note": note, "until": until}
        return self._move(which, _IGNORE, {"ignored_until": until}, who, now, said, sure_of)

    def reopen(
        self, which: Iterable[str] | Filter, who: str, now: int, *, note: str = "", sure_of: int | None = None
    ) -> int:
        """They are open again, also resolved ones."""
        values = {"ignored_until": None, "resolved_at": None, "reopened": CASES.c.reopened + 1}
        return self._move(which, _REOPEN, values, who, now, {"note": note}, sure_of)

    def due_again(self, now: int) -> tuple[str, ...]:
        """Open the ignored cases whose time is over; their keys. Costs one look where there are none."""
        over = of(self._mode) & (CASES.c.state == "ignored") & (CASES.c.ignored_until <= now)
        with self._database.reading() as connection:
            if connection.execute(select(CASES.c.id).where(over).limit(1)).first() is None:
                return ()
        values = {"state": "open", "ignored_until": None, "reopened": CASES.c.reopened + 1}
        with self._database.writing() as connection:
            return tuple(connection.execute(update(CASES).where(over).values(values).returning(CASES.c.key)).scalars())

    def _where(self, chosen: Filter) -> ColumnElement[bool]:
        return conditions(chosen, self._mode)

    def _move(
        self,
        which: Iterable[str] | Filter,
        move: _Move,
        values: Mapping[str, object],
        who: str,
        now: int,
        about: Mapping[str, object],
        sure_of: int | None,
    ) -> int:
        said = details({name: value for name, value in about.items() if value})
        entry = {"at": now, "who": who, "what": move.what, "case_key": "", "object_id": "", "outcome": move.to}
        entry["key_mode"] = self._mode
        together = isinstance(which, Filter)
        if isinstance(which, Filter):
            parts = [self._where(which)]
        else:
            named = [plain(key) for key in which]
            parts = [of(self._mode) & CASES.c.key.in_(chunk) for chunk in chunks(named)]
        moved = 0
        with self._database.writing() as connection:
            for part in parts:
                wanted = part & move.possible
                _record(connection, wanted, {**entry, "object_id": TOGETHER if together else ""}, said)
                change = update(CASES).where(wanted).values({**values, "state": move.to, "who": who})
                moved += connection.execute(change).rowcount
            if sure_of is not None and moved != sure_of:
                raise Refused(
                    f"It would be {moved:,} cases by now, not {sure_of:,}.",
                    next_step="Look at the number and do it again.",
                )
            if isinstance(which, Filter) and moved:
                whole = {**entry, "outcome": f"{moved:,} {'case' if moved == 1 else 'cases'} {move.to}"}
                chosen = json.dumps({**said, "chosen": _restrictions(which)})
                connection.execute(insert(ENTRIES).values({**whole, "details": chosen}))
        return moved


def _record(
    connection: Connection, wanted: ColumnElement[bool], entry: Mapping[str, object], said: Mapping[str, object]
) -> None:
    """An entry for each of the wanted cases, with what people call its order."""
    name = func.coalesce(func.nullif(TEXTS.c.number, ""), TEXTS.c.order_id, "")
    quoted = func.json_quote(name) if connection.dialect.name == "sqlite" else cast(func.to_json(name), Text)
    rest = ", ".join(["", *(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in said.items())]) + "}"
    quoting = literal('{"order": ') + quoted + literal(rest)
    values: dict[str, Any] = {key: literal(value) for key, value in entry.items()}
    values |= {"case_key": CASES.c.key, "details": quoting}
    rows = select(*values.values()).join_from(CASES, TEXTS, TEXTS.c.case_id == CASES.c.id).where(wanted)
    connection.execute(insert(ENTRIES).from_select(list(values), rows.order_by(CASES.c.id)))


def _restrictions(chosen: Filter) -> dict[str, object]:
    """What of a filter restricts, as an entry keeps it."""
    values = ((field.name, getattr(chosen, field.name)) for field in fields(chosen))
    return details({name: value for name, value in values if value not in (None, "", ())})
