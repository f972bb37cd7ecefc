"""`SendingMany`: what `Sendings` and `ReplayItems` promise of one, for many items of one run in one transaction.

Nothing is weaker for that: each item goes from planned to sending only while its run is held and goes on, each has an
entry of its own before it is sent, and one of which somebody has begun a sending is not begun. All of them or none.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from core.errors import Unreachable
from core.jobs import me
from core.journal import cleaning
from core.journal.database import Database, patient
from core.journal.entries import Entry, cleaned, row_of
from core.journal.replay_items import TOLD, ReplayItem
from core.journal.replay_items import row_of as row_of_item
from core.journal.sendings import REALLY, target_of
from core.journal.tables import ENTRIES, REPLAY_ITEMS, REPLAY_RUNS

_R, _C, _E = REPLAY_RUNS.c, REPLAY_ITEMS.c, ENTRIES.c  # the statements stand ready: they are made very often
_IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)
_HELD: Final = select(_R.id).where(_R.id == bindparam("run"), _R.turn == bindparam("turn"))
_PLANNED: Final = (
    select(_C.id)
    .join(REPLAY_RUNS, _R.id == _C.run_id)
    .where(_C.id.in_(_IDS), _C.state == "planned", _R.turn == bindparam("turn"), _R.state == "running")
    .where(_R.cancel_asked == 0, _R.pause_asked == 0)
)
_SENT: Final = select(_E.object_id).where(REALLY, _E.object_id.in_(_IDS), _E.target == bindparam("there"))
_INSERTED: Final = insert(ENTRIES).returning(_E.id, sort_by_parameter_order=True)
_BEGUN: Final = update(REPLAY_ITEMS).where(_C.id.in_(_IDS)).values(state="sending", begun_at=bindparam("now"))
_TOLD: Final = (
    update(ENTRIES)
    .where(_E.id == bindparam("own"))
    .values({name: bindparam(f"new_{name}") for name in ("outcome", "details", "holder")})
)
_ENDED: Final = (
    update(REPLAY_ITEMS).where(_C.id == bindparam("own")).values({name: bindparam(f"new_{name}") for name in TOLD})
)
_ENDED_LATE: Final = _ENDED.where(_C.state == "unverified")
_LET_BACK: Final = (
    update(REPLAY_ITEMS).where(_C.id.in_(_IDS), _C.state == "sending").values(state="planned", begun_at=None)
)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a sending so far; `over`: this process has done with it."""

    sending: Entry
    outcome: str
    details: Mapping[str, object]
    over: bool


class SendingMany:
    """The sendings of runs, many at a time. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part
        self._turn = (
            Lock()
        )  # of two threads of this process none is to wait for the database to be free, which takes longer

    def meanwhile(self) -> AbstractContextManager[None]:
        """While many are sent: each transaction is cheaper then. Unreachable where the journal cannot be opened."""
        return self._database.kept_open()

    def begin(
        self, pairs: Sequence[tuple[ReplayItem, Entry]], url: str, *, turn: int, now: int, came: Sequence[Came] = ()
    ) -> tuple[Entry | None, ...]:
        """Keep that this process sends the event of each entry to `url`; only those that come back with an id may be
        sent. None for an item that was begun already, or of whose event somebody began a sending to this address;
        for every one where the run is not held in this `turn` any more, or was asked to stop. `came` is told before."""
        holder, target = me(), target_of(url)
        kept = [cleaned(replace(entry, target=target, holder=holder)) for _, entry in pairs]
        with self._turn, self._database.writing() as connection:
            _tell(connection, came)
            may = _may(connection, [item for item, _ in pairs], target, turn)
            begun = [one for one, (item, _) in zip(kept, pairs, strict=True) if item.id in may]
            ids = iter(_inserted(connection, begun, self._part))
            if may:
                connection.execute(_BEGUN, {"ids": list(may), "now": now})
        return tuple(
            replace(one, id=next(ids)) if item.id in may else None for one, (item, _) in zip(kept, pairs, strict=True)
        )

    @patient
    def tell(self, came: Sequence[Came], items: Sequence[ReplayItem] = (), *, turn: int = 0) -> None:
        """What came of sendings, and of the items they were of, by whoever holds the run in this `turn`; who comes late
        changes of items only what was not known."""
        with self._turn, self._database.writing() as connection:
            _tell(connection, came)
            if items:
                held = connection.execute(_HELD, {"run": items[0].run_id, "turn": turn}).first() is not None
                rows = [(one.id, row_of_item(one, self._part)) for one in items]
                values = [{"own": key, **{f"new_{name}": row[name] for name in TOLD}} for key, row in rows]
                connection.execute(_ENDED if held else _ENDED_LATE, values)

    @patient
    def let_back(self, came: Sequence[Came], items: Sequence[int]) -> None:
        """Nothing was sent of these sendings, nor will be: `came` says so. The items of these ids are planned again,
        but those that another has settled meanwhile."""
        with self._turn, self._database.writing() as connection:
            _tell(connection, came)
            connection.execute(_LET_BACK, {"ids": list(items)})


def _may(connection: Connection, items: Sequence[ReplayItem], target: str, turn: int) -> set[int]:
    """Of these items the ids of those that may be sent now."""
    planned = connection.execute(_PLANNED, {"ids": [one.id for one in items], "turn": turn}).scalars().all()
    sent = connection.execute(_SENT, {"ids": [one.event_id for one in items], "there": target}).scalars().all()
    taken, may = set(sent), set[int]()
    for one in items:
        if one.id in planned and one.event_id not in taken:
            may.add(one.id)
            taken.add(one.event_id)
    return may


def _inserted(connection: Connection, entries: Sequence[Entry], part: str) -> list[int]:
    if not entries:
        return []
    return list(connection.execute(_INSERTED, [row_of(one, part) for one in entries]).scalars())


def _tell(connection: Connection, came: Sequence[Came]) -> None:
    """Into the entries that were begun. Unreachable where one of them is gone."""
    if not came:
        return
    if connection.execute(_TOLD, list(map(_row, came))).rowcount != len(came):
        raise Unreachable(
            "The journal has lost an entry that was begun in it: it is another one by now.",
            next_step="Look whether its file or database was replaced meanwhile.",
        )


def _row(came: Came) -> dict[str, object]:
    begun = came.sending
    return {
        "own": begun.id,
        "new_outcome": cleaning.text(came.outcome),
        "new_details": json.dumps({**begun.details, **cleaning.details(came.details)}),
        "new_holder": "" if came.over else begun.holder,
    }
