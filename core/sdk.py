"""Stripe's SDK, without two HTTP clients that it would load beside the one it is used with: half a second of a start.

from core.sdk import stripe
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_UNUSED = ("httpx", "aiohttp")


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """As if these were not installed, for the time of an import."""
    kept = {name: sys.modules[name] for name in names if name in sys.modules}
    sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type] # None is how Python spells "not to be had"
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
        sys.modules.update(kept)


with _hidden(*_UNUSED):
    import stripe

__all__ = ["stripe"]
