"""A heart beats every two seconds, says what it counts, and hears that it should stop."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.errors import Unreachable
from core.jobs import BEAT, LEASE, Stopped, abandoned, me
from tests.jobs.sending import NOW, Pulse, Sending, Sendings


@dataclass(slots=True, kw_only=True)
class Watched(Pulse):
    """In its own process, by a clock that the test sets."""

    records: Sendings
    seen: list[int] = field(default_factory=list)
    now: float = NOW

    def __post_init__(self) -> None:
        self.clock = lambda: self.now

    def show(self) -> None:
        self.seen.append(self.done)

    @property
    def kept(self) -> Sending:
        return self.records.recent(1)[0]


@pytest.fixture
def pulse(tmp_path: Path) -> Watched:
    records = Sendings(tmp_path / "sendings.sqlite3")
    return Watched(record=records.begin(9), records=records, clock=lambda: NOW, letters=4)


def test_a_beat_says_how_far_it_is_and_what_was_counted(pulse: Watched) -> None:
    pulse.now += 5
    pulse.progressed("sending", 4, 9)
    kept = pulse.kept
    assert (kept.phase, kept.done, kept.total, kept.letters, kept.beat_at) == ("sending", 4, 9, 4, NOW + 5)
    assert not pulse.stopped()


def test_between_two_beats_nothing_is_written_or_shown(pulse: Watched) -> None:
    pulse.progressed("sending", 1, 9)
    pulse.now += BEAT - 0.5
    pulse.progressed("sending", 2, 9)
    assert (pulse.kept.done, pulse.seen) == (1, [1])
    pulse.now += 1
    pulse.beat()
    assert (pulse.kept.done, pulse.seen) == (2, [1, 2])


def test_a_clock_that_is_put_back_does_not_stop_it(pulse: Watched) -> None:
    pulse.beat()
    pulse.now -= 3_600
    pulse.beat()
    assert pulse.kept.beat_at == NOW - 3_600


def test_who_is_asked_to_stop_hears_it_at_the_next_beat(pulse: Watched) -> None:
    pulse.must_go_on()
    pulse.records.ask_to_cancel(pulse.record.id, now=NOW)
    pulse.must_go_on()
    pulse.now += BEAT
    with pytest.raises(Stopped):
        pulse.must_go_on()


def test_who_has_lost_it_is_told_and_stays_told(pulse: Watched) -> None:
    pulse.every = 0
    pulse.records.ask("UPDATE sendings SET holder = 'elsewhere 1'")
    assert pulse.must_stop()
    pulse.records.ask("UPDATE sendings SET holder = :me")
    assert pulse.must_stop()


def test_its_own_process_may_be_asked_to_end(pulse: Watched) -> None:
    pulse.stop = lambda: True
    assert pulse.stopped()
    assert not pulse.lost


def test_where_the_records_are_away_nobody_goes_on_beside_it(pulse: Watched) -> None:
    class Away(Sendings):
        def beat(self, *_: object, **__: object) -> bool:
            raise Unreachable("The file is away.", next_step="Wait.")

    pulse.records = Away(pulse.records.path)
    with pytest.raises(Unreachable):
        pulse.beat()
    assert pulse.stopped()


def test_abandoned_is_who_is_still_for_a_minute() -> None:
    assert not abandoned(me(), NOW, NOW + LEASE)
    assert abandoned(me(), NOW, NOW + LEASE + 1)
    assert abandoned(me(), NOW + LEASE + 1, NOW), "by a clock that stepped"
