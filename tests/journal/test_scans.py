"""Scans are held by one at a time, go on where they stopped, and say what they did not read: on both engines."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.errors import Refused, UsageError
from core.journal import Hole, Journal, ScanRecord
from tests.journal.noted import NOW

ROOT = Path(__file__).parents[2]
SPAN = {"since": NOW - 86_400, "until": NOW, "key_mode": "live", "account": "acct_1"}
LATER = NOW + 61
CLAIM = f"""
import sys
from core.journal import Journal
journal = Journal(sys.argv[1])
took = journal.scans.claim(since={NOW - 86_400}, until={NOW}, key_mode="live", account="acct_1", now={LATER})
print(took.id if took else "nothing")
if took:
    journal.scans.beat(took.id, now={LATER}, phase="reading")
journal.close()
"""


def begun(journal: Journal, *, now: int = NOW, beside: bool = True, until: int = NOW) -> ScanRecord:
    return journal.scans.begin(
        since=NOW - 86_400, until=until, key_mode="live", account="acct_1", who="ada", now=now, beside=beside
    )


def claimed(journal: Journal, *, now: int = LATER) -> ScanRecord | None:
    return journal.scans.claim(since=NOW - 86_400, until=NOW, key_mode="live", account="acct_1", now=now)


def test_no_scan_yet(shared: Journal) -> None:
    assert (shared.scans.recent(), shared.scans.running(NOW), shared.scans.last_horizon("live", "acct_1")) == (
        (),
        (),
        None,
    )
    assert (shared.scans.get(1), claimed(shared)) == (None, None)


def test_a_scan_tells_how_far_it_is_and_what_it_cost(shared: Journal) -> None:
    scan = begun(shared)
    assert (scan.state, scan.done, scan.finished_at, scan.holes) == ("running", 0, None, ())
    assert shared.scans.beat(scan.id, now=NOW + 5, phase="reading", done=3, total=10, requests=4)
    assert shared.scans.beat(scan.id, now=NOW + 9, done=7)
    (running,) = shared.scans.running(NOW + 10)
    assert (running.phase, running.done, running.total, running.requests, running.beat_at) == (
        "reading",
        7,
        10,
        4,
        NOW + 9,
    )
    done = shared.scans.finish(scan.id, "complete", now=NOW + 20, requests=12, findings=2)
    assert (done.state, done.finished_at, done.requests, done.findings) == ("complete", NOW + 20, 12, 2)
    assert (shared.scans.get(scan.id), shared.scans.recent(), shared.scans.running(NOW + 21)) == (done, (done,), ())


def test_only_complete_scans_move_the_horizon(shared: Journal) -> None:
    for until, state in ((NOW, "complete"), (NOW + 50, "complete"), (NOW + 99, "partial")):
        scan = begun(shared, until=until)
        shared.scans.finish(scan.id, state, now=until)  # type: ignore[arg-type] # one of the states
    assert shared.scans.last_horizon("live", "acct_1") == NOW + 50
    assert shared.scans.last_horizon("test", "acct_1") is shared.scans.last_horizon("live", None) is None


def test_a_scan_with_a_hole_is_partial_and_its_hole_may_be_filled_under_its_id(shared: Journal) -> None:
    scan = begun(shared)
    hole = Hole("sessions", NOW - 900, NOW - 600, "500 three times, key sk_live_" + "abcdefgh1234")
    with pytest.raises(UsageError):
        shared.scans.finish(scan.id, "complete", now=NOW, holes=[hole])
    left = shared.scans.finish(scan.id, "partial", now=NOW, holes=[hole])
    assert left.holes == (Hole("sessions", NOW - 900, NOW - 600, "500 three times, key ***"),)
    again = shared.scans.take(scan.id, now=NOW + 10)
    assert again is not None
    assert (again.id, again.state) == (scan.id, "running")
    assert shared.scans.take(scan.id, now=NOW + 10) is None
    assert shared.scans.finish(scan.id, "complete", now=NOW + 20).holes == ()
    assert shared.scans.take(scan.id, now=NOW + 30) is None


def test_one_that_still_beats_is_not_taken(shared: Journal, url: str) -> None:
    scan, other = begun(shared), Journal(url)
    assert claimed(other, now=NOW + 60) is None
    assert other.scans.take(scan.id, now=NOW + 60) is None
    shared.scans.beat(scan.id, now=NOW + 60)
    assert claimed(other) is None
    other.close()


def test_an_interrupted_scan_goes_on_and_its_former_holder_is_told(shared: Journal, url: str) -> None:
    scan, other = begun(shared), Journal(url)
    assert [one.id for one in other.scans.interrupted(key_mode="live", account="acct_1", now=LATER)] == [scan.id]
    taken = claimed(other)
    assert taken is not None
    assert taken.id == scan.id
    assert not shared.scans.beat(scan.id, now=LATER, done=99)
    assert shared.scans.finish(scan.id, "failed", now=LATER).state == "running"
    assert other.scans.beat(scan.id, now=LATER + 1)
    assert other.scans.finish(scan.id, "complete", now=LATER + 2).done == 0
    other.close()


def test_another_span_account_or_mode_is_another_scan(shared: Journal) -> None:
    begun(shared)
    for change in ({"since": NOW}, {"until": NOW + 1}, {"key_mode": "test"}, {"account": None}):
        assert shared.scans.claim(**{**SPAN, **change}, now=LATER) is None  # type: ignore[arg-type] # as claim wants them


def test_what_a_process_that_is_gone_held_is_taken_at_once(url: str) -> None:
    code = (
        "import sys; from core.journal import Journal; journal = Journal(sys.argv[1]);"
        f"journal.scans.begin(since={NOW - 86_400}, until={NOW}, key_mode='live', account='acct_1', who='a', now={NOW})"
    )
    subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, check=True)
    journal = Journal(url)
    (scan,) = journal.scans.recent()
    assert scan.holder.startswith(socket.gethostname())
    assert scan.lost(NOW + 1)
    assert claimed(journal, now=NOW + 1) is not None
    journal.close()


@pytest.mark.timeout(300)
def test_processes_that_claim_at_once_do_not_both_get_it(url: str) -> None:
    journal = Journal(url)
    scan = begun(journal)
    racing = [
        subprocess.Popen([sys.executable, "-c", CLAIM, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = sorted(process.communicate(timeout=120)[0].strip() for process in racing)
    # the holder's process ends at its end, so that a later one may take the scan again: but each in its turn
    assert set(told) <= {str(scan.id), "nothing"}
    assert str(scan.id) in told
    assert not journal.scans.beat(scan.id, now=LATER)
    journal.close()


def test_threads_that_claim_at_once_do_not_both_get_it(url: str) -> None:
    first = Journal(url)
    begun(first)
    journals, got = [Journal(url) for _ in range(4)], list[ScanRecord | None]()
    threads = [threading.Thread(target=lambda one=one: got.append(claimed(one))) for one in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in got if one is not None]) == 1
    for journal in (first, *journals):
        journal.close()


def test_who_is_asked_to_stop_hears_it_at_the_next_heartbeat(shared: Journal, url: str) -> None:
    scan, dashboard = begun(shared), Journal(url)
    assert dashboard.scans.ask_to_cancel(scan.id, now=NOW + 1).cancel_asked
    assert not shared.scans.beat(scan.id, now=NOW + 2)
    assert shared.scans.finish(scan.id, "cancelled", now=NOW + 3, why="ben asked").why == "ben asked"
    dashboard.close()


def test_a_lost_scan_that_was_cancelled_is_not_taken_up_by_itself(shared: Journal) -> None:
    scan = begun(shared)
    assert shared.scans.ask_to_cancel(scan.id, now=LATER).state == "cancelled"
    other = begun(shared)
    shared.scans.ask_to_cancel(other.id)
    assert claimed(shared) is None


def test_one_at_a_time_where_that_is_wanted(shared: Journal) -> None:
    begun(shared)
    with pytest.raises(Refused, match="ada"):
        begun(shared, beside=False)
    assert begun(shared, now=LATER, beside=False).id


def test_a_clock_that_steps_back_does_not_keep_a_lost_scan_forever(shared: Journal) -> None:
    begun(shared, now=NOW + 86_400)
    assert claimed(shared, now=NOW) is not None


def test_a_scan_that_is_not_there_is_said(shared: Journal) -> None:
    with pytest.raises(UsageError, match="scan 7"):
        shared.scans.take(7, now=NOW)
    with pytest.raises(UsageError, match="scan 7"):
        shared.scans.ask_to_cancel(7)


def test_a_number_no_scan_has_is_refused(shared: Journal) -> None:
    with pytest.raises(TypeError, match="request"):
        shared.scans.beat(begun(shared).id, now=NOW, request=1)


def test_cursors_are_kept_by_name_and_over_restarts(url: str) -> None:
    journal = Journal(url)
    assert journal.cursors.get("events:live") is None
    for value in ("evt_1", "evt_2"):
        journal.cursors.set("events:live", value, NOW)
    journal.close()
    assert journal.cursors.get("events:live") == "evt_2"
    assert journal.cursors.get("events:test") is None
    journal.close()
