"""`Pulse`: a run's heartbeat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.jobs import Heartbeat
from core.journal import ReplayRun, ReplayRuns


@dataclass(slots=True, kw_only=True)
class Pulse(Heartbeat):
    """Of the run `record`; `progress` is shown how far it is."""

    record: ReplayRun
    records: ReplayRuns
    progress: Callable[[int, int], None]

    def counted(self) -> Mapping[str, int]:
        return {}

    def show(self) -> None:
        self.progress(self.done, self.total)
