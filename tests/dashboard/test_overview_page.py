"""The overview: never green by luck, the worst at once, the numbers as the journal has them, alive when it is away."""

import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.findings import Severity
from core.journal import Journal
from core.money import Money
from core.times import DAY, HOUR
from tests.dashboard.conftest import Opening, shown, text
from tests.dashboard.outages import FAILING, TITLE, morning, outage, scanned
from tests.journal.noted import clean, found, untold
from tests.people import person

GREEN = ":green"


def later(app: Opening, page: str = "overview") -> AppTest:
    """The page once what it remembers for some seconds is over."""
    st.cache_resource.clear()
    return app(page)


def sentence(page: AppTest) -> str:
    """What the page says first."""
    assert not page.exception
    (said,) = (str(one.value) for one in page.markdown if str(one.value).startswith("# :"))
    return said.replace("\\", "").rpartition(": ")[2].removesuffix("]")


def test_nobody_has_looked_yet_is_one_button(app: Opening) -> None:
    page = app("overview")
    assert sentence(page) == "Nobody has looked yet"
    assert page.button(key="overview.scan").label == "Scan the last 7 days"
    assert 'nothing can be told of them. Press "Scan the last 7 days": it compares' in text(page)
    assert GREEN not in shown(page)


def test_no_trend_says_what_would_tell_it(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    outage(journal, since=now - 3 * HOUR, cases=3)
    assert "to the end yet, so nothing can be told of them. Start a scan in the inbox" in text(app("overview"))
    scanned(journal, days=1)
    assert "Less than two days were read without a gap" in text(later(app))


def test_all_is_well_says_since_when(app: Opening, journal: Journal) -> None:
    scanned(journal)
    page = app("overview")
    assert sentence(page).startswith("Everything agrees, as of ")
    assert GREEN in shown(page)


def test_orders_of_other_accounts_are_not_among_everything(app: Opening, journal: Journal) -> None:
    scanned(journal, why="Learned nothing. Not judged: 3 orders of other accounts (acct_1Seller).")
    page = app("overview")
    assert "Not judged: 3 orders of other accounts (acct" in text(page)
    assert "Learned" not in text(page)


@pytest.mark.parametrize("state", ["partial", "failed", "cancelled"])
def test_what_was_not_read_is_never_green(app: Opening, journal: Journal, state: str) -> None:
    scanned(journal)
    scanned(journal, state=state)
    page = app("overview")
    assert sentence(page) == "Nothing is wrong in what was read, but not all could be read"
    assert GREEN not in shown(page)


def test_an_old_reading_is_never_green(app: Opening, journal: Journal) -> None:
    scanned(journal, until=int(time.time()) - 3 * DAY - HOUR)
    page = app("overview")
    assert sentence(page) == "Nobody has looked for 3 days"
    assert GREEN not in shown(page)
    outage(journal, since=int(time.time()) - 5 * DAY, cases=7)
    assert sentence(later(app)) == "7 orders were wrong when somebody last looked, 3 days ago"


def test_an_outage_of_this_hour_is_worse(app: Opening, journal: Journal) -> None:
    outage(journal, since=int(time.time()) - 40 * 60, cases=37, step=60)
    journal.inbox.acknowledge(["order:1", "order:2"], person("ana"), int(time.time()))
    scanned(journal)
    page = app("overview")
    assert sentence(page) == "37 orders are wrong, and it is getting worse"
    said = text(page)
    assert "37 in the last hour, 0.0 before, on average." in said
    assert "2 of them acknowledged" in said
    assert "**5,513.00 EUR**" in said
    assert "and it goes on" in said
    assert TITLE in [link.proto.label for link in page.get("page_link")]
    drawn = "".join(str(one.proto.body) for one in page.get("html"))
    assert "37 cases, " in drawn
    assert "5,513.00 EUR, " in drawn
    assert 'aria-label="30 days: 37 happened, 0 were healed.' in drawn
    assert not page.get("plotly_chart")  # 1.5 MB that nobody has to wait for here


def test_what_is_only_to_be_known_is_not_wrong(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    journal.inbox.note([found("order:1", "settling", severity=Severity.INFO)], now=now)
    scanned(journal)
    assert sentence(app("overview")).startswith("Everything agrees")
    journal.inbox.note([untold("order:2", at=now)], now=now)
    page = later(app)
    assert "it cannot be told" in sentence(page)
    assert GREEN not in shown(page)


def test_time_to_heal_and_what_was_healed(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    keys = outage(journal, since=morning(), cases=6, first=1)
    journal.inbox.note([clean(key, at=now + 7200) for key in keys[:3]], now=now + 7200)
    scanned(journal)
    page = app("overview")
    assert "**2 h**" in text(page)
    assert "median of 3 cases in 30 days" in text(page)
    assert sentence(page).startswith("3 orders are wrong")


def test_currencies_are_never_added_up_and_the_unknown_is_said(app: Opening, journal: Journal) -> None:
    outage(journal, since=morning(), cases=6)
    outage(journal, since=morning(), cases=2, first=50, code="stale_id", money=Money(700, "jpy"), currency="jpy")
    outage(journal, since=morning(), cases=1, first=60, code="id_missing", money=None)
    scanned(journal)
    said = text(app("overview"))
    assert "**894.00 EUR**" in said
    assert "and 1,400 JPY, of 1 case not known" in said


def test_a_watch_that_hears_keeps_it_fresh_and_one_that_is_gone_is_said(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    scanned(journal, until=now - 30 * HOUR)
    assert sentence(app("overview")) == "Nobody has looked for 1 day"
    assert "no watch runs" in text(app("overview"))
    journal.cursors.set("watch test", f'{{"heard_at":{now - 125},"events_to":1,"orders_to":1}}', now)
    journal.cursors.set("watch test by", f"{now - 20} host 1", now)
    page = later(app)
    assert sentence(page).startswith("Everything agrees, as of ")
    assert "the watch heard all 2 min ago" in text(page)
    journal.cursors.set("watch test by", f"{now - 2 * HOUR} host 1", now)
    assert "no watch runs since" in text(later(app))


def test_a_journal_that_goes_away_is_said_and_nothing_is_green(app: Opening, tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(b"no database at all" * 500)
    page = app("overview")
    assert not page.exception
    assert "journal" in text(page).lower()
    assert GREEN not in shown(page)
    assert not page.get("html")


def test_a_code_that_nobody_knows_and_texts_from_outside_are_plain(app: Opening, journal: Journal) -> None:
    hostile = "![i](https://evil.example/i.png)<svg onload=alert(1)>"
    outage(journal, since=morning(), cases=6, code=hostile)
    scanned(journal)
    page = app("overview")
    assert not page.exception
    assert "](http" not in shown(page).replace("\\", "\0")
    assert all("<svg" not in str(one.proto.body) for one in page.get("html"))
    assert sentence(app("cause", code=FAILING)) != ""
