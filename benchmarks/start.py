"""What a command costs before it does anything: processor seconds of whole processes, side by side in one run.

    python benchmarks/start.py [--times 7]

`orderlens case` (both sides of one order, on the sandbox of this machine) beside `orderlens rules`, which reads
nothing, and Python with what no desk can do without: SQLAlchemy, Stripe's SDK and the settings. The least of each is
what counts: whatever a busy machine adds is no part of it.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.cli.outcomes import Exit
from core.jobs import orderlens
from core.jobs.process import python
from core.sandbox import World

FLOOR = "import sqlalchemy, pydantic_settings, sys; sys.modules.update(httpx=None, aiohttp=None); import stripe"


def seconds(command: list[str], env: dict[str, str]) -> float:
    """Processor seconds of a process and what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (Exit.CLEAN, Exit.FINDINGS, Exit.CRITICAL):
        raise SystemExit(done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the least of each, and its ratio to `orderlens rules`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder, World(orders=0) as world:
        env = {**os.environ, **world.settings_env(), "ORDERLENS_CACHE_DIR": folder}
        number = next(iter(world.built.values())).number
        commands = {
            "orderlens rules": orderlens("rules"),
            "what no desk can do without": python("-c", FLOOR),
            "orderlens case": orderlens("case", number),
        }
        least = dict.fromkeys(commands, float("inf"))
        for _ in range(times):
            for name, command in commands.items():
                least[name] = min(least[name], seconds(command, env))
    for name, took in least.items():
        print(f"{name:30} {took:6.2f} s CPU   {took / least['orderlens rules']:5.1f} x")


if __name__ == "__main__":
    main()
