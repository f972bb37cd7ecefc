"""What of the inbox is shown: filters, saved views and the address that holds them."""

import time

import pytest

from core.journal import Journal
from core.money import Money
from tests.dashboard.conftest import Opening, listed, text
from tests.dashboard.inboxes import noted, orders, scanned
from tests.journal.noted import found
from tests.people import person


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


def test_owners_are_a_choice_and_no_address_holds_an_e_mail(app: Opening, journal: Journal) -> None:
    noted(journal)
    now = int(time.time())
    journal.inbox.assign(["order:1"], "ben@shop.example", person("ana"), now)
    journal.inbox.assign(["order:2"], "ana", person("ana"), now)
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


def test_a_view_is_saved_chosen_again_and_deleted(app: Opening, journal: Journal) -> None:
    noted(journal)
    page = app("discrepancies", severity="High")
    page.text_input(key="view.name").set_value("Mine").run()
    page.button(key="view.save").click().run()
    assert [toast.value.replace("\\", "") for toast in page.toast] == ['View "Mine" saved']
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
