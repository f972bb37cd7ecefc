"""A process of its own, from a command line: it outlives whoever started it.

Owns its log, which holds what it complains of before it has a record, and how a record names a process. A browser may
be closed, the dashboard restarted: what the process does stands in its record.
"""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from core import private
from core.addresses import hidden, known
from core.errors import Unreachable, redact
from core.jobs.records import Record

_LONGEST: Final = 2000  # characters of a log that are shown
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Job:
    """A process that was started here. `holder`: how its record names it; `log`: what it printed; `poll`: its exit
    code, None while it runs."""

    pid: int
    holder: str
    log: Path
    poll: Callable[[], int | None] = lambda: None

    def among(self, records: Iterable[R]) -> R | None:
        """Its record; None before it has begun."""
        return next((one for one in records if one.holder == self.holder), None)

    @property
    def complaint(self) -> str:
        """The end of what it printed, without secrets: for a job that ended before it began."""
        try:
            said = self.log.read_text("utf-8", "replace")
            return redact(hidden(said, known(os.environ)))[-_LONGEST:].strip()
        except OSError:
            return ""


def start(command: Sequence[str], *, name: str, folder: Path, env: Mapping[str, str] | None = None) -> Job:
    """Start the command, detached. `name`: of the job, which is that of its command in a terminal; `folder`: for its
    log; `env`: instead of this process's own.

    Unreachable where no process can be started.
    """
    log = folder / f"{name}.log"
    try:
        private.folder(folder)
        with open(log, "wb", opener=private.opener) as printed:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=os.name == "posix",
            )
    except OSError as error:
        raise Unreachable(
            f"The {name} could not be started: {error}.",
            next_step=f"Run `orderlens {name}` in a terminal instead.",
        ) from error
    threading.Thread(target=process.wait, name=f"{name}-job", daemon=True).start()  # else its body stays behind it
    return Job(process.pid, _named(process.pid), log, process.poll)


def orderlens(*arguments: str) -> list[str]:
    """The command line of `orderlens` with these arguments, by this interpreter."""
    return python("-m", "core.cli", *arguments)


def python(*arguments: str) -> list[str]:
    """The command line of this interpreter. Without -P it would run what lies in the folder it stands in, a `stripe.py`
    or a `core/`: anybody's, where that is a folder of downloads."""
    return [sys.executable, "-P", *arguments]


def me() -> str:
    """How a record names this process: host and number."""
    return _named(os.getpid())


def account() -> str:
    """The machine's account that this process runs under, as the system has it: no variable says otherwise."""
    own = getattr(os, "getuid", None)
    return f"account {own() if own else os.getlogin()} of {socket.gethostname()}"


def gone(holder: str) -> bool:
    """Whether the process of this name ran on this machine and is no more. Where that cannot be known: no."""
    host, _, pid = holder.rpartition(" ")
    if os.name != "posix" or host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)  # asks only
    except ProcessLookupError:
        return True
    except (OSError, ValueError, OverflowError):  # another user's, so it lives; or no number at all
        return False
    return False


def _named(pid: int) -> str:
    return f"{socket.gethostname()} {pid}"
