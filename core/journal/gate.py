"""`Gate`: whoever may not do a thing is refused in words, and the refusal is an entry."""

import json
import logging

from sqlalchemy import insert

from core.errors import Refused, Unreachable
from core.journal.cleaning import details
from core.journal.database import Database
from core.journal.tables import ENTRIES
from core.people import Person, Right

_log = logging.getLogger(__name__)


class Gate:
    """Asked before anything is done in somebody's name. A journal that cannot be written lets nobody through."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part

    def admit(self, who: Person, right: Right, what: str, now: int, *, case_key: str = "", object_id: str = "") -> None:
        """Refused where `who` has not the right; it is written down as a try at `what` ("replay"), done to a case, an
        event or nothing of that kind. Asks nothing of the journal where they have it."""
        try:
            who.must(right)
        except Refused as refusal:
            entry = {"at": now, "who": who.called, "what": what, "case_key": case_key, "object_id": object_id}
            said = json.dumps(details({"says": refusal.message, "role": who.role}))
            try:
                with self._database.writing() as connection:
                    row = {**entry, "outcome": "refused", "details": said, "key_mode": self._part}
                    connection.execute(insert(ENTRIES).values(row))
            except Unreachable as unreachable:
                _log.warning("A refusal could not be recorded: %s", unreachable.message)
            raise
