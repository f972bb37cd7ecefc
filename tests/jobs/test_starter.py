"""Jobs are started once, whoever asks, and what never began says why."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.jobs import Job, Starter
from core.journal import Journal, ScanRecord

NOW = 1_795_377_600
COMMAND = ("orderlens", "scan")


class Launched:
    """A process that does what the test says."""

    def __init__(self, folder: Path) -> None:
        self.commands: list[Sequence[str]] = []
        self.code: int | None = None
        self.log = folder / "scan.log"

    def __call__(self, command: Sequence[str], *, name: str, folder: Path) -> Job:
        assert folder / f"{name}.log" == self.log
        self.commands.append(command)
        return Job(1, "here 1", self.log, lambda: self.code)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def launched(tmp_path: Path) -> Launched:
    return Launched(tmp_path)


@pytest.fixture
def starter(journal: Journal, launched: Launched, tmp_path: Path) -> Starter[ScanRecord]:
    return Starter(journal.scans, tmp_path, name="scan", rival=lambda one: one.key_mode == "test", launch=launched)


def begun(journal: Journal, mode: str) -> None:
    journal.scans.begin(since=0, until=9, key_mode=mode, account=None, who="jo", now=NOW)


def test_nothing_was_started_nothing_is_said(starter: Starter[ScanRecord]) -> None:
    assert not starter.starting(())
    assert starter.complaint(()) == ""


def test_two_at_once_are_one(starter: Starter[ScanRecord], launched: Launched) -> None:
    assert starter.begin(COMMAND, now=NOW)
    assert starter.starting(())
    assert not starter.begin(COMMAND, now=NOW)
    assert launched.commands == [COMMAND]
    assert starter.complaint(()) == ""


def test_one_that_somebody_else_runs_is_joined(
    starter: Starter[ScanRecord], launched: Launched, journal: Journal
) -> None:
    begun(journal, "test")
    assert not starter.begin(COMMAND, now=NOW)
    assert launched.commands == []


def test_one_that_is_no_rival_is_not_in_the_way(
    starter: Starter[ScanRecord], launched: Launched, journal: Journal
) -> None:
    begun(journal, "live")
    assert starter.begin(COMMAND, now=NOW)
    assert launched.commands == [COMMAND]


def test_what_never_began_says_why_without_secrets(starter: Starter[ScanRecord], launched: Launched) -> None:
    starter.begin(COMMAND, now=NOW)
    launched.code = 2
    assert starter.complaint(()) == "It ended with code 2 and said nothing."
    launched.log.write_text("The key sk_live_verysecret1234 is refused")
    assert "is refused" in starter.complaint(())
    assert "verysecret" not in starter.complaint(())
    assert not starter.starting(())
    assert starter.begin(COMMAND, now=NOW)
