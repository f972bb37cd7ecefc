"""Bringing the journal's tables up to date, by alembic; `Newer` where that cannot be done because they are newer."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from core.journal.opening import Newer


def migrate(connection: Connection, revision: str) -> None:
    """Up to `revision`, in the transaction of `connection`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise Newer(" ".join(str(error).split())) from error
