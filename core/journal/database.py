"""`Database`: the journal's database, opened at the first use, and every failure of it in words."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from core.errors import Unreachable
from core.journal.opening import SETTING, opened, understood, writing


class Database:
    """The database at `url`. Safe to share between threads. SettingsError for an address that is none; Unreachable
    where it cannot be used: missing, locked, full, read-only, or made by a newer Orderlens."""

    def __init__(self, url: str) -> None:
        self._url = understood(url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None

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
            return self._engine

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        where = f"The journal {self._url.render_as_string(hide_password=True)}"
        try:
            yield
        except CommandError as error:
            raise Unreachable(
                f"{where} was made by a newer Orderlens: {' '.join(str(error).split())}.",
                next_step=f"Use that Orderlens, or set {SETTING} to another place.",
                setting=SETTING,
            ) from error
        except (SQLAlchemyError, OSError) as error:
            said = " ".join(str(getattr(error, "orig", None) or error).split())
            raise Unreachable(
                f"{where} cannot be used: {said}.",
                next_step=f"Check that the place can be written, or set {SETTING} to another one.",
                setting=SETTING,
            ) from error
