"""Discrepancies in a real browser: scan, look, filter, settle, open from the grid, download."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, ready, scanned, still

pytestmark = pytest.mark.browser
HEADER = ROW = 38  # pixels of the grid
PAGE = 25


@pytest.fixture
def read(visit: Callable[..., Visit]) -> Page:
    """The page with its orders scanned."""
    page = visit(height=1800).go("/discrepancies")
    scanned(page)
    return page


def cases(page: Page) -> int:
    """How many cases there are, by the words and by what the grid tells assistive technology."""
    said = page.locator(".st-key-toolbar").get_by_text(re.compile(r"^[\d,]+ cases?$")).inner_text()
    number = int(said.split()[0].replace(",", ""))
    grid = page.locator('[data-testid="stDataFrame"] table[role="grid"]').first
    expect(grid).to_have_attribute("aria-rowcount", str(min(number, PAGE) + 1))
    return number


def only_critical(page: Page) -> None:
    """Choose the severity Critical and wait until the list has shrunk."""
    everything = cases(page)
    page.get_by_role("button", name="Critical").click()
    expect(page).to_have_url(re.compile("severity=Critical"))
    expect(page.locator(".st-key-toolbar").get_by_text(f"{everything} cases")).to_have_count(0)
    ready(page)


def pick(page: Page, *rows: int) -> None:
    """Select rows at the left edge of the grid."""
    still(page)
    grid = page.get_by_test_id("stDataFrame").first.locator(".dvn-scroller")
    for row in rows:
        grid.click(position={"x": 16, "y": HEADER + ROW * row + ROW // 2})


def test_the_worst_come_first_and_both_figures_are_drawn(read: Page) -> None:
    expect(read.get_by_test_id("glide-cell-2-0")).to_have_text("Critical")
    expect(read.get_by_test_id("stPlotlyChart")).to_have_count(2)
    expect(read.get_by_test_id("stPlotlyChart").first.locator(".bars .point").first).to_be_visible()


def test_open_in_the_grid_opens_that_case_and_back_returns_to_the_list(read: Page) -> None:
    order = read.get_by_test_id("glide-cell-4-1").inner_text()
    still(read)
    grid = read.get_by_test_id("stDataFrame").first.locator(".dvn-scroller")
    grid.click(position={"x": 75, "y": HEADER + ROW * 3 // 2})
    expect(read.get_by_role("button", name="Back to Discrepancies")).to_be_visible()
    expect(read.get_by_text(order).first).to_be_visible()
    read.go_back()
    expect(read.get_by_role("button", name="Download CSV")).to_be_visible()


def test_pages_go_on_and_back(read: Page) -> None:
    number = cases(read)
    first = read.get_by_test_id("glide-cell-4-0").inner_text()
    expect(read.get_by_text(f"1 to {PAGE} of {number}")).to_be_visible()
    read.get_by_role("button", name="Next").click()
    expect(read.get_by_text(f"{PAGE + 1} to {min(2 * PAGE, number)} of {number}")).to_be_visible()
    read.get_by_role("button", name="Previous").click()
    expect(read.get_by_text(f"1 to {PAGE} of {number}")).to_be_visible()
    expect(read.get_by_test_id("glide-cell-4-0")).to_have_text(first)


def test_a_filter_stays_while_a_case_is_open_and_its_link_can_be_shared(
    read: Page, visit: Callable[..., Visit]
) -> None:
    everything = cases(read)
    only_critical(read)
    some = cases(read)
    assert 0 < some < everything
    other = visit(height=1800)
    assert cases(other.go(read.url.removeprefix(other.site))) == some
    read.get_by_label("Open a case").click()
    read.keyboard.press("ArrowDown")
    read.keyboard.press("Enter")
    expect(read.get_by_role("button", name="Back to Discrepancies")).to_be_visible()
    read.get_by_role("button", name="Back to Discrepancies").click()
    expect(read.locator(".st-key-toolbar").get_by_text(f"{some} cases")).to_be_visible()


def test_the_download_has_every_page_of_what_is_chosen(read: Page, tmp_path: Path) -> None:
    number = cases(read)
    assert number > PAGE
    with read.expect_download() as caught:
        read.get_by_role("button", name="Download CSV").click()
    caught.value.save_as(tmp_path / "d.csv")
    text = (tmp_path / "d.csv").read_bytes().decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert len({(row["order_id"], row["payment_intent_ids"]) for row in found}) == number
    assert {row["state"] for row in found} <= {"open", "acknowledged"}


def test_several_are_acknowledged_at_once_and_activity_says_who(read: Page) -> None:
    orders = [read.get_by_test_id(f"glide-cell-4-{row}").inner_text() for row in (0, 1)]
    pick(read, 0, 1)
    expect(read.get_by_text("2 cases selected")).to_be_visible()
    read.locator(".st-key-acts").get_by_role("button", name="Acknowledge").click()
    read.get_by_label("Ticket or reason").fill("ticket 4711")
    read.get_by_test_id("stPopoverBody").get_by_role("button", name="Acknowledge 2 cases").click()
    expect(read.get_by_text("2 cases acknowledged")).to_be_visible()
    expect(read.get_by_test_id("glide-cell-8-0")).to_have_text("Acknowledged")
    read.get_by_role("link", name="Activity").click()
    for column, said in ((1, "ana"), (2, "Acknowledge"), (6, "ticket 4711")):
        expect(read.get_by_test_id(f"glide-cell-{column}-0")).to_have_text(said)
    assert sorted(read.get_by_test_id(f"glide-cell-3-{row}").inner_text() for row in (0, 1)) == sorted(orders)


def test_what_is_ignored_leaves_the_list_and_comes_back_reopened(read: Page) -> None:
    everything, order = cases(read), read.get_by_test_id("glide-cell-4-0").inner_text()
    toolbar, acts, body = read.locator(".st-key-toolbar"), read.locator(".st-key-acts"), "stPopoverBody"
    pick(read, 0)
    acts.get_by_role("button", name="Ignore until").click()
    read.get_by_test_id(body).get_by_label("Ticket or reason").fill("until the shop is mended")
    read.get_by_test_id(body).get_by_role("button", name="Ignore 1 case").click()
    expect(read.get_by_text("1 case ignored")).to_be_visible()
    expect(toolbar.get_by_text(f"{everything - 1} cases")).to_be_visible()
    read.get_by_role("button", name="Ignored", exact=True).click()
    expect(toolbar.get_by_text("1 case", exact=True)).to_be_visible()
    expect(read.get_by_test_id("glide-cell-4-0")).to_have_text(order)
    expect(read.get_by_test_id("glide-cell-8-0")).to_contain_text("Ignored to")
    acts.get_by_text("All 1 case of this choice").click()
    acts.get_by_role("button", name="Reopen").click()
    read.get_by_test_id(body).get_by_role("button", name="Reopen 1 case").click()
    expect(read.get_by_text("1 case reopened")).to_be_visible()
    expect(read.get_by_text("Nothing matches this choice")).to_be_visible()
    read.get_by_role("button", name="Ignored", exact=True).click()
    expect(toolbar.get_by_text(f"{everything} cases")).to_be_visible()


def test_all_of_a_choice_at_once_with_the_number_on_the_button(read: Page) -> None:
    only_critical(read)
    number = cases(read)
    acts = read.locator(".st-key-acts")
    acts.get_by_text(f"All {number} cases of this choice").click()
    acts.get_by_role("button", name="Ignore until").click()
    said = read.get_by_test_id("stPopoverBody").get_by_role("button", name=f"Ignore {number} cases")
    said.click()
    expect(read.get_by_text(f"{number} cases ignored")).to_be_visible()
    expect(read.get_by_text("Nothing matches this choice")).to_be_visible()
    read.get_by_role("link", name="Activity").click()
    expect(read.get_by_test_id("glide-cell-4-0")).to_have_text(f"{number} cases ignored")


@pytest.mark.usefixtures("read")
def test_narrow_and_dark_has_all_of_it(visit: Callable[..., Visit]) -> None:
    page = visit("dark", width=390, height=844).go("/discrepancies")
    expect(page.get_by_role("button", name="Download CSV")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
