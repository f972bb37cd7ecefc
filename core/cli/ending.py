"""How a command ends: its exit code, and errors in words."""

from collections.abc import Callable

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
