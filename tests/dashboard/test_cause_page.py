"""The page of a cause: what it claims it knows; what it does not know it says; from a case, and from the catalogue."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.journal import Entry, Filter, Journal
from core.money import Money
from core.outages import SLOT
from core.sandbox import World
from core.times import DAY, HOUR
from tests.dashboard.conftest import Opening, scan, shown, text
from tests.dashboard.outages import FAILING, TITLE, booked, morning, outage, scanned
from tests.journal.noted import clean, found


def links(page: AppTest) -> str:
    """The links of a page to others."""
    assert not page.exception
    return "\n".join(str(link.proto.label) for link in page.get("page_link"))


def figures(page: AppTest) -> dict[str, str]:
    """The facts: by their names, with what stands beside them."""
    found = {}
    for element in page.markdown:
        said = str(element.value).replace("\\", "")
        if said.startswith(":small[:gray["):
            name, _, rest = said.removeprefix(":small[:gray[").partition("]]  \n")
            found[name] = rest.replace("**", "").replace("  \n:small[", " (").replace("]", ")")
    return found


def drawn(page: AppTest) -> list[dict[str, Any]]:
    """The figures of plotly's, as they are handed to the part that draws them."""
    parts = [one.proto for one in page.get("bidi_component") if one.proto.component_name == "orderlens.figure"]
    return [json.loads(part.json) for part in parts]


def test_without_a_code_it_says_so(app: Opening) -> None:
    assert "No cause is named" in text(app("cause"))


def test_a_code_that_nobody_knows_is_none(app: Opening) -> None:
    said = text(app("cause", code="![x](https://evil.example/x.png)"))
    assert "No finding has this code" in said
    assert "](http" not in said


def test_nothing_scanned_claims_nothing_and_has_the_repair(app: Opening) -> None:
    page = app("cause", code=FAILING)
    assert "No order has this" in text(page)
    assert "Fix it for good" in text(page)
    assert ":green" not in shown(page)
    assert not drawn(page)


def test_an_outage_that_goes_on(app: Opening, journal: Journal) -> None:
    began = morning()
    outage(journal, since=began, cases=70)
    booked(journal, since=began - 3 * HOUR, until=began)
    scanned(journal)
    page = app("cause", code=FAILING)
    assert "and it goes on: 70 orders, 10,430.00 EUR" in text(page)
    facts = figures(page)
    assert facts["Ended"].startswith("it goes on (last one ")
    assert facts["Orders"] == "70 (70 open, 0 settled)"
    assert facts["Share of all orders"] == "100 % (70 of 70)"
    assert facts["Last good order before"].count(":") == 2
    assert facts["First good order after"] == "none so far (in what was read)"
    (figure,) = drawn(page)
    assert [trace["name"] for trace in figure["traces"]][:2] == ["affected", "came through well"]
    assert sum(figure["traces"][0]["y"]) == 70
    assert any(note["text"].startswith("<b>began ") for note in figure["layout"]["annotations"])
    assert not page.get("plotly_chart")  # Streamlit's brings all of plotly
    assert TITLE in text(page)


def test_what_was_not_read_is_not_known(app: Opening, journal: Journal) -> None:
    outage(journal, since=morning(), cases=70)
    facts = figures(app("cause", code=FAILING))
    assert facts["Share of all orders"] == "not known (not all of that time was read)"
    assert facts["Last good order before"] == "not known (that time was not read)"
    assert "or earlier" in facts["Began"]


def test_an_outage_that_is_over_with_some_settled(app: Opening, journal: Journal) -> None:
    began = morning() - DAY
    keys = outage(journal, since=began, cases=12)
    booked(journal, since=began + 12 * 300 + SLOT, until=morning())
    now = int(time.time())
    journal.inbox.note([clean(key, at=now) for key in keys[:5]], now=now)
    journal.record(Entry(now, "ben", "replay", keys[0], "evt_1", "healed", {"order": "WEB-1"}))
    scanned(journal)
    page = app("cause", code=FAILING, since=str(began + 60))
    said, facts = text(page), figures(page)
    assert "and over: 12 orders, 1,788.00 EUR" in said
    assert facts["Ended"].endswith("(after 55 min)")
    assert facts["Orders"] == "12 (7 open, 5 settled)"
    assert facts["Money"] == "1,788.00 EUR (still at risk: 1,043.00 EUR)"
    assert facts["First good order after"].count(":") == 2
    assert "1 sent again: " in said
    assert "by ben" in said


def test_of_several_the_one_that_goes_on_is_shown_and_the_others_are_links(app: Opening, journal: Journal) -> None:
    began = morning()
    outage(journal, since=began, cases=70)
    outage(journal, since=began - 3 * DAY, cases=6, first=1000)
    booked(journal, since=began - 2 * DAY, until=began - SLOT)
    scanned(journal)
    page = app("cause", code=FAILING)
    assert "and it goes on: 70 orders" in text(page)
    assert [one.label for one in page.expander if "other outage" in one.label] == ["1 other outage of this kind"]
    assert "and over: 6 orders" in text(app("cause", code=FAILING, since=str(began - 3 * DAY)))


