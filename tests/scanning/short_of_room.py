"""`orderlens` with a journal in SQLite that finds no room beyond so many pages: `python -m tests.scanning.short_of_room
PAGES scan ...`."""

import sqlite3
import sys
from functools import partial

from sqlalchemy import Engine, event

from core.cli import main


def fill(pages: int, connection: object, _record: object) -> None:
    """Let it not grow beyond so many pages."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA max_page_count = {pages}")


if __name__ == "__main__":
    event.listen(Engine, "connect", partial(fill, int(sys.argv.pop(1))))
    main()
