"""A scan as a process of its own."""

import sys
import time
from pathlib import Path

import pytest

from core.journal import Journal
from core.scanning import jobs
from core.scanning.plan import Plan
from core.stripe_api.spans import Range


def test_the_command_carries_out_the_plan() -> None:
    told = jobs.command(Plan(since=10, until=20, who="jo", only=(Range(11, 12),), resume=False, scan_id=7))
    assert told[:5] == [sys.executable, "-m", "core.cli", "scan", "--json"]
    assert told[5:] == "--since 10 --until 20 --who jo --scan 7 --only 11-12 --anew".split()


def test_what_is_not_asked_for_is_not_said() -> None:
    assert jobs.command(Plan(since=None))[3:] == ["scan", "--json"]


def test_a_job_is_found_in_the_journal_by_its_process(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    record = journal.scans.begin(since=0, until=9, key_mode="test", account=None, who="jo", now=100)
    job = jobs.Job(1, record.holder, tmp_path / "scan.log")
    assert job.record(journal) == record
    assert jobs.Job(1, "elsewhere 1", tmp_path / "scan.log").record(journal) is None
    assert jobs.cancel(journal, record.id, now=101).cancel_asked
    journal.close()


def test_what_it_complained_of_is_told_without_secrets(tmp_path: Path) -> None:
    log = tmp_path / "scan.log"
    assert jobs.Job(1, "", log).complaint == ""
    log.write_text("STRIPE_API_KEY sk_live_verysecret1234 is refused")
    assert "verysecret" not in jobs.Job(1, "", log).complaint


def test_it_runs_on_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the command says ends up in the log, not in ours."""
    monkeypatch.setattr(jobs, "command", lambda _: [sys.executable, "-c", "print('begun')"])
    job = jobs.start(Plan(since=0), folder=tmp_path / "new")
    for _ in range(200):
        if job.complaint:
            break
        time.sleep(0.05)
    assert job.complaint == "begun"
