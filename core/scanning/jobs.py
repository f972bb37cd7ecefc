"""A scan as a process of its own: started, followed and cancelled from anywhere, through the journal.

The process outlives whoever started it: a browser may be closed, the dashboard restarted. What it does stands in the
journal; what it complains of before it has a record there, in its log. Refuses to scan in the caller's process.
"""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import Unreachable, redact
from core.journal import Journal, ScanRecord
from core.scanning.plan import Plan

_LONGEST: Final = 2000  # characters of a log that are shown


@dataclass(frozen=True, slots=True)
class Job:
    """A started scan. `holder`: how the journal names its process; `log`: what it printed; `poll`: its exit code, None
    while it runs."""

    pid: int
    holder: str
    log: Path
    poll: Callable[[], int | None] = lambda: None

    def record(self, journal: Journal) -> ScanRecord | None:
        """What the journal says of it; None before it has begun."""
        return next((one for one in journal.scans.recent(50) if one.holder == self.holder), None)

    @property
    def complaint(self) -> str:
        """The end of what it printed, without secrets: for a job that ended before it began."""
        try:
            return redact(self.log.read_text("utf-8", "replace")[-_LONGEST:].strip())
        except OSError:
            return ""


def start(plan: Plan, *, folder: Path, env: Mapping[str, str] | None = None) -> Job:
    """Start `orderlens scan` for the plan, detached. `folder`: for its log; `env`: instead of this process's own.

    Unreachable where no process can be started.
    """
    log = folder / "scan.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as printed:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own command
                command(plan),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                env=dict(env) if env is not None else None,
                start_new_session=os.name == "posix",
                close_fds=True,
            )
    except OSError as error:
        raise Unreachable(
            f"The scan could not be started: {error}.", next_step="Run `orderlens scan` in a terminal instead."
        ) from error
    threading.Thread(target=process.wait, name="scan-job", daemon=True).start()  # else its body stays behind it
    return Job(process.pid, f"{socket.gethostname()} {process.pid}", log, process.poll)


def command(plan: Plan) -> list[str]:
    """The command line that carries out the plan; times are seconds since 1970."""
    given: dict[str, object] = {
        "--since": plan.since,
        "--until": plan.until,
        "--who": plan.who or None,
        "--scan": plan.scan_id,
    }
    options = [str(part) for name, value in given.items() if value is not None for part in (name, value)]
    only = [part for one in plan.only for part in ("--only", f"{one.since}-{one.until}")]
    return [sys.executable, "-m", "core.cli", "scan", "--json", *options, *only, *([] if plan.resume else ["--anew"])]


def cancel(journal: Journal, scan_id: int, *, now: int) -> ScanRecord:
    """Ask a scan to stop: it does at its next heartbeat. UsageError where there is none."""
    return journal.scans.ask_to_cancel(scan_id, now=now)
