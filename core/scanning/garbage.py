"""`rarely`: Python's search for garbage in circles, held back while rows and objects pass through by the thousand.

Rows are freed by reference counting; they form no cycles. Yet every few thousand tuples Python would look through the
whole heap for some, which costs a tenth of a scan.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ORDINARY: Final = gc.get_threshold()
_THRESHOLDS: Final = (50_000, 20, 50)  # some ten MB of rows between two searches among the youngest


@contextmanager
def rarely() -> Iterator[None]:
    """Search rarely, and not among what is there already; afterwards as ever. Of the whole process: where two scans of
    it overlap, the longer one is searched as ever once the other ends."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*_ORDINARY)
        gc.unfreeze()
