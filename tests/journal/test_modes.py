"""Test and live are two worlds in one journal: neither sees, settles or resolves the cases of the other."""

from collections.abc import Iterator

import pytest

from core.journal import Entry, Filter, Journal
from core.money import Money
from core.outages import SLOT
from tests.journal.noted import NOW, clean, found
from tests.people import person

EVERY = Filter(states=())


@pytest.fixture
def live(shared: Journal, url: str) -> Iterator[Journal]:
    """The same journal, opened with a live key, after a test key has found something."""
    shared.inbox.note([found("order:1"), found("order:2", money=Money(900, "jpy"), currency="jpy")], now=NOW)
    shared.inbox.ignore(["order:2"], NOW + 60, person("ada"), NOW)
    shared.inbox.note_booked({NOW: 3})
    opened = Journal(url, mode="live")
    yield opened
    opened.close()


def test_what_was_found_in_test_mode_is_not_shown_in_live_mode(live: Journal) -> None:
    inbox = live.inbox
    assert inbox.page(EVERY) == ((), None)
    assert (inbox.count(EVERY), inbox.summary(EVERY), list(inbox.sightings(EVERY))) == (0, (), [])
    assert (list(inbox.rows_for_csv(EVERY)), list(inbox.keys_open()), inbox.tally(EVERY).states) == ([], [], {})
    assert (inbox.get("order:1"), inbox.readings("order:1"), inbox.booked(0, NOW + SLOT)) == (None, (), ())


def test_a_clean_reading_in_one_mode_resolves_nothing_of_the_other(shared: Journal, live: Journal) -> None:
    (change,) = live.inbox.note([clean("order:1", at=NOW + 60)], now=NOW + 60)
    assert (change.what, change.state) == ("quiet", None)
    kept = shared.inbox.get("order:1")
    assert kept is not None
    assert kept.state == "open"


def test_an_order_may_be_wrong_in_both(shared: Journal, live: Journal) -> None:
    (change,) = live.inbox.note([found("order:1", "dispute_open", at=NOW + 60)], now=NOW + 60)
    assert change.what == "new"
    assert [kept.code for one in (shared, live) if (kept := one.inbox.get("order:1"))] == [
        "webhook_failed", "dispute_open",
    ]  # fmt: skip
    assert [len(one.inbox.readings("order:1")) for one in (shared, live)] == [1, 1]
    shared.inbox.note([clean("order:1", at=NOW + 90)], now=NOW + 90)
    assert [one.inbox.count(Filter()) for one in (shared, live)] == [0, 1]


def test_what_was_done_in_one_is_not_told_of_the_other(shared: Journal, live: Journal) -> None:
    live.inbox.note([found("order:1", at=NOW + 60)], now=NOW + 60)
    shared.inbox.acknowledge(["order:1"], person("ada"), NOW)
    live.record(Entry(NOW, "ben", "replay", "order:1", "evt_1", "healed"))
    for case_key in (None, "order:1"):
        assert [entry.who for entry in live.recent(case_key=case_key)[0]] == ["ben"]
    assert {entry.who for entry in shared.recent()[0]} == {"ada"}


def test_nothing_of_the_other_mode_is_settled(shared: Journal, live: Journal) -> None:
    assert (
        live.inbox.acknowledge(["order:1"], person("ada"), NOW)
        == live.inbox.acknowledge(EVERY, person("ada"), NOW)
        == 0
    )
    assert live.inbox.due_again(NOW + 60) == ()
    assert shared.inbox.due_again(NOW + 60) == ("order:2",)
    live.inbox.note_booked({NOW: 8})
    assert shared.inbox.booked(0, NOW + SLOT) == ((NOW // SLOT * SLOT, 3),)
