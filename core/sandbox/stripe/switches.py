"""The switches of the sandbox's Stripe: its clock, its speed, its moods, its keys.

Owns everything a test or a demo may set and Stripe has no API for. Objects are the store's.
"""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Literal

from core.sandbox.stripe.objects import Json

SECRET_KEY_TEST = "sk_test_" + "51RvS7mOrderlensSandboxForTests0001"
SECRET_KEY_LIVE = "sk_live_" + "51RvS7mOrderlensSandboxForTests0002"
RESTRICTED_KEY_TEST = "rk_test_" + "51RvS7mOrderlensSandboxForTests0003"
READING_RIGHTS = frozenset(
    "checkout_session_read payment_intent_read charge_read dispute_read event_read webhook_read customer_read"
    " invoice_read subscription_read".split()
)
"""What the restricted key may do until `restrict` changes it: read what a case is made of, and resend nothing."""

FaultKind = Literal["429", "lock", "500", "reset", "hang", "unoffered"]
"""Too many requests, an object that is locked, a broken backend, a cut connection, an answer that never comes, a
feature that the account's country does not have."""


@dataclass(slots=True)
class Fault:
    """What befalls the next `times` requests whose path begins with `path`; of an `account` ("": the key's own) alone,
    or of all."""

    kind: FaultKind
    times: int
    path: str = "/v"
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that was answered; `status` is 0 where the connection was cut, `account` its `Stripe-Account`."""

    method: str
    path: str
    query: str
    status: int
    account: str = ""


@dataclass(slots=True)
class Switches:
    """Settings that take effect with the next request; times are in seconds."""

    frozen_at: int | None = None
    """The moment the clock stands still at, in unix seconds; None lets it run."""
    offset: int = 0
    """How far a running clock is ahead of this machine's."""
    latency: float = 0.0
    """How long each answer takes."""
    rate_limits: bool = False
    """Whether the published limits hold: 25/s for an endpoint, 25/s (100/s live) for the account."""
    search_lag: int = 0
    """How old an object must be for a search to find it."""
    v2_events: bool = True
    """Whether the account answers `/v2/core/events`."""
    retry_delays: tuple[float, ...] = (1.0, 4.0, 16.0)
    """How long Stripe waits before each further attempt to deliver an event."""
    delivery_timeout: float = 10.0
    """How long Stripe waits for an endpoint."""
    hang: float = 120.0
    """How long a hanging request hangs, unless its client gives up."""
    listening_at: str | None = None
    """Where a `stripe listen` would forward to: what is resent `for_stripecli` goes there."""
    keys: dict[str, frozenset[str] | None] = field(
        default_factory=lambda: {
            SECRET_KEY_TEST: None,
            SECRET_KEY_LIVE: None,
            RESTRICTED_KEY_TEST: READING_RIGHTS,
        }
    )
    """The rights of each key that is accepted; None may do everything."""
    expired_keys: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)
    """Every request answered so far, the sandbox's own switches left out."""

    def now(self) -> int:
        """What time it is at the sandbox's Stripe, in unix seconds."""
        return self.frozen_at if self.frozen_at is not None else int(time.time()) + self.offset

    def fail(self, kind: FaultKind, times: int = 1, path: str = "/v", account: str | None = None) -> None:
        """Let the next requests to paths that begin so fail; several faults come in order."""
        self.faults.append(Fault(kind, times, path, account))

    def restrict(self, key: str, rights: Iterable[str]) -> None:
        """Accept a restricted key (`rk_test_...`) with these rights (`checkout_session_read`; write implies read)."""
        self.keys[key] = frozenset(rights)

    def next_fault(self, path: str, account: str = "") -> FaultKind | None:
        """The fault this request meets with, taken from its budget."""
        for fault in self.faults:
            if path.startswith(fault.path) and fault.account in (None, account):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault.kind
        return None

    def shown(self) -> Json:
        """All settings as JSON, without keys."""
        secret = {"keys", "expired_keys", "requests"}
        return {name: value for name, value in asdict(self).items() if name not in secret}
