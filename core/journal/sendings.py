"""`Sendings`: what is sent to an app stands in the journal before it is sent, and once only.

A sending is an entry with a target. It is begun in one writing transaction, which refuses it where another of the same
event to the same address is there of which whoever decided did not know: of any number of presses, tabs, desks and
machines that decided on the same sight, one sends. What came of it is told into the same entry. Nobody takes a sending
over: what a killed process left may have arrived, and whether to send again is a person's to decide.
"""

from dataclasses import replace
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, Select, func, insert, literal_column, select, update

from core.errors import Refused, Unreachable
from core.jobs import abandoned, me
from core.journal.database import Database, patient
from core.journal.entries import Entry, cleaned, entry_of, row_of
from core.journal.tables import ENTRIES
from core.times import moment

HOLD: Final = 120
"""Seconds after which a sending without an end is nobody's any more: the longest takes 30 to be answered, and the order
is watched for 30 more. On the machine where its process is gone, it is nobody's at once."""
_PORTS: Final = {"http": 80, "https": 443}
_SENT: Final = ENTRIES.c.target != literal_column("''")  # in so many letters: the index is of these rows only
_NOTHING_SENT: Final = ("refused", "failed")  # outcomes of what was begun and held back after all
REALLY: Final[ColumnElement[bool]] = _SENT & ENTRIES.c.outcome.not_in(_NOTHING_SENT)


def under_way(entry: Entry, now: int) -> bool:
    """Whether somebody is carrying it out at this moment."""
    return bool(entry.holder) and not abandoned(entry.holder, entry.at, now, HOLD)


class Sendings:
    """The sendings of a journal. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part

    def begin(self, entry: Entry, url: str, *, seen: int | None) -> Entry:
        """Keep that this process sends `entry`'s event to `url`; only then may it. `seen`: the id of the last sending
        of that event to that address that whoever decided was told of, None where there was none to tell of.

        Refused where there is another one by now.
        """
        kept = cleaned(replace(entry, target=target_of(url), holder=me()))
        with self._database.writing() as connection:
            last = _last(connection, kept.object_id, kept.target)
            if last is not None and last.id != seen:
                raise _taken(last, entry.at)
            key = connection.execute(insert(ENTRIES).values(row_of(kept, self._part))).inserted_primary_key
        return replace(kept, id=key[0] if key else None)

    @patient
    def tell(self, sending: Entry, outcome: str, details: dict[str, object], *, over: bool) -> Entry:
        """What came of it so far; `over`: this process has done with it."""
        holder = "" if over else sending.holder
        told = cleaned(replace(sending, outcome=outcome, details={**sending.details, **details}, holder=holder))
        row = row_of(told, self._part)
        values = {name: row[name] for name in ("outcome", "details", "holder")}
        with self._database.writing() as connection:
            if not connection.execute(update(ENTRIES).where(ENTRIES.c.id == sending.id).values(values)).rowcount:
                raise Unreachable(
                    "The journal has lost the entry that was begun in it: it is another one by now.",
                    next_step="Look whether its file or database was replaced meanwhile.",
                )
        return told

    def last(self, event_id: str, url: str) -> Entry | None:
        """The last sending of an event to an address, whatever came of it."""
        return self.last_to(event_id, target_of(url))

    @patient
    def last_to(self, event_id: str, target: str) -> Entry | None:
        """The same, of an address by what stands for it (`target_of`)."""
        with self._database.reading() as connection:
            return _last(connection, event_id, target)

    def of_case(self, case_key: str) -> tuple[Entry, ...]:
        """The last sending of each event to each address, of one case, the newest first."""
        own = REALLY & (ENTRIES.c.case_key == case_key)
        newest = select(func.max(ENTRIES.c.id)).where(own).group_by(ENTRIES.c.object_id, ENTRIES.c.target)
        query = select(ENTRIES).where(ENTRIES.c.id.in_(newest)).order_by(ENTRIES.c.id.desc())
        with self._database.reading() as connection:
            return tuple(entry_of(row) for row in connection.execute(query).mappings())


def _last(connection: Connection, event_id: str, target: str) -> Entry | None:
    query: Select[tuple[object, ...]] = select(ENTRIES).where(
        REALLY, ENTRIES.c.object_id == event_id, ENTRIES.c.target == target
    )
    row = connection.execute(query.order_by(ENTRIES.c.id.desc()).limit(1)).mappings().first()
    return entry_of(row) if row else None


def _taken(last: Entry, now: int) -> Refused:
    at = moment(last.at, seconds=True)
    did = f"is sending it since {at}" if under_way(last, now) else f"sent it at {at}, or began to ({last.outcome})"
    return Refused(
        f"Nothing was sent now: {last.who} {did}; that is the same event to the same address.",
        next_step="Retrieve the case afresh and look. If it is still to be sent again, ask for it anew: the plan then "
        "says what was sent before.",
    )


def target_of(url: str) -> str:
    """What tells an address from others, however it is spelled; nothing that is secret in it can be read from it."""
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError:
        return _mark(url)
    usual = port is None or port == _PORTS.get(scheme)
    place = f"{parts.hostname or ''}{'' if usual else f':{port}'}"
    return _mark(f"{scheme}://{place}{parts.path or '/'}?{parts.query}")


def _mark(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
