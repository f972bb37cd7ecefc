"""That the cluster runs the Orderlens that asks it: another one may call healthy what this one tells.

An executor's Python has Orderlens of its own, which somebody once installed there. So whatever is sent there says first
which one has sent it, and runs beside no other.
"""

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.scanning.spark.over_arrow import Batches, Function


@cache
def code() -> str:
    """Which Orderlens this is, wherever it is installed: a digest of all its code."""
    digest = hashlib.sha256()
    for path, file in sorted(_modules("core", files("core")), key=lambda one: one[0]):
        digest.update(f"{path}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def alike(function: "Function") -> "Function":
    """The same function, which raises RuntimeError where another Orderlens is asked to run it."""
    sent = code()

    def run(batches: "Batches") -> "Batches":
        if code() != sent:
            raise RuntimeError(f"{platform.node()} has another Orderlens than the one that asks: install that there.")
        return function(batches)

    return run


def _modules(path: str, folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _modules(f"{path}/{one.name}", one)
        elif one.name.endswith(".py"):
            yield f"{path}/{one.name}", one
