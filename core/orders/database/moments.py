"""Times that PostgreSQL keeps and Python has no word for: `infinity`, years before Christ, years after 9999.

The driver ends the whole statement at one of them; here it is text, which no time is read from, and its row and the
others are read.
"""

from datetime import date, datetime

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader


class _Moment(Loader):
    """A time with or without a zone."""

    def load(self, data: Buffer) -> datetime | str:
        said = bytes(data).decode()
        try:
            return datetime.fromisoformat(said)
        except ValueError:
            return said


class _Day(Loader):
    """A day."""

    def load(self, data: Buffer) -> date | str:
        said = bytes(data).decode()
        try:
            return date.fromisoformat(said)
        except ValueError:
            return said


def take(connection: psycopg.Connection[object], _entry: object) -> None:
    """Read times so on this connection, which writes them as ISO 8601."""
    for kind, loader in (("date", _Day), ("timestamp", _Moment), ("timestamptz", _Moment)):
        connection.adapters.register_loader(kind, loader)
