"""What is being sent at this moment, so that whoever closes a desk can wait for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Underway:
    """Counts what is under way; safe between threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """One more, for the time of the block."""
        with self._changed:
            self._number += 1
        try:
            yield
        finally:
            with self._changed:
                self._number -= 1
                self._changed.notify_all()

    def over(self, within: float) -> bool:
        """Wait until nothing is under way any more, at most so many seconds; whether that came."""
        with self._changed:
            return self._changed.wait_for(lambda: self._number == 0, within)
