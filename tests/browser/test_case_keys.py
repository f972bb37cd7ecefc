"""A case by keyboard, in one walk: along the list, out to the shop, copied, and nothing sent by leaning on Enter."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from tests.browser.conftest import Visit, ready, scanned, still

pytestmark = pytest.mark.browser
SHOP = "https://shop.example/admin/orders/"
NAMES = ("webhook_refused", "paid_twice", "refund_bounced")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A few orders of a shop whose own pages are known."""
    with World(scenarios=[BY_NAME[name] for name in NAMES]) as running:
        file = running.directory / "orderlens.toml"
        file.write_text(f'{file.read_text()}order_url = "{SHOP}{{number}}"\n')
        yield running


def test_a_case_is_worked_by_keyboard(visit: Callable[..., Visit], world: World) -> None:
    one = visit()
    page = one.go("/discrepancies")
    scanned(page)
    along_the_list(page)

    page = one.go(f"/?case={world.built['webhook_refused'].number}")
    still(page)
    shop = page.get_by_role("link", name="Open the order in the shop")
    expect(shop).to_have_attribute("href", f"{SHOP}{world.built['webhook_refused'].number}")
    copied(page)
    leaning_on_enter(page, world)


def along_the_list(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    place = page.get_by_text(re.compile(r"^\d+ of \d+$"))
    for key, at in (("", 1), ("n", 2), ("n", 3), ("p", 2)):
        if key:
            page.keyboard.press(key)
        expect(place).to_have_text(re.compile(rf"^{at} of"))
        ready(page)


def copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    payment = page.locator(".st-key-case_glance a").last
    payment.hover()
    chip = page.locator(".ol-whole-chip")
    chip.get_by_role("button", name="Copy").click()
    expect(chip.get_by_role("button")).to_have_text("Copied")
    assert str(page.evaluate("navigator.clipboard.readText()")).startswith("pi_")
    page.keyboard.press("Escape")


def leaning_on_enter(page: Page, world: World) -> None:
    """The key that opens the question does not answer it, and a reason that is ended by Enter is no answer either."""
    world.shop.heard.clear()
    page.get_by_role("button", name="Send the webhook again").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    send = dialog.get_by_role("button", name="Send it now")
    expect(send).to_be_visible()
    still(page)
    for _ in range(2):
        expect(send).not_to_be_focused()
        page.keyboard.press("Enter")
        ready(page)
    page.keyboard.press("Escape")  # what Enter may have unfolded; or the question itself
    ready(page)
    if not dialog.is_visible():
        page.get_by_role("button", name="Send the webhook again").click()
    case = page.url
    note = dialog.get_by_label("Ticket or reason")
    note.fill("")
    note.press_sequentially("n p /")
    note.press("Enter")
    ready(page)
    expect(send).to_be_visible()
    assert page.url == case
    assert world.shop.heard == []
