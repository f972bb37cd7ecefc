"""`Database`: the journal's database, opened at the first use, and every failure of it in words.

A scan that has read for an hour does not end because the journal is restarted: with `pauses`, what is marked `patient`
is done again for a while. One that cannot be opened in the first place is said at once.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from core.addresses import hidden
from core.databases import held, place
from core.errors import Unreachable
from core.journal.opening import Newer, opened, pooled, understood, writing
from core.journal.sound import SETTING

_HELD: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)  # by another writer, longer than is waited for it
_BACK_SOON: Final = ("08", "57P")  # what PostgreSQL calls: no connection, a restart
_LOCK_HELD: Final = "55P03"  # the same of another writer
_NO_ROOM: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_DISK_FULL: Final = "53100"
R = TypeVar("R")
M = TypeVar("M", bound=Callable[..., Any])


class Gone(Unreachable):
    """It was there, and may be there again in a moment."""


class Locked(Gone):
    """Another writer has it, for longer than one waits: nothing was written."""


class Database:
    """The database at `url`. Safe to share between threads. SettingsError for an address that is none; Unreachable
    where it cannot be used: missing, locked, full, read-only, or made by a newer Orderlens. `pauses`: seconds between
    two tries while it is gone; `told`: called with a sentence when somebody begins to wait."""

    def __init__(self, url: str, pauses: tuple[float, ...] = (), told: Callable[[str], None] = lambda _: None) -> None:
        self._url = understood(url)
        self._pauses, self._told, self._waits = pauses, told, False
        self._given_up = False
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._kept: Engine | None = None  # the same, while it is kept open

    @property
    def folder(self) -> Path | None:
        """Where its file stands; None where it is no file of this machine."""
        own = self._url.database if self._url.get_backend_name() == "sqlite" else None
        return Path(own).expanduser().parent if own else None

    def patiently(self, do: Callable[[], R], gone: type[Gone] = Gone) -> R:
        """Do it, again while the journal is `gone`. After it was waited for in vain, it is not, until it is back."""
        for pause in () if self._given_up else self._pauses:
            with suppress(gone):
                done = do()
                self._waits = False
                return done
            self._tell()
            time.sleep(pause)
        self._given_up = True
        done = do()
        self._given_up = self._waits = False
        return done

    def _tell(self) -> None:
        """That it is waited for: once, however many wait."""
        if not self._waits:
            self._waits = True
            self._told(f"The journal {place(self._url)} is held by another, or gone: waiting for it.")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with: it waits for no writer."""
        with self._in_words(), self._opened().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One short transaction, kept whole or not at all. One writer at a time, whatever the engine."""
        with self._in_words(), writing(self._opened()) as connection:
            yield connection

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """For many short transactions one after the other: an SQLite file is opened once for all of them, and its log
        is not folded back into it after each. Unreachable where it cannot be opened."""
        with self._in_words():
            engine = self._opened()
        if engine.dialect.name != "sqlite":  # its pool is one anyhow
            yield
            return
        kept = pooled(engine)
        self._kept = kept
        try:
            yield
        finally:
            self._kept = None
            kept.dispose()

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = opened(self._url)
            return self._kept or self._engine

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        where = f"The journal {place(self._url)}"
        try:
            yield
        except Newer as error:
            raise Unreachable(
                f"{where} was made by a newer Orderlens: {error}.",
                next_step=f"Use that Orderlens, or set {SETTING} to another place.",
                setting=SETTING,
            ) from error
        except (SQLAlchemyError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            kind = _kind(error) if self._engine is not None and isinstance(error, DBAPIError) else Unreachable
            raise kind(
                f"{where} cannot be used: {hidden(' '.join(str(cause).split()), held(self._url))}.",
                next_step=_next_step(cause, gone=kind is not Unreachable),
                setting=SETTING,
            ) from error


def patient(method: M) -> M:
    """A method of one of the journal's books that is done again while the journal is gone. It has to stand being done
    twice: of a commit whose answer was lost nobody knows whether it happened."""

    @wraps(method)
    def tried(book: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the method has it
        return book._database.patiently(partial(method, book, *args, **kwargs))  # noqa: SLF001 - a book of this journal

    return cast("M", tried)


def waits_its_turn(method: M) -> M:
    """The same of a method that must not be done twice: again only where another writer had the journal."""

    @wraps(method)
    def tried(book: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the method has it
        return book._database.patiently(partial(method, book, *args, **kwargs), Locked)  # noqa: SLF001 - as above

    return cast("M", tried)


def _kind(error: DBAPIError) -> type[Unreachable]:
    """Whether waiting may help: no connection, or another writer; not a wrong password or a full disk."""
    cause: Any = error.orig
    if isinstance(cause, sqlite3.Error):
        return Locked if _code(cause) in _HELD else Unreachable
    state = getattr(cause, "sqlstate", None) or ""
    if state == _LOCK_HELD:
        return Locked
    refused = not state and isinstance(error, OperationalError)
    return Gone if error.connection_invalidated or refused or state.startswith(_BACK_SOON) else Unreachable


def _next_step(cause: BaseException, *, gone: bool) -> str:
    if gone:
        return f"Try again when it is back; if it stays away, look after it, or see {SETTING}."
    if _code(cause) in _NO_ROOM or getattr(cause, "sqlstate", None) == _DISK_FULL:
        return f"Make room on the disk, or set {SETTING} to another place."
    return f"Check that the place can be written, or set {SETTING} to another one."


def _code(cause: BaseException) -> int | None:
    """SQLite's primary result code."""
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF
