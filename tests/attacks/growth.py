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
    """How many walks over its text the work costs; above `most` the least of some tries."""
    cost = _walks(work, text)
    for _ in range(3):
        cost = cost if cost <= most else min(cost, _walks(work, text))
    return cost


def _walks(work: Callable[[str], object], text: str) -> float:
    return _spent(work, text) / (_letter() * max(len(text), SHORT))


@cache
def _letter() -> float:
    """The seconds that one letter takes in a plain walk."""
    text = "\x00" * SHORT
    return min(_spent(lambda given: [one for one in given if one < " "], text) for _ in range(9)) / SHORT


def _spent(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
