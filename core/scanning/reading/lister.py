"""`Lister`: Stripe's lists of a span read into the scratch by a process of its own.

A thousand pages keep half a core busy, and this process has the orders and the suspects to look at meanwhile. The child
is told everything in one line over its stdin (the key too, which stands on no command line and in no environment),
answers in lines, keeps each page and what it completes in one transaction, and ends when its stdin does: when it is
asked to stop, and when its parent is killed. What a child that dies has not read is a hole. A process reads once.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Final

import msgspec

from core.errors import OrderlensError, StripeUnreachable, Unreachable
from core.facts import NameKeys
from core.jobs import python
from core.scanning.scratch import Scratch, coverage
from core.stripe_api import Access
from core.stripe_api.spans import Batch, Hole, Limits, Listing, Progress, Range, SpanRead, SpanReader

PATIENCE: Final = 90.0  # seconds that Stripe may be gone
LOOK_UP: Final = 0.2  # seconds between two looks at whether to stop
ENDS: Final = 10.0  # seconds that a child which is asked to stop may take
_OFTEN: Final = 0.5  # seconds between two lines that say how far it is
_ROOT: Final = str(Path(__file__).parents[3])
# Without the SDK's asynchronous clients, which nobody uses here: to import them takes two fifths of the start.
_START: Final = f"import sys; sys.modules.update(httpx=None, aiohttp=None); from {__name__} import main; main()"
Wanted = Sequence[tuple[Listing, Sequence[Range]]]
_NOTHING: Final = Progress(0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class _Task:
    """What the child is told."""

    access: Access
    limits: Limits
    workers: int
    timeout: float
    patience: float
    path: str
    also: tuple[str, ...]
    never: tuple[str, ...]
    wanted: tuple[tuple[Listing, tuple[Range, ...]], ...]
    edges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Trouble:
    """An OrderlensError on its way to the parent."""

    kind: str
    message: str
    next_step: str
    setting: str | None

    def error(self) -> OrderlensError:
        kind = StripeUnreachable if self.kind == StripeUnreachable.__name__ else Unreachable
        return kind(self.message, next_step=self.next_step, setting=self.setting)


@dataclass(frozen=True, slots=True)
class _Said:
    """One line of the child's: one of these."""

    progress: Progress | None = None
    read: SpanRead | None = None
    trouble: _Trouble | None = None


@dataclass(slots=True)
class Lister:
    """Reads lists of one account, each reading in a process of its own. `workers`, `timeout` and `patience` as for
    `SpanReader`. Of one thread; `close` it: no process outlives that."""

    access: Access
    limits: Limits
    workers: int = 24
    timeout: float = 20.0
    patience: float = PATIENCE
    clock: Callable[[], float] = time.monotonic
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def warm(self) -> None:
        """Start the process for the next reading, unless it is there: it takes half a second to be ready."""
        with suppress(OSError):  # the reading tries again, and says so
            self._started()

    def read(
        self,
        scratch: Scratch,
        wanted: Wanted,
        *,
        edges: Sequence[int] = (),
        stop: Callable[[], bool] = lambda: False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> SpanRead:
        """As `SpanReader.read`, with everything kept in the scratch. `progress` and `stop` are called in this thread,
        several times a second. OrderlensError where the child met one (Unreachable: no room for the scratch)."""
        began = self.clock()
        try:
            child, self._child = self._started(), None
        except OSError as error:
            return self._lost(scratch, wanted, _NOTHING, began, f"could not be started: {error}")
        try:
            _tell(child, self._task(scratch, wanted, edges))
            said = self._followed(child, stop, progress)
        finally:
            _end(child)
        if said.trouble is not None:
            raise said.trouble.error()
        how = f"ended (exit code {child.returncode})"
        return said.read or self._lost(scratch, wanted, said.progress or _NOTHING, began, how)

    def close(self) -> None:
        """End a process that was started for nothing."""
        child, self._child = self._child, None
        if child is not None:
            _end(child)
            _pipe(child.stdout).close()

    def _started(self) -> subprocess.Popen[bytes]:
        """The process. In a session of its own, where Ctrl+C reaches it through its parent only."""
        if self._child is not None and self._child.poll() is not None:
            self.close()
        if self._child is None:
            paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
            kept = {name: value for name, value in os.environ.items() if self.access.api_key.strip() not in value}
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                python("-c", _START),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**kept, "PYTHONPATH": os.pathsep.join(paths)},
                start_new_session=os.name == "posix",
            )
        return self._child

    def _task(self, scratch: Scratch, wanted: Wanted, edges: Sequence[int]) -> _Task:
        lists = tuple((listing, tuple(ranges)) for listing, ranges in wanted)
        return _Task(
            self.access, self.limits, self.workers, self.timeout, self.patience,
            str(scratch.path.absolute()), scratch.keys.also, scratch.keys.never, lists, tuple(edges),
        )  # fmt: skip

    def _followed(
        self, child: subprocess.Popen[bytes], stop: Callable[[], bool], progress: Callable[[Progress], None]
    ) -> _Said:
        """The child's last line, once it has said it; how far it was, where it ended without any."""
        lines, far = SimpleQueue[_Said | None](), _NOTHING
        asked_at: float | None = None
        threading.Thread(target=_hear, args=(_pipe(child.stdout), lines), name="scan-lister", daemon=True).start()
        while True:
            if asked_at is None and stop():
                asked_at = self.clock()
                _hush(child)
            if asked_at is not None and self.clock() - asked_at > ENDS:
                child.kill()
            with suppress(Empty):
                said = lines.get(timeout=LOOK_UP)
                if said is None or said.progress is None:
                    _end(child)
                    return said or _Said(progress=far)
                far = said.progress
            progress(far)

    def _lost(self, scratch: Scratch, wanted: Wanted, far: Progress, began: float, how: str) -> SpanRead:
        """What a reading came to whose process is gone: the holes are what the scratch has not got."""
        because = f"the process that reads Stripe's lists {how}"
        holes = tuple(
            Hole(listing.kind, left.since, left.until, because)
            for listing, ranges in wanted
            for left in coverage.less(ranges, scratch.done(listing.kind))
        )
        return SpanRead(holes, far.requests, 0, 0, self.clock() - began, far.pages, far.objects, stopped=False)


