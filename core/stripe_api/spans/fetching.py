"""One question until it is answered: paced, tried again where that can help, and never longer than anybody waits.

Tried again by our own few lines, not by stamina as elsewhere: the pauses must end when somebody stops the reading, and
how long to go on depends on whether others get through. One page that fails is given up after a few tries; when nobody
gets through, Stripe is gone, and a scan waits for it a while rather than lose its place.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Event, Lock
from typing import Final

from core.sdk import stripe
from core.stripe_api import failures
from core.stripe_api.failures import Failure
from core.stripe_api.spans.listings import is_page
from core.stripe_api.spans.pacing import Pacer
from core.stripe_api.spans.transport import Garbled, Line
from core.stripe_api.wire import Answer, Ask

STRIKES: Final = 6  # failures of one question while others are answered
ALIKE: Final = 3  # answers garbled in the same way, after which it is what Stripe sends
PATIENCE: Final = 90.0  # seconds that Stripe may be gone
_LOOKED_AT: Final = 10_000  # letters of an answer, to tell whether it is the same
_PAUSE: Final = 0.25  # seconds before the second try, at most; doubled each time
_LONGEST: Final = 5.0
_LONGEST_ASKED: Final = 30.0  # a longer `Retry-After` is not believed


@dataclass(frozen=True, slots=True)
class Spent:
    """Requests sent; how many of them were another try; how many answers were 429."""

    requests: int = 0
    retried: int = 0
    slowed: int = 0

    def __sub__(self, before: "Spent") -> "Spent":
        """What was spent since then."""
        return Spent(self.requests - before.requests, self.retried - before.retried, self.slowed - before.slowed)


class Fetcher:
    """Asks one question at a time in the thread that calls; shared by all of them."""

    def __init__(self, line: Line, pacer: Pacer, *, patience: float, clock: Callable[[], float]) -> None:
        self._line = line
        self._pacer = pacer
        self._patience = patience
        self._clock = clock
        self._lock = Lock()
        self._through = clock()  # when somebody last got an answer
        self._spent = Spent()

    @property
    def spent(self) -> Spent:
        """Since the beginning."""
        return self._spent

    def begin(self) -> None:
        """A reading begins: whatever was before, Stripe has all its time to answer."""
        self._through = self._clock()

    def fetch(self, ask: Ask, *, paged: bool, halt: Event) -> Answer | None:
        """The answer, or the failure of the last try; None once `halt` is set. `paged`: a list is expected."""
        tries = strikes = 0
        alike, before = 0, None  # answers garbled in the same way; the one before
        failed_at, endpoint = self._clock(), endpoint_of(ask)
        while self._pacer.wait(endpoint, halt):
            tries += 1
            self._count(Spent(1, int(tries > 1)))
            sent = self._clock()
            try:
                body = self._line.get(ask.path, ask.params, paged=paged)
                if paged and not is_page(body):
                    raise Garbled(
                        "The answer is no list.", http_status=HTTPStatus.OK, http_body=repr(body)[:_LOOKED_AT]
                    )
            except stripe.StripeError as error:
                if halt.is_set():
                    return None
                strikes += self._through > failed_at  # others got through meanwhile: it is this question's own trouble
                failed_at = self._clock()
                alike, before = alike + 1 if _alike(error, before) else 1, error
                pause = None if alike >= ALIKE else self._pause(error, endpoint, tries)
                if pause is None or strikes >= STRIKES or failed_at - self._through > self._patience:
                    return Answer(ask, tries, failure=failures.of_error(error))
                halt.wait(pause)
            else:
                self._through = self._clock()
                self._pacer.answered(endpoint, self._through - sent)
                return Answer(ask, tries, body=body)
        return None

    def _pause(self, error: stripe.StripeError, endpoint: str, tries: int) -> float | None:
        """Seconds until the next try; None where none can help."""
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        if error.http_status == HTTPStatus.TOO_MANY_REQUESTS:
            self._count(Spent(slowed=1))
            if not _locked(error):
                self._pacer.slow_down(endpoint, headers.get("stripe-rate-limited-reason"))
        if not _may_pass(error, headers.get("stripe-should-retry")):
            return None
        asked = headers.get("retry-after", "")
        least = min(float(asked), _LONGEST_ASKED) if asked.isdecimal() else 0.0
        jitter = random.uniform(0, min(_LONGEST, _PAUSE * 2 ** min(tries - 1, 10)))  # noqa: S311 - no secret
        return max(least, jitter)

    def _count(self, more: Spent) -> None:
        with self._lock:
            now = self._spent
            self._spent = Spent(now.requests + more.requests, now.retried + more.retried, now.slowed + more.slowed)


def endpoint_of(ask: Ask) -> str:
    """What Stripe counts as one endpoint: the path, and all ids of one path together."""
    return ask.path if ask.id is None else ask.path.rpartition("/")[0] + "/{id}"


def again(answer: Answer, failure: Failure) -> str:
    """Why there is no answer, with the number of tries."""
    return failure.because + (f", also at try {answer.attempts}" if answer.attempts > 1 else "")


def _alike(error: stripe.StripeError, before: stripe.StripeError | None) -> bool:
    """Whether an answer is garbled in the same way as the one before: what is broken on the way never is."""
    return (
        isinstance(error, Garbled) and isinstance(before, Garbled) and error.http_body == before.http_body is not None
    )


def _may_pass(error: stripe.StripeError, advice: str | None) -> bool:
    if advice in {"true", "false"}:
        return advice == "true"
    return isinstance(error, Garbled) or failures.worth_another_try(error)


def _locked(error: stripe.StripeError) -> bool:
    return error.error is not None and error.error.code == "lock_timeout"
