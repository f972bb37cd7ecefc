"""How fast: just below what Stripe allows each endpoint and the account, slower when it says so, then faster again.

Each limit is a bucket that leaks evenly. A 429 lowers the bucket it names by a twelfth; it recovers by a tenth a
second, and faster the longer nothing is said. One answer in twenty being 429 by bad luck costs hardly any speed; where
the limit is really lower, one or two requests a second are refused. Sends nothing; the clock comes in as an argument.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Final

from core.stripe_api.wire import Access

SHARE: Final = 0.98  # of a limit; clocks and networks are not exact
CATCH_UP: Final = 0.2  # seconds of unused time that may be made up for at once
SLOWER: Final = 0.92  # after a 429
RECOVERY: Final = 0.1  # each second
SOONER: Final = 5.0  # seconds of silence after which it recovers twice as fast
SLOWEST: Final = 0.5  # requests a second
_LATENCY: Final = 0.15  # seconds; until the first answers show it


@dataclass(frozen=True, slots=True)
class Limits:
    """What Stripe allows, in requests a second: each endpoint, and the account in all. Accounts differ."""

    per_endpoint: float = 25.0
    overall: float = 100.0

    def __post_init__(self) -> None:
        if not all(math.isfinite(limit) and limit > 0 for limit in (self.per_endpoint, self.overall)):
            raise ValueError("A limit is a number of requests a second, above 0.")

    @classmethod
    def published(cls, access: Access) -> "Limits":
        """Stripe's published limits: 25 an endpoint; 100 in all in live mode, 25 in a sandbox."""
        return cls() if access.mode == "live" else cls(overall=25.0)


@dataclass(slots=True)
class Bucket:
    """One limit. `rate`: requests a second at present; `most`: at best."""

    most: float
    rate: float = 0.0
    _at: float = 0.0
    _slowed_at: float = 0.0
    _full_until: float = field(default=-math.inf)

    def __post_init__(self) -> None:
        self.rate = self.most

    def reserve(self, now: float) -> float:
        """Take the next place; returns how many seconds from now it is."""
        self._recover(now)
        begins = max(now, self._full_until - CATCH_UP)
        self._full_until = max(self._full_until, begins) + 1 / self.rate
        return begins - now

    def slow_down(self, now: float) -> None:
        """Stripe said that this is too much."""
        self._recover(now)
        self.rate = max(self.rate * SLOWER, min(SLOWEST, self.most))
        self._slowed_at = now

    def _recover(self, now: float) -> None:
        if self.rate < self.most:
            passed, silence = max(now - self._at, 0.0), max(now - self._slowed_at, 0.0)
            growth = min(passed * RECOVERY * (1 + silence / SOONER), 10.0)
            self.rate = min(self.most, self.rate * math.exp(growth))
        self._at = now


class Pacer:
    """The buckets of an account, and how long its endpoints take to answer. Shared by threads."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = Lock()
        self._overall = Bucket(limits.overall * SHARE)
        self._endpoints: dict[str, Bucket] = {}
        self._latency: dict[str, float] = {}

    def wait(self, endpoint: str, halt: Event) -> bool:
        """Return True when a request to the endpoint may be sent, False once `halt` is set. First the endpoint's turn
        is waited for, then the account's, so that a crowded endpoint keeps no other waiting."""
        for bucket in (self._bucket(endpoint), self._overall):
            with self._lock:
                pause = bucket.reserve(self._clock())
            if halt.wait(pause) if pause > 0 else halt.is_set():
                return False
        return True

    def slow_down(self, endpoint: str, reason: str | None) -> None:
        """A 429 came; `reason` is its `Stripe-Rate-Limited-Reason`: "global-..." means the account, everything else
        the endpoint."""
        bucket = self._overall if (reason or "").startswith("global") else self._bucket(endpoint)
        with self._lock:
            bucket.slow_down(self._clock())

    def answered(self, endpoint: str, seconds: float) -> None:
        """An answer took so long, waiting for one's turn not counted."""
        with self._lock:
            known = self._latency.get(endpoint)
            self._latency[endpoint] = seconds if known is None else known + 0.1 * (seconds - known)

    def at_once(self, endpoint: str, *, sharing: int = 1) -> int:
        """How many requests under way keep the endpoint busy (rate times latency, and a little), where `sharing`
        endpoints share the account. Not one more: each costs a part-filled page."""
        bucket = self._bucket(endpoint)
        with self._lock:
            rate = min(bucket.rate, self._overall.rate / sharing)
            return math.ceil(rate * self._latency.get(endpoint, _LATENCY) * 1.25) + 1

    def _bucket(self, endpoint: str) -> Bucket:
        with self._lock:
            return self._endpoints.setdefault(endpoint, Bucket(self._limits.per_endpoint * SHARE))
