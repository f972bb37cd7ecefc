"""`Bar`: how far a scan is, on stderr, with the time left. Shown on a terminal only; elsewhere it says nothing."""

from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from core.scanning.plan import Stage

_WORDS: Final = {
    "reading": "Reading Stripe and the orders",
    "comparing": "Comparing",
    "suspects": "Looking at suspects",
    "noting": "Noting what was found",
    "done": "Done",
}


class Bar:
    """A bar for each phase, begun when the first is shown. Use it as a context: it leaves nothing behind."""

    def __init__(self, console: Console | None = None) -> None:
        self._shown = console or Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[requests]} requests"),
            console=self._shown,
            transient=True,
            disable=not self._shown.is_terminal,
        )
        self._task = self._progress.add_task("", total=None, requests=0)
        self._phase = ""

    def show(self, stage: Stage) -> None:
        """How far it is now."""
        self._progress.start()
        if stage.phase != self._phase:  # the time left is that of the phase, by its own speed
            self._phase = stage.phase
            words = _WORDS.get(stage.phase, stage.phase)
            self._progress.reset(self._task, description=words, total=stage.total or None, requests=stage.requests)
        self._progress.update(self._task, completed=stage.done, total=stage.total or None, requests=stage.requests)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
