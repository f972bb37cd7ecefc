"""Runs of replays, and what each of them sends: begun by somebody, carried out by a process, item by item."""

import sqlalchemy as sa
from alembic import op

revision = "m0007"
down_revision = "m0006"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbers(*names: str, optional: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=optional) for name in names]


def upgrade() -> None:
    """Nothing was ever sent in a run yet."""
    op.create_table(
        "replay_runs",
        _id(),
        *_texts("key_mode", "account", "who", "sub"),
        *_numbers("started_at", "beat_at"),
        *_numbers("finished_at", optional=True),
        *_texts("state", "phase"),
        *_numbers("done", "total"),
        *_texts("how", "chosen", "reason"),
        *_numbers("stop_after", "per_minute", "at_once"),
        *_texts("approved_by"),
        *_numbers("approved_at", optional=True),
        *_texts("why", "holder"),
        *_numbers("cancel_asked", "pause_asked", "again", "turn"),
    )
    op.create_index("replay_runs_by_state", "replay_runs", ["key_mode", "state"])
    op.create_table(
        "replay_items",
        _id(),
        *_numbers("run_id", "position"),
        *_texts("key_mode", "case_key", "name", "event_id", "event_type", "object_id"),
        *_numbers("event_created"),
        *_texts("how", "endpoint_id", "endpoint", "target", "state", "left_out", "says", "before", "after", "answer"),
        *_texts("currency"),
        *_numbers("status", "money_minor", "knows_of", "begun_at", "ended_at", optional=True),
    )
    op.create_index("replay_items_of_run", "replay_items", ["run_id", "state", "position"])
    op.create_index("replay_items_by_event", "replay_items", ["event_id", "target", "state"])
    op.create_index("replay_items_of_case", "replay_items", ["case_key"])