def test_a_code_without_an_outage_claims_no_beginning(app: Opening, journal: Journal) -> None:
    now = int(time.time())
    journal.inbox.note([found(f"order:{n}", FAILING, happened_at=now - n * DAY) for n in range(1, 5)], now=now)
    scanned(journal)
    page = app("cause", code=FAILING)
    assert "with no one beginning" in text(page)
    assert set(figures(page)) == {"Orders", "Money"}
    (figure,) = drawn(page)
    assert "began" not in str(figure)
    axis = figure["layout"]["yaxis"]
    assert axis["ticktext"] == ["0", "1"]  # small counts: whole numbers, each once


def test_payments_without_an_order_are_not_called_orders(app: Opening, journal: Journal) -> None:
    outage(journal, since=morning(), cases=70, code="link_missing")
    scanned(journal)
    page = app("cause", code="link_missing")
    assert "and it goes on: 70 cases, " in text(page)
    assert figures(page)["Cases"] == "70 (70 open, 0 settled)"


def test_money_that_cannot_be_told_is_not_nothing(app: Opening, journal: Journal) -> None:
    outage(journal, since=morning(), cases=70)
    outage(journal, since=morning() + 9, cases=3, first=500, money=None)
    scanned(journal)
    assert figures(app("cause", code=FAILING))["Money"].startswith("10,430.00 EUR; of 3 not known")
    other = "stale_id"
    outage(journal, since=morning(), cases=70, code=other, first=900, money=None)
    assert figures(app("cause", code=other))["Money"].startswith("not known")
    mixed = "id_missing"
    outage(journal, since=morning(), cases=60, code=mixed, first=2000)
    outage(journal, since=morning() + 9, cases=2, code=mixed, first=3000, money=Money(500, "jpy"))
    assert figures(app("cause", code=mixed))["Money"].startswith("8,940.00 EUR + 1,000 JPY")


def test_all_that_are_open_are_given_to_one_with_the_number_said_before(app: Opening, journal: Journal) -> None:
    keys = outage(journal, since=morning(), cases=70)
    now = int(time.time())
    journal.inbox.note([clean(keys[0], at=now)], now=now)
    scanned(journal)
    page = app("cause", code=FAILING)
    assert "The open ones are nobody's." in text(page)
    assert page.button(key="cause.assign").label == "Assign 69 cases"
    page.text_input(key="cause.owner").set_value("Ben B.").run()
    page.button(key="cause.assign").click().run()
    assert [toast.value.replace("\\", "") for toast in page.toast] == ["69 cases assigned to Ben B."]
    assert "The open ones are Ben B.'s 69." in text(page)
    assert "69 assigned" in text(page)
    outage(journal, since=morning() + 30, cases=1, first=700)
    page.button(key="cause.assign").click().run()
    assert "Nothing was assigned" in page.toast[0].value
    assert journal.history.owners(Filter()) == {"Ben B.": 69, "": 1}


def test_a_case_of_an_outage_leads_to_it_and_others_do_not(app: Opening, journal: Journal, world: World) -> None:
    """The case is real, and so is what is wrong with it; the others of its outage are made up around it."""
    scan(world)
    number = world.built["webhook_refused"].number
    (own,) = (case for case in journal.inbox.page(Filter(text=number))[0] if case.number == number)
    assert own.happened_at is not None
    assert "see the cause" not in links(app(case=own.key))
    outage(journal, since=own.happened_at - 60, cases=6, step=30, first=5000)
    st.cache_resource.clear()
    assert "6 other orders " in links(app(case=own.key))
    assert ", 894.00 EUR: see the cause" in links(app(case=own.key))
    assert "see the cause" not in links(app(case=world.built["paid_twice"].number))


def test_an_entry_of_the_catalogue_leads_to_its_cases(app: Opening, journal: Journal) -> None:
    assert "see the cause" not in links(app("catalogue", code=FAILING))
    outage(journal, since=morning(), cases=70)
    assert "70 open cases with this: see the cause" in links(app("catalogue", code=FAILING))


def test_texts_from_outside_are_never_markdown(app: Opening, journal: Journal) -> None:
    hostile = "![i](https://evil.example/i.png) [l](https://evil.example) **b**"
    outage(journal, since=morning(), cases=70, says=hostile, number=hostile, email=hostile)
    journal.record(Entry(int(time.time()), hostile, hostile, "order:1", "x", hostile))
    scanned(journal)
    page = app("cause", code=FAILING)
    assert not page.exception
    assert "](http" not in shown(page).replace("\\", "\0")


@pytest.mark.parametrize("since", ["x", "-5", "9" * 40, "٣", ""])
def test_a_strange_time_is_the_newest(app: Opening, journal: Journal, since: str) -> None:
    outage(journal, since=morning(), cases=70)
    assert "and it goes on" in text(app("cause", code=FAILING, since=since))


def test_a_journal_that_is_away_is_said(app: Opening, tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(b"no database at all" * 500)
    page = app("cause", code=FAILING)
    assert not page.exception
    assert "journal" in text(page).lower()
    assert not drawn(page)
