"""What strangers wrote (an order's number, an e-mail, metadata, an event's type) is shown as it is, never obeyed."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from urllib.parse import quote

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from core.sandbox import World
from tests.browser.conftest import Visit, ready, scanned, still
from tests.browser.test_story import TABS

pytestmark = pytest.mark.browser
HOSTILE = (
    '![i](https://evil.example/i.png) <img src="https://evil.example/t.png" onerror="alert(1)"> '
    '[l](https://evil.example/l) <a href="https://evil.example/a">here</a> www.evil.example $x^2$ :bomb: :red[r] **b**'
)


@pytest.fixture(scope="module")
def key(world: World) -> str:
    """The key of an order whose every text is hostile, on both sides."""
    built = world.built["webhook_refused"]
    with closing(sqlite3.connect(world.shop.books.path)) as shop, shop:
        hurt = "UPDATE orders SET order_number = ?, customer_email = ? WHERE order_number = ? RETURNING id"
        (number,) = shop.execute(hurt, (HOSTILE, f"a@b.example {HOSTILE}", built.number)).fetchone()
    store = world.stripe.store
    for thing in built.objects:
        if thing["object"] == "event":
            store.change(thing, type=f"{thing['type']} {HOSTILE}")
        else:
            store.change(thing, metadata={"order_id": HOSTILE, HOSTILE[:40]: HOSTILE})
    return f"order:{number}"


@pytest.fixture
def watched(visit: Callable[..., Visit]) -> Callable[[str], Page]:
    """Opens a page on which a request to a stranger, or a script of a stranger's, fails the test."""
    one = visit()

    def request(asked: Request) -> None:
        if not asked.url.startswith((one.site, "data:", "blob:", one.site.replace("http", "ws"))):
            one.complaints.append(f"a request to {asked.url}")

    def alert(dialog: Dialog) -> None:
        one.complaints.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    one.page.on("request", request)
    one.page.on("dialog", alert)
    return one.go


def harmless(page: Page) -> None:
    """Nothing of it became a link, a picture, a script, a formula or bold."""
    ready(page)
    for sign in ('a[href*="evil"]', '[src*="evil"]', "[onerror]", ".katex", '[style*="evil"]'):
        expect(page.locator(sign)).to_have_count(0)


def letters(page: Page) -> str:
    """The text of the page as a reader sees it."""
    return re.sub(r"\s+", " ", page.locator("body").inner_text().replace("\u2060", ""))


def test_a_case(watched: Callable[[str], Page], key: str) -> None:
    page = watched(f"/?case={key}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order !")
    harmless(page)
    assert f"Order {HOSTILE[:150]}" in letters(page)  # a name is cut for people, with a sign
    page.get_by_role("tab", name="Timeline").click()
    drawn = page.get_by_test_id("stPlotlyChart").locator(".annotation-text")
    expect(drawn.filter(has_text=HOSTILE[:45]).first).to_be_visible()
    for tab in TABS:
        still(page)
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel").get_by_test_id("stElementContainer").first).to_be_visible()
        harmless(page)
    page.get_by_role("button", name="Send the webhook again").click()
    expect(page.get_by_role("dialog").get_by_role("button").first).to_be_visible()
    harmless(page)


def test_the_lists(watched: Callable[[str], Page], key: str) -> None:
    page = watched("/discrepancies")
    scanned(page)
    harmless(page)
    page.get_by_role("link", name="Find").click()
    harmless(page)
    page.get_by_role("link", name="Activity").click()
    harmless(page)
    assert key


def test_what_was_pasted_or_linked(watched: Callable[[str], Page]) -> None:
    for path in (f"/?case={quote(HOSTILE)}", f"/catalogue?code={quote(HOSTILE)}", f"/activity?of={quote(HOSTILE)}"):
        page = watched(path)
        harmless(page)
    page = watched("/")
    box = page.get_by_label("Search: order, e-mail, name, card, amount")
    box.fill(HOSTILE)
    box.press("Enter")
    expect(page.get_by_text("Looked here:").or_(page.get_by_text("Next step")).first).to_be_visible()
    harmless(page)


def test_what_people_write_themselves(watched: Callable[[str], Page], key: str) -> None:
    """A note, an owner and a view's name, and every page that shows them."""
    page = watched("/discrepancies")
    scanned(page)
    still(page)
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Save this choice as").fill(HOSTILE[:60])
    page.get_by_label("Save this choice as").press("Enter")
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved").first).to_be_visible()
    harmless(page)

    page = watched(f"/?case={key}")
    still(page)
    page.locator(".st-key-case-notes").get_by_role("button").first.click()
    page.get_by_label("A note for whoever opens it next").fill(HOSTILE)
    page.get_by_role("button", name="Keep this note").click()
    harmless(page)

    page = watched("/cause?code=webhook_failing")
    still(page)
    page.get_by_role("button", name="Give them to one").click()
    page.get_by_label("Whose", exact=True).fill(HOSTILE[:80])
    page.get_by_label("Whose", exact=True).press("Enter")
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Assign").click()
    expect(page.get_by_text("assigned to").first).to_be_visible()
    harmless(page)
    for path in (f"/?case={key}", "/cause?code=webhook_failing", "/discrepancies", "/activity", "/overview"):
        page = watched(path)
        still(page)
        for menu in page.locator(".st-key-views, .st-key-case-notes").all():
            menu.get_by_role("button").first.click()
            expect(page.get_by_test_id("stPopoverBody").get_by_text("evil.example").first).to_be_visible()
        harmless(page)
