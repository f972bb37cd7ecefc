"""From one case of the list to the next: to the end of the list, not of its page, among those of the choice."""

import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from core.journal import Journal
from core.settings import load
from tests.dashboard.conftest import Opening, listed, shown
from tests.dashboard.inboxes import scanned
from tests.journal.noted import found
from tests.worlds import world_of

PAGE, ALL, OTHERS = 50, 103, 4
world = world_of("paid_and_booked")


@pytest.fixture
def journal(app: Opening) -> Iterator[Journal]:
    """An inbox of two whole pages and three cases; and some of another finding."""
    assert callable(app)
    now = int(time.time())
    with closing(Journal(load().journal_url.get_secret_value())) as opened:
        cases = [found(f"order:{n}", "stale_id", at=now, happened_at=now - n, codes=("stale_id",)) for n in range(ALL)]
        others = [found(f"order:o{n}", at=now) for n in range(OTHERS)]
        opened.inbox.note([*cases, *others], now=now)
        scanned(opened)
        yield opened


def pressed(page: AppTest, name: str) -> AppTest:
    page.button(key=f"case.{name}").click().run()
    assert not page.exception
    return page


def place(page: AppTest) -> str:
    return next(line for line in shown(page).splitlines() if line.endswith(f"of {ALL}"))


def opened(page: AppTest, key: str) -> AppTest:
    page.query_params["case"] = key
    return page.run()


def case(page: AppTest) -> str:
    said = page.query_params["case"]
    return said if isinstance(said, str) else str(said[0])


@pytest.mark.usefixtures("journal")
def test_next_goes_on_over_the_end_of_a_page_and_back_again(app: Opening) -> None:
    page = app("discrepancies", code="stale_id")
    first = [row["key"] for row in listed(page)]
    assert len(first) == PAGE
    opened(page, first[-1])
    assert place(page) == f"50 of {ALL}"
    pressed(page, "next")
    assert place(page) == f"51 of {ALL}"
    second = case(page)
    assert second not in first
    pressed(page, "previous")
    assert (place(page), case(page)) == (f"50 of {ALL}", first[-1])

    pressed(page, "next")
    page.button(key="frame.back").click().run()
    shown_then = [row["key"] for row in listed(page)]
    assert shown_then[0] == second, "Back leads to the page of the list that the case stands on"
    opened(page, shown_then[-1])
    pressed(page, "next")
    last = pressed(pressed(page, "next"), "next")
    assert place(last) == f"{ALL} of {ALL}"
    assert last.button(key="case.next").disabled
    assert last.button(key="case.next").help == "The list ends here."
    assert case(last).startswith("order:"), "and never one that was not chosen"
    assert not case(last).startswith("order:o")


@pytest.mark.usefixtures("journal")
def test_the_first_case_has_none_before_it(app: Opening) -> None:
    page = app("discrepancies", code="stale_id")
    opened(page, listed(page)[0]["key"])
    assert page.button(key="case.previous").disabled
    assert not page.button(key="case.next").disabled


def test_a_page_that_has_emptied_meanwhile_leaves_the_case_where_it_is(app: Opening, journal: Journal) -> None:
    page = app("discrepancies", code="stale_id")
    keys = [row["key"] for row in listed(page)]
    now = int(time.time())
    rest = {f"order:{n}" for n in range(ALL)} - set(keys)
    journal.inbox.note([found(key, "webhook_failed", at=now + 1) for key in rest], now=now + 1)
    opened(page, keys[-1])
    pressed(page, "next")
    assert case(page) == keys[-1]
    assert page.button(key="case.next").disabled
