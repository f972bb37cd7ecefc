"""`Heartbeat`: says that a job goes on and how far it is, and hears that it should stop.

Whose heart is still for a minute, or whose process is gone, is abandoned: another process may take the job.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from core.errors import Unreachable
from core.jobs.process import gone
from core.jobs.records import Record, Records

BEAT: Final = 2  # seconds between two
LEASE: Final = 60  # seconds without one


class Stopped(Exception):
    """Somebody asked the job to stop, or has taken it over."""


@dataclass(slots=True, kw_only=True)
class Heartbeat(ABC):
    """Of the job `record`, by whoever carries it out: a kind of job says what it counts. `clock`: seconds since 1970;
    `stop`: whether this process is asked to end; `every`: so many seconds it beats."""

    record: Record
    records: Records[Record]
    clock: Callable[[], float]
    stop: Callable[[], bool] = lambda: False
    every: float = BEAT
    phase: str = ""
    done: int = 0
    total: int = 0
    lost: bool = False
    _beaten: float = 0.0

    @abstractmethod
    def counted(self) -> Mapping[str, int]:
        """What the records keep of it beside how far it is, under their names."""

    def show(self) -> None:  # noqa: B027 - not every job is watched
        """Called at every beat: for whoever watches in this process."""

    def progressed(self, phase: str, done: int, total: int) -> None:
        """How far it is: `done` of `total` (0: not known)."""
        self.phase, self.done, self.total = phase, done, total
        self.beat()

    def beat(self) -> None:
        """A beat, if it is time for one. Unreachable where the records cannot be written."""
        now = self.clock()
        if 0 <= now - self._beaten < self.every:
            return
        self._beaten = now
        self.show()
        try:
            goes_on = self.records.beat(
                self.record.id, now=int(now), phase=self.phase, done=self.done, total=self.total, **self.counted()
            )
        except Unreachable:
            self.lost = True  # whoever reads beside this thread is not to go on alone
            raise
        self.lost = self.lost or not goes_on

    def stopped(self) -> bool:
        """Whether to stop."""
        return self.lost or self.stop()

    def must_stop(self) -> bool:
        """A beat; whether to stop: for what takes long and is asked often, in the job's own thread."""
        self.beat()
        return self.stopped()

    def must_go_on(self) -> None:
        """A beat; Stopped where that is asked for."""
        if self.must_stop():
            raise Stopped


def abandoned(holder: str, beat_at: int, now: int, lease: int = LEASE) -> bool:
    """Whether nobody runs a job that is called running. (A beat from the future is of a clock that stepped.) `lease`:
    seconds without a beat after which that is certain."""
    return abs(now - beat_at) > lease or gone(holder)
