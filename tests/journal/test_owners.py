"""Whose a case is, and what was noted on it: written once, for everybody, and never over what another did meanwhile."""

import pytest

from core.errors import Refused, UsageError
from core.findings import Severity
from core.journal import Filter, Journal, Kept
from core.money import Money
from tests.journal.noted import NOW, clean, found
from tests.people import person

EVERY = Filter(states=())


@pytest.fixture
def shared(shared: Journal) -> Journal:
    """Four open cases and one that is well again."""
    shared.inbox.note([found(f"order:{n}") for n in range(5)], now=NOW)
    shared.inbox.note([clean("order:4", at=NOW + 1)], now=NOW + 1)
    return shared


def case(journal: Journal, key: str = "order:1") -> Kept:
    """A case as it stands."""
    kept = journal.inbox.get(key)
    assert kept is not None
    return kept


def test_a_case_is_somebodys_until_it_is_given_on_and_stays_open(shared: Journal) -> None:
    assert case(shared).owner == ""
    assert shared.inbox.assign(["order:1", "order:4", "order:none"], " ben  b ", person("ada"), NOW) == 1
    assert (case(shared).owner, case(shared).state, case(shared, "order:4").owner) == ("ben b", "open", "")
    assert [one.key for one in shared.inbox.page(Filter(owners=("ben b",)))[0]] == ["order:1"]
    assert shared.inbox.count(Filter(owners=("",))) == 3
    assert shared.inbox.owners() == ("ben b",)
    (entry,), _ = shared.recent(case_key="order:1")
    assert (entry.who, entry.what, entry.outcome) == ("ada", "assign", "assigned to ben b")
    assert entry.details == {"order": "WEB-1", "owner": "ben b"}
    shared.inbox.assign(["order:1"], "", person("ben b"), NOW + 1)
    assert (case(shared).owner, shared.inbox.owners()) == ("", ())
    assert shared.recent(case_key="order:1")[0][0].outcome == "assigned to nobody"


def test_its_owner_outlives_readings(shared: Journal) -> None:
    shared.inbox.assign(["order:1"], "ben", person("ada"), NOW)
    for reading in (found(at=NOW + 2), clean(at=NOW + 3), found(at=NOW + 4)):
        shared.inbox.note([reading], now=reading.read_at)
    assert (case(shared).owner, case(shared).reopened) == ("ben", 1)


def test_the_second_of_two_is_told_what_the_first_did_and_nothing_is_done(shared: Journal) -> None:
    seen = case(shared)
    shared.inbox.assign(["order:1"], "ben", person("ben"), NOW, seen=[seen])
    with pytest.raises(Refused, match=r"WEB-1 is ben's by now, by ben at .* UTC"):
        shared.inbox.assign(["order:0", "order:1"], "cy", person("cy"), NOW + 1, seen=[seen])
    assert (case(shared).owner, case(shared, "order:0").owner) == ("ben", "")
    seen = case(shared)
    shared.inbox.ignore(["order:1"], NOW + 60, person("ben"), NOW + 2, seen=[seen])
    with pytest.raises(Refused, match=r"ben ignored WEB-1 at .* UTC"):
        shared.inbox.acknowledge(["order:1"], person("cy"), NOW + 3, seen=[seen])
    assert [entry.who for entry in shared.recent(case_key="order:1")[0]] == ["ben", "ben"]


def test_what_a_reading_did_is_told_as_that(shared: Journal) -> None:
    seen = case(shared)
    shared.inbox.note([clean(at=NOW + 5)], now=NOW + 5)
    with pytest.raises(Refused, match="WEB-1 is resolved by now: a reading found it well"):
        shared.inbox.acknowledge(["order:1"], person("cy"), NOW + 6, seen=[seen])
    seen = case(shared, "order:2")
    shared.inbox.acknowledge(["order:2"], person("ada"), NOW)
    acknowledged = case(shared, "order:2")
    shared.inbox.note([found("order:2", "other", at=NOW + 5)], now=NOW + 5)
    with pytest.raises(Refused, match="WEB-2 is open by now"):
        shared.inbox.reopen(["order:2"], person("cy"), NOW + 6, seen=[acknowledged])
    assert shared.inbox.acknowledge(["order:2"], person("cy"), NOW + 7, seen=[seen]) == 1


