"""The inbox as a page: never green by luck, worst first, quick when it is long."""

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.journal import Journal
from core.journal.scan_records import State
from core.money import Money
from core.sandbox import World
from dashboard import visit
from tests.dashboard.conftest import Opening, listed, scan, shown, text
from tests.dashboard.inboxes import GREEN, HOSTILE, noted, scanned
from tests.journal.noted import found
from tests.people import MIRA, person
from tests.waiting import eventually


def test_never_scanned_is_one_clear_button(app: Opening) -> None:
    page = app("discrepancies")
    assert "Nothing has been scanned yet" in text(page)
    assert page.button(key="scan.first").label == "Scan the last 7 days"
    assert GREEN not in shown(page)


def test_all_clean_says_when_and_how_much(app: Opening, journal: Journal) -> None:
    scanned(journal, orders=1240)
    said = text(app("discrepancies"))
    assert "Everything agrees" in said
    assert "1,240 orders and 1,300 checkout sessions, 14 requests to Stripe" in said


@pytest.mark.parametrize("state", ["partial", "failed", "cancelled"])
def test_what_was_not_read_is_never_green(app: Opening, journal: Journal, state: State) -> None:
    scanned(journal)
    last = scanned(journal, state)
    page = app("discrepancies")
    said = text(page)
    assert "Everything agrees" not in said
    assert GREEN not in shown(page)
    assert page.button(key=f"fill.{last}").label == ("Fill the hole" if state == "partial" else "Go on with it")
    assert GREEN not in shown(app())


def test_a_partial_scan_lists_its_hole_in_words(app: Opening, journal: Journal) -> None:
    scanned(journal, "partial")
    page = app("discrepancies")
    assert ":yellow-badge[:material/incomplete_circle: Partial]" in shown(page)
    assert "Not everything could be read" in text(page)
    assert "Checkout sessions from" in text(page)
    assert "](" not in shown(page).replace("\\", "\0")


def test_an_old_scan_is_not_green(app: Opening, journal: Journal) -> None:
    scanned(journal, until=int(time.time()) - 3 * 86_400)
    page = app("discrepancies")
    assert "Everything agrees" not in text(page)
    assert "Not up to date" in text(page)
    assert GREEN not in shown(page)


def test_the_worst_stand_first_and_showing_them_asks_stripe_nothing(app: Opening, world: World) -> None:
    scan(world)
    before = len(world.stripe.switches.requests)
    page = app("discrepancies")
    severities = [row["severity"] for row in listed(page)]
    ranks = [["Critical", "High", "Medium", "Low", "Info", "Cannot tell"].index(one) for one in severities]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0
    assert len(world.stripe.switches.requests) == before


def test_hostile_texts_are_never_markdown(app: Opening, journal: Journal) -> None:
    noted(journal)
    for page in (app("discrepancies"), app()):
        assert "](http" not in shown(page).replace("\\", "\0")


def test_an_outage_is_said_on_top(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    about: dict[str, Any] = {"codes": ("webhook_failing",), "currency": "eur", "money": Money(1000, "eur"), "at": now}
    failing = [found(f"order:{n}", "webhook_failing", happened_at=now - 60 * n, **about) for n in range(1, 8)]
    journal.inbox.note(failing, now=now)
    scanned(journal)
    page = app("discrepancies")
    assert "7 orders**] since" in text(page)
    assert "and it goes on" in text(page)
    assert "70.00 EUR at risk" in text(page)
    next(button for button in page.button if str(button.key).startswith("outage.show.")).click().run()
    assert page.query_params["code"] not in ("", [])


def test_a_hundred_thousand_cases_are_quick(app: Opening, journal: Journal, tmp_path: Path) -> None:
    now = int(time.time())
    journal.inbox.note([found(f"order:{n}", at=now, happened_at=now - 90 * 86_400 - n) for n in range(1000)], now=now)
    scanned(journal)
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as db, db:
        for table, own in (("cases", "id"), ("case_texts", "case_id"), ("case_terms", "case_id")):
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            values = {own: f"{own} + 1000 * n", "key": "key || '-' || n", "first_seen": "first_seen - n"}
            chosen = ", ".join(values.get(column, column) for column in columns)
            more = "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < 99)"
            db.execute(f"{more} INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table}, copies")
    page = app("discrepancies")
    assert "100,000 cases" in text(page)
    assert "1 to 50 of 100,000" in text(page)
    began = time.process_time()
    page.button(key="next").click().run()
    took = time.process_time() - began
    assert "51 to 100 of 100,000" in text(page)
    assert took < 5  # of work: well under one second
    page.button(key="previous").click().run()
    assert "1 to 50 of 100,000" in text(page)


def test_what_a_test_key_found_is_not_shown_under_a_live_key(
    app: Opening, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(journal)
    monkeypatch.setenv("STRIPE_API_KEY", "rk_live_" + "x" * 24)
    monkeypatch.delenv("ORDERLENS_STRIPE_API_BASE", raising=False)
    page = app("discrepancies")
    said = text(page)
    assert "Nothing has been scanned yet" in said
    assert "Live mode" in shown(page)
    assert "WEB-1" not in said


@pytest.mark.usefixtures("app")
def test_a_scan_of_the_other_mode_is_not_in_the_way(journal: Journal) -> None:
    now, command = int(time.time()), [sys.executable, "-c", "pass"]
    journal.scans.begin(since=now - 60, until=now, key_mode="live", account=None, who="ben", now=now)
    assert visit.starter().begin(command, who=MIRA, now=now)
    journal.scans.begin(since=now - 60, until=now, key_mode="test", account=None, who="ben", now=now)
    while visit.starter().starting(()):
        time.sleep(0.01)
    assert not visit.starter().begin(command, who=MIRA, now=now)


def test_who_cancelled_a_scan_is_in_activity(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    journal.scans.begin(since=now - 60, until=now, key_mode="test", account=None, who="ben", now=now)
    page = app("discrepancies")
    page.button(key="scan.cancel").click().run()
    activity = app("activity").dataframe[0].value
    assert [list(activity[name]) for name in ("Who", "What", "Outcome", "Object")] == [
        ["ana"], ["Cancel"], ["Asked to stop"], ["scan 1"],
    ]  # fmt: skip


def test_a_scan_that_never_began_says_why(app: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    page = app("discrepancies")
    monkeypatch.setenv("ORDERLENS_CONFIG", "nowhere.toml")
    page.button(key="scan.first").click().run()
    eventually(lambda: not visit.starter().starting(()))
    assert "The scan did not begin" in text(page.run())


def test_a_row_is_said_in_plain_values(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    journal.inbox.note([found("order:1", at=now, number=HOSTILE), found("order:2", at=now)], now=now)
    journal.inbox.assign(["order:2"], "ben@shop.example", person("ana"), now)
    scanned(journal)
    hostile, mine = sorted(listed(app("discrepancies")), key=lambda row: row["key"])
    assert hostile["order"] == HOSTILE
    assert (mine["severity"], mine["icon"], mine["color"]) == ("Critical", "report", "red")
    assert (mine["risk"], mine["state"], mine["customer"]) == ("42.00 USD", "Open, ben", "j***@example.com")
