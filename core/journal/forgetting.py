"""`Forgetting`: what the journal keeps of a customer goes; that something was done, by whom and when, stays.

A case goes whole: what was found, its readings, the words it is found by. Of an entry stay who, what, when and how it
ended, and of a sending its event and address, so that it is still sent once only; the order, the note and the answer
go.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from core.errors import Refused
from core.journal.cleaning import plain
from core.journal.database import Database
from core.journal.entries import entry_of
from core.journal.filtering import of
from core.journal.gate import Gate
from core.journal.partitions import entries_of
from core.journal.sendings import under_way
from core.journal.tables import CASES, ENTRIES, PLANS, READINGS, REPLAY_ITEMS, REPLAY_RUNS, TERMS, TEXTS
from core.journal.triage import chunks
from core.people import Person, Right

FORGOTTEN = "{}"
_OF_ITEMS = dict.fromkeys("case_key name object_id says before after answer sight".split(), "")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much went: cases, and entries that tell of none any more."""

    cases: int
    entries: int


class Forgetting:
    """Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part, self._gate = database, part, Gate(database, part)

    def keys_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """The keys of all that is kept under these keys, numbers or ids of orders, sessions or payment intents; also of
        what was only done to a case that the inbox does not keep."""
        found: dict[str, None] = {}
        with self._database.reading() as connection:
            for name in map(plain, names):
                ids = or_(
                    *(c.contains(json.dumps(name), autoescape=True) for c in (TEXTS.c.session_ids, TEXTS.c.intent_ids))
                )
                known = or_(CASES.c.key == name, TEXTS.c.order_id == name, TEXTS.c.number == name, ids)
                cases = select(CASES.c.key).join(TEXTS, TEXTS.c.case_id == CASES.c.id)
                found |= dict.fromkeys(connection.execute(cases.where(of(self._part), known)).scalars())
                done = select(ENTRIES.c.case_key).where(ENTRIES.c.case_key == name, self._ours).limit(1)
                found |= dict.fromkeys(connection.execute(done).scalars())
        return tuple(found)

    def forget(self, keys: Iterable[str], who: Person, now: int) -> Forgotten:
        """Everything of these cases. Refused to whoever may not, and while something is being sent for one of them."""
        self._gate.admit(who, Right.FORGET, "forget", now)
        with self._database.writing() as connection:
            wanted = list(dict.fromkeys(map(plain, keys)))
            if not self._being_sent(connection, now).isdisjoint(wanted):
                raise Refused(
                    "Something is being sent for one of these cases.",
                    next_step="Wait until it is over, two minutes at most, then forget them.",
                )
            gone = self._forget(connection, wanted)
            said = f"{gone.cases} cases, {gone.entries} entries"
            entry = {"at": now, "who": who.called, "what": "forget", "case_key": "", "object_id": "", "outcome": said}
            connection.execute(insert(ENTRIES).values({**entry, "details": FORGOTTEN, "key_mode": self._part}))
        return gone

    def older_than(self, before: int, now: int) -> Forgotten:
        """What was settled or healed, and not found again since `before` (seconds since 1970); and whatever was done
        before it, as far as it tells of an order. A case for which something is being sent waits for the next time."""
        settled = of(self._part) & (CASES.c.state == "resolved") & (CASES.c.last_seen < before)
        with self._database.writing() as connection:
            busy = self._being_sent(connection, now)
            keys = connection.execute(select(CASES.c.key).where(settled)).scalars()
            gone = self._forget(connection, [key for key in keys if key not in busy])
            old = (
                (ENTRIES.c.at < before)
                & (ENTRIES.c.details != FORGOTTEN)
                & ENTRIES.c.case_key.not_in(busy)
                & self._ours
            )
            rest = connection.execute(update(ENTRIES).where(old).values(case_key="", details=FORGOTTEN)).rowcount
            connection.execute(update(REPLAY_ITEMS).where(self._items_before(before)).values(**_OF_ITEMS))
        return Forgotten(gone.cases, gone.entries + rest)

    def _items_before(self, before: int) -> ColumnElement[bool]:
        """The items that ended before it; what was left out, or never sent, has no end of its own: that of its run, or
        when somebody touched it last."""
        runs = select(REPLAY_RUNS.c.id).where(
            func.coalesce(REPLAY_RUNS.c.finished_at, REPLAY_RUNS.c.beat_at, REPLAY_RUNS.c.started_at) < before
        )
        i = REPLAY_ITEMS.c
        old = (i.ended_at < before) | (i.ended_at.is_(None) & i.run_id.in_(runs))
        return old & (i.key_mode == self._part) & (i.state != "sending")

    @property
    def _ours(self) -> ColumnElement[bool]:
        return entries_of(self._part)

    def _being_sent(self, connection: Connection, now: int) -> frozenset[str]:
        """The cases for which somebody is sending at this moment."""
        held = connection.execute(select(ENTRIES).where(ENTRIES.c.holder != "", self._ours)).mappings()
        return frozenset(one.case_key for one in map(entry_of, held) if under_way(one, now))

    def _forget(self, connection: Connection, keys: Sequence[str]) -> Forgotten:
        cases = entries = 0
        if keys:  # made anew at a press
            connection.execute(delete(PLANS).where(PLANS.c.key_mode == self._part))
        for chunk in chunks(keys):
            done = ENTRIES.c.case_key.in_(chunk) & self._ours
            ids = list(connection.execute(select(CASES.c.id).where(of(self._part), CASES.c.key.in_(chunk))).scalars())
            for part in chunks(ids):
                for table in (READINGS, TERMS, TEXTS):
                    connection.execute(delete(table).where(table.c.case_id.in_(part)))
                cases += connection.execute(delete(CASES).where(CASES.c.id.in_(part))).rowcount
            items = REPLAY_ITEMS.c.case_key.in_(chunk) & (REPLAY_ITEMS.c.key_mode == self._part)
            connection.execute(update(REPLAY_ITEMS).where(items).values(**_OF_ITEMS))
            entries += connection.execute(update(ENTRIES).where(done).values(case_key="", details=FORGOTTEN)).rowcount
        return Forgotten(cases, entries)
