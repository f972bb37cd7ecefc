"""The journal keeps what was done: added, never changed, without secrets, also when several write at once."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import SettingsError, Unreachable
from core.journal import Entry, Journal
from tests.databases import postgresql

ROOT = Path(__file__).parents[2]
RECORD_SOME = """
import sys
from core.journal import Entry, Journal
journal = Journal(sys.argv[1])
for n in range(5):
    journal.record(Entry(int(sys.argv[2]), "ada", "replay", "order:1", f"evt_{n}", "healed"))
journal.close()
"""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(f"sqlite:///{tmp_path / 'new' / '100% ours' / 'journal.sqlite3'}")
    yield journal
    journal.close()


def _entry(at: int, *, case: str = "order:1", **details: object) -> Entry:
    return Entry(at, "ada", "replay", case, "evt_1", "healed", details)


def test_a_new_journal_is_empty_and_its_folder_is_made(journal: Journal) -> None:
    assert journal.recent() == ((), False)


def test_nothing_is_made_before_the_first_use(tmp_path: Path) -> None:
    Journal(f"sqlite:///{tmp_path / 'later' / 'journal.sqlite3'}").close()
    assert not (tmp_path / "later").exists()


def test_what_was_recorded_is_read_again_newest_first(journal: Journal) -> None:
    kept = [journal.record(_entry(at, n=at)) for at in (10, 30, 20)]
    entries, more = journal.recent()
    assert [entry.at for entry in entries] == [30, 20, 10]
    assert list(entries) == [kept[1], kept[2], kept[0]]
    assert not more


def test_a_short_list_says_that_there_is_more(journal: Journal) -> None:
    for at in range(3):
        journal.record(_entry(at))
    assert [len(entries) for entries, _ in (journal.recent(limit=2), journal.recent(limit=3))] == [2, 3]
    assert (journal.recent(limit=2)[1], journal.recent(limit=3)[1]) == (True, False)


def test_the_entries_of_one_case(journal: Journal) -> None:
    journal.record(_entry(1, case="order:1"))
    journal.record(_entry(2, case="order:11"))
    assert [entry.case_key for entry in journal.recent(case_key="order:1")[0]] == ["order:1"]


def test_no_secret_and_no_address_is_kept(journal: Journal, tmp_path: Path) -> None:
    whsec = "whsec_" + "a1b2c3d4e5"
    key = "sk_live_" + "abcdefgh1234"
    journal.record(_entry(1, answer=f"bad {key}", nested=[{"deep": whsec}], to="jenny.rosen@example.com"))
    details = journal.recent()[0][0].details
    assert details == {"answer": "bad ***", "nested": [{"deep": "***"}], "to": "j***@example.com"}
    for file in (tmp_path / "new" / "100% ours").iterdir():
        assert whsec.encode() not in file.read_bytes()
        assert key.encode() not in file.read_bytes()


@pytest.mark.parametrize("broken", ["{broken", "[1]", "null", "", "[" * 100_000])
def test_an_entry_that_was_damaged_is_one_line_and_the_others_are_read(
    journal: Journal, tmp_path: Path, broken: str
) -> None:
    for at in (1, 2, 3):
        journal.record(_entry(at, note="here"))
    with sqlite3.connect(tmp_path / "new" / "100% ours" / "journal.sqlite3") as file:
        file.execute("UPDATE entries SET details = ?, at = 'never' WHERE at = 2", (broken,))
    file.close()
    entries, more = journal.recent()
    assert (len(entries), more) == (3, False)
    damaged = next(entry for entry in entries if entry.at == 0)
    assert (damaged.who, damaged.outcome) == ("ada", "healed")
    assert "cannot be read" in str(damaged.details["note"])
    assert [entry.details for entry in entries if entry.at] == [{"note": "here"}] * 2


def test_an_older_desk_and_a_newer_one_share_a_journal(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    first, second = Journal(url), Journal(url)
    first.record(_entry(1))
    second.record(_entry(2))
    assert len(first.recent()[0]) == 2
    first.close()
    second.close()


def test_threads_that_write_at_once_all_succeed(journal: Journal) -> None:
    threads = [threading.Thread(target=journal.record, args=(_entry(at),)) for at in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.recent()[0]) == 40


def test_processes_that_start_at_once_make_one_journal(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    processes = [subprocess.Popen([sys.executable, "-c", RECORD_SOME, url, str(at)], cwd=ROOT) for at in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    journal = Journal(url)
    assert len(journal.recent()[0]) == 15
    journal.close()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    journal = Journal(f"sqlite:///{tmp_path / 'file' / 'journal.sqlite3'}")
    with pytest.raises(Unreachable, match="journal") as caught:
        journal.check()
    assert "ORDERLENS_JOURNAL_URL" in caught.value.next_step


def test_a_file_that_is_something_else_is_said_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "thesis.txt"
    path.write_text("Chapter one. " * 100)
    journal = Journal(f"sqlite:///{path}")
    with pytest.raises(Unreachable, match=r"thesis\.txt"):
        journal.record(_entry(1))
    assert path.read_text().startswith("Chapter one.")


def test_a_journal_that_is_locked_is_said_not_waited_for_forever(tmp_path: Path, journal: Journal) -> None:
    journal.check()
    path = tmp_path / "new" / "100% ours" / "journal.sqlite3"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unreachable, match="locked"):
        journal.record(_entry(1))
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "mysql://me:tiger77@host/db"])
def test_an_address_that_is_none_is_a_matter_of_settings(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Journal(url)
    assert "tiger77" not in str(caught.value)


def test_several_machines_may_share_a_journal_in_postgresql() -> None:
    with postgresql() as url:
        first, second = Journal(url), Journal(url)
        threads = [
            threading.Thread(target=one.record, args=(_entry(at, n=at),)) for at, one in enumerate((first, second))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {entry.details["n"] for entry in first.recent()[0]} == {0, 1}
        first.close()
        second.close()
