"""How a command ends: its exit code, errors in words, and what happens where it is asked to end before."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from core.cli.outcomes import Exit, exit_of_error
from core.cli.speaking import complain, narrate
from core.errors import OrderlensError
from core.settings.environment import chosen_shop


def finish(run: Callable[[], Exit]) -> None:
    """Run a command to its end."""
    try:
        code = run()
    except OrderlensError as error:
        complain(error, chosen_shop() or "")
        code = exit_of_error(error)
    except BrokenPipeError:
        narrate("orderlens: whoever was reading stopped; nothing more was written.")
        code = Exit.USAGE
    raise typer.Exit(code)


@contextmanager
def interruptible(*, at_once: bool = True) -> Iterator[Callable[[], bool]]:
    """Ctrl+C, or being asked to end, makes the answer True for all threads. `at_once`: it raises KeyboardInterrupt in
    this one too, and asking again would cut short how that is obeyed; else only whoever asks a second time does not
    want to wait for what is under way."""
    asked: list[int] = []  # no Event: a signal that comes while this thread holds its lock would wait for itself

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        if (len(asked) == 1) is at_once:
            raise KeyboardInterrupt

    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
