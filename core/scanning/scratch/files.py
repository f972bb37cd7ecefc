"""The files of a scan on the disk: whether one is sound, and how it goes."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from core.jobs.process import gone


def is_sound(path: Path) -> bool:
    """Whether a file that is there is a database: one that is not, any more, would let each scan fail again."""
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(path)) as db:
            db.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        return True  # locked, or no room: it is not the file
    except sqlite3.DatabaseError:
        return False
    return True


def remove_met(path: Path) -> None:
    """What processes that were killed have left behind: all of this scan's, and of others' what is nobody's."""
    for one in path.parent.glob("*-met-*"):
        pid = one.name.partition("-met-")[2].partition("-")[0]
        if one.name.startswith(f"{path.name}-met-") or gone(f"{socket.gethostname()} {pid}"):
            one.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """It, and all that belongs to it."""
    for one in (path, *path.parent.glob(f"{path.name}-*")):
        one.unlink(missing_ok=True)
