"""`Beside`: what is done in threads beside a run's main one, and taken in by the main one, one after the other."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

from core.journal import ReplayItem

Landed = tuple[ReplayItem, ReplayItem | None]
"""An item, and what came of it; None where it must not be begun any more."""
Taking = Callable[[Any], list[Landed]]
"""What is made of a job that is done, by its future; may raise what the job raised."""


class Beside:
    """Of one thread."""

    def __init__(self) -> None:
        self._jobs: dict[Future[Any], Taking] = {}
        self._done: SimpleQueue[Future[Any]] = SimpleQueue()

    def __bool__(self) -> bool:
        """Whether anything is under way, or not taken in yet."""
        return bool(self._jobs)

    def submit(self, threads: ThreadPoolExecutor, taking: Taking, do: Callable[..., Any], *args: object) -> None:
        """Have it done in one of these threads as soon as one is free."""
        job = threads.submit(do, *args)
        self._jobs[job] = taking
        job.add_done_callback(self._done.put)

    def landed(self, within: float) -> list[Landed]:
        """What has come to its end by now; waits for the first at most so many seconds. What a job raised ends it."""
        landed = list[Landed]()
        try:
            job = self._done.get(timeout=within) if self._jobs else self._done.get_nowait()
            while True:
                landed += self._jobs.pop(job)(job)
                job = self._done.get_nowait()
        except Empty:
            return landed
