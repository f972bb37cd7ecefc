"""Plans of replays that outlive the dashboard; and of a run how it is known who began and who approved it."""

import sqlalchemy as sa
from alembic import op

revision = "m0009"
down_revision = "m0008"


def upgrade() -> None:
    """Of the runs before nobody knows how."""
    op.create_table(
        "plans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("key_mode", "sub", "name")),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
    )
    op.create_index("plans_of_whom", "plans", ["key_mode", "sub", "at"])
    for name in ("known", "approved_known"):
        op.add_column("replay_runs", sa.Column(name, sa.Text, nullable=False, server_default=""))
