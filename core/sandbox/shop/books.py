"""`Books`: the sandbox shop's orders database, one plain SQLite table as countless shops have it.

Owns the schema and every statement on it. Does not know Stripe: what an event means is in `handler`.
Times are ISO text in UTC, amounts whole minor units, metadata JSON text, status one of our catalogue's words.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    order_number TEXT NOT NULL,
    status TEXT NOT NULL,
    total_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    customer_email TEXT,
    customer_name TEXT,
    stripe_session_id TEXT,
    payment_intent_id TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS orders_number ON orders (order_number);
CREATE INDEX IF NOT EXISTS orders_email ON orders (customer_email);
CREATE INDEX IF NOT EXISTS orders_session ON orders (stripe_session_id);
CREATE INDEX IF NOT EXISTS orders_intent ON orders (payment_intent_id);
CREATE INDEX IF NOT EXISTS orders_created ON orders (created_at);
CREATE TABLE IF NOT EXISTS processed_events (
    event_id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    processed_at TEXT NOT NULL
);
"""
_INSERT = """
INSERT INTO orders (order_number, status, total_minor, currency, customer_email, customer_name, stripe_session_id,
                    payment_intent_id, metadata, created_at, updated_at)
VALUES (:order_number, :status, :total_minor, :currency, :customer_email, :customer_name, :stripe_session_id,
        :payment_intent_id, :metadata, :created_at, :updated_at)
"""
_FIND = {
    "order_number": "SELECT * FROM orders WHERE order_number = ?",
    "stripe_session_id": "SELECT * FROM orders WHERE stripe_session_id = ?",
    "payment_intent_id": "SELECT * FROM orders WHERE payment_intent_id = ?",
}
_BOOK = """
UPDATE orders SET status = :status, stripe_session_id = coalesce(:session, stripe_session_id),
                  payment_intent_id = coalesce(:intent, payment_intent_id), updated_at = :at
WHERE order_number = :number
"""

Row = dict[str, object]


def iso(seconds: float) -> str:
    """Seconds since 1970 as the books keep times: `2026-11-22T09:30:00+00:00`."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


class Books:
    """The database at `path`, created where it is missing (WAL, so that readers never wait for the shop). One
    connection, shared by the shop's threads under a lock, until `close`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)

    def add(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Insert orders in one transaction. Keys as the columns, without `id`; `metadata` may be a mapping."""
        with self._lock, _Transaction(self._db):
            self._db.executemany(_INSERT, (_as_stored(row) for row in rows))

    def find(self, column: str, value: str) -> Row | None:
        """The order with this `order_number`, `stripe_session_id` or `payment_intent_id`; None where there is none."""
        with self._lock:
            found = self._db.execute(_FIND[column], (value,)).fetchone()
        return dict(found) if found is not None else None

    def book(
        self,
        event: Mapping[str, object],
        number: str,
        status: str,
        *,
        at: float,
        session: str | None = None,
        intent: str | None = None,
    ) -> None:
        """Write an order's new status, with the ids the event carried, and remember the event: both or neither."""
        with self._lock, _Transaction(self._db):
            self._db.execute(
                _BOOK, {"status": status, "session": session, "intent": intent, "at": iso(at), "number": number}
            )
            self._remember(event, at)

    def write(self, number: str, status: str, *, at: float, session: str | None = None) -> None:
        """Write an order's new status, and its session's id where there is one, for a reason that is no event."""
        with self._lock, _Transaction(self._db):
            values = {"status": status, "session": session, "intent": None, "at": iso(at), "number": number}
            self._db.execute(_BOOK, values)

    def open_since(self, moment: str) -> list[str]:
        """The numbers of the orders that are created or pending and older than a moment (ISO text)."""
        query = "SELECT order_number FROM orders WHERE status IN ('created', 'pending') AND created_at < ?"
        with self._lock:
            return [str(row["order_number"]) for row in self._db.execute(query, (moment,))]

    def remember(self, event: Mapping[str, object], *, at: float) -> None:
        """Note an event that changed nothing as processed."""
        with self._lock, _Transaction(self._db):
            self._remember(event, at)

    def has_processed(self, event_id: str) -> bool:
        """Whether this event was applied before."""
        with self._lock:
            query = "SELECT 1 FROM processed_events WHERE event_id = ?"
            return self._db.execute(query, (event_id,)).fetchone() is not None

    def close(self) -> None:
        """Close the connection; SQLite folds the log back into the file."""
        with self._lock:
            self._db.close()

    def _remember(self, event: Mapping[str, object], at: float) -> None:
        statement = "INSERT OR IGNORE INTO processed_events VALUES (?, ?, ?)"
        self._db.execute(statement, (event["id"], event["type"], iso(at)))


class _Transaction:
    """BEGIN IMMEDIATE, then COMMIT, or ROLLBACK on an error."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _as_stored(row: Mapping[str, object]) -> Row:
    metadata = row.get("metadata", {})
    return {"customer_name": None, **row, "metadata": metadata if isinstance(metadata, str) else json.dumps(metadata)}
