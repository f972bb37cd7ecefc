"""A cause and the overview as the journal has them: what was healed counts once, what nobody read is not known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.causes import Portion
from core.desk.causing import Cause, causing
from core.desk.overseeing import Overview, overseeing
from core.findings import Severity
from core.journal import Filter, Journal, watch_name
from core.outages import SLOT, outages
from core.pulse import Pace
from core.stripe_api import Access
from core.times import DAY, HOUR
from tests.journal.noted import NOW, clean, found

CODE = "webhook_failing"
T = NOW // SLOT * SLOT - 6 * HOUR


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    yield opened
    opened.close()


def scanned(journal: Journal, *, since: int, until: int, at: int) -> None:
    begun = journal.scans.begin(since=since, until=until, key_mode="test", account=None, who="ana", now=at)
    journal.scans.finish(begun.id, "complete", now=at)


def cause(journal: Journal, *, now: int = NOW, code: str = CODE, since: int | None = None) -> Cause:
    seen = outages(journal.inbox.sightings(Filter(states=())), now, booked=journal.inbox.booked(0, now) or None)
    return causing(journal, "test", code, seen, since=since, now=now, offset=0)


def overview(journal: Journal, *, now: int = NOW) -> Overview:
    return overseeing(journal, Access(api_key="sk_test_x", api_base="http://127.0.0.1:9"), now=now, offset=0)


def failing(journal: Journal, cases: int = 12) -> list[str]:
    keys = [f"order:{n}" for n in range(cases)]
    journal.inbox.note([found(key, CODE, happened_at=T + 60 * n) for n, key in enumerate(keys)], now=NOW)
    return keys


def test_orders_that_were_healed_are_affected_and_not_also_among_the_good(journal: Journal) -> None:
    keys = failing(journal)
    journal.inbox.note_booked({T: 4, T + SLOT: 2})
    scanned(journal, since=T - DAY, until=NOW, at=NOW)
    assert cause(journal).portion == Portion(12, 6)
    journal.inbox.note([clean(key, at=NOW + 60) for key in keys[:8]], now=NOW + 60)
    assert cause(journal, now=NOW + 90).portion == Portion(12, 6)  # nobody has counted these orders since
    journal.inbox.note_booked({T: 4 + 8, T + SLOT: 2})
    scanned(journal, since=T - DAY, until=NOW + 90, at=NOW + 100)
    healed = cause(journal, now=NOW + 120)
    assert healed.portion == Portion(12, 6)
    assert sum(bar.affected for bar in healed.bars) == 12
    assert sum(bar.well for bar in healed.bars) == 6


def test_the_share_is_told_up_to_where_it_was_read(journal: Journal) -> None:
    failing(journal)
    scanned(journal, since=T - DAY, until=T + 5 * 60, at=NOW)
    found_ = cause(journal)
    assert (found_.portion, found_.portion_until) == (Portion(5, 0), T + 5 * 60)
    assert found_.sure


def test_a_partial_scan_is_no_reading_of_all(journal: Journal) -> None:
    failing(journal)
    begun = journal.scans.begin(since=T - DAY, until=NOW, key_mode="test", account=None, who="ana", now=NOW)
    journal.scans.finish(begun.id, "partial", now=NOW)
    found_ = cause(journal)
    assert (found_.portion, found_.sure, any(bar.sure for bar in found_.bars)) == (None, False, False)


def test_the_totals_are_those_of_the_outage_and_of_no_other_time(journal: Journal) -> None:
    failing(journal)
    journal.inbox.note([found("order:old", CODE, happened_at=T - 20 * DAY), found("order:x", "stale_id")], now=NOW)
    one = cause(journal)
    assert one.share is not None
    assert (one.share.cases, one.states) == (12, {"open": 12})
    assert one.chosen.shown is not None
    everything = cause(journal, code="stale_id")
    assert (everything.chosen.shown, everything.portion) == (None, None)


def test_a_first_scan_is_no_deterioration(journal: Journal) -> None:
    journal.inbox.note([found(f"order:{n}", happened_at=NOW - n * 5 * HOUR) for n in range(40)], now=NOW)
    scanned(journal, since=NOW - 10 * DAY, until=NOW, at=NOW)
    seen = overview(journal)
    assert seen.trend.pace is Pace.STEADY
    assert seen.wrong.orders == 40
    assert sum(day.happened for day in seen.days) == 40


def test_what_is_only_to_be_known_is_in_no_figure(journal: Journal) -> None:
    journal.inbox.note([found("order:1", "settling", severity=Severity.INFO, happened_at=NOW - 60)], now=NOW)
    seen = overview(journal)
    assert (seen.wrong.orders, seen.shares, sum(day.happened for day in seen.days), seen.by_code) == (0, (), 0, {})


def test_a_watch_without_a_whole_scan_makes_nothing_known(journal: Journal) -> None:
    journal.cursors.set(watch_name("test", None), f'{{"heard_at":{NOW}}}', NOW)
    assert overview(journal).read_to is None
    scanned(journal, since=NOW - 9 * DAY, until=NOW - 5 * DAY, at=NOW)
    assert overview(journal).read_to == NOW - 5 * DAY  # what lies between was heard by nobody's account
    scanned(journal, since=NOW - 9 * DAY, until=NOW - DAY, at=NOW)
    assert (overview(journal).read_to or 0) > NOW - HOUR


def test_a_damaged_cursor_is_no_watch(journal: Journal) -> None:
    for kept, by in (("{", "x"), ('{"heard_at":"yesterday"}', ""), ("[]", "\u0663 me")):
        journal.cursors.set(watch_name("test", None), kept, NOW)
        journal.cursors.set(f"{watch_name('test', None)} by", by, NOW)
        seen = overview(journal)
        assert (seen.heard_at, seen.watched) == (None, False)
