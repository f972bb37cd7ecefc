"""A journal that is gone for a moment is waited for by whoever is patient; what waiting cannot mend is said at once."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from core.errors import Unreachable
from core.journal import Begun, Journal, ReplayItem

VERY_LONG = 600.0  # seconds: whoever waits that long fails by its time limit


class Pauses:
    """The pauses that were made; `meanwhile`: what happens in which of them."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.meanwhile: dict[int, Callable[[], object]] = {}

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.meanwhile.get(len(self.seconds), list)()


@pytest.fixture(autouse=True)
def not_busy_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.journal.opening._BUSY_SECONDS", 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@contextmanager
def opened(file: Path, *patience: float) -> Iterator[Journal]:
    with closing(Journal(f"sqlite:///{file}", patience=patience)) as journal:
        journal.check()
        yield journal


@contextmanager
def held(file: Path) -> Iterator[sqlite3.Connection]:
    """Another writer, who does not end."""
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    """Instead of a pause: what happens meanwhile."""
    made = Pauses()
    monkeypatch.setattr("core.journal.database.time.sleep", made)
    return made


def test_another_writer_is_waited_for(file: Path, pauses: Pauses) -> None:
    with opened(file, 0.2, 0.4, 0.8) as journal, held(file) as other:
        pauses.meanwhile = {2: lambda: other.execute("ROLLBACK")}
        journal.cursors.set("watch", "far", 1)
        assert pauses.seconds == [0.2, 0.4]
        assert journal.cursors.get("watch") == "far"


def test_that_it_is_waited_for_is_told_once(file: Path, pauses: Pauses) -> None:
    told: list[str] = []
    with closing(Journal(f"sqlite:///{file}", patience=(0.2, 0.4, 0.8), told=told.append)) as journal:
        journal.check()
        with held(file) as other:
            pauses.meanwhile = {2: lambda: other.execute("ROLLBACK")}
            journal.wait()
    assert told == [f"The journal {file} is held by another, or gone: waiting for it."]


def test_what_must_not_be_done_twice_waits_its_turn_and_is_done_once(file: Path, pauses: Pauses) -> None:
    run = Begun(who="ada", sub="ada", account=None, how="replay", chosen="these")
    with opened(file, 0.2, 0.4) as journal, held(file) as other:
        pauses.meanwhile = {1: lambda: other.execute("ROLLBACK")}
        journal.replay_runs.begin(run, [ReplayItem(case_key="order:1", event_id="evt_1")], now=1)
        assert [one.id for one in journal.replay_runs.recent()] == [1]


def test_without_patience_it_is_said_at_once(file: Path) -> None:
    with opened(file) as journal, held(file), pytest.raises(Unreachable, match="locked") as caught:
        journal.cursors.set("watch", "far", 1)
    assert "Try again" in caught.value.next_step


def test_after_waiting_in_vain_it_does_not_wait_again_until_it_is_back(file: Path, pauses: Pauses) -> None:
    with opened(file, 0.5) as journal, held(file) as other:
        for _ in range(2):
            with pytest.raises(Unreachable):
                journal.cursors.set("watch", "far", 1)
            assert pauses.seconds == [0.5], "once"
        other.execute("ROLLBACK")
        journal.cursors.set("watch", "far", 1)
        other.execute("BEGIN IMMEDIATE")
        pauses.meanwhile = {2: lambda: other.execute("ROLLBACK")}
        journal.cursors.set("watch", "farther", 2)
        assert pauses.seconds == [0.5, 0.5]


@pytest.mark.timeout(60)
def test_one_that_was_never_there_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for url in (f"sqlite:///{tmp_path / 'file' / 'journal'}", "postgresql://nobody@127.0.0.1:9/none"):
        with (
            closing(Journal(url, patience=(VERY_LONG,))) as journal,
            pytest.raises(Unreachable, match="cannot be used"),
        ):
            journal.cursors.get("watch")


@pytest.mark.timeout(60)
def test_a_full_disk_is_not_waited_for(file: Path) -> None:
    def no_room(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are

    with opened(file, VERY_LONG) as journal:
        event.listen(Engine, "connect", no_room)
        try:
            with pytest.raises(Unreachable, match="full") as caught:
                journal.cursors.set("watch", "far" * 100_000, 1)
        finally:
            event.remove(Engine, "connect", no_room)
    assert "Make room on the disk" in caught.value.next_step
