"""An outage in a real browser: from one of its cases to the cause, to another case and back; the overview beside it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.times import HOUR, MINUTE
from tests.browser.conftest import Visit, ready, scanned, still

pytestmark = pytest.mark.browser
CODE, TITLE = "webhook_failing", "Stripe keeps trying, your app refuses"
REFUSED, BOOKED = BY_NAME["webhook_refused"], BY_NAME["paid_and_booked"]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A shop that books its orders until three hours ago, and then none for two hours."""
    refused = [
        replace(
            REFUSED, name=f"refused_{n}", age=HOUR + 9 * n * MINUTE,
            purchase=replace(REFUSED.purchase, number=f"SH-2{n:04}", email=f"customer{n}@example.com"),
        )
        for n in range(12)
    ]  # fmt: skip
    booked = [
        replace(BOOKED, name=f"booked_{n}", age=4 * HOUR + 7 * n * MINUTE,
                purchase=replace(BOOKED.purchase, number=f"SH-3{n:04}", email=f"buyer{n}@example.com"))
        for n in range(20)
    ]  # fmt: skip
    with World(scenarios=[*refused, *booked]) as running:
        yield running


@pytest.fixture
def read(visit: Callable[..., Visit]) -> Visit:
    """A visit to the shop, scanned."""
    one = visit()
    scanned(one.go("/discrepancies"))
    return one


def test_from_the_inbox_to_the_cause_to_a_case_and_back(read: Visit) -> None:
    page = read.page
    inbox = page.url
    still(page)
    page.locator(".st-key-banner").get_by_role("link", name="See the cause").click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    expect(page.get_by_text(re.compile("and it goes on: 12 orders"))).to_be_visible()
    expect(page.locator(".ol-figure").get_by_text(re.compile("^began "))).to_be_visible()
    steps = page.get_by_role("listitem").get_by_role("link", name=re.compile("^evt_"))
    expect(steps.first).to_have_attribute("href", re.compile(r"/test/events/evt_\w+$"))
    cause = page.url
    still(page)
    page.locator(".st-key-cause_orders .ol-cases tbody tr").filter(has_text="SH-20007").click()
    expect(page.get_by_role("heading", level=1, name="Order SH-20007")).to_be_visible()
    page.get_by_role("link", name=re.compile("^.*11 other orders since")).wait_for()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    assert page.url == cause
    page.go_back()
    expect(page.locator(".st-key-banner")).to_be_visible()
    assert page.url == inbox


def test_a_case_leads_to_its_cause(read: Visit) -> None:
    page = read.go("/?case=SH-20003")
    page.get_by_role("link", name=re.compile("11 other orders since")).click()
    expect(page.get_by_text(re.compile("and it goes on: 12 orders"))).to_be_visible()
    assert f"code={CODE}" in page.url


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize(
    ("path", "figure", "part"),
    [
        (f"/cause?code={CODE}", ".st-key-cause_course", ".ol-figure"),
        ("/overview", ".st-key-overview_days", ".days"),
    ],
)
def test_it_fits_every_window_and_its_figure_has_its_place_before_it_comes(
    visit: Callable[..., Visit], path: str, figure: str, part: str
) -> None:
    page = visit("dark", width=1440, height=900).go(path)
    chart = page.locator(figure).locator(part)
    expect(chart).to_be_visible()
    for width in (1440, 390, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        still(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        box = chart.bounding_box()
        assert box is not None
        kept = page.locator(figure).evaluate("place => parseFloat(getComputedStyle(place).minHeight)")
        assert box["height"] <= kept


def test_the_overview_leads_to_the_cause(read: Visit) -> None:
    page = read.go("/overview")
    expect(page.get_by_role("heading", level=1, name="12 orders are wrong")).to_be_visible()
    bars(page)
    page.locator(".st-key-overview_causes").get_by_role("link", name=TITLE).click()
    expect(page.get_by_text(re.compile("and it goes on: 12 orders"))).to_be_visible()
    ready(page)


def test_from_the_overview_an_outage_is_settled_and_its_page_says_what_was_done(read: Visit) -> None:
    page = read.go("/overview")
    page.locator(".st-key-overview_causes").get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("Nothing yet, from here.")).to_be_visible()
    still(page)
    page.get_by_role("button", name="Give them to one").click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Assign 12 cases").click()
    expect(page.get_by_text("12 cases assigned to ana")).to_be_visible()
    still(page)
    page.keyboard.press("Escape")
    orders = page.locator(".st-key-cause_orders")
    expect(orders.locator(".ol-cases tbody .state").first).to_have_text("Open, ana")
    orders.get_by_text("All 12 cases of this choice").click()
    orders.locator(".st-key-acts").get_by_role("button", name="Acknowledge").click()
    body = page.get_by_test_id("stPopoverBody")
    body.get_by_label("Ticket or reason").fill("the secret was changed")
    body.get_by_role("button", name="Acknowledge 12 cases").click()
    expect(orders.locator(".ol-cases tbody .state").first).to_have_text("Acknowledged, ana")
    expect(page.get_by_text("Nothing yet, from here.")).to_have_count(0)
    for deed in ("assigned", "acknowledged"):
        expect(page.get_by_role("listitem").filter(has_text=re.compile(deed, re.IGNORECASE)).first).to_be_visible()


def bars(page: Page) -> None:
    """Its last 30 days stand beside each cause, and are told to who does not see them."""
    small = page.locator(".small-bars").first
    expect(small).to_have_attribute("aria-label", re.compile("^12 in 30 days"))
    assert small.locator("i").count() == 30
