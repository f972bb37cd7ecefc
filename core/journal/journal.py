"""`Journal`: what was done, by whom, to what, with what outcome. Entries are added and never changed."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import BigInteger, Column, Engine, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.exc import SQLAlchemyError

from core.cases import mask
from core.errors import Unreachable, redact
from core.journal.opening import SETTING, opened, understood, writing

_ENTRIES = Table(
    "entries",
    MetaData(),
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger),
    Column("who", Text),
    Column("what", Text),
    Column("case_key", Text),
    Column("object_id", Text),
    Column("outcome", Text),
    Column("details", Text),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `at`: seconds since 1970; `who`: the operator; `what`: "retrieve", "replay", "resend";
    `case_key`: the case it was done to; `object_id`: the event or object; `outcome`: a word or two ("healed",
    "unchanged", "refused", "failed"); `details`: anything JSON can hold. `id` is given by the journal."""

    at: int
    who: str
    what: str
    case_key: str
    object_id: str
    outcome: str
    details: Mapping[str, object] = field(default_factory=dict)
    id: int | None = None


class Journal:
    """The journal at `url`; opened, and its tables brought up to date, at the first use. Safe to share between threads.

    SettingsError for an address that is none; every method raises Unreachable where the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._url = understood(url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def check(self) -> None:
        """Prove that an entry could be written: asked before anything is done that must be recorded."""
        with self._in_words(), writing(self._opened()):
            pass

    def record(self, entry: Entry) -> Entry:
        """Add an entry and return it as kept: without keys and secrets, e-mails in its details masked."""
        kept = replace(entry, outcome=redact(entry.outcome), details=_kept(entry.details))
        values = {name: getattr(kept, name) for name in ("at", "who", "what", "case_key", "object_id", "outcome")}
        with self._in_words(), writing(self._opened()) as connection:
            result = connection.execute(insert(_ENTRIES).values(**values, details=json.dumps(kept.details)))
            key = result.inserted_primary_key
        return replace(kept, id=key[0] if key else None)

    def recent(self, *, limit: int = 100, case_key: str | None = None) -> tuple[tuple[Entry, ...], bool]:
        """The newest entries first, at most `limit`, of one case or all; and whether there are more."""
        query = select(_ENTRIES).order_by(_ENTRIES.c.at.desc(), _ENTRIES.c.id.desc()).limit(limit + 1)
        if case_key is not None:
            query = query.where(_ENTRIES.c.case_key == case_key)
        with self._in_words(), self._opened().connect() as connection:
            rows = connection.execute(query).mappings().all()
        entries = tuple(Entry(**{**row, "details": json.loads(row["details"])}) for row in rows[:limit])
        return entries, len(rows) > limit

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = opened(self._url)
            return self._engine

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            said = " ".join(str(getattr(error, "orig", None) or error).split())
            raise Unreachable(
                f"The journal {self._url.render_as_string(hide_password=True)} cannot be used: {said}.",
                next_step=f"Check that the place can be written, or set {SETTING} to another one.",
                setting=SETTING,
            ) from error


def _kept(details: Mapping[str, object]) -> dict[str, object]:
    return {str(key): _clean(value) for key, value in details.items()}


def _clean(value: object) -> object:
    if isinstance(value, Mapping):
        return _kept(value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(redact(str(value)))
