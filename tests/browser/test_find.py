"""Find in a real browser: paste, Enter, and the case is there; Back leads to where one was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.sandbox import World
from tests.browser.conftest import Visit, ready, still

pytestmark = pytest.mark.browser


def search(page: Page, text: str) -> None:
    box = page.get_by_label("Search: order, e-mail, name, card, amount")
    box.fill(text)
    box.press("Enter")


def test_a_pasted_number_opens_its_case_and_back_leads_to_the_search(visit: Callable[..., Visit], world: World) -> None:
    page, number = visit().go(), world.built["webhook_refused"].number
    search(page, f' "{number}", ')
    expect(page.get_by_role("button", name="Back to results")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?case=order"))
    expect(page.get_by_text(number).first).to_be_visible()
    expect(page).to_have_title(re.compile(rf"{number} · .+ · Orderlens"))
    page.go_back()
    expect(page.get_by_text("1 match for")).to_be_visible()
    expect(page).to_have_title("Find · Orderlens")
    expect(page.get_by_label("Search: order, e-mail, name, card, amount")).to_have_value(f' "{number}", ')
    page.go_forward()
    expect(page.get_by_role("button", name="Back to results")).to_be_visible()


def test_a_case_has_an_address_of_its_own(visit: Callable[..., Visit], world: World) -> None:
    number = world.built["webhook_refused"].number
    page = visit().go(f"/?case={number}")
    expect(page.get_by_text(number).first).to_be_visible()
    expect(page.get_by_role("button", name="Back to results")).to_be_visible()


def test_an_e_mail_of_several_orders_gives_a_choice(visit: Callable[..., Visit], world: World) -> None:
    email = world.built["reused_payment"].order["customer_email"]
    page = visit().go()
    search(page, str(email))
    expect(page.get_by_text("matches for")).to_be_visible()
    still(page)
    row = page.locator('[class*="st-key-row-hit"]').first
    row.click(position={"x": 5, "y": 5})  # all of the row opens it
    expect(page.get_by_role("button", name="Back to results")).to_be_visible()


def test_the_keyboard_is_enough(visit: Callable[..., Visit], world: World) -> None:
    page = visit().go()
    box = page.get_by_label("Search: order, e-mail, name, card, amount")
    expect(box).to_be_focused()  # when Find is opened
    page.keyboard.type(str(world.built["reused_payment"].order["customer_email"]))
    page.keyboard.press("Enter")
    expect(page.get_by_text("matches for")).to_be_visible()
    still(page)
    page.locator('[class*="st-key-hit-open"] button').first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Back to results")).to_be_visible()
    still(page)
    page.locator("body").press("/")
    expect(box).to_be_focused()
    page.keyboard.type(world.built["webhook_refused"].number)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile(world.built["webhook_refused"].number))


def test_nothing_found_is_said(visit: Callable[..., Visit]) -> None:
    page = visit("dark", width=390).go()
    search(page, "![picture](https://evil.example/p.png) www.evil.example")
    expect(page.get_by_text("Nothing found for")).to_be_visible()
    expect(page.locator(".st-key-page img")).to_have_count(0)
    expect(page.locator(".st-key-page a")).to_have_count(0)


def test_the_worst_ones_stand_below_once_somebody_has_scanned(visit: Callable[..., Visit]) -> None:
    page = visit().go()
    page.get_by_role("button", name="Scan the last 7 days").click()
    expect(page.get_by_text("not settled")).to_be_visible(timeout=90_000)
    ready(page)
    page.locator('[class*="st-key-recent-open"] button').first.click()
    expect(page.get_by_role("button", name="Back to results")).to_be_visible()
    page.get_by_role("button", name="Back to results").click()
    expect(page.get_by_text("not settled")).to_be_visible()
