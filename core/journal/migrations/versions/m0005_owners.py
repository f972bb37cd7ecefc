"""Whose a case is, since when it is open, who looked when, and views that somebody saved."""

import sqlalchemy as sa
from alembic import op

revision = "m0005"
down_revision = "m0004"

_FILTERED = ["state", "weight", "code", "codes", "currency", "money_minor", "happened_at", "last_seen", "owner"]
_FILTERED += ["opened_at"]
_SUMMED = ["code", "currency", "state", "weight", "money_minor", "first_seen", "last_seen", "happened_at", "codes"]
_ORDERS = {
    "cases_worst": ["weight", "dear", "first_seen", "id"],
    "cases_newest": ["first_seen", "id"],
    "cases_dearest": ["dear", "id"],
}


def upgrade() -> None:
    """Nobody has any case yet, and each is open since it was first found. The worst are now the dearest of the most
    severe. Every index holds again all that a filter asks for."""
    op.add_column("cases", sa.Column("owner", sa.Text, nullable=False, server_default=""))
    op.add_column("cases", sa.Column("opened_at", sa.BigInteger, nullable=False, server_default="0"))
    op.execute("UPDATE cases SET opened_at = first_seen")
    for name, order in _ORDERS.items():
        op.drop_index(name, "cases")
        op.create_index(name, "cases", ["key_mode", *order, *(one for one in _FILTERED if one not in order)])
    op.drop_index("cases_by_code", "cases")
    op.create_index("cases_by_code", "cases", ["key_mode", *_SUMMED, "owner", "opened_at"])
    op.create_table(
        "looks",
        sa.Column("key_mode", sa.Text, primary_key=True),
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("before", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "views",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("choices", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
