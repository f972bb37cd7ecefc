"""What an operator does to cases of the inbox: acknowledge, ignore, reopen, assign, note; those that are named, or all
of a filter.

Each case moved is an entry of the journal, in the same transaction; of many together there is one more, which stands
for all of them where everything is listed. The passing of time, which opens ignored cases again, is none.
Who may move one case, and who many, is decided by `core.people`; a refusal is an entry too.
Of two people who decide on the same sight, the second is told what the first did (`core.journal.seen`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import ColumnElement, Connection, Text, cast, func, insert, literal, select, update

from core.errors import Refused, UsageError
from core.journal.cleaning import details, plain, text
from core.journal.database import Database
from core.journal.filtering import Filter, conditions, of
from core.journal.gate import Gate
from core.journal.kept import Kept, State
from core.journal.seen import as_seen
from core.journal.tables import CASES, ENTRIES, TEXTS
from core.people import Person, Right

AT_ONCE = 500  # keys in one statement, rows held while streaming
TOGETHER: Final = "with others"  # stands for the object in the entry of a case that was moved as one of a filter's
NAME = 80  # letters of an owner's name
Step = Literal["acknowledge", "ignore", "reopen", "assign", "note"]
T = TypeVar("T")


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """`values`, so many at a time as one statement takes."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


@dataclass(frozen=True, slots=True)
class _Move:
    """A step: the state it leads to (None: the case stays in its own), and those from which it is possible."""

    what: Step
    to: State | None
    possible_from: tuple[State, ...]

    @property
    def possible(self) -> ColumnElement[bool]:
        return CASES.c.state.in_(self.possible_from)


_ACKNOWLEDGE = _Move("acknowledge", "acknowledged", ("open", "ignored"))
_IGNORE = _Move("ignore", "ignored", ("open", "acknowledged", "ignored"))
_REOPEN = _Move("reopen", "open", ("acknowledged", "ignored", "resolved"))
_ASSIGN = _Move("assign", None, ("open", "acknowledged", "ignored"))
_NOTE = _Move("note", None, ("open", "acknowledged", "ignored", "resolved"))
_MOVES: dict[Step, _Move] = {move.what: move for move in (_ACKNOWLEDGE, _IGNORE, _REOPEN, _ASSIGN, _NOTE)}


@dataclass(frozen=True, slots=True)
class _Doing:
    """A step as somebody takes it: `values` are written to the cases, `said` and `outcome` stand in the entries."""

    move: _Move
    who: Person
    now: int
    outcome: str
    values: Mapping[str, object]
    said: Mapping[str, object]
    sure_of: int | None
    seen: tuple[Kept, ...]


