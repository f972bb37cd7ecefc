"""Many cases settled at once: the number is said before, and no other is settled."""

import time

from core.findings import Severity
from core.journal import Filter, Journal
from tests.dashboard.conftest import Opening, listed
from tests.dashboard.inboxes import noted, orders, scanned
from tests.journal.noted import found
from tests.people import person


def test_acknowledged_cases_stay_and_ignored_ones_go(app: Opening, journal: Journal) -> None:
    noted(journal)
    now = int(time.time())
    journal.inbox.acknowledge(["order:1"], person("ana"), now)
    journal.inbox.ignore(["order:2"], now + 86_400, person("ana"), now)
    page = app("discrepancies")
    assert {row["order"]: row["state"] for row in listed(page)}["WEB-1"] == "Acknowledged"
    assert "WEB-2" not in orders(page)
    assert orders(app("discrepancies", state="Ignored")) == ["WEB-2"]


def test_all_of_a_choice_are_settled_with_the_number_said_before(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    journal.inbox.note([found(f"order:{n}", at=now) for n in range(40)], now=now)
    journal.inbox.note([found(f"order:{n}", at=now, severity=Severity.LOW) for n in range(40, 100)], now=now)
    journal.inbox.acknowledge(["order:50"], person("ben"), now)
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
    assert [toast.value.replace("\\", "") for toast in page.toast] == ["59 cases acknowledged"]
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
    assert [toast.value.replace("\\", "") for toast in page.toast] == [
        "Nothing was ignored. It would be 5 cases by now, not 4."
    ]
    assert journal.inbox.count(Filter()) == 5


def test_all_of_a_choice_are_given_to_somebody_with_a_note(app: Opening, journal: Journal) -> None:
    noted(journal)
    page = app("discrepancies")
    page.checkbox(key="every.0").check().run()
    assert page.button(key="assign").label == "Assign 4 cases"
    page.button(key="assign").click().run()
    assert [toast.value.replace("\\", "") for toast in page.toast] == ["4 cases assigned"]
    assert {row["state"] for row in listed(page)} == {"Open, ana"}
    page.checkbox(key="every.1").check().run()
    page.text_area(key="note.note").set_value("the shop is told").run()
    page.button(key="note").click().run()
    assert [toast.value.replace("\\", "") for toast in page.toast] == ["4 cases noted"]
    (entry,), _ = journal.recent(limit=1, case_key="order:1")
    assert (entry.who, entry.what, entry.details["note"]) == ("ana", "note", "the shop is told")
