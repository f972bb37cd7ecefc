"""How a test waits: for what another thread or process does to be done, never for a time to pass. The limit is for what
hangs; no machine is so slow."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import pytest

LIMIT: Final = 90.0
T = TypeVar("T")


def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A question that hangs is given up after three seconds. The list tells after how many it would have been."""
    asked: list[float] = []

    def three(seconds: float) -> tuple[float, float]:
        asked.append(seconds)
        return LIMIT, 3.0

    monkeypatch.setattr("core.stripe_api.wire.timeouts", three)
    return asked


def eventually(holds: Callable[[], T], *, seconds: float = LIMIT) -> T:
    """What `holds` gives, once it is true."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
    return found
