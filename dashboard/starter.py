"""Scans as the dashboard starts them: one process at a time, whoever asks; followed through the journal.

Knows no Streamlit. Remembers the last process that was started here, for the moment before it stands in the journal,
and for its complaint where it never gets there. Refuses to scan in this process.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from core.desk import Desk, ScanRecord
from core.scanning.jobs import Job, start
from core.scanning.plan import Plan


class Starter:
    """Starts scans. Shared by all visitors, safe between threads. `folder`: for the job's log."""

    def __init__(self, desk: Desk, folder: Path, *, launch: Callable[..., Job] = start) -> None:
        self._desk, self._folder, self._launch = desk, folder, launch
        self._lock = threading.Lock()
        self._job: Job | None = None

    def begin(self, plan: Plan, *, now: int) -> bool:
        """Start it; False where one is running or starting already. Unreachable where no process can be started."""
        with self._lock:
            ours = (one for one in self._desk.scans.running(now) if one.key_mode == self._desk.key_mode)
            if any(ours) or self._starting(self._desk.scans.recent()):
                return False
            self._job = self._launch(plan, folder=self._folder)
            return True

    def starting(self, records: Sequence[ScanRecord]) -> bool:
        """Whether a process was started here that does not stand in `records` yet."""
        with self._lock:
            return self._starting(records)

    def complaint(self, records: Sequence[ScanRecord]) -> str:
        """What the last process said that ended without ever standing in `records`; empty where none did."""
        with self._lock:
            job = self._job
        if job is None or job.poll() is None or _stands(job, records):
            return ""
        return job.complaint or f"It ended with code {job.poll()} and said nothing."

    def _starting(self, records: Sequence[ScanRecord]) -> bool:
        return self._job is not None and self._job.poll() is None and not _stands(self._job, records)


def _stands(job: Job, records: Sequence[ScanRecord]) -> bool:
    return any(one.holder == job.holder for one in records)
