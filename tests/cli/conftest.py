"""How the tests call the command: in this process, or, where a process is what is tested, in one of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from core.cli import main
from tests.waiting import LIMIT

ROOT = Path(__file__).parents[2]
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class Orderlens:
    """`orderlens("rules", "--json", env={...}, stdin="...")`: run it in `folder` with no settings but `env`. The same
    words give the same answer either way; `process` costs the start of an interpreter."""

    folder: Path

    def __call__(self, *words: str, env: Mapping[str, str] | None = None, stdin: str = "") -> Done:
        """In this process: what it wrote to each stream, and its exit code."""
        given, out, err = _stream(stdin), _stream(), _stream()
        with (
            chdir(self.folder),
            patch.dict(os.environ, _bare(env), clear=True),
            patch.multiple(sys, argv=["orderlens", *words], stdin=given, stdout=out, stderr=err),
        ):
            code = _ended()
        return subprocess.CompletedProcess(words, code, _written(out), _written(err))

    def process(self, *words: str, env: Mapping[str, str] | None = None, stdin: str = "") -> Done:
        """In a process of its own, to its end."""
        with self.started(*words, env=env) as process:
            out, err = process.communicate(stdin, timeout=LIMIT)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    @contextmanager
    def started(self, *words: str, env: Mapping[str, str] | None = None) -> "Iterator[subprocess.Popen[str]]":
        """In a process of its own, which is left running for as long as the test looks at it."""
        with subprocess.Popen(
            [sys.executable, "-m", "core.cli", *words],
            cwd=self.folder,
            env={**_bare(env), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()


@pytest.fixture
def orderlens(tmp_path: Path) -> Orderlens:
    """In an empty folder."""
    return Orderlens(tmp_path)


def _bare(env: Mapping[str, str] | None) -> dict[str, str]:
    """The environment of this run without a setting of Orderlens's, and `env`."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("ORDERLENS_", "STRIPE_"))}
    return {**bare, "COLUMNS": "200", **(env or {})}


def _ended() -> int:
    """The exit code of the command."""
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _stream(content: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content.encode()), encoding="utf-8", newline="", write_through=True)


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read().replace("\r\n", "\n")
