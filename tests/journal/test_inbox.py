"""The inbox remembers what was found until it is settled, on both engines."""

from dataclasses import replace

import pytest

from core.errors import UsageError
from core.findings import Severity
from core.journal import Filter, Journal
from core.money import Money
from tests.journal.noted import NOW, clean, found, untold
from tests.people import person

EVERY = Filter(states=())
HOUR = 3600


def whats(journal: Journal, *noted: object, now: int = NOW) -> list[str]:
    return [change.what for change in journal.inbox.note(noted, now=now)]  # type: ignore[arg-type] # Noted each


def keys(journal: Journal, chosen: Filter = EVERY) -> list[str]:
    return [case.key for case in journal.inbox.page(chosen)[0]]


def test_a_new_inbox_is_empty(shared: Journal) -> None:
    inbox = shared.inbox
    assert inbox.page(EVERY) == ((), None)
    assert (inbox.count(EVERY), inbox.summary(EVERY), list(inbox.keys_open()), list(inbox.rows_for_csv(EVERY))) == (
        0, (), [], [],
    )  # fmt: skip
    assert (inbox.get("order:1"), inbox.readings("order:1"), inbox.note([], now=NOW)) == (None, (), ())


def test_a_healthy_case_nobody_knew_is_not_kept(shared: Journal) -> None:
    assert whats(shared, clean()) == ["quiet"]
    assert keys(shared) == []


def test_what_is_found_is_kept_as_it_was_found(shared: Journal) -> None:
    noted = found()
    (change,) = shared.inbox.note([noted], now=NOW)
    assert (change.what, change.was, change.state) == ("new", None, "open")
    kept = shared.inbox.get("order:1")
    assert kept is not None
    assert (kept.email, kept.first_seen, kept.last_seen, kept.state) == ("j***@example.com", NOW, NOW, "open")
    for (
        name
    ) in "code codes title severity confidence money happened_at says session_ids intent_ids cells number".split():
        assert getattr(kept, name) == getattr(noted, name)


def test_a_later_clean_reading_resolves_and_a_later_find_reopens(shared: Journal) -> None:
    assert whats(shared, found()) == ["new"]
    assert whats(shared, clean(at=NOW + HOUR), now=NOW + HOUR) == ["resolved"]
    assert (keys(shared, Filter()), keys(shared)) == ([], ["order:1"])
    assert whats(shared, found(at=NOW + 2 * HOUR), now=NOW + 2 * HOUR) == ["reopened"]
    kept = shared.inbox.get("order:1")
    assert kept is not None
    assert (kept.state, kept.first_seen, kept.last_seen, kept.reopened, kept.resolved_at) == (
        "open", NOW, NOW + 2 * HOUR, 1, None,
    )  # fmt: skip


def test_a_reading_that_could_not_tell_never_resolves(shared: Journal) -> None:
    whats(shared, found())
    assert whats(shared, untold(at=NOW + HOUR)) == ["quiet"]
    kept = shared.inbox.get("order:1")
    assert kept is not None
    assert (kept.state, kept.code, kept.undetermined, kept.cells) == ("open", "webhook_failed", "429", found().cells)
    whats(shared, found(at=NOW + 2 * HOUR))
    again = shared.inbox.get("order:1")
    assert again is not None
    assert again.undetermined is None


def test_what_could_never_be_told_is_kept_as_that(shared: Journal) -> None:
    assert whats(shared, untold()) == ["new"]
    (kept,) = shared.inbox.page(Filter(severities=(None,)))[0]
    assert (kept.code, kept.severity, kept.undetermined) == (None, None, "429")
    assert whats(shared, found(at=NOW + 1)) == ["new"]
    assert whats(shared, clean(at=NOW + 2)) == ["resolved"]


def test_a_reading_older_than_the_last_changes_nothing(shared: Journal) -> None:
    whats(shared, found())
    assert whats(shared, clean(at=NOW - 1), found(code="other", at=NOW - 1)) == ["quiet", "quiet"]
    kept = shared.inbox.get("order:1")
    assert kept is not None
    assert (kept.state, kept.code) == ("open", "webhook_failed")


def test_a_scan_that_goes_on_tells_the_same_news(shared: Journal) -> None:
    batch = [found(scan_id=7), found("order:2", scan_id=7), untold("order:3", scan_id=7)]
    assert whats(shared, *batch) == whats(shared, *batch, now=NOW + 60) == ["new"] * 3
    assert {reading.times for key in keys(shared) for reading in shared.inbox.readings(key)} == {1}
    assert whats(shared, *(replace(one, scan_id=8, read_at=NOW + 99) for one in batch)) == ["again"] * 3


def test_a_hole_that_is_filled_may_resolve_within_the_same_scan(shared: Journal) -> None:
    whats(shared, untold(scan_id=7))
    assert whats(shared, clean(at=NOW + 1, scan_id=7)) == ["resolved"]


