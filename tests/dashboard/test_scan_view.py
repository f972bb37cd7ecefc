"""Where the scans stand: nothing is green by luck."""

from dataclasses import replace
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.journal import Hole, ScanRecord
from core.times import DAY
from dashboard.scans import standing as scan_view
from dashboard.scans.standing import Standing, progress, sample, standing

NOW = 1_795_377_600
HOLE = Hole("sessions", NOW - DAY, NOW - DAY + 60, "Stripe answered 500 three times")


def record(scan_id: int, state: str = "complete", **changed: Any) -> ScanRecord:  # noqa: ANN401 - any field
    """A scan of the last seven days that ended a minute ago."""
    fields: dict[str, Any] = {
        "since": NOW - 7 * DAY, "until": NOW - 65, "key_mode": "test", "account": "acct_1", "who": "ana",
        "started_at": NOW - 90, "beat_at": NOW - 60, "finished_at": NOW - 60, "phase": "done", "why": "",
        "holes": (HOLE,) if state == "partial" else (), "cancel_asked": False, "holder": "elsewhere 1",
    }  # fmt: skip
    numbers = dict.fromkeys("done total requests statements orders sessions suspects findings".split(), 0)
    return ScanRecord(**{**fields, **numbers, "id": scan_id, "state": state, **changed})


def test_never_scanned_is_not_sound() -> None:
    stood = standing((), NOW)
    assert stood.never
    assert not stood.sound


def test_complete_and_fresh_is_sound() -> None:
    stood = standing((record(1),), NOW)
    assert stood.sound
    assert stood.look.color == "green"


@pytest.mark.parametrize("state", ["partial", "failed", "cancelled"])
def test_what_ended_otherwise_is_never_green(state: str) -> None:
    stood = standing((record(2, state), record(1)), NOW)
    assert not stood.sound
    assert stood.look.color != "green"


def test_what_was_read_a_day_ago_says_nothing_of_the_present() -> None:
    stood = standing((record(1),), NOW + 2 * DAY)
    assert not stood.sound
    assert stood.look == scan_view.OLD


def test_a_running_scan_that_nobody_runs_is_interrupted() -> None:
    lost = record(2, "running", beat_at=NOW - 600, finished_at=None)
    stood = standing((lost, record(1)), NOW)
    assert (stood.lost, stood.running, stood.look) == (lost, None, scan_view.LOST)
    assert not stood.sound


def test_a_hole_is_forgotten_only_when_a_later_scan_has_read_it() -> None:
    partial = record(1, "partial")
    beside = record(2, since=NOW - 3600)
    assert standing((beside, partial), NOW).partial == (partial,)
    assert standing((beside, partial), NOW).look.color == "yellow"
    assert standing((record(3), beside, partial), NOW).partial == ()
    assert standing((record(3, account="acct_2"), partial), NOW).partial == (partial,)


@given(st.lists(st.sampled_from(["complete", "partial", "failed", "cancelled"]), max_size=6))
def test_an_unread_hole_is_never_green(states: list[str]) -> None:
    listed = tuple(
        record(len(states) - place, state, since=NOW - 3600 if state == "complete" else NOW - 7 * DAY)
        for place, state in enumerate(states)
    )
    stood = standing(listed, NOW)
    if "partial" in states or (states and states[0] != "complete"):
        assert not stood.sound
        assert stood.look.color != "green"


def test_holes_are_said_in_words_and_many_are_counted() -> None:
    said = scan_view.holes(record(1, "partial", holes=(HOLE,) * 8), UTC)
    assert "Checkout sessions from" in said[0]
    assert said[0].endswith("Stripe answered 500 three times")
    assert said[-1] == "and 3 further holes."
    assert scan_view.holes(record(1), UTC) == ()


def test_a_hole_is_told_whole_by_the_readers_clock() -> None:
    hole = replace(HOLE, because="Stripe lists events from 22 Nov 2026, 20:00 UTC on")
    (said,) = scan_view.holes(record(1, "partial", holes=(hole,)), ZoneInfo("Asia/Tokyo"))
    assert said.endswith("from 23 Nov 2026, 05:00 on")
    assert "UTC" not in said


def test_progress_tells_count_rate_and_time_left() -> None:
    begun = record(1, "running", phase="reading", done=10, total=110, requests=12)
    first = sample(begun, None, NOW)
    assert progress(begun, first, NOW) == (10 / 110, "Step 1 of 3, reading both sides  ·  10 of about 110 pages")
    later = record(1, "running", phase="reading", done=60, total=110, requests=62)
    share, said = progress(later, sample(later, first, NOW + 5), NOW + 5)
    assert share == 60 / 110
    assert said.endswith("60 of about 110 pages  ·  10.0 requests a second  ·  about 5 s left")
    other = record(1, "running", phase="suspects", done=1, total=4)
    assert sample(other, first, NOW + 6).phase == "suspects"


def test_nothing_known_yet_promises_nothing() -> None:
    begun = record(1, "running", phase="")
    assert progress(begun, sample(begun, None, NOW), NOW) == (0.0, "Step 1 of 3, reading both sides")
    assert Standing().look != scan_view.STATES["failed"]
