"""`Starter`: jobs of a kind, one process at a time, whoever asks; followed through their records.

Remembers the last process that was started here, for the moment before it has a record, and for its complaint where it
never gets one. Knows no page.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from core.jobs.process import Job, start
from core.jobs.records import Record, Records
from core.people import Person

R = TypeVar("R", bound=Record)


class Starter(Generic[R]):
    """Starts jobs of the kind `name`. Shared by all visitors, safe between threads. `folder`: for the log; `admit`:
    raises Refused where a person may start none; `rival`: whether one that runs is in the way of another."""

    def __init__(
        self,
        records: Records[R],
        folder: Path,
        *,
        name: str,
        admit: Callable[[Person], None],
        rival: Callable[[R], bool] = lambda _: True,
        launch: Callable[..., Job] = start,
    ) -> None:
        self._records, self._folder, self._name, self._rival, self._launch = records, folder, name, rival, launch
        self._admit = admit
        self._lock = threading.Lock()
        self._job: Job | None = None

    def begin(self, command: Sequence[str], *, who: Person, now: int) -> bool:
        """Start it for somebody; False where one is running or starting already. Refused where they may not;
        Unreachable where no process can be started."""
        self._admit(who)
        with self._lock:
            if any(map(self._rival, self._records.running(now))) or self._starting(self._records.recent()):
                return False
            self._job = self._launch(command, name=self._name, folder=self._folder)
            return True

    def starting(self, records: Iterable[R]) -> bool:
        """Whether a process was started here that has none of the `records` yet."""
        with self._lock:
            return self._starting(records)

    def complaint(self, records: Iterable[R]) -> str:
        """What the last process said that ended without ever having one of the `records`; empty where none did."""
        with self._lock:
            job = self._job
        if job is None or job.poll() is None or job.among(records) is not None:
            return ""
        return job.complaint or f"It ended with code {job.poll()} and said nothing."

    def _starting(self, records: Iterable[R]) -> bool:
        return self._job is not None and self._job.poll() is None and self._job.among(records) is None
