"""Who may ask, how often, and what becomes of asking twice.

Owns keys, the published rates and idempotency keys. The rates are token buckets on this machine's monotonic clock:
an account's bucket is as large as what it may do in a second.
"""

import base64
import binascii
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.datastructures import Headers

from core.sandbox.stripe.api import refusals
from core.sandbox.stripe.api.call import Asker, Operation
from core.sandbox.stripe.objects import ACCOUNT_ID, Json
from core.sandbox.stripe.switches import Switches

_A_DAY = 86_400
_PER_SECOND = {"endpoint": 25, "search": 20, "test": 25, "live": 100}


def admit(headers: Headers, switches: Switches, connected: Container[str] = ()) -> Asker:
    """The asker whose key the request carries, on the key's own account or one of the `connected` ones."""
    key = _key(headers)
    if not key:
        raise refusals.no_key()
    if key.startswith("pk_"):
        raise refusals.publishable_key()
    if key in switches.expired_keys:
        raise refusals.expired_key(key)
    if key not in switches.keys:
        raise refusals.wrong_key(key)
    account = headers.get("Stripe-Account") or headers.get("Stripe-Context") or ACCOUNT_ID
    if account != ACCOUNT_ID and account not in connected:
        raise refusals.foreign_account(key, account)
    return Asker(key, livemode=key[2:].startswith("_live_"), rights=switches.keys[key], account=account)


def _key(headers: Headers) -> str:
    scheme, _, given = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return given.strip() if scheme.lower() == "bearer" else ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


@dataclass(slots=True)
class _Bucket:
    rate: int
    tokens: float
    filled_at: float

    def take(self, at: float) -> bool:
        self.tokens = min(self.rate, self.tokens + (at - self.filled_at) * self.rate)
        self.filled_at = at
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True)
class Rates:
    """The buckets of one account, filled as `clock` (seconds) goes on."""

    clock: Callable[[], float] = time.monotonic
    _buckets: dict[tuple[str, ...], _Bucket] = field(default_factory=dict)

    def spend(self, operation: Operation, asker: Asker) -> None:
        """Count a request; refuse it where a bucket is empty, naming which."""
        mode = "live" if asker.livemode else "test"
        endpoint = _PER_SECOND["search" if operation.searches else "endpoint"]
        if not self._take((mode, operation.method, operation.path), endpoint):
            raise refusals.rate_limited("endpoint-rate")
        if not self._take((mode,), _PER_SECOND[mode]):
            raise refusals.rate_limited("global-rate")

    def _take(self, name: tuple[str, ...], rate: int) -> bool:
        at = self.clock()
        return self._buckets.setdefault(name, _Bucket(rate, rate, at)).take(at)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a request that carried an idempotency key."""

    asked: tuple[str, str, str]
    at: int
    request_id: str
    status: int
    body: Json


@dataclass(slots=True)
class Memory:
    """The answers of the last day, by idempotency key; and the keys whose answers are being made."""

    _answers: dict[tuple[bool, str], Answered] = field(default_factory=dict)
    _in_flight: set[tuple[str, str]] = field(default_factory=set)

    @contextmanager
    def alone(self, authorization: str, key: str | None) -> Iterator[None]:
        """Hold an idempotency key while its request is answered; refused where another request holds it."""
        if key is None:
            yield
            return
        if (authorization, key) in self._in_flight:
            raise refusals.in_flight(key)
        self._in_flight.add((authorization, key))
        try:
            yield
        finally:
            self._in_flight.discard((authorization, key))

    def recall(self, asker: Asker, key: str, asked: tuple[str, str, str], now: int) -> Answered | None:
        """The answer that was given before; refused where the key stood for something else."""
        known = self._answers.get((asker.livemode, key))
        if known is None or known.at < now - _A_DAY:
            return None
        if known.asked != asked:
            raise refusals.other_parameters(key)
        return known

    def keep(self, asker: Asker, key: str, answered: Answered) -> None:
        """Remember an answer."""
        self._answers[asker.livemode, key] = answered
