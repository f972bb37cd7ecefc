"""A heart beats every two seconds, says what it counts, and hears that it should stop."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.errors import Unreachable
from core.jobs import BEAT, LEASE, Stopped, abandoned, me
from tests.jobs.sending import NOW, Pulse, Sendings


@dataclass(slots=True, kw_only=True)
class Shown(Pulse):
    """One that is watched in its own process."""

    seen: list[tuple[str, int, int]] = field(default_factory=list)

    def show(self) -> None:
        self.seen.append((self.phase, self.done, self.total))


@pytest.fixture
def kept(tmp_path: Path) -> Sendings:
    kept = Sendings(tmp_path / "sendings.sqlite3")
    kept.make()
    return kept


class Clock:
    """Says what the test says."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


def test_a_beat_says_how_far_it_is_and_what_was_counted(kept: Sendings) -> None:
    pulse = Pulse(record=kept.begin(9, now=NOW - 5), records=kept, clock=Clock(), letters=4)
    pulse.progressed("sending", 4, 9)
    (found,) = kept.recent()
    assert (found.phase, found.done, found.total, found.letters, found.beat_at) == ("sending", 4, 9, 4, NOW)
    assert not pulse.stopped()


def test_between_two_beats_nothing_is_written_or_shown(kept: Sendings) -> None:
    clock = Clock()
    pulse = Shown(record=kept.begin(9, now=NOW), records=kept, clock=clock)
    pulse.progressed("sending", 1, 9)
    clock.now += BEAT - 0.5
    pulse.progressed("sending", 2, 9)
    assert (kept.recent()[0].done, pulse.seen) == (1, [("sending", 1, 9)])
    clock.now += 1
    pulse.beat()
    assert (kept.recent()[0].done, pulse.seen[1:]) == (2, [("sending", 2, 9)])


def test_a_clock_that_is_put_back_does_not_stop_it(kept: Sendings) -> None:
    clock = Clock()
    pulse = Pulse(record=kept.begin(9, now=NOW), records=kept, clock=clock)
    pulse.beat()
    clock.now -= 3_600
    pulse.beat()
    assert kept.recent()[0].beat_at == NOW - 3_600


def test_who_is_asked_to_stop_hears_it_at_the_next_beat(kept: Sendings) -> None:
    clock = Clock()
    pulse = Pulse(record=kept.begin(9, now=NOW), records=kept, clock=clock)
    pulse.must_go_on()
    kept.ask_to_cancel(pulse.record.id, now=NOW)
    pulse.must_go_on()
    clock.now += BEAT
    with pytest.raises(Stopped):
        pulse.must_go_on()


def test_who_has_lost_it_is_told_and_stays_told(kept: Sendings) -> None:
    pulse = Pulse(record=kept.begin(9, now=NOW), records=kept, clock=Clock(), every=0)
    kept.ask("UPDATE sendings SET holder = 'elsewhere 1'")
    assert pulse.must_stop()
    kept.ask("UPDATE sendings SET holder = ?", me())
    assert pulse.must_stop()


def test_its_own_process_may_be_asked_to_end(kept: Sendings) -> None:
    pulse = Pulse(record=kept.begin(9, now=NOW), records=kept, clock=Clock(), stop=lambda: True)
    assert pulse.stopped()
    assert not pulse.lost


def test_where_the_records_are_away_nobody_goes_on_beside_it(kept: Sendings) -> None:
    class Away(Sendings):
        def beat(self, *_: object, **__: object) -> bool:
            raise Unreachable("The file is away.", next_step="Wait.")

    pulse = Pulse(record=kept.begin(9, now=NOW), records=Away(kept.path), clock=Clock())
    with pytest.raises(Unreachable):
        pulse.beat()
    assert pulse.stopped()


def test_abandoned_is_who_is_still_for_a_minute() -> None:
    assert not abandoned(me(), NOW, NOW + LEASE)
    assert abandoned(me(), NOW, NOW + LEASE + 1)
    assert abandoned(me(), NOW + LEASE + 1, NOW), "by a clock that stepped"
