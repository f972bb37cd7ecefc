"""Scans are started once, whoever asks, and what never began says why."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from core.desk import Desk
from core.journal import Journal
from core.scanning.jobs import Job
from core.scanning.plan import Plan
from dashboard.starter import Starter

NOW = 1_795_377_600


class Books:
    """As much of a desk as a starter asks."""

    key_mode = "test"

    def __init__(self, journal: Journal) -> None:
        self.scans = journal.scans


class Launched:
    """A process that does what the test says."""

    def __init__(self, folder: Path) -> None:
        self.plans: list[Plan] = []
        self.code: int | None = None
        self.log = folder / "scan.log"

    def __call__(self, plan: Plan, *, folder: Path) -> Job:
        assert folder == self.log.parent
        self.plans.append(plan)
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
def starter(journal: Journal, launched: Launched, tmp_path: Path) -> Starter:
    return Starter(cast(Desk, Books(journal)), tmp_path, launch=launched)


def test_nothing_was_started_nothing_is_said(starter: Starter) -> None:
    assert not starter.starting(())
    assert starter.complaint(()) == ""


def test_two_at_once_are_one(starter: Starter, launched: Launched) -> None:
    assert starter.begin(Plan(since=None), now=NOW)
    assert starter.starting(())
    assert not starter.begin(Plan(since=None), now=NOW)
    assert len(launched.plans) == 1
    assert starter.complaint(()) == ""


def test_one_that_somebody_else_runs_is_joined(starter: Starter, launched: Launched, journal: Journal) -> None:
    journal.scans.begin(since=0, until=9, key_mode="test", account=None, who="jo", now=NOW)
    assert not starter.begin(Plan(since=None), now=NOW)
    assert launched.plans == []


def test_one_of_the_other_mode_is_not_in_the_way(starter: Starter, launched: Launched, journal: Journal) -> None:
    journal.scans.begin(since=0, until=9, key_mode="live", account=None, who="jo", now=NOW)
    assert starter.begin(Plan(since=None), now=NOW)
    assert len(launched.plans) == 1


def test_what_never_began_says_why_without_secrets(starter: Starter, launched: Launched) -> None:
    starter.begin(Plan(since=None), now=NOW)
    launched.code = 2
    assert starter.complaint(()) == "It ended with code 2 and said nothing."
    launched.log.write_text("The key sk_live_verysecret1234 is refused")
    assert "is refused" in starter.complaint(())
    assert "verysecret" not in starter.complaint(())
    assert not starter.starting(())
    assert starter.begin(Plan(since=None), now=NOW)
