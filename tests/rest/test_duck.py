"""DuckDB as an engine: it says in words what fails, and lets itself be interrupted."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType

import pytest

from core.errors import Unreachable
from core.rest.sieve.duck import ASIDE, Duck


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Duck]:
    with closing(Duck(tmp_path, memory="100MB", threads=1)) as engine:
        yield engine
    assert not list(tmp_path.iterdir())


def test_ctrl_c_ends_a_statement(duck: Duck) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, end)
    try:
        with pytest.raises(KeyboardInterrupt):
            endless(duck)
    finally:
        signal.signal(signal.SIGUSR1, before)


def endless(duck: Duck) -> None:
    """A statement that would take years, and a signal to this process meanwhile."""
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    duck.run("SELECT sum(hash(range)) FROM range(1000000000000)")


def test_a_file_that_is_none_is_told_in_words(duck: Duck, tmp_path: Path) -> None:
    path = tmp_path.parent / "none.parquet"
    path.write_text("this is no Parquet")
    with pytest.raises(Unreachable, match="could not be gone through"):
        duck.run(f"CREATE TABLE t AS SELECT * FROM read_parquet('{path}')")


def test_what_a_killed_process_left_is_removed_and_what_another_uses_is_not(tmp_path: Path) -> None:
    """The folder may be shared; of a process that was killed nothing else would ever remove it."""
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    left, used = tmp_path / f"{ASIDE}{killed.pid}-a1", tmp_path / f"{ASIDE}{os.getppid()}-b2"
    shop = tmp_path / f"rest-{killed.pid}"
    for folder in (left, used, shop):
        folder.mkdir()
        (folder / "duckdb_temp_storage.tmp").write_text("jo@example.com")
    with closing(Duck(tmp_path, threads=1)) as engine:
        assert Path(engine.folder).parent == tmp_path
        assert Path(engine.folder).stat().st_mode & 0o077 == 0
        assert not left.exists()
    assert {*tmp_path.iterdir()} == {used, shop}


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unreachable, match="cannot be written"):
        Duck(tmp_path / "file" / "scans", threads=1)
