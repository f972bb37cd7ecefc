"""What a reading of a span handed over, and how it is looked at."""

import random
from collections import Counter

from core.facts import Json
from core.stripe_api.spans import SESSIONS, Batch, Range, merged

SINCE, UNTIL = 1_780_000_000, 1_780_100_000
WHOLE = [Range(SINCE, UNTIL)]
PATH = SESSIONS.path


class Kept:
    """What a reading handed over."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def __call__(self, batch: Batch) -> None:
        self.batches.append(batch)

    @property
    def objects(self) -> list[Json]:
        """All of them."""
        return [one for batch in self.batches for one in batch.objects]

    @property
    def ids(self) -> Counter[object]:
        """How often each was handed over."""
        return Counter(one["id"] for one in self.objects)

    @property
    def done(self) -> tuple[Range, ...]:
        """What is said to be read."""
        return merged(one for batch in self.batches for one in batch.done)

    @property
    def malformed(self) -> list[tuple[str, str]]:
        """What could not be taken."""
        return sorted((one.what, one.because) for batch in self.batches for one in batch.malformed)


def skewed(count: int) -> list[int]:
    """Skewed, with a second of its own that holds 250."""
    rng = random.Random(3)  # noqa: S311 - the same volume each time
    return [SINCE + 40_000] * 250 + [SINCE + int(100_000 * rng.random() ** 3) for _ in range(count - 250)]


def once(ids: list[str]) -> Counter[object]:
    return Counter(dict.fromkeys(ids, 1))
