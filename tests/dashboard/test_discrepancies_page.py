"""The inbox as a page: never green by luck, worst first, filtered by its address, quick when it is long."""

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.findings import Severity
from core.journal import Filter, Hole, Journal
from core.journal.scans import State
from core.money import Money
from core.sandbox import World
from dashboard import visit
from tests.dashboard.conftest import Opening, listed, scan, shown
from tests.journal.noted import found, untold
from tests.waiting import eventually

GREEN = ":green"
HOSTILE = "![i](https://evil.example/i.png) <img src=x onerror=alert(1)> [l](https://evil.example) **b** $x$"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """The journal that the pages read."""
    opened = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    yield opened
    opened.close()


def scanned(journal: Journal, state: State = "complete", *, until: int | None = None, orders: int = 0) -> int:
    """A scan of seven days that has just ended so."""
    now = int(time.time())
    begun = journal.scans.begin(
        since=now - 7 * 86_400, until=until or now - 5, key_mode="test", account=None, who="ana", now=now - 60
    )
    holes = [Hole("sessions", now - 3600, now - 1800, f"Stripe answered 500 {HOSTILE}")] if state == "partial" else []
    numbers = {"orders": orders, "sessions": orders + 60, "requests": 14}
    ended = journal.scans.finish(begun.id, state, now=now, holes=holes, why="", **numbers)
    return ended.id


def text(page: AppTest) -> str:
    """All words of a page, without what escaping adds."""
    assert not page.exception
    return shown(page).replace("\\", "").replace("\u2060", "")


def orders(page: AppTest) -> list[str]:
    """The orders of the table, from the top."""
    return [row["order"] for row in listed(page)]


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


def noted(journal: Journal) -> None:
    """Four cases and a scan."""
    now = int(time.time())
    cases = [
        found("order:1", at=now, severity=Severity.HIGH, code="stale_id", codes=("stale_id",)),
        found("order:2", at=now, money=Money(900, "jpy"), currency="jpy"),
        found("order:3", at=now, money=None, number=HOSTILE, email=HOSTILE, title=HOSTILE),
        untold("order:4", at=now, because=HOSTILE),
    ]
    journal.inbox.note(cases, now=now)
    scanned(journal)


def test_filters_narrow_and_an_address_sets_them(app: Opening, journal: Journal) -> None:
    noted(journal)
    page = app("discrepancies")
    assert len(orders(page)) == 4
    page.text_input(key="q").set_value("web-1").run()
    assert orders(page) == ["WEB-1"]
    assert orders(app("discrepancies", severity="High")) == ["WEB-1"]
    assert orders(app("discrepancies", currency="JPY")) == ["WEB-2"]
    page = app("discrepancies", q="nothing such")
    assert "Nothing matches this choice" in text(page)


def test_a_text_stands_in_the_address_and_an_e_mail_does_not(app: Opening, journal: Journal) -> None:
    noted(journal)
    page = app("discrepancies")
    page.text_input(key="q").set_value("web-1").run()
    assert page.query_params["q"] in ("web-1", ["web-1"])
    page.text_input(key="q").set_value("jenny.rosen@example.com").run()
    assert "q" not in page.query_params
    assert len(orders(page)) == 2
    page = app("discrepancies", q="jenny.rosen@example.com")
    assert "q" not in page.query_params
    assert len(orders(page)) == 2
    assert "of" not in app("activity", of="jenny.rosen@example.com").query_params


def test_a_link_that_is_no_choice_shows_everything(app: Opening, journal: Journal) -> None:
    noted(journal)
    for query in (
        {"severity": "x"},
        {"currency": "XXX"},
        {"after": "1.2; DROP"},
        {"after": "0.0.0"},
        {"after": "0.-2.0.0"},
        {"age": "y"},
    ):
        assert len(orders(app("discrepancies", **query))) == 4


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


