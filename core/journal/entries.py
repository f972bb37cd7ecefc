"""`Entry`: one action, as a row of the journal and back. A row that was damaged is still one line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import RowMapping

from core.errors import redact
from core.journal import cleaning

_TEXTS: Final = ("who", "what", "case_key", "object_id", "outcome", "target", "holder")
UNREADABLE: Final = "(what was kept beside this entry cannot be read any more)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `at`: seconds since 1970; `who`: the operator; `what`: "retrieve", "replay", "resend", "export",
    "acknowledge", "ignore", "reopen", "assign", "note", "save view", "delete view", "cancel", "log in", "log out",
    "refused", "probe", "run"; `case_key`: the case it was done to, empty for none or for many; `object_id`: the event
    or object; `outcome`: a word or two ("healed", "unchanged", "refused", "failed"); `details`: anything JSON can hold,
    the order's number under "order", what the operator noted under "note". `id` is given by the journal. Of a sending:
    `target`, which stands for the address it goes to; `holder`, the process that carries it out, empty when it is
    over."""

    at: int
    who: str
    what: str
    case_key: str
    object_id: str
    outcome: str
    details: Mapping[str, object] = field(default_factory=dict)
    id: int | None = None
    target: str = ""
    holder: str = ""


def cleaned(entry: Entry) -> Entry:
    """As it may be kept: without keys and secrets, e-mails in its details masked."""
    return replace(entry, outcome=redact(entry.outcome), details=cleaning.details(entry.details))


def row_of(entry: Entry, part: str) -> dict[str, object]:
    """The row of an entry that may be kept; `part` empty for one of no shop."""
    texts = {name: getattr(entry, name) for name in _TEXTS}
    return {"at": entry.at, **texts, "details": json.dumps(entry.details), "key_mode": part}


def entry_of(row: RowMapping) -> Entry:
    """The entry of a row, whatever stands in it."""
    texts: dict[str, Any] = {name: str(row[name]) for name in _TEXTS}
    at, details = cleaning.whole_of(row["at"]), cleaning.read(row["details"], dict)
    return Entry(at or 0, **texts, details={"note": UNREADABLE} if details is None else details, id=row["id"])
