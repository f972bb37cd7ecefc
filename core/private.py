"""Files and folders that nobody but their owner may read, made so from the first byte: 0600 and 0700. What is there
already keeps its rights. Where the system knows no such rights, its own hold."""

import os
from pathlib import Path
from typing import IO

_FILE, _FOLDER = 0o600, 0o700


def folder(path: Path) -> None:
    """Make it, and what is missing above it. OSError."""
    missing = [one for one in (path, *path.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=_FOLDER, exist_ok=True)


def begun(path: Path) -> bool:
    """Make an empty file; False where one is there. OSError."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE))
    except FileExistsError:
        return False
    return True


def text(path: Path) -> IO[str]:
    """Open for writing, in UTF-8, the ends of lines as they are written. OSError."""
    return open(path, "w", encoding="utf-8", newline="", opener=opener)


def opener(path: str, flags: int) -> int:
    """For `open`: what it makes is private."""
    return os.open(path, flags, _FILE)
