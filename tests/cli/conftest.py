"""How the tests of the command call it: in a process of its own, as a program would."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Orderlens = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def orderlens(tmp_path: Path) -> Orderlens:
    """`orderlens("rules", "--json", env={...}, stdin="...")`: run it in an empty folder with no settings but `env`."""

    def run(*words: str, env: Mapping[str, str] | None = None, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        bare = {k: v for k, v in os.environ.items() if not k.startswith(("ORDERLENS_", "STRIPE_"))}
        return subprocess.run(
            [sys.executable, "-m", "core.cli", *words],
            cwd=tmp_path,
            env={**bare, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run
