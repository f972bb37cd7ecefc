"""All that a filter matches is acknowledged, ignored or reopened in one step: as many as were said, or none."""

import json

import pytest

from core.errors import Refused
from core.findings import Severity
from core.journal import Filter, Journal
from tests.journal.noted import NOW, clean, found
from tests.people import person

EVERY = Filter(states=())
MILD = Filter(severities=(Severity.LOW,))


@pytest.fixture
def shared(shared: Journal) -> Journal:
    """Twelve critical cases, eight mild ones, and one that is well again."""
    grave = [found(f"order:{n}") for n in range(12)]
    mild = [found(f"order:mild{n}", severity=Severity.LOW) for n in range(8)]
    shared.inbox.note([*grave, *mild, found("order:well")], now=NOW)
    shared.inbox.note([clean("order:well", at=NOW + 1)], now=NOW + 1)
    return shared


def test_no_more_than_the_filter_matches(shared: Journal) -> None:
    assert shared.inbox.movable("acknowledge", MILD) == 8
    assert shared.inbox.acknowledge(MILD, person("ada"), NOW, note="by design", sure_of=8) == 8
    kept, _ = shared.inbox.page(Filter(states=("acknowledged",)))
    assert {case.severity for case in kept} == {Severity.LOW}
    assert shared.inbox.count(Filter(states=("open",))) == 12


def test_what_cannot_be_moved_is_not_counted(shared: Journal) -> None:
    shared.inbox.acknowledge(["order:0", "order:1"], person("ada"), NOW)
    counts = [shared.inbox.movable(step, EVERY) for step in ("acknowledge", "ignore", "reopen")]
    assert counts == [18, 20, 3]
    assert shared.inbox.movable("acknowledge", Filter(states=("resolved",))) == 0
    assert shared.inbox.acknowledge(EVERY, person("ada"), NOW, sure_of=18) == 18
    assert shared.inbox.reopen(EVERY, person("ada"), NOW, sure_of=21) == 21


def test_another_number_than_was_said_moves_none(shared: Journal) -> None:
    said = shared.inbox.movable("ignore", MILD)
    shared.inbox.note([found("order:new", severity=Severity.LOW)], now=NOW)
    with pytest.raises(Refused, match="9 cases by now, not 8"):
        shared.inbox.ignore(MILD, NOW + 60, person("ada"), NOW, sure_of=said)
    assert shared.inbox.count(Filter(states=("ignored",))) == 0
    assert shared.recent() == ((), False)


def test_activity_lists_it_once_and_each_case_knows_it(shared: Journal) -> None:
    shared.inbox.ignore(Filter(text="jenny.rosen@example.com"), NOW + 60, person('A "da"'), NOW, note='say "hm" \\ é')
    (entry,), more = shared.recent()
    assert (entry.what, entry.outcome, entry.case_key, more) == ("ignore", "20 cases ignored", "", False)
    assert entry.details["note"] == 'say "hm" \\ é'
    assert entry.details["chosen"] == {"states": ["open", "acknowledged"], "text": "j***@example.com"}
    (mine,), _ = shared.recent(case_key="order:3")
    assert (mine.who, mine.outcome, mine.object_id) == ('A "da"', "ignored", "with others")
    assert mine.details == {"order": "WEB-3", "note": 'say "hm" \\ é', "until": NOW + 60}


def test_an_order_of_any_name_is_written_down(shared: Journal) -> None:
    name = json.dumps({"a": 'quote " and \\ and é and \n'})
    shared.inbox.note([found("order:odd", number=name), found("stripe:pi_1", number=None, order_id=None)], now=NOW)
    shared.inbox.acknowledge(Filter(), person("ada"), NOW)
    for key, told in (("order:odd", name), ("stripe:pi_1", "")):
        (entry,), _ = shared.recent(case_key=key)
        assert entry.details["order"] == told


def test_nothing_to_move_is_no_entry(shared: Journal) -> None:
    assert shared.inbox.reopen(Filter(text="none such"), person("ada"), NOW, sure_of=0) == 0
    assert shared.recent() == ((), False)