def _tell(child: subprocess.Popen[bytes], task: _Task) -> None:
    with suppress(BrokenPipeError):  # it is gone already: that is seen where it is heard
        stdin = _pipe(child.stdin)
        stdin.write(msgspec.json.encode(task) + b"\n")
        stdin.flush()


def _hush(child: subprocess.Popen[bytes]) -> None:
    """Close its stdin, which asks it to end."""
    with suppress(BrokenPipeError):
        _pipe(child.stdin).close()


def _end(child: subprocess.Popen[bytes]) -> None:
    """It is asked to end, and killed where it does not."""
    _hush(child)
    try:
        child.wait(ENDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _hear(stdout: IO[bytes], lines: SimpleQueue[_Said | None]) -> None:
    """Every line; None at the end, and where one is cut off."""
    with stdout, suppress(msgspec.DecodeError):
        for line in stdout:
            lines.put(msgspec.json.decode(line, type=_Said))
    lines.put(None)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - for the type checker: both are pipes
    return pipe


def main() -> None:
    """The child: one task, one reading."""
    given = sys.stdin.buffer.readline()
    if not given:
        return
    halt = threading.Event()
    threading.Thread(target=_until_parent_ends, args=(halt,), daemon=True).start()
    try:
        said = _Said(read=_read(msgspec.json.decode(given, type=_Task), halt))
    except OrderlensError as error:
        said = _Said(trouble=_Trouble(type(error).__name__, error.message, error.next_step, error.setting))
    _say(said)


def _read(task: _Task, halt: threading.Event) -> SpanRead:
    said_at = 0.0

    def show(progress: Progress) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= _OFTEN:
            said_at = time.monotonic()
            _say(_Said(progress=progress))

    reader = SpanReader(
        task.access, task.limits, workers=task.workers, timeout=task.timeout, patience=task.patience
    )  # fmt: skip
    with closing(reader), closing(Scratch(Path(task.path), keys=NameKeys(task.also, task.never))) as scratch:

        def keep(batch: Batch) -> None:
            scratch.keep(batch.listing.kind, batch.objects, batch.done, batch.flaws())

        return reader.read(task.wanted, keep=keep, edges=task.edges, stop=halt.is_set, progress=show)


def _until_parent_ends(halt: threading.Event) -> None:
    """Reads past the buffer of `sys.stdin`, which cannot be let go of while a thread waits in it."""
    while os.read(0, 1024):
        pass
    halt.set()


def _say(said: _Said) -> None:
    with suppress(BrokenPipeError):  # nobody listens any more: the reading ends with stdin
        os.write(1, msgspec.json.encode(said) + b"\n")
