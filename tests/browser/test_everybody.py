"""Everybody can use it: with a reader of the screen, with eyes that see little, with a keyboard alone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from core.sandbox import World
from tests.browser.axe import barriers
from tests.browser.conftest import Visit, ready, scanned, still

pytestmark = pytest.mark.browser
ZOOMED = 720  # pixels: 1440 of which each is as large as two


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_no_page_and_no_state_of_it_is_a_barrier(visit: Callable[..., Visit], world: World, shade: str) -> None:
    visited, found = visit(shade), list[str]()
    for name in states(visited, world):
        still(visited.page)
        found += (f"{name}: {barrier}" for barrier in barriers(visited.page))
    assert not found, "\n".join(found)


def states(visited: Visit, world: World) -> Iterator[str]:
    """Goes through the pages, and names each state it has brought one to."""
    page = visited.go("/")
    yield "find"
    search(page, "nobody@nowhere.example")
    expect(page.get_by_text("Nothing found").first).to_be_visible()
    yield "find, nothing found"
    visited.go("/discrepancies")
    yield "inbox, as it is met"
    scanned(page)
    yield "inbox"
    visited.go("/catalogue")
    yield "catalogue"
    visited.go("/catalogue?code=webhook_failing")
    yield "an entry of the catalogue"
    for path in ("/setup", "/activity", "/case"):
        visited.go(path)
        yield path
    yield from of_a_case(visited, world)


def of_a_case(visited: Visit, world: World) -> Iterator[str]:
    """The cases: a finding, none, one that cannot be told; each tab; the question before a sending."""
    page = visited.page
    for name in ("paid_and_booked", "live_id_on_test_shop", "paid_twice", "webhook_refused"):
        visited.go(f"/?case={world.built[name].number}")
        yield f"the case {name}"
    for tab in page.get_by_role("tab").all():
        tab.click()
        ready(page)
        yield f"a case: {tab.inner_text()}"
    page.get_by_role("button", name="Send the webhook again").first.click()
    expect(page.get_by_role("dialog").get_by_text("Why it is safe")).to_be_visible()
    yield "the question before a sending"


def search(page: Page, text: str) -> None:
    box = page.get_by_label("Order number, e-mail, or anything from Stripe")
    box.fill(text)
    box.press("Enter")
    ready(page)