def test_readings_are_kept_and_equal_ones_in_a_row_counted(shared: Journal) -> None:
    for at, one in enumerate([found(), found(), untold(), found(), found(money=Money(5000, "usd")), clean()]):
        whats(shared, replace(one, read_at=NOW + at, scan_id=at))
    told = [
        (one.outcome, one.first_at - NOW, one.last_at - NOW, one.times, one.scan_id)
        for one in shared.inbox.readings("order:1")
    ]
    assert told == [
        ("clean", 5, 5, 1, 5),
        ("found", 4, 4, 1, 4),
        ("found", 3, 3, 1, 3),
        ("undetermined", 2, 2, 1, 2),
        ("found", 0, 1, 2, 1),
    ]
    assert shared.inbox.readings("order:1")[1].money == Money(5000, "usd")


def test_two_readings_of_a_case_in_one_batch(shared: Journal) -> None:
    assert whats(shared, found(), found(code="other", at=NOW + 1), clean(at=NOW + 2)) == ["new", "changed", "resolved"]
    kept = shared.inbox.get("order:1")
    assert kept is not None
    assert (kept.state, kept.code, len(shared.inbox.readings("order:1"))) == ("resolved", "other", 3)


def test_acknowledged_comes_back_when_its_headline_changes(shared: Journal) -> None:
    whats(shared, found())
    assert shared.inbox.acknowledge(["order:1", "order:none"], person("ada"), NOW, note="asked the shop") == 1
    assert whats(shared, found(at=NOW + 1, money=Money(1, "usd"))) == ["changed"]
    assert shared.inbox.count(Filter(states=("acknowledged",))) == 1
    assert whats(shared, found(code="dispute_open", at=NOW + 2)) == ["reopened"]
    assert shared.inbox.count(Filter(states=("open",))) == 1


def test_ignored_comes_back_when_its_time_is_over_or_it_gets_worse(shared: Journal) -> None:
    mild = [found(f"order:{n}", severity=Severity.LOW) for n in range(3)]
    whats(shared, *mild)
    until = NOW + HOUR
    assert shared.inbox.ignore([one.key for one in mild], until, person("ada"), NOW) == 3
    assert whats(shared, *(replace(one, read_at=NOW + 1) for one in mild), now=NOW + 1) == ["again"] * 3
    assert whats(shared, replace(mild[0], severity=Severity.HIGH, read_at=NOW + 2), now=NOW + 2) == ["reopened"]
    assert shared.inbox.due_again(until - 1) == ()
    assert whats(shared, replace(mild[1], read_at=until), now=until) == ["reopened"]
    assert shared.inbox.due_again(until) == ("order:2",)
    assert {case.reopened for case in shared.inbox.page(Filter())[0]} == {1}


def test_a_person_may_reopen_and_each_step_is_an_entry(shared: Journal) -> None:
    whats(shared, found())
    shared.inbox.acknowledge(["order:1"], person("ada"), NOW + 1, note="wrote to jenny.rosen@example.com")
    shared.inbox.ignore(["order:1"], NOW + HOUR, person("ben"), NOW + 2)
    shared.inbox.reopen(["order:1"], person("ada"), NOW + 3)
    assert shared.inbox.reopen(["order:1"], person("ada"), NOW + 4) == 0
    entries, _ = shared.recent(case_key="order:1")
    assert [(one.what, one.who, one.outcome) for one in reversed(entries)] == [
        ("acknowledge", "ada", "acknowledged"),
        ("ignore", "ben", "ignored"),
        ("reopen", "ada", "open"),
    ]
    assert entries[-1].details == {"order": "WEB-1", "note": "wrote to j***@example.com"}
    assert entries[-2].details == {"order": "WEB-1", "until": NOW + HOUR}


def test_a_resolved_case_cannot_be_acknowledged_or_ignored(shared: Journal) -> None:
    whats(shared, found(), clean(at=NOW + 1))
    assert (
        shared.inbox.acknowledge(["order:1"], person("ada"), NOW)
        == shared.inbox.ignore(["order:1"], NOW + 9, person("ada"), NOW)
        == 0
    )


def test_the_keys_a_scan_has_to_look_at_again(shared: Journal) -> None:
    whats(shared, *(found(f"order:{n}", scan_id=3) for n in range(1200)), found("order:x", scan_id=4), found("order:y"))
    whats(shared, clean("order:5", at=NOW + 1, scan_id=4))
    assert len(set(shared.inbox.keys_open())) == len(list(shared.inbox.keys_open())) == 1201
    assert set(shared.inbox.keys_open(unless_scan=3)) == {"order:x", "order:y"}


def test_nothing_the_database_cannot_hold_stops_a_batch(shared: Journal) -> None:
    secret = "sk_live_" + "abcdefgh1234"
    odd = found(
        "order:\x00", number="a\x00b\ud800", says=f"bad {secret}", money=Money(10**30, "usd"), happened_at=10**20
    )
    assert whats(shared, odd, found("order:2")) == ["new", "new"]
    kept = shared.inbox.get("order:\x00")
    assert kept is not None
    assert (kept.number, kept.says, kept.money, kept.happened_at) == ("ab?", "bad ***", None, None)


def test_a_cursor_of_something_else_is_refused(shared: Journal) -> None:
    for cursor in ("", "1", "a.b.c", "1.2"):
        with pytest.raises(UsageError):
            shared.inbox.page(EVERY, after=cursor)