class Triage:
    """The part of the inbox that an operator moves: cases by their keys, or all that a filter matches. What is not
    kept, or not in a state from which it can be moved, is passed over; each method returns how many were moved.

    `sure_of`: how many the operator was told that would be; Refused, and none is moved, where it would be another
    number by now. `seen`: cases as they were shown to whoever decides; Refused, with what was done and by whom, and
    none is moved, where one of them is in another state or somebody else's by now.
    """

    def __init__(self, database: Database, part: str = "test") -> None:
        self._database, self._part = database, part
        self._gate = Gate(database, part)

    def movable(self, step: Step, chosen: Filter) -> int:
        """How many of a filter's cases this would move."""
        query = select(func.count()).select_from(CASES).where(self._where(chosen), _MOVES[step].possible)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def acknowledge(
        self, which: Iterable[str] | Filter, who: Person, now: int, *, note: str = "", sure_of: int | None = None,
        seen: Iterable[Kept] = (),
    ) -> int:  # fmt: skip
        """Somebody looks after these. They come back when their headline changes."""
        values = {"ignored_until": None, "state": "acknowledged", "who": who.called}
        return self._move(
            which, _Doing(_ACKNOWLEDGE, who, now, "acknowledged", values, {"note": note}, sure_of, tuple(seen))
        )

    def ignore(
        self, which: Iterable[str] | Filter, until: int, who: Person, now: int, *, note: str = "",
        sure_of: int | None = None, seen: Iterable[Kept] = (),
    ) -> int:  # fmt: skip
        """Not before `until` (seconds since 1970), unless they get worse."""
        said = {"note": note, "until": until}
        values = {"ignored_until": until, "state": "ignored", "who": who.called}
        return self._move(which, _Doing(_IGNORE, who, now, "ignored", values, said, sure_of, tuple(seen)))

    def reopen(
        self, which: Iterable[str] | Filter, who: Person, now: int, *, note: str = "", sure_of: int | None = None,
        seen: Iterable[Kept] = (),
    ) -> int:  # fmt: skip
        """They are open again, also resolved ones."""
        values: dict[str, object] = {
            "state": "open",
            "who": who.called,
            "opened_at": now,
            "reopened": CASES.c.reopened + 1,
        }
        values |= {"ignored_until": None, "resolved_at": None}
        return self._move(which, _Doing(_REOPEN, who, now, "open", values, {"note": note}, sure_of, tuple(seen)))

    def assign(
        self, which: Iterable[str] | Filter, owner: str, who: Person, now: int, *, note: str = "",
        sure_of: int | None = None, seen: Iterable[Kept] = (),
    ) -> int:  # fmt: skip
        """They are `owner`'s from now on, "" for nobody's; what is resolved is left as it is. They stay as open as they
        were."""
        name = plain(" ".join(owner.split()))[:NAME]
        said, outcome = {"note": note, "owner": name}, f"assigned to {name or 'nobody'}"
        return self._move(which, _Doing(_ASSIGN, who, now, outcome, {"owner": name}, said, sure_of, tuple(seen)))

    def annotate(
        self, which: Iterable[str] | Filter, note: str, who: Person, now: int, *, sure_of: int | None = None
    ) -> int:
        """Write a note on them, for whoever opens them next: `Journal.recent(case_key=...)` has it, as "note" of its
        details. UsageError where it is empty."""
        if not note.strip():
            raise UsageError("A note without a word says nothing.", next_step="Write it, then keep it.")
        return self._move(which, _Doing(_NOTE, who, now, "noted", {}, {"note": note.strip()}, sure_of, ()))

    def owners(self) -> tuple[str, ...]:
        """Whoever has a case that is not resolved, in the order of the alphabet."""
        query = select(CASES.c.owner).where(of(self._part), CASES.c.state != "resolved", CASES.c.owner != "")
        with self._database.reading() as connection:
            return tuple(sorted(connection.execute(query.distinct()).scalars()))

    def due_again(self, now: int) -> tuple[str, ...]:
        """Open the ignored cases whose time is over; their keys. Costs one look where there are none."""
        over = of(self._part) & (CASES.c.state == "ignored") & (CASES.c.ignored_until <= now)
        with self._database.reading() as connection:
            if connection.execute(select(CASES.c.id).where(over).limit(1)).first() is None:
                return ()
        values = {"state": "open", "ignored_until": None, "reopened": CASES.c.reopened + 1, "opened_at": now}
        with self._database.writing() as connection:
            return tuple(connection.execute(update(CASES).where(over).values(values).returning(CASES.c.key)).scalars())

    def _where(self, chosen: Filter) -> ColumnElement[bool]:
        return conditions(chosen, self._part)

    def _move(self, which: Iterable[str] | Filter, do: _Doing) -> int:
        said = details({name: value for name, value in do.said.items() if value})
        entry = {"at": do.now, "who": do.who.called, "what": do.move.what, "case_key": "", "object_id": ""}
        entry |= {"outcome": text(do.outcome), "key_mode": self._part}
        together = isinstance(which, Filter)
        named = [] if isinstance(which, Filter) else list(dict.fromkeys(map(plain, which)))
        right = Right.TRIAGE_MANY if together or len(named) > 1 else Right.TRIAGE
        self._gate.admit(do.who, right, do.move.what, do.now, case_key=named[0] if len(named) == 1 else "")
        if isinstance(which, Filter):
            parts = [self._where(which)]
        else:
            parts = [of(self._part) & CASES.c.key.in_(chunk) for chunk in chunks(named)]
        moved = 0
        with self._database.writing() as connection:
            for chunk in chunks(do.seen):
                as_seen(connection, chunk, self._part)
            for part in parts:
                wanted = part & do.move.possible
                noted = _record(connection, wanted, {**entry, "object_id": TOGETHER if together else ""}, said)
                change = update(CASES).where(wanted).values(do.values)
                moved += connection.execute(change).rowcount if do.values else noted
            if do.sure_of is not None and moved != do.sure_of:
                raise Refused(
                    f"It would be {moved:,} cases by now, not {do.sure_of:,}.",
                    next_step="Look at the number and do it again.",
                )
            if isinstance(which, Filter) and moved:
                whole = {**entry, "outcome": f"{moved:,} {'case' if moved == 1 else 'cases'} {entry['outcome']}"}
                chosen = json.dumps({**said, "chosen": _restrictions(which)})
                connection.execute(insert(ENTRIES).values({**whole, "details": chosen}))
        return moved


def _record(
    connection: Connection, wanted: ColumnElement[bool], entry: Mapping[str, object], said: Mapping[str, object]
) -> int:
    """An entry for each of the wanted cases, with what people call its order; how many."""
    name = func.coalesce(func.nullif(TEXTS.c.number, ""), TEXTS.c.order_id, "")
    quoted = func.json_quote(name) if connection.dialect.name == "sqlite" else cast(func.to_json(name), Text)
    rest = ", ".join(["", *(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in said.items())]) + "}"
    quoting = literal('{"order": ') + quoted + literal(rest)
    values: dict[str, Any] = {key: literal(value) for key, value in entry.items()}
    values |= {"case_key": CASES.c.key, "details": quoting}
    rows = select(*values.values()).join_from(CASES, TEXTS, TEXTS.c.case_id == CASES.c.id).where(wanted)
    entries = insert(ENTRIES).from_select(list(values), rows.order_by(CASES.c.id))
    return connection.execute(entries, execution_options={"preserve_rowcount": True}).rowcount


def _restrictions(chosen: Filter) -> dict[str, object]:
    """What of a filter restricts, as an entry keeps it."""
    values = ((field.name, getattr(chosen, field.name)) for field in fields(chosen))
    return details({name: value for name, value in values if value not in (None, "", ())})
