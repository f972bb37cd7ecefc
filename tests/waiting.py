"""How a test waits: for what another thread or process does to be done, never for a time to pass. The limit is for what
hangs; no machine is so slow."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

LIMIT: Final = 90.0
T = TypeVar("T")


def eventually(holds: Callable[[], T], *, seconds: float = LIMIT) -> T:
    """What `holds` gives, once it is true."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
    return found
