"""Scans, the inbox with its readings, the times at which orders were booked, and the cursors of a watch."""

import sqlalchemy as sa
from alembic import op

revision = "m0002"
down_revision = "m0001"

_FILTERED = ["state", "weight", "code", "codes", "currency", "money_minor", "happened_at", "last_seen"]


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


def _texts(*names: str, optional: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=optional) for name in names]


def _numbers(*names: str, optional: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=optional) for name in names]


def upgrade() -> None:
    """Make the tables, and the ways they are read: an index of cases holds all that a filter asks for, so that a page
    is found without touching the rows it does not show."""
    _scans()
    _cases()
    _what_is_said_of_cases()
    op.create_table(
        "booked_slots", sa.Column("slot", sa.BigInteger, primary_key=True, autoincrement=False), *_numbers("orders")
    )
    op.create_table("cursors", sa.Column("name", sa.Text, primary_key=True), *_texts("value"), *_numbers("at"))


def _scans() -> None:
    op.create_table(
        "scans",
        _id(),
        *_numbers("since", "until"),
        *_texts("key_mode", "account", "who"),
        *_numbers("started_at", "beat_at"),
        *_numbers("finished_at", optional=True),
        *_texts("state", "phase"),
        *_numbers("done", "total", "requests", "statements", "orders", "sessions", "suspects", "findings"),
        *_texts("holes", "why"),
        sa.Column("cancel_asked", sa.SmallInteger, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        *_texts("holder"),
    )
    op.create_index("scans_by_state", "scans", ["state", "key_mode", "account", "until"])


def _cases() -> None:
    op.create_table(
        "cases",
        _id(),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        *_texts("state"),
        sa.Column("weight", sa.SmallInteger, nullable=False),
        *_texts("code", optional=True),
        *_texts("codes", "confidence", "currency"),
        *_numbers("money_minor", optional=True),
        *_numbers("dear"),
        *_numbers("happened_at", optional=True),
        *_numbers("read_at"),
        *_numbers("scan_id", optional=True),
        *_texts("change"),
        *_numbers("first_seen", "last_seen"),
        *_numbers("ignored_until", "resolved_at", optional=True),
        sa.Column("reopened", sa.Integer, nullable=False),
        *_texts("who", optional=True),
    )
    for name, order in (("worst", ["weight", "first_seen", "id"]), ("newest", ["first_seen", "id"])):
        op.create_index(f"cases_{name}", "cases", [*order, *(c for c in _FILTERED if c not in order)])
    op.create_index("cases_dearest", "cases", ["dear", "id", *_FILTERED])
    summed = ["code", "currency", "state", "weight", "money_minor", "first_seen", "last_seen", "happened_at", "codes"]
    op.create_index("cases_by_code", "cases", summed)
    ignored = sa.text("ignored_until IS NOT NULL")
    op.create_index("cases_ignored", "cases", ["ignored_until"], sqlite_where=ignored, postgresql_where=ignored)


def _what_is_said_of_cases() -> None:
    op.create_table(
        "case_texts",
        sa.Column("case_id", sa.BigInteger, primary_key=True, autoincrement=False),
        *_texts("order_id", "number", optional=True),
        *_texts("order_status", "email", "title", "says"),
        *_texts("undetermined", optional=True),
        *_texts("session_ids", "intent_ids", "cells"),
    )
    exact = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "case_terms",
        sa.Column("term", exact, primary_key=True),
        sa.Column("case_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_readings",
        _id(),
        *_numbers("case_id", "first_at", "last_at", "times"),
        *_numbers("scan_id", optional=True),
        *_texts("outcome"),
        *_texts("code", optional=True),
        *_texts("codes", "currency"),
        *_numbers("money_minor", optional=True),
        *_texts("undetermined", optional=True),
    )
    op.create_index("readings_of_case", "case_readings", ["case_id", "id"])
