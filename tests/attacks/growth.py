"""How the work of a function grows with its text, told from the time this thread computed: others on the machine do
not count, and how fast it is does not either, for a walk over as many letters is the measure."""

import time
from collections.abc import Callable
from functools import cache
from typing import Final

SHORT: Final = 16_000
LONG: Final = 1_000_000
GENEROUS: Final = 40.0  # walks; what is linear costs at most ten, what grows with the square hundreds at SHORT already


def walks(work: Callable[[str], object], text: str, most: float = GENEROUS) -> float:
    """How many walks over its text the work costs; above `most` the least of some tries, each beside a walk of its own
    moment: on a busy machine a core's own time is dear for a while, too."""
    cost = _spent(work, text) / (_letter() * max(len(text), SHORT))
    for _ in range(5):
        if cost <= most:
            break
        before, spent, after = _walk(), _spent(work, text), _walk()
        cost = min(cost, spent / (max(before, after) * max(len(text), SHORT)))
    return cost


@cache
def _letter() -> float:
    """The seconds that one letter takes in a plain walk."""
    return min(_walk() for _ in range(9))


def _walk() -> float:
    """The same at this moment."""
    return _spent(lambda given: [one for one in given if one < " "], "\x00" * SHORT) / SHORT


def _spent(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
