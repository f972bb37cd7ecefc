"""One journal for several shops: each sees its own, whatever is called alike; what was there before stays whose it
was."""

import pytest

from core.errors import UsageError
from core.journal import Entry, Filter, Journal
from core.people import Person
from tests.journal.noted import NOW, found

EVERY = Filter(states=())
ANA = Person.at_terminal("ana")


def keys(journal: Journal) -> list[str]:
    return [case.key for case in journal.inbox.page(EVERY)[0]]


def test_two_shops_with_an_order_of_the_same_name(url: str) -> None:
    books, toys, alone = (Journal(url, mode="live", shop=one) for one in ("books", "toys", ""))
    books.inbox.note([found()], now=NOW)
    assert (keys(books), keys(toys), keys(alone)) == (["order:1"], [], [])
    assert [change.what for change in toys.inbox.note([found()], now=NOW + 9)] == ["new"]
    toys.inbox.acknowledge(["order:1"], ANA, NOW + 10)
    assert [one.inbox.page(EVERY)[0][0].state for one in (books, toys)] == ["open", "acknowledged"]
    books.inbox.note_booked({NOW: 3})
    assert [len(one.inbox.booked(NOW - 9_000, NOW + 9_000)) for one in (books, toys)] == [1, 0]
    for one in (books, toys, alone):
        one.close()


def test_scans_of_another_shop_are_nobodys_here(url: str) -> None:
    books, toys = (Journal(url, mode="live", shop=one) for one in ("books", "toys"))
    ours = books.scans.begin(since=NOW - 60, until=NOW, key_mode="live", account="acct", who="ana", now=NOW)
    assert (ours.key_mode, [one.id for one in books.scans.running(NOW)]) == ("live", [ours.id])
    assert (toys.scans.recent(), toys.scans.running(NOW), toys.scans.get(ours.id)) == ((), (), None)
    for act in (toys.scans.ask_to_cancel, toys.scans.take):
        with pytest.raises(UsageError, match="There is no scan"):
            act(ours.id, now=NOW)
    theirs = toys.scans.begin(since=0, until=NOW, key_mode="live", account="acct", who="ben", now=NOW, beside=False)
    toys.scans.finish(theirs.id, "complete", now=NOW)
    assert (toys.scans.last_horizon("live", "acct"), books.scans.last_horizon("live", "acct")) == (NOW, None)
    for one in (books, toys):
        one.close()


def test_a_watch_follows_its_own_shop(url: str) -> None:
    books, toys = (Journal(url, shop=one) for one in ("books", "toys"))
    books.cursors.set("watch test", "here", NOW)
    assert (books.cursors.get("watch test"), toys.cursors.get("watch test")) == ("here", None)
    toys.cursors.set("watch test", "there", NOW)
    assert (books.cursors.get("watch test"), toys.cursors.get("watch test")) == ("here", "there")
    for one in (books, toys):
        one.close()


def test_what_was_there_before_is_the_unnamed_shops_and_log_ins_are_everybodys(url: str) -> None:
    """What stands in a journal of before there were several is found by `keeps_journal`: it is kept as no name."""
    before, toys = Journal(url, mode="live"), Journal(url, mode="live", shop="toys")
    before.inbox.note([found()], now=NOW)
    before.record(Entry(NOW, "ana", "retrieve", "order:1", "cs_1", "nothing changed"))
    before.sessions.note(NOW + 1, "ben", "log in", "support")
    books = Journal(url, mode="live", shop="")
    assert keys(books) == ["order:1"]
    assert [one.what for one in books.recent()[0]] == ["log in", "retrieve"]
    assert (keys(toys), [one.what for one in toys.recent()[0]]) == ([], ["log in"])
    for one in (before, toys, books):
        one.close()


def test_forgetting_in_one_shop_leaves_the_other(url: str) -> None:
    books, toys = (Journal(url, mode="live", shop=one) for one in ("books", "toys"))
    for one in (books, toys):
        one.inbox.note([found()], now=NOW)
    books.forgetting.forget(["order:1"], ANA, NOW + 9)
    assert (keys(books), keys(toys)) == ([], ["order:1"])
    for one in (books, toys):
        one.close()
