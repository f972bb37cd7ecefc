"""A full disk, a lock, a writer that dies: said in words, and nothing is half written."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from core.errors import Unreachable
from core.journal import Filter, Journal, opening
from tests.journal.noted import NOW, found
from tests.people import person

ROOT = Path(__file__).parents[2]
NOTE = """
import sys
from tests.journal.noted import found, NOW
from core.journal import Journal
journal = Journal(sys.argv[1])
for start in range(0, 200, 20):
    journal.inbox.note([found(f"order:{n}", scan_id=1) for n in range(start, start + 20)], now=NOW)
journal.close()
"""


@pytest.fixture
def full() -> Iterator[None]:
    """Databases that may not grow beyond what they are."""

    def limit(connection: sqlite3.Connection, _entry: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


def _journal(tmp_path: Path) -> Journal:
    journal = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    journal.inbox.note([found("order:kept")], now=NOW)
    return journal


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    journal = _journal(tmp_path)
    request.getfixturevalue("full")
    with pytest.raises(Unreachable, match="full") as caught:
        journal.inbox.note([found(f"order:{n}") for n in range(500)], now=NOW)
    assert "ORDERLENS_JOURNAL_URL" in caught.value.next_step
    assert [case.key for case in journal.inbox.page(Filter())[0]] == ["order:kept"]
    assert journal.inbox.count(Filter(text="cs_test_499")) == 0
    journal.close()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    journal = Journal(f"sqlite:///{tmp_path / 'file' / 'journal.sqlite3'}")
    for ask in (
        lambda: journal.inbox.note([found()], now=NOW),
        journal.scans.recent,
        lambda: journal.cursors.get("x"),
    ):
        with pytest.raises(Unreachable, match="journal"):
            ask()


def test_a_writer_that_holds_the_journal_is_not_waited_for_forever(url: str) -> None:
    journal = Journal(url)
    journal.inbox.note([found()], now=NOW)
    other = opening.opened(opening.understood(url))
    with opening.writing(other) as connection:
        connection.execute(text("UPDATE cases SET who = 'me'"))
        with pytest.raises(Unreachable, match="lock"):
            journal.inbox.acknowledge(["order:1"], person("ada"), NOW)
        assert journal.inbox.count(Filter()) == 1
    assert journal.inbox.acknowledge(["order:1"], person("ada"), NOW) == 1
    other.dispose()
    journal.close()


def test_a_writer_that_is_killed_leaves_whole_batches(url: str) -> None:
    journal = Journal(url)
    journal.check()
    writer = subprocess.Popen([sys.executable, "-c", NOTE, url], cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    while journal.inbox.count(Filter()) == 0 and writer.poll() is None:
        pass
    writer.kill()
    writer.wait()
    assert journal.inbox.count(Filter()) % 20 == 0
    again = [journal.inbox.note([found(f"order:{n}", scan_id=1) for n in range(200)], now=NOW + 9) for _ in range(2)]
    assert {change.what for changes in again for change in changes} == {"new"}
    assert journal.inbox.count(Filter()) == 200
    journal.close()


def test_readers_that_write_at_once_do_not_disturb_each_other(url: str) -> None:
    journals = [Journal(url) for _ in range(3)]
    batches = [[found(f"order:{n}", scan_id=scan) for n in range(60)] for scan in range(3)]
    told: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda j=j, b=b: told.append([change.what for change in j.inbox.note(b, now=NOW)]))
        for j, b in zip(journals, batches, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [["again"] * 60, ["again"] * 60, ["new"] * 60]
    assert journals[0].inbox.count(Filter()) == 60
    assert {journals[0].inbox.readings(f"order:{n}")[0].times for n in range(60)} == {3}
    for journal in journals:
        journal.close()
