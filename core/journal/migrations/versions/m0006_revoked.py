"""Sessions of the dashboard that were ended before their time: every process has to know them."""

import sqlalchemy as sa
from alembic import op

revision = "m0006"
down_revision = "m0005"


def upgrade() -> None:
    """Nobody has logged out yet."""
    op.create_table(
        "revoked",
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
