"""Everybody can use it: with a reader of the screen, with eyes that see little, with a keyboard alone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from core.sandbox import World
from tests.browser.axe import barriers
from tests.browser.conftest import GROUND, Visit, ready, scanned, still

pytestmark = pytest.mark.browser
NARROW = 390  # pixels


@pytest.mark.timeout(600)  # many states, and each is looked through element by element
@pytest.mark.parametrize("part", ["pages", "cases", "telephone"])
def test_no_page_and_no_state_of_it_is_a_barrier_in_light_and_in_dark(
    visit: Callable[..., Visit], world: World, part: str
) -> None:
    visited, found = visit(width=NARROW if part == "telephone" else 1440), list[str]()
    for name in PARTS[part](visited, world):
        for shade, ground in GROUND.items():
            still(visited.page)
            visited.page.emulate_media(color_scheme=shade)
            expect(visited.page.get_by_test_id("stApp")).to_have_css("background-color", ground)
            still(visited.page)
            found += (f"{name}, {shade}: {barrier}" for barrier in barriers(visited.page))
    assert not found, "\n".join(found)


def test_a_slash_puts_the_cursor_into_the_search_of_every_page(visit: Callable[..., Visit], world: World) -> None:
    visited = visit()
    number = world.built["webhook_refused"].number
    for path in ("/activity", f"/?case={number}", "/catalogue"):
        page = visited.go(path)
        listens(page)
        page.locator("h1").first.click()
        page.keyboard.press("/")
        box = page.locator(".st-key-search input")
        expect(box).to_be_focused()
        expect(box).to_have_value("")
    page.keyboard.type(f"the order is {number}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Order {number}")).to_be_visible()
    still(page)
    listens(page)
    page.locator("h1").first.click()
    page.keyboard.press("/")
    expect(page.locator(".st-key-search input")).to_be_focused()  # on a page that came without a load, too


def listens(page: Page) -> None:
    """Wait until the keys of the page are there: their script comes after what is drawn."""
    page.wait_for_function("() => typeof window.orderlensKeys === 'function'", timeout=60_000)


def pages(visited: Visit, _world: World) -> Iterator[str]:
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
    for path in (*PATHS, "/catalogue", "/activity", "/case", "/overview", "/cause?code=webhook_failing"):
        visited.go(path)
        yield path


def cases(visited: Visit, world: World) -> Iterator[str]:
    """A finding, none, a key of the other mode; each tab; the question before a sending."""
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


def telephone(visited: Visit, world: World) -> Iterator[str]:
    """What is drawn otherwise where there is little room: lists and tables."""
    for path in (*PATHS, "/discrepancies", f"/?case={world.built['webhook_refused'].number}"):
        visited.go(path)
        yield path


PATHS = ("/setup", "/catalogue?code=webhook_failing")
PARTS = {"pages": pages, "cases": cases, "telephone": telephone}


def search(page: Page, text: str) -> None:
    box = page.locator(".st-key-search input")
    box.fill(text)
    box.press("Enter")
    ready(page)
