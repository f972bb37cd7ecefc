"""A process of its own: started, found by its name, heard when it complains."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import Unreachable
from core.jobs import Job, me, orderlens, start
from core.jobs.process import gone
from core.journal import Journal


def test_a_job_is_found_among_the_records_by_its_process(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    record = journal.scans.begin(since=0, until=9, key_mode="test", account=None, who="jo", now=100)
    job = Job(1, record.holder, tmp_path / "scan.log")
    assert job.among(journal.scans.recent()) == record
    assert Job(1, "elsewhere 1", tmp_path / "scan.log").among(journal.scans.recent()) is None
    journal.close()


def test_what_it_complained_of_is_told_without_secrets(tmp_path: Path) -> None:
    log = tmp_path / "scan.log"
    assert Job(1, "", log).complaint == ""
    log.write_text("STRIPE_API_KEY sk_live_verysecret1234 is refused")
    assert "verysecret" not in Job(1, "", log).complaint


def test_it_runs_on_its_own(tmp_path: Path) -> None:
    """Whatever the command says ends up in its log, not in ours; and it is told what it was given."""
    says = "import os; from core.jobs import me; print(me(), os.environ['WHO'], os.getsid(0) == os.getpid())"
    job = start([sys.executable, "-c", says], name="toy", folder=tmp_path / "new", env={**os.environ, "WHO": "jo"})
    while job.poll() is None:
        time.sleep(0.01)
    assert (job.poll(), job.log) == (0, tmp_path / "new" / "toy.log")
    assert job.complaint == f"{job.holder} jo True"
    assert gone(job.holder), "its body does not stay behind it"


def test_what_cannot_be_started_says_what_to_do_instead(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as refused:
        start([str(tmp_path / "nothing")], name="scan", folder=tmp_path)
    assert refused.value.message.startswith("The scan could not be started: ")
    assert refused.value.next_step == "Run `orderlens scan` in a terminal instead."


def test_orderlens_is_run_by_the_same_interpreter() -> None:
    assert orderlens("scan", "--json") == [sys.executable, "-P", "-m", "core.cli", "scan", "--json"]


def test_who_is_gone_is_known_of_this_machine_only() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
    host, _, _ = me().rpartition(" ")
    assert gone(f"{host} {process.pid}")
    assert not gone(me())
    assert not gone(f"{host}-elsewhere {process.pid}")
    assert not gone(f"{host} nobody")
