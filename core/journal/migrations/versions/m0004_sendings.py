"""A sending stands in the journal before it is sent: an entry says to which address it goes and who carries it out."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "m0004"
down_revision = "m0003"

_NOTHING_SENT = ("refused", "failed")


def upgrade() -> None:
    """Add both, and tell of each earlier sending where it went: so that it is told before it is sent again."""
    for name in ("target", "holder"):
        op.add_column("entries", sa.Column(name, sa.Text, nullable=False, server_default=""))
    entries = sa.table("entries", *map(sa.column, ("id", "what", "outcome", "details", "target")))
    sent = entries.c.what.in_(("replay", "resend")) & entries.c.outcome.not_in(_NOTHING_SENT)
    connection = op.get_bind()
    for row in connection.execute(sa.select(entries.c.id, entries.c.details).where(sent)).all():
        if target := _target(row.details):
            connection.execute(sa.update(entries).where(entries.c.id == row.id).values(target=target))
    only = sa.text("target <> ''")
    op.create_index(
        "entries_of_sending", "entries", ["object_id", "target", "id"], sqlite_where=only, postgresql_where=only
    )


def _target(details: str) -> str:
    """What stands for the address, as `core.journal.sendings` makes it; empty where the entry does not name one."""
    try:
        told = json.loads(details)
        url = told.get("url") if isinstance(told, Mapping) else None
        parts = urlsplit(url if isinstance(url, str) else "")
        port = parts.port
    except (ValueError, RecursionError):
        return ""
    if not parts.hostname:
        return ""
    usual = port is None or port == {"http": 80, "https": 443}.get(parts.scheme.lower())
    place = f"{parts.hostname}{'' if usual else f':{port}'}"
    text = f"{parts.scheme.lower()}://{place}{parts.path or '/'}?{parts.query}"
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
