"""How both sides of a replay stood when it was planned, so that many can be compared with that at once."""

import sqlalchemy as sa
from alembic import op

revision = "m0008"
down_revision = "m0007"


def upgrade() -> None:
    """Of what was planned before nothing is known: it is read whole."""
    op.add_column("replay_items", sa.Column("sight", sa.Text, nullable=False, server_default=""))
