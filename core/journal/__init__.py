"""Orderlens' own book: every action an operator took, with its outcome.

    journal      Journal: record and read entries
    opening      the engine, and the tables brought up to date
    migrations/  how the tables came to be (alembic)

Entries are added and never changed. SQLite by default, in the user's data folder.
"""

from core.journal.journal import Entry, Journal

__all__ = ["Entry", "Journal"]
