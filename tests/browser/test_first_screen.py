"""A case is answered from its first screen: nothing that the call needs has to be scrolled to."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from core.sandbox import World
from tests.browser.conftest import Visit, still

pytestmark = pytest.mark.browser
SCREEN = 900
# A webhook that is refused, money twice, a hold that ends, a refund that bounced, a healthy order.
CASES = ("webhook_refused", "paid_twice", "hold_ends_soon", "refund_bounced", "paid_and_booked")


@pytest.mark.parametrize("name", CASES)
def test_what_the_call_needs_stands_on_the_first_screen(visit: Callable[..., Visit], world: World, name: str) -> None:
    page = visit(width=1440, height=SCREEN).go(f"/?case={world.built[name].number}")
    still(page)
    needed = {
        "the verdict": page.locator(".st-key-case_headline h2"),
        "the money line": page.locator(".st-key-case_money_line"),
        "the buttons": page.locator(".st-key-case_buttons"),
        "what to say": page.get_by_test_id("stCode").first,
        "side by side": page.locator(".st-key-case_glance tr").nth(3),
        "what happened": page.get_by_role("heading", name="What happened"),
    }
    assert {what: bottom(found) for what, found in needed.items() if bottom(found) > SCREEN} == {}


def test_a_telephone_shows_verdict_and_money_first(visit: Callable[..., Visit], world: World) -> None:
    page = visit("dark", width=390, height=844).go(f"/?case={world.built['webhook_refused'].number}")
    still(page)
    assert bottom(page.locator(".st-key-case_money_line")) <= 844
    assert wide(page)


def bottom(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def wide(page: Page) -> bool:
    """Whether nothing runs out of the page sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
