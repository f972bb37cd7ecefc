"""An environment of its own for a real app, from whatever index this machine uses, and the app as a process in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def environment(folder: Path, requirements: str = "requirements.txt") -> Path:
    """The Python of a fresh environment, `folder`, that holds the `requirements` and nothing of ours.
    Where it cannot be had, the test is skipped, with what the installer said."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("a real app needs an environment of its own, and there is no uv to make it")
    python = folder / "bin" / "python"
    for words in (
        ("venv", "--quiet", "--python", sys.executable, str(folder)),
        ("pip", "install", "--quiet", "--python", str(python), "--requirement", str(HERE / requirements)),
    ):
        where = folder.parent  # outside of this project, whose own pins uv would add
        done = subprocess.run([uv, *words], cwd=where, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"a real app could not be installed; uv {words[0]} said: {' '.join(done.stderr.split())}")
    return python


@contextmanager
def serving(python: Path, port: int, settings: Mapping[str, str]) -> Iterator[None]:
    """The shop, answering on `port` of this machine until the end of the block."""
    with subprocess.Popen(
        [python, "-m", "shop", str(port)],
        cwd=HERE,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **settings},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n", "the shop did not start"
            yield
        finally:
            process.kill()
