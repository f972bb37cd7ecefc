"""The main job, end to end in a real browser: a customer writes, the order is found, healed, proved and reported."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.sandbox import World
from tests.browser.conftest import Visit, ready, scanned, still

pytestmark = pytest.mark.browser
TABS = {  # and what each one holds, by which it is known to have arrived
    "For the developer": "Stripe CLI commands and links",
    "Raw": "The two are the same",
    "Done so far": "Nothing was done to this case",
    "Movements": "Every movement, and where it was read",
    "Every field": "Below each value",
}


def test_from_an_email_to_a_healed_order_and_a_spreadsheet(
    visit: Callable[..., Visit], world: World, tmp_path: Path
) -> None:
    order = world.built["webhook_refused"].order
    number, email = str(order["order_number"]), str(order["customer_email"])
    page = visit().go()

    search(page, email)
    expect(page.get_by_role("heading", name=f"Order {number}")).to_be_visible()
    expect(page.get_by_role("heading", name="Stripe keeps trying, your app refuses")).to_be_visible()
    expect(page.get_by_text("The customer paid 149.00 EUR.")).to_be_visible()
    expect(page.get_by_role("heading", name="What to do now")).to_be_visible()
    expect(page.locator(".st-key-foot")).to_contain_text(re.compile(r"\d+ requests.*rounds?"))

    replay(page, note="ticket 4711")
    proof = page.locator(".st-key-case_proof")
    expect(proof).to_contain_text("Healed", timeout=40_000)
    expect(proof).to_contain_text("HTTP 200")
    proof.get_by_text("What changed by the sending").click()
    expect(proof.get_by_role("row", name=re.compile("status.*pending.*paid")).first).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing disagrees")).to_be_visible()
    assert stored(world, number)["status"] == "paid"

    raw(page)
    done(page)
    rows = spreadsheet(page, tmp_path / "discrepancies.csv")
    assert rows
    assert all(row["code"] for row in rows if not row["undetermined"])
    assert number not in {row["order_number"] for row in rows}
    assert {row["order_number"] for row in rows} >= {world.built["paid_twice"].number}
    twice = next(row for row in rows if row["code"] == "duplicate_payment")
    assert (twice["money_at_risk"], twice["money_at_risk_minor"]) == ("219.00", "21900")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", twice["read_at"])


def test_a_copied_address_opens_the_same_case_read_anew(visit: Callable[..., Visit], world: World) -> None:
    number = world.built["paid_twice"].number
    page = visit().go(f"/?case={number}")
    expect(page.get_by_role("heading", name="The customer paid more than once")).to_be_visible()
    page.reload()
    ready(page)
    expect(page.get_by_role("heading", name="The customer paid more than once")).to_be_visible()


def test_a_double_click_sends_once_and_the_proof_stays_for_everybody(visit: Callable[..., Visit], world: World) -> None:
    number = world.built["webhook_swallowed"].number
    page = visit().go(f"/?case={number}")
    page.get_by_role("button", name="Send the webhook again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Why it is safe")).to_be_visible()
    world.shop.heard.clear()
    send = dialog.get_by_role("button", name="Send it now")
    send.dblclick()
    proof = page.locator(".st-key-case_proof")
    expect(proof).to_contain_text("Healed", timeout=60_000)
    assert len(world.shop.heard) == 1
    page.reload()
    ready(page)
    expect(proof).to_contain_text("Healed: the order was pending")
    other = visit().go(f"/?case={number}")
    expect(other.locator(".st-key-case_proof")).to_contain_text("ana sent it")
    assert len(world.shop.heard) == 1


def test_escape_leaves_the_question_without_sending(visit: Callable[..., Visit], world: World) -> None:
    number = world.built["handler_crashes"].number
    page = visit().go(f"/?case={number}")
    page.get_by_role("button", name="Send the webhook again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Why it is safe")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    ready(page)
    assert stored(world, number)["status"] == "pending"


@pytest.mark.parametrize(("shade", "width"), [("light", 1440), ("dark", 390)])
def test_a_case_is_whole_in_both_shades_and_widths(
    visit: Callable[..., Visit], world: World, shade: str, width: int
) -> None:
    """Colours have no part in where things stand: each of both is walked once."""
    page = visit(shade, width=width).go(f"/?case={world.built['paid_twice'].number}")
    for name in ("The customer paid more than once", "What to do now", "Say to the customer", "Side by side"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    glance = page.locator(".st-key-case_glance")
    expect(page.get_by_text("219.00 payment 1 + 219.00 payment 2 = 438.00 USD paid")).to_be_visible()
    for name in ("Order", "Payment 1", "Payment 2"):
        place = glance.get_by_role("columnheader", name=name).bounding_box()
        assert place, name
        assert place["x"] + place["width"] <= width, "both payments are seen without swiping"
    page.get_by_role("tab", name="Timeline").click()
    expect(page.get_by_test_id("stPlotlyChart").locator(".scatterlayer .point").first).to_be_visible()
    for tab, holds in TABS.items():
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_text(holds).first).to_be_visible()
        ready(page)
    expect(page.get_by_text("Something broke")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def search(page: Page, text: str) -> None:
    """As support does it: paste, Enter."""
    box = page.get_by_label("Search: order, e-mail, name, card, amount")
    box.fill(text)
    box.press("Enter")


def replay(page: Page, *, note: str) -> None:
    """Ask for the replay, read the plan, confirm it."""
    page.get_by_role("button", name="Send the webhook again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Why it is safe")).to_be_visible()
    dialog.get_by_text("Exactly what will be sent").click()
    expect(dialog.get_by_text("Stripe-Signature")).to_be_visible()
    dialog.get_by_label("Ticket or reason").fill(note)
    dialog.get_by_role("button", name="Send it now").click()


def raw(page: Page) -> None:
    """What the sending changed, to the letter."""
    ready(page)
    page.get_by_role("tab", name="Raw").click()
    shows = page.get_by_label("Show", exact=True)
    shows.scroll_into_view_if_needed()
    still(page)  # a list that opens while the page still scrolls is closed again
    shows.click()
    page.get_by_role("option", name="Before against after the last action").click()
    expect(page.get_by_role("row", name=re.compile("status.*pending.*paid")).last).to_be_visible()


def done(page: Page) -> None:
    """The journal has it."""
    ready(page)
    page.get_by_role("tab", name="Done so far").click()
    expect(page.get_by_role("row", name=re.compile("ana.*Replay.*Healed.*ticket 4711")).first).to_be_visible()


def spreadsheet(page: Page, path: Path) -> list[dict[str, str]]:
    """Scan on the Inbox, download the CSV, open it."""
    page.get_by_role("link", name="Inbox").click()
    scanned(page)
    with page.expect_download() as caught:
        page.get_by_role("button", name="CSV").click()
    caught.value.save_as(path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def stored(world: World, number: str) -> dict[str, object]:
    """The order's row, as the shop has it."""
    row = world.shop.books.find("order_number", number)
    assert row is not None
    return row