def test_acknowledged_cases_stay_and_ignored_ones_go(app: Opening, journal: Journal) -> None:
    noted(journal)
    now = int(time.time())
    journal.inbox.acknowledge(["order:1"], "ana", now)
    journal.inbox.ignore(["order:2"], now + 86_400, "ana", now)
    page = app("discrepancies")
    assert {row["order"]: row["state"] for row in listed(page)}["WEB-1"] == "Acknowledged"
    assert "WEB-2" not in orders(page)
    assert orders(app("discrepancies", state="Ignored")) == ["WEB-2"]


def test_all_of_a_choice_are_settled_with_the_number_said_before(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    journal.inbox.note([found(f"order:{n}", at=now) for n in range(40)], now=now)
    journal.inbox.note([found(f"order:{n}", at=now, severity=Severity.LOW) for n in range(40, 100)], now=now)
    journal.inbox.acknowledge(["order:50"], "ben", now)
    scanned(journal)
    page = app("discrepancies", severity="Low")
    page.checkbox(key="every.0").check().run()
    assert page.checkbox(key="every.0").label == "All 60 cases of this choice"
    assert [page.button(key=key).label for key in ("acknowledge", "ignore", "reopen")] == [
        "Acknowledge 59 cases", "Ignore 60 cases", "Reopen 1 case",
    ]  # fmt: skip
    page.text_input(key="acknowledge.note").set_value("by design").run()
    page.button(key="acknowledge").click().run()
    assert not page.exception
    assert [toast.value for toast in page.toast] == ["59 cases acknowledged"]
    assert (len(page.button), page.checkbox[0].value) == (len(app("discrepancies", severity="Low").button), False)
    assert journal.inbox.count(Filter(states=("acknowledged",))) == 60
    assert journal.inbox.count(Filter(states=("open",))) == 40
    activity = app("activity").dataframe[0].value
    assert list(activity["Outcome"]) == ["59 cases acknowledged", "Acknowledged"]
    assert list(activity["Note"]) == ["by design", ""]


def test_another_number_than_was_said_settles_nothing(app: Opening, journal: Journal) -> None:
    noted(journal)
    page = app("discrepancies")
    page.checkbox(key="every.0").check().run()
    assert page.button(key="ignore").label == "Ignore 4 cases"
    journal.inbox.note([found("order:late", at=int(time.time()))], now=int(time.time()))
    page.button(key="ignore").click().run()
    assert [toast.value for toast in page.toast] == ["Nothing was ignored. It would be 5 cases by now, not 4."]
    assert journal.inbox.count(Filter()) == 5


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
    assert visit.starter().begin(command, now=now)
    journal.scans.begin(since=now - 60, until=now, key_mode="test", account=None, who="ben", now=now)
    while visit.starter().starting(()):
        time.sleep(0.01)
    assert not visit.starter().begin(command, now=now)


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
    journal.inbox.assign(["order:2"], "ben@shop.example", "ana", now)
    scanned(journal)
    hostile, mine = sorted(listed(app("discrepancies")), key=lambda row: row["key"])
    assert hostile["order"] == HOSTILE
    assert (mine["severity"], mine["icon"], mine["color"]) == ("Critical", "report", "red")
    assert (mine["risk"], mine["state"], mine["customer"]) == ("42.00 USD", "Open, ben", "j***@example.com")


def test_owners_are_a_choice_and_no_address_holds_an_e_mail(app: Opening, journal: Journal) -> None:
    noted(journal)
    now = int(time.time())
    journal.inbox.assign(["order:1"], "ben@shop.example", "ana", now)
    journal.inbox.assign(["order:2"], "ana", "ana", now)
    page = app("discrepancies")
    page.multiselect(key="owner").set_value(["ben"]).run()
    assert orders(page) == ["WEB-1"]
    assert page.query_params["owner"] in ("ben", ["ben"])
    assert orders(app("discrepancies", owner="ana")) == ["WEB-2"]
    assert len(orders(app("discrepancies", owner="Nobody"))) == 2


def test_what_is_new_since_the_last_look_is_one_press(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    journal.inbox.note([found("order:1", at=now - 9000)], now=now - 9000)
    scanned(journal)
    page = app("discrepancies")
    assert not [button for button in page.button if button.key == "new"]  # the first visit: all is as new
    journal.inbox.looks.forget("ana")
    journal.inbox.looks.look("ana", now - 8000)
    page = app("discrepancies")
    assert not [button for button in page.button if button.key == "new"]
    assert [row["fresh"] for row in listed(page)] == [False]
    journal.inbox.note([found("order:2", at=now)], now=now)
    page = app("discrepancies")
    assert page.button(key="new").label.startswith("1 new since")
    assert {row["order"]: row["fresh"] for row in listed(page)} == {"WEB-1": False, "WEB-2": True}
    page.button(key="new").click().run()
    assert orders(page) == ["WEB-2"]
    assert "new" in page.query_params
    page.button(key="new").click().run()
    assert "new" not in page.query_params
    assert len(orders(page)) == 2


@pytest.mark.parametrize("since", ["", "x", "-5", "9" * 40, "1e9"])
def test_a_time_that_is_none_restricts_nothing(app: Opening, journal: Journal, since: str) -> None:
    noted(journal)
    assert len(orders(app("discrepancies", new=since))) == 4


def test_all_of_a_choice_are_given_to_somebody_with_a_note(app: Opening, journal: Journal) -> None:
    noted(journal)
    page = app("discrepancies")
    page.checkbox(key="every.0").check().run()
    assert page.button(key="assign").label == "Assign 4 cases"
    page.button(key="assign").click().run()
    assert [toast.value for toast in page.toast] == ["4 cases assigned"]
    assert {row["state"] for row in listed(page)} == {"Open, ana"}
    page.checkbox(key="every.1").check().run()
    page.text_area(key="note.note").set_value("the shop is told").run()
    page.button(key="note").click().run()
    assert [toast.value for toast in page.toast] == ["4 cases noted"]
    (entry,), _ = journal.recent(limit=1, case_key="order:1")
    assert (entry.who, entry.what, entry.details["note"]) == ("ana", "note", "the shop is told")


def test_a_view_is_saved_chosen_again_and_deleted(app: Opening, journal: Journal) -> None:
    noted(journal)
    page = app("discrepancies", severity="High")
    page.text_input(key="view.name").set_value("Mine").run()
    page.button(key="view.save").click().run()
    assert [toast.value for toast in page.toast] == ['View "Mine" saved']
    (view,) = journal.inbox.views.saved()
    assert view.choices == {"severity": ("High",)}
    page = app("discrepancies", currency="JPY")
    assert orders(page) == ["WEB-2"]
    page.button(key=f"view.{view.id}").click().run()
    assert orders(page) == ["WEB-1"]
    page.button(key=f"view.delete.{view.id}").click().run()
    assert journal.inbox.views.saved() == ()


def test_an_amount_stands_in_the_address(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    amounts = {f"order:{n}": found(f"order:{n}", at=now, money=Money(n * 1000, "usd")) for n in (1, 2, 3)}
    journal.inbox.note(list(amounts.values()), now=now)
    scanned(journal)
    assert orders(app("discrepancies", currency="USD", least="20")) == ["WEB-3", "WEB-2"]
    page = app("discrepancies", currency="USD")
    page.number_input(key="least").set_value(30.0).run()
    assert orders(page) == ["WEB-3"]
    assert page.query_params["least"] in ("30", ["30"])
    for nonsense in ("x", "-5", "nan", "inf", "1e99"):
        assert len(orders(app("discrepancies", currency="USD", least=nonsense))) == 3


def test_what_is_chosen_stays_while_a_case_is_open(app: Opening, journal: Journal) -> None:
    noted(journal)
    page = app("discrepancies", severity="High", case="order:none")
    assert not page.exception
    assert page.query_params["severity"] in ("High", ["High"])
    del page.query_params["case"]
    assert orders(page.run()) == ["WEB-1"]
