"""Jobs are started once, whoever asks, and what never began says why."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.errors import Refused
from core.jobs import Job, Starter
from core.journal import Journal, ScanRecord
from core.people import Person, Right
from tests.people import MIRA, person

NOW = 1_795_377_600
COMMAND = ("orderlens", "scan")


class Launched:
    """A starter, and a process that does what the test says."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(f"sqlite:///{folder / 'journal.sqlite3'}")
        self.starter: Starter[ScanRecord] = Starter(
            self.journal.scans,
            folder,
            name="scan",
            admit=self.admit,
            rival=lambda one: one.key_mode == "test",
            launch=self.launch,
        )
        self.commands: list[Sequence[str]] = []
        self.code: int | None = None
        self.log = folder / "scan.log"

    def admit(self, who: Person) -> None:
        who.must(Right.SCAN)

    def launch(self, command: Sequence[str], *, name: str, folder: Path) -> Job:
        assert folder / f"{name}.log" == self.log
        self.commands.append(command)
        return Job(1, "here 1", self.log, lambda: self.code)


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    launched = Launched(tmp_path)
    yield launched
    launched.journal.close()


def test_nothing_was_started_nothing_is_said(launched: Launched) -> None:
    assert not launched.starter.starting(())
    assert launched.starter.complaint(()) == ""


def test_whoever_may_not_starts_none(launched: Launched) -> None:
    with pytest.raises(Refused, match="may not start or stop a scan"):
        launched.starter.begin(COMMAND, who=person("ann", "support"), now=NOW)
    assert launched.commands == []


def test_two_at_once_are_one(launched: Launched) -> None:
    assert launched.starter.begin(COMMAND, who=MIRA, now=NOW)
    assert launched.starter.starting(())
    assert not launched.starter.begin(COMMAND, who=MIRA, now=NOW)
    assert launched.commands == [COMMAND]
    assert launched.starter.complaint(()) == ""


@pytest.mark.parametrize(("mode", "starts"), [("test", False), ("live", True)])
def test_one_that_somebody_else_runs_is_joined_if_it_is_a_rival(launched: Launched, mode: str, *, starts: bool) -> None:
    launched.journal.scans.begin(since=0, until=9, key_mode=mode, account=None, who="jo", now=NOW)
    assert launched.starter.begin(COMMAND, who=MIRA, now=NOW) is starts
    assert launched.commands == [COMMAND] * starts


def test_what_never_began_says_why_without_secrets(launched: Launched) -> None:
    starter = launched.starter
    starter.begin(COMMAND, who=MIRA, now=NOW)
    launched.code = 2
    assert starter.complaint(()) == "It ended with code 2 and said nothing."
    launched.log.write_text("The key sk_live_verysecret1234 is refused")
    assert "is refused" in starter.complaint(())
    assert "verysecret" not in starter.complaint(())
    assert not starter.starting(())
    assert starter.begin(COMMAND, who=MIRA, now=NOW)
