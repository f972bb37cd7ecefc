"""Readings of many orders that run beside the pages: started once, watched by whoever looks.

Owns the threads. Knows no Streamlit: pages see frozen snapshots and draw them. One reading runs at a time, because
Stripe counts reads; who asks for another meanwhile is shown the one that runs.
"""

import logging
import secrets
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.desk import Desk, Survey
from core.errors import OrderlensError, redact

KEPT = 12
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """Which orders: created since and until (seconds since 1970; None is open), the newest `limit` of them."""

    since: int | None
    until: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a reading is: `done` of `total` orders (0 until known); at its end the `survey`, or an `error`."""

    ask: Ask
    started_at: float
    done: int = 0
    total: int = 0
    survey: Survey | None = None
    error: OrderlensError | None = None

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self.survey is None and self.error is None


class Surveys:
    """The readings of one process. Thread-safe."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._readings: dict[Ask, Reading] = {}  # the newest last
        self._running: Ask | None = None

    def start(self, desk: Desk, ask: Ask) -> Reading:
        """Begin a reading, or join the one that runs."""
        with self._lock:
            if self._running is not None:
                return self._readings[self._running]
            reading = Reading(ask, self._clock())
            self._readings.pop(ask, None)
            self._readings[ask] = reading
            while len(self._readings) > KEPT:
                del self._readings[next(iter(self._readings))]
            self._running = ask
        threading.Thread(target=self._read, args=(desk, ask), name="survey", daemon=True).start()
        return reading

    def running(self) -> Reading | None:
        """The reading that runs now."""
        with self._lock:
            return None if self._running is None else self._readings[self._running]

    def of(self, ask: Ask) -> Reading | None:
        """The newest reading of exactly these orders."""
        with self._lock:
            return self._readings.get(ask)

    def newest(self) -> Reading | None:
        """The newest reading of any orders that was completed."""
        with self._lock:
            return next((one for one in reversed(self._readings.values()) if one.survey is not None), None)

    def _read(self, desk: Desk, ask: Ask) -> None:
        def progress(done: int, total: int) -> None:
            with self._lock:
                self._readings[ask] = replace(self._readings[ask], done=done, total=total)

        survey: Survey | None = None
        error: OrderlensError | None = None
        try:
            survey = desk.survey(since=ask.since, until=ask.until, limit=ask.limit, progress=progress)
        except OrderlensError as known:
            error = known
        except Exception as unforeseen:  # noqa: BLE001 - the edge of a thread: nobody else would ever hear of it
            reference = secrets.token_hex(4)
            # not `exception`: it would write the trace with the secrets in it
            _log.error("reference %s\n%s", reference, redact("".join(traceback.format_exception(unforeseen))))
            error = OrderlensError(
                "The reading broke off: something broke in Orderlens itself.",
                next_step=f"The log has the details under reference {reference}. Reading again may help.",
            )
        with self._lock:
            self._readings[ask] = replace(self._readings[ask], survey=survey, error=error)
            self._running = None
