"""Test and live are two worlds: a case is of the mode in which it was read, as the orders booked well are; an entry of
the mode in which somebody acted."""

import sqlalchemy as sa
from alembic import op

revision = "m0003"
down_revision = "m0002"

_FILTERED = ["state", "weight", "code", "codes", "currency", "money_minor", "happened_at", "last_seen"]
_SUMMED = ["code", "currency", "state", "weight", "money_minor", "first_seen", "last_seen", "happened_at", "codes"]
_INDEXES = {
    "cases_worst": ["weight", "first_seen", "id", *(name for name in _FILTERED if name != "weight")],
    "cases_newest": ["first_seen", "id", *_FILTERED],
    "cases_dearest": ["dear", "id", *_FILTERED],
    "cases_by_code": _SUMMED,
}
_MODE_OF_SCANS = "SELECT s.key_mode FROM scans s WHERE s.started_at <= {at} ORDER BY s.id DESC LIMIT 1"
_OF_ITS_SCAN = "SELECT s.key_mode FROM scans s WHERE s.id = cases.scan_id"
_MODE = f"COALESCE(({_OF_ITS_SCAN}), ({_MODE_OF_SCANS.format(at='cases.read_at')}), 'test')"


def upgrade() -> None:
    """Say of each case in which mode it was read: its scan knows; else (a watch read it) the newest scan before."""
    op.add_column("entries", sa.Column("key_mode", sa.Text, nullable=False, server_default=""))  # not known: of both
    for name in (*_INDEXES, "cases_ignored"):
        op.drop_index(name, "cases")
    op.add_column("cases", sa.Column("key_mode", sa.Text, nullable=False, server_default="test"))
    op.execute(f"UPDATE cases SET key_mode = {_MODE}")  # noqa: S608 - our own words
    one_key = {"uq": "%(table_name)s_%(column_0_name)s_key"}  # as PostgreSQL calls it; SQLite has no name for it
    with op.batch_alter_table("cases", naming_convention=one_key) as cases:
        cases.drop_constraint("cases_key_key", type_="unique")
        cases.create_unique_constraint("cases_mode_key", ["key_mode", "key"])
    for name, columns in _INDEXES.items():
        op.create_index(name, "cases", ["key_mode", *columns])
    ignored = sa.text("ignored_until IS NOT NULL")
    op.create_index(
        "cases_ignored", "cases", ["key_mode", "ignored_until"], sqlite_where=ignored, postgresql_where=ignored
    )
    _booked()


def _booked() -> None:
    op.rename_table("booked_slots", "booked_before")
    op.create_table(
        "booked_slots",
        sa.Column("key_mode", sa.Text, primary_key=True),
        sa.Column("slot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("orders", sa.BigInteger, nullable=False),
    )
    newest = _MODE_OF_SCANS.format(at="9223372036854775807")
    op.execute(
        f"INSERT INTO booked_slots SELECT COALESCE(({newest}), 'test'), slot, orders FROM booked_before"  # noqa: S608 - our own words
    )
    op.drop_table("booked_before")
