"""The cases over time, and what was done about them: nothing of the other mode, nothing counted twice, no case lost."""

from collections import Counter

from core.findings import Severity
from core.journal import Deed, Entry, Filter, Healing, Journal
from core.times import DAY, HOUR
from tests.journal.noted import NOW, clean, found, untold
from tests.people import person

EVERY = Filter(states=())
BEGAN = NOW // DAY * DAY


def test_without_a_case_there_is_no_history(shared: Journal) -> None:
    history = shared.history
    assert history.happened(EVERY, width=DAY) == ()
    assert history.healed(since=0, width=DAY) == {}
    assert history.healing(since=0) == Healing(0, None)
    assert history.deeds(EVERY) == ()
    assert history.entries(EVERY) == ((), False)


def test_each_case_is_in_the_stretch_in_which_it_happened(shared: Journal) -> None:
    at = [BEGAN + 60 * n * n for n in range(60)]
    shared.inbox.note([found(f"order:{n}", happened_at=one) for n, one in enumerate(at)], now=NOW)
    shared.inbox.note([found("order:x", "other", happened_at=None), untold("order:y")], now=BEGAN + 2 * HOUR)
    found_at = Counter({one.at: one.cases for one in shared.history.happened(EVERY, width=HOUR) if one.code != "other"})
    assert found_at == Counter(one // HOUR * HOUR for one in at)
    (unknown,) = (one for one in shared.history.happened(EVERY, width=HOUR) if one.code == "other")
    assert unknown.at == BEGAN + 2 * HOUR


def test_a_day_begins_where_the_reader_lives(shared: Journal) -> None:
    shared.inbox.note([found(happened_at=BEGAN + 23 * HOUR)], now=NOW)
    (berlin,) = shared.history.happened(EVERY, width=DAY, offset=HOUR)
    (new_york,) = shared.history.happened(EVERY, width=DAY, offset=-5 * HOUR)
    assert (berlin.at, new_york.at) == (BEGAN + DAY - HOUR, BEGAN + 5 * HOUR)


def test_what_was_well_only_later_is_not_among_the_booked(shared: Journal) -> None:
    shared.inbox.note([found(f"order:{n}", happened_at=BEGAN) for n in range(3)], now=NOW)
    shared.inbox.note([clean("order:0", at=NOW + 10)], now=NOW + 10)
    shared.inbox.note([clean("order:1", at=NOW + 20)], now=NOW + 20)
    for by, booked in ((None, 0), (NOW + 9, 0), (NOW + 10, 1), (NOW + 20, 2)):
        (one,) = shared.history.happened(EVERY, width=DAY, booked_at=by)
        assert (one.cases, one.booked) == (3, booked)


def test_the_time_to_heal_is_the_median_from_found_to_well(shared: Journal) -> None:
    for n, took in enumerate((10, 20, 1000, 40)):
        key = f"order:{n}"
        shared.inbox.note([found(key)], now=NOW)
        shared.inbox.note([clean(key, at=NOW + took)], now=NOW + took)
    shared.inbox.note([found("order:open")], now=NOW)
    assert shared.history.healing(since=NOW) == Healing(4, 30)
    assert shared.history.healing(since=NOW + 20) == Healing(3, 40)
    assert shared.history.healed(since=NOW, width=1) == {NOW + 10: 1, NOW + 20: 1, NOW + 40: 1, NOW + 1000: 1}
    shared.inbox.note([found("order:0", at=NOW + 2000)], now=NOW + 2000)  # it came back
    assert shared.history.healing(since=NOW).cases == 3


def test_what_only_waited_was_not_healed(shared: Journal) -> None:
    shared.inbox.note([found("order:1", severity=Severity.INFO), found("order:2", severity=Severity.LOW)], now=NOW)
    shared.inbox.note([clean("order:1", at=NOW + 5), clean("order:2", at=NOW + 9)], now=NOW + 9)
    assert shared.history.healing(since=0) == Healing(1, 9)
    assert shared.history.healed(since=0, width=DAY) == {NOW // DAY * DAY: 1}


def test_payments_without_an_order_are_told_apart(shared: Journal) -> None:
    shared.inbox.note([found("order:1"), found("order:2"), found("stripe:pi_1", order_id=None)], now=NOW)
    assert shared.history.kinds(EVERY) == (2, 1)
    assert shared.history.kinds(Filter(states=("resolved",))) == (0, 0)


def test_what_was_done_is_counted_by_who_and_what(shared: Journal) -> None:
    shared.inbox.note([found(f"order:{n}") for n in range(4)] + [found("order:9", "other")], now=NOW)
    mine = Filter(states=(), headlines=("webhook_failed",))
    shared.inbox.acknowledge(mine, person("ana"), NOW + 5)
    for n, outcome in enumerate(("healed", "healed", "unchanged")):
        shared.record(Entry(NOW + 10 + n, "ben", "replay", f"order:{n}", "evt_1", outcome))
    shared.record(Entry(NOW + 99, "ben", "replay", "order:9", "evt_1", "healed"))
    shared.record(Entry(NOW - 99, "ben", "retrieve", "order:1", "1", "changed"))
    assert shared.history.deeds(mine, since=NOW) == (
        Deed("replay", "ben", "unchanged", 1, NOW + 12),
        Deed("replay", "ben", "healed", 2, NOW + 11),
        Deed("acknowledge", "ana", "acknowledged", 4, NOW + 5),
    )
    entries, more = shared.history.entries(mine, since=NOW, limit=2)
    assert ([one.at for one in entries], more) == ([NOW + 12, NOW + 11], True)
    assert not shared.history.entries(mine, since=NOW, limit=3)[1]


def test_whose_they_are_the_most_first(shared: Journal) -> None:
    shared.inbox.note([found(f"order:{n}") for n in range(6)], now=NOW)
    shared.inbox.assign(["order:1", "order:2"], "ben", person("ana"), NOW)
    shared.inbox.assign(["order:3"], "ana", person("ana"), NOW)
    assert shared.history.owners(EVERY) == {"": 3, "ben": 2, "ana": 1}
    assert shared.history.owners(Filter(states=("resolved",))) == {}


def test_a_headline_is_not_every_finding_and_a_time_is_when_it_happened(shared: Journal) -> None:
    shared.inbox.note(
        [
            found("order:1", "a", codes=("a", "b"), happened_at=NOW),
            found("order:2", "b", codes=("b",), happened_at=NOW + 60),
            found("order:3", "b", codes=("b",), happened_at=None),
        ],
        now=NOW,
    )

    def keys(chosen: Filter) -> list[str]:
        return sorted(case.key for case in shared.inbox.page(chosen)[0])

    assert keys(Filter(codes=("b",))) == ["order:1", "order:2", "order:3"]
    assert keys(Filter(headlines=("b",))) == ["order:2", "order:3"]
    assert keys(Filter(happened_since=NOW + 60)) == ["order:2"]
    assert keys(Filter(happened_since=NOW, older_than=NOW + 60)) == ["order:1"]


def test_the_other_mode_is_another_world(url: str) -> None:
    live, test = Journal(url, mode="live"), Journal(url)
    live.inbox.note([found(severity=Severity.LOW)], now=NOW)
    live.inbox.acknowledge(["order:1"], person("ana"), NOW)
    live.inbox.note([clean(at=NOW + 1)], now=NOW + 1)
    history = test.history
    assert (history.happened(EVERY, width=DAY), history.deeds(EVERY)) == ((), ())
    assert (history.healing(since=0).cases, history.healed(since=0, width=DAY)) == (0, {})
    live.close()
    test.close()
