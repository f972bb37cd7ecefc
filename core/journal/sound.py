"""Whether the journal's file is one: looked at when it is opened, so that what was lost is never shown as empty.

A file that is there is never begun anew: an empty one is said to be empty. Whole files are looked through up to a size,
for it costs two milliseconds a megabyte; beyond it only what is read shows what is broken.
"""

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from core.errors import Unreachable
from core.private import begun

SETTING: Final = "ORDERLENS_JOURNAL_URL"
LOOKED_THROUGH: Final = 256 * 2**20  # bytes
_LEAST: Final = 512  # bytes of the smallest database
_WAIT: Final = 5.0  # seconds for whoever has just begun it
_OPEN_TO_ALL: Final = (0o644, 0o664)  # as SQLite made it for an earlier Orderlens


def made_or_sound(path: Path) -> None:
    """Begin the file, private, or see that the one which is there is whole. Unreachable where it is not; OSError."""
    if begun(path):
        return
    _closed(path)
    until = time.monotonic() + _WAIT
    while (size := path.stat().st_size) < _LEAST:
        if time.monotonic() > until:
            raise _lost(path, f"holds {size} bytes: what was in it is gone, or it was never begun")
        time.sleep(0.05)
    if size <= LOOKED_THROUGH and (broken := _broken(path)):
        raise _lost(path, f"is damaged ({broken})")


def _closed(path: Path) -> None:
    """Take from others the right to read what an earlier Orderlens made; another choice of rights is somebody's own."""
    if path.stat().st_mode & 0o777 in _OPEN_TO_ALL:
        for one in (path, *path.parent.glob(f"{path.name}-*")):
            if one.name.removeprefix(path.name) in ("", "-wal", "-shm"):
                with suppress(PermissionError):  # another's: theirs to choose
                    one.chmod(0o600)


def _broken(path: Path) -> str:
    """What is broken, in SQLite's words; empty where nothing is, or where it cannot be looked at now."""
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT)) as db:
            said = [str(row[0]) for row in db.execute("PRAGMA quick_check(1)")]
    except sqlite3.OperationalError:  # locked, or no room: whoever uses it will be told
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == ["ok"] else " ".join(" ".join(said).split())[:200]


def _lost(path: Path, what: str) -> Unreachable:
    return Unreachable(
        f"The journal {path.name} {what}.",
        next_step=f"Put a copy of {path} back. Where there is none, move it away, and its -wal and -shm with it: a new "
        "one is begun then, and knows nothing of what was done before.",
        setting=SETTING,
    )
