"""Keeping out of the way once Stripe says that it is too much.

An account's limit is shared with the shop's own traffic, and in test mode it is 25 requests a second. Nothing is held
back until a 429 comes; from then on requests pass at a rate below the smallest published limit, for a while.
"""

import time
from threading import Lock
from typing import Final

PER_SECOND: Final = 23.0
BURST_SECONDS: Final = 0.4  # what was not used a moment ago may pass at once
SECONDS: Final = 20.0  # how long it holds after the last 429


class Pace:
    """Shared by all threads of a wire."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may be sent: at once, unless Stripe has lately complained."""
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                return
            self._next = max(self._next, now - BURST_SECONDS) + 1 / PER_SECOND
            pause = self._next - now
        time.sleep(max(pause, 0.0))

    def slow_down(self) -> None:
        """A 429 came."""
        with self._lock:
            self._until = time.monotonic() + SECONDS
