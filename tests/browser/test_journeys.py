"""Whole ways through the pages: two people at one case, a developer's hunt, and every way back to the same place."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.cases import Case
from core.rules import examine
from core.sandbox import World
from tests.browser.conftest import Visit, ready, scanned, still
from tests.browser.test_discrepancies import PAGE, rows

pytestmark = pytest.mark.browser
NOTES = "she waits on the phone", "the bank was asked"


def test_of_two_people_at_one_case_the_second_is_told_and_nothing_is_lost(
    visit: Callable[..., Visit], world: World
) -> None:
    number = world.built["refund_bounced"].number
    first, second = visit(), visit("dark", width=390)
    scanned(first.go("/discrepancies"))
    for one in (first, second):
        still(one.go(f"/?case={number}"))

    triaged(first.page, "owner", "It is mine")
    expect(first.page.locator(".st-key-case-owner")).to_contain_text("ana")
    expect(second.page.locator(".st-key-case-owner")).to_contain_text("Nobody's")  # as it was when it was opened
    triaged(second.page, "owner", "It is mine")
    told(second.page, "is ana's by now")
    expect(second.page.locator(".st-key-case-owner")).to_contain_text("ana")

    for one, note in zip((first, second), NOTES, strict=True):
        triaged(one.page, "notes", "Keep this note", note)
    triaged(second.page, "state", "Ignore until then")
    expect(second.page.locator(".st-key-case-state")).to_contain_text("Ignored until")
    triaged(first.page, "state", "Acknowledge")
    told(first.page, "ignored")
    for one in (first, second):
        still(one.go(f"/?case={number}"))
        expect(one.page.locator(".st-key-case-state")).to_contain_text("Ignored until")
        one.page.locator(".st-key-case-notes").get_by_role("button").first.click()
        for note in NOTES:
            expect(one.page.get_by_test_id("stPopoverBody").get_by_text(note)).to_be_visible()


def test_a_developer_goes_from_a_case_to_what_was_read_and_takes_it_home(
    visit: Callable[..., Visit], world: World, tmp_path: Path
) -> None:
    page = visit().go(f"/?case={world.built['paid_twice'].number}")
    still(page)
    page.get_by_role("tab", name="Every field").click()
    still(page)
    page.get_by_text("Two of 2 payments in two columns").click()
    expect(page.get_by_role("switch", name="Two of 2 payments in two columns")).to_be_checked()
    expect(page.locator(".st-key-case_payments").get_by_role("columnheader", name="The other")).to_be_visible()
    ready(page)
    page.get_by_role("tab", name="Raw").click()
    chosen(page, "Show", "Any two, side by side")
    expect(page.get_by_label("First", exact=True)).to_be_visible()
    page.get_by_label("Second", exact=True).click()
    page.get_by_role("option", name=re.compile("^Intent|^Session")).last.click()
    expect(page.get_by_text(re.compile(r"^\d+ values differ$"))).to_be_visible()

    page.get_by_role("tab", name="For the developer").click()
    ticket = page.get_by_role("tabpanel").get_by_test_id("stCode").filter(has_text="stripe ").first
    expect(ticket).to_contain_text(re.compile(r"stripe \w+ retrieve \w+|stripe get "))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ticket.hover()
    ticket.get_by_role("button").first.click()
    assert "duplicate_payment" in page.evaluate("() => navigator.clipboard.readText()")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download the case as a file").click()
    caught.value.save_as(tmp_path / "case.json")
    again = examine(Case.of(json.loads((tmp_path / "case.json").read_text())))
    assert again.diagnosis.headline is not None
    assert again.diagnosis.headline.code == "duplicate_payment"


def test_back_forward_and_reload_keep_filter_page_and_case(visit: Callable[..., Visit]) -> None:
    page = visit(height=900).go("/discrepancies?state=Open&order=Newest+first")
    scanned(page)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text(re.compile(rf"^{PAGE + 1} to "))).to_be_visible()
    still(page)
    inbox, order = page.url, rows(page).nth(0).locator(".order").inner_text().split()[0]
    rows(page).nth(0).locator(".risk").click()
    expect(page).to_have_url(re.compile("case="))
    case = page.url
    stays(page, case, page.get_by_role("heading", level=1, name=order))
    page.go_back()
    stays(page, inbox, rows(page).nth(0).locator(".order").get_by_text(order))
    page.go_forward()
    stays(page, case, page.get_by_role("heading", level=1, name=order))
    page.go_back()
    stays(page, inbox, rows(page).nth(0).locator(".order").get_by_text(order))


def stays(page: Page, address: str, sign: Locator) -> None:
    """The page of this address, which shows the sign; also when it is loaded anew."""
    expect(page).to_have_url(address)
    expect(sign).to_be_visible()
    still(page)
    page.reload()
    ready(page)
    expect(sign).to_be_visible()
    expect(page).to_have_url(address)
    still(page)


def triaged(page: Page, popover: str, button: str, note: str = "") -> None:
    """Press a button of one of the three menus above a case."""
    page.locator(f".st-key-case-{popover}").get_by_role("button").first.click()
    body = page.get_by_test_id("stPopoverBody")
    if note:
        body.get_by_label("A note for whoever opens it next").fill(note)
    body.get_by_role("button", name=button, exact=True).click()
    page.keyboard.press("Escape")
    expect(body).to_have_count(0)
    ready(page)


def told(page: Page, by_now: str) -> None:
    """That nothing was changed, and what it is by now."""
    said = page.locator(".st-key-case_not_done")
    expect(said).to_contain_text("Nothing was changed")
    expect(said).to_contain_text(by_now)


def chosen(page: Page, label: str, option: str) -> None:
    """Choose one of a list."""
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option).click()
    ready(page)