def test_all_of_a_filter_are_given_to_one_with_the_number_said_before(shared: Journal) -> None:
    assert shared.inbox.movable("assign", EVERY) == 4
    with pytest.raises(Refused, match="4 cases by now, not 5"):
        shared.inbox.assign(EVERY, "ben", person("ada"), NOW, sure_of=5)
    assert (shared.inbox.owners(), shared.recent()) == ((), ((), False))
    assert shared.inbox.assign(EVERY, "ben", person("ada"), NOW, note="the outage", sure_of=4) == 4
    (entry,), _ = shared.recent()
    assert (entry.outcome, entry.details["note"]) == ("4 cases assigned to ben", "the outage")


def test_a_note_stands_in_the_journal_and_moves_nothing(shared: Journal) -> None:
    before = case(shared)
    assert shared.inbox.annotate(["order:1", "order:4"], " rang jenny.rosen@example.com ", person("ada"), NOW + 9) == 2
    assert case(shared) == before
    (entry,), _ = shared.recent(case_key="order:1")
    assert (entry.at, entry.who, entry.what, entry.outcome) == (NOW + 9, "ada", "note", "noted")
    assert entry.details == {"order": "WEB-1", "note": "rang j***@example.com"}
    with pytest.raises(UsageError):
        shared.inbox.annotate(["order:1"], "  ", person("ada"), NOW)
    assert shared.inbox.annotate(Filter(), "all of them", person("ada"), NOW, sure_of=4) == 4


def test_the_worst_are_the_most_severe_then_the_dearest_then_the_newest(shared: Journal) -> None:
    dear = {"order:a": 9000, "order:b": None, "order:c": 50_000, "order:d": 9000}
    for late, (key, amount) in enumerate(dear.items()):
        money = None if amount is None else Money(amount, "usd")
        shared.inbox.note([found(key, severity=Severity.HIGH, money=money)], now=NOW + late)
    shared.inbox.note([found("order:low", severity=Severity.LOW, money=Money(10**9, "usd"))], now=NOW)
    listed = [one.key for one in shared.inbox.page(Filter())[0]]
    assert listed[4:] == ["order:c", "order:d", "order:a", "order:b", "order:low"]


def test_what_is_new_since_somebody_looked(shared: Journal) -> None:
    looks = shared.inbox.looks
    assert looks.look("ada", NOW + 10) is None
    shared.inbox.ignore(["order:3"], NOW + 3000, person("ada"), NOW + 20)
    assert looks.look("ada", NOW + 600) is None
    back = looks.look("ada", NOW + 9000)
    assert back == NOW + 600
    shared.inbox.note([found("order:new", at=NOW + 700), clean("order:2", at=NOW + 700)], now=NOW + 700)
    shared.inbox.note([found("order:2", at=NOW + 800), found("order:1", at=NOW + 800)], now=NOW + 800)
    shared.inbox.due_again(NOW + 3000)
    assert {one.key for one in shared.inbox.page(Filter(new_since=back))[0]} == {"order:new", "order:2", "order:3"}
    assert looks.look("ada", NOW + 9010) == looks.look("ada", NOW + 9900) == back
    assert looks.look("ben", NOW + 9900) is None
    looks.forget("ada")
    assert looks.look("ada", NOW + 9900) is None


def test_a_clock_that_was_put_back_makes_nothing_new_or_old(shared: Journal) -> None:
    looks = shared.inbox.looks
    looks.look("ada", NOW)
    assert looks.look("ada", NOW + 7200) == NOW
    assert looks.look("ada", NOW - 7200) == NOW
    assert looks.look("ada", NOW + 7300) == NOW
