"""`Views`: choices of the inbox that somebody saved under a name, for everybody. What is chosen are words of the page;
what they mean (an age, say) is told anew whenever the view is opened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from core.errors import Refused, UsageError
from core.journal.cleaning import details, plain, read, whole_of
from core.journal.database import Database
from core.journal.gate import Gate
from core.journal.tables import ENTRIES, VIEWS
from core.people import Person, Right
from core.times import moment

NAME = 60  # letters
MOST = 100  # views; a longer list helps nobody


@dataclass(frozen=True, slots=True)
class View:
    """A view: `choices` by the names of the page's address ("severity": ("High",), "order": ("Newest first",)); `who`
    made it, and when."""

    id: int
    name: str
    choices: Mapping[str, tuple[str, ...]]
    who: str
    at: int


class Views:
    """The saved views, of all parts. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part
        self._gate = Gate(database, part)

    def saved(self) -> tuple[View, ...]:
        """All of them, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(VIEWS).order_by(VIEWS.c.name)).mappings().all()
        return tuple(map(_view, rows))

    def save(
        self, name: str, choices: Mapping[str, Sequence[str]], who: Person, now: int, *, instead: View | None = None
    ) -> View:
        """Keep these choices under that name. `instead`: the view of that name as whoever decides has seen it. Refused
        where there is another of that name by now, or where there are too many; UsageError for no name."""
        called = plain(" ".join(name.split()))[:NAME]
        self._gate.admit(who, Right.SAVE_VIEWS, "save view", now, object_id=called)
        if not called:
            raise UsageError("A view needs a name.", next_step="Write one.")
        kept = json.dumps(details({key: list(values) for key, values in choices.items() if values}))
        row = {"name": called, "choices": kept, "who": plain(who.called), "at": now}
        with self._database.writing() as connection:
            stands = connection.execute(select(VIEWS).where(VIEWS.c.name == called)).mappings().first()
            if stands is not None and instead != _view(stands):
                raise Refused(
                    f'Nothing was saved: {stands["who"]} saved "{called}" at {moment(stands["at"], seconds=True)}.',
                    next_step="Look at that view, then take another name or save it in its place.",
                )
            if stands is None and len(connection.execute(select(VIEWS.c.id)).all()) >= MOST:
                raise Refused(f"There are {MOST} views already.", next_step="Delete one that nobody needs.")
            if stands is None:
                connection.execute(insert(VIEWS).values(row))
            else:
                connection.execute(update(VIEWS).where(VIEWS.c.id == stands["id"]).values(row))
            made = connection.execute(select(VIEWS).where(VIEWS.c.name == called)).mappings().one()
            self._record(connection, "save view", called, who, now)
        return _view(made)

    def delete(self, view: View, who: Person, now: int) -> None:
        """Nobody needs it any more. Refused where it is gone, or another by now."""
        self._gate.admit(who, Right.SAVE_VIEWS, "delete view", now, object_id=view.name)
        with self._database.writing() as connection:
            stands = connection.execute(select(VIEWS).where(VIEWS.c.id == view.id)).mappings().first()
            if stands is None or _view(stands) != view:
                raise Refused(
                    f'Nothing was deleted: "{view.name}" is gone or another by now.',
                    next_step="Look at the views anew.",
                )
            connection.execute(delete(VIEWS).where(VIEWS.c.id == view.id))
            self._record(connection, "delete view", view.name, who, now)

    def _record(self, connection: Connection, what: str, name: str, who: Person, now: int) -> None:
        entry = {"at": now, "who": who.called, "what": what, "case_key": "", "object_id": name, "outcome": "done"}
        connection.execute(insert(ENTRIES).values({**entry, "details": "{}", "key_mode": self._part}))


def _view(row: RowMapping) -> View:
    """What was kept of it, as far as it is still readable."""
    kept = read(row["choices"], dict) or {}
    choices = {key: tuple(map(str, values)) for key, values in kept.items() if isinstance(values, list)}
    return View(row["id"], row["name"], choices, row["who"], whole_of(row["at"]) or 0)
