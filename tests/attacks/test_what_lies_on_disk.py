"""What Orderlens puts on the disk is its owner's alone, what a kill left goes at the next start, and a journal that was
damaged is never shown as an empty one."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import private
from core.errors import Unreachable
from core.jobs import start
from core.journal import Entry, Filter, Journal
from core.scanning.scratch import Scratch
from tests.journal.noted import NOW, found
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def _open_handed() -> Iterator[None]:
    """A machine on which what is made is everybody's."""
    before = os.umask(0)
    yield
    os.umask(before)


def _modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.rglob("*")}


def _journal(path: Path) -> Journal:
    return Journal(f"sqlite:///{path}")


def _kept(path: Path) -> None:
    """A journal with something in it, closed."""
    journal = _journal(path)
    journal.inbox.note([found(f"order:{number}") for number in range(300)], now=NOW)
    for at in range(1, 50):
        journal.record(Entry(at, "ada", "replay", "order:1", "evt_1", "healed"))
    journal.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def test_everything_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    journal = _journal(folder / "data" / "journal.sqlite3")
    journal.record(Entry(1, "ada", "replay", "order:1", "evt_1", "healed"))
    scratch = Scratch.of(folder / "scans", "7")
    with journal._database.reading(), scratch.writing() as db:  # noqa: SLF001 - while it is read, its -wal and -shm are there
        db.execute("INSERT OR REPLACE INTO meta VALUES ('a', 'b')")
        modes = _modes(tmp_path)
    job = start([sys.executable, "-c", "print('hello')"], name="scan", folder=folder / "logs")
    eventually(lambda: job.poll() is not None)
    with private.text(folder / "bundle.json") as file:
        file.write("{}\n")
    scratch.close()
    journal.close()
    modes |= _modes(tmp_path)
    assert {"journal.sqlite3", "journal.sqlite3-wal", "journal.sqlite3-shm", "scan-7.sqlite3", "scan.log"} <= set(modes)
    assert any("-met-" in name for name in modes)
    folders = {"ours", "data", "scans", "logs"}
    assert modes == {name: "0o700" if name in folders else "0o600" for name in modes}


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o664, 0o600), (0o640, 0o640), (0o660, 0o660)])
def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path, before: int, after: int) -> None:
    path = tmp_path / "journal.sqlite3"
    _kept(path)
    path.chmod(before)
    journal = _journal(path)
    journal.check()
    journal.close()
    assert stat.S_IMODE(path.stat().st_mode) == after


def test_what_a_killed_scan_left_goes_with_the_next(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f"scan-3.sqlite3-met-{dead.pid}-1"
    alive = tmp_path / f"scan-4.sqlite3-met-{os.getpid()}-1"
    for one in (left, alive):
        one.write_text("")
    Scratch.of(tmp_path, "9").close()
    assert (left.exists(), alive.exists()) == (False, True)


@pytest.mark.parametrize("bytes_left", [b"", b"S", b"SQLite format 3\x00"])
def test_a_file_that_was_cut_off_is_not_begun_anew(tmp_path: Path, bytes_left: bytes) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(bytes_left)
    journal = _journal(path)
    with pytest.raises(Unreachable, match=rf"journal\.sqlite3 holds {len(bytes_left)} bytes") as caught:
        journal.inbox.count(Filter())
    assert "a copy" in caught.value.next_step
    assert path.read_bytes() == bytes_left


def test_a_journal_with_a_hole_is_damaged_not_empty(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    _kept(path)
    whole = path.read_bytes()
    third = len(whole) // 3
    path.write_bytes(whole[:third] + bytes(third) + whole[2 * third :])
    journal = _journal(path)
    for ask in (lambda: journal.inbox.count(Filter()), journal.recent, journal.check):
        with pytest.raises(Unreachable, match=r"journal\.sqlite3 is damaged \("):
            ask()
    path.write_bytes(whole)
    assert journal.inbox.count(Filter()) == 300
    journal.close()
