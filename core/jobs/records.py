"""What is kept of a job, whatever its kind: the store is its kind's own. Times are seconds since 1970."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Record(Protocol):
    """One job. `holder`: the process that has it (`core.jobs.me`)."""

    @property
    def id(self) -> int: ...
    @property
    def holder(self) -> str: ...


R_co = TypeVar("R_co", bound=Record, covariant=True)


class Records(Protocol[R_co]):
    """All jobs of a kind. Every method raises Unreachable where the store cannot be used."""

    def recent(self, limit: int = ...) -> Sequence[R_co]:
        """The newest first."""

    def running(self, now: int) -> Sequence[R_co]:
        """Those that somebody runs at this moment (see `abandoned`), the newest first."""

    def ask_to_cancel(self, job_id: int, /, *, now: int) -> R_co:
        """Ask whoever runs it to stop at the next beat; what nobody runs is cancelled at once. UsageError: no such
        job."""

    def take(self, job_id: int, /, *, now: int) -> R_co | None:
        """Go on with it in this process, by one taker only. None where somebody runs it, or nothing is left to do."""

    def beat(self, job_id: int, /, *, now: int, phase: str, done: int, total: int, **counted: int) -> bool:
        """Say that it goes on, and how far it is; `counted`: what else its kind keeps. False: stop, for
        somebody asked to cancel it, or has taken it."""
