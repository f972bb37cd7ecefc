"""Discrepancies in a real browser: read, look, filter, open from the grid, download."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, ready

pytestmark = pytest.mark.browser
HEADER = ROW = 38  # pixels of the grid


@pytest.fixture
def read(visit: Callable[..., Visit]) -> Page:
    """The page with its orders read."""
    page = visit().go("/discrepancies")
    offer = page.get_by_role("button", name="Read the newest 50 orders")
    again = page.get_by_role("button", name="Read again")
    expect(offer.or_(again)).to_be_visible()
    if offer.is_visible():
        offer.click()
    expect(page.get_by_text("shown of")).to_be_visible(timeout=60_000)
    ready(page)
    return page


def rows(page: Page) -> int:
    """How many rows are shown, by the words and by what the grid tells assistive technology."""
    said = page.get_by_text("shown of").inner_text()
    number = int(said.split()[0])
    grid = page.locator('[data-testid="stDataFrame"] table[role="grid"]')
    expect(grid).to_have_attribute("aria-rowcount", str(number + 1))
    return number


def only_critical(page: Page) -> None:
    """Choose the state Critical and wait until the list has shrunk."""
    everything = rows(page)
    page.get_by_role("button", name="Critical").click()
    expect(page).to_have_url(re.compile("state=Critical"))
    expect(page.get_by_text(f"{everything} shown of")).to_have_count(0)
    ready(page)


def test_the_worst_come_first_and_both_figures_are_drawn(read: Page) -> None:
    expect(read.get_by_test_id("glide-cell-1-0")).to_have_text("Critical")
    expect(read.get_by_test_id("stPlotlyChart")).to_have_count(2)
    expect(read.get_by_test_id("stPlotlyChart").first.locator(".bars .point").first).to_be_visible()


def test_open_in_the_grid_opens_that_row_and_back_returns_to_the_list(read: Page) -> None:
    order = read.get_by_test_id("glide-cell-3-1").inner_text()
    read.get_by_test_id("stDataFrame").locator(".dvn-scroller").click(position={"x": 40, "y": HEADER + ROW * 3 // 2})
    expect(read.get_by_role("button", name="Back to Discrepancies")).to_be_visible()
    expect(read.get_by_text(order).first).to_be_visible()
    read.go_back()
    expect(read.get_by_text("shown of")).to_be_visible()


def test_a_filter_stays_while_a_case_is_open(read: Page) -> None:
    everything = rows(read)
    only_critical(read)
    some = rows(read)
    assert 0 < some < everything
    read.get_by_label("Open an order").click()
    read.keyboard.press("ArrowDown")
    read.keyboard.press("Enter")
    expect(read.get_by_role("button", name="Back to Discrepancies")).to_be_visible()
    read.get_by_role("button", name="Back to Discrepancies").click()
    expect(read.get_by_text(f"{some} shown of")).to_be_visible()


def test_the_download_has_exactly_what_is_shown(read: Page, tmp_path: Path) -> None:
    only_critical(read)
    with read.expect_download() as caught:
        read.get_by_role("button", name="Download CSV").click()
    caught.value.save_as(tmp_path / "d.csv")
    text = (tmp_path / "d.csv").read_bytes().decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert found
    assert len({row["order_id"] for row in found}) == rows(read)


@pytest.mark.usefixtures("read")
def test_narrow_and_dark_has_all_of_it(visit: Callable[..., Visit]) -> None:
    page = visit("dark", width=390, height=844).go("/discrepancies")
    expect(page.get_by_text("shown of")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
