"""A scan is started in one browser, followed and cancelled in another; what it left is filled in."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from core.sandbox import World
from tests.browser.conftest import Visit, ready
from tests.waiting import eventually

pytestmark = pytest.mark.browser


@pytest.fixture
def slow(world: World) -> Iterator[None]:
    """Stripe takes its time."""
    world.stripe.switches.latency = 2.0
    yield
    world.stripe.switches.latency = 0.0


@pytest.mark.usefixtures("slow")
def test_started_here_cancelled_there_and_gone_on_with(visit: Callable[..., Visit], world: World) -> None:
    here, there = visit().go("/discrepancies"), visit("dark", width=390).go("/discrepancies")
    here.get_by_role("button", name="Scan the last 7 days").click()
    expect(here.get_by_text(re.compile("Step 1 of 3"))).to_be_visible(timeout=60_000)
    expect(there.get_by_text(re.compile("Step 1 of 3"))).to_be_visible(timeout=60_000)
    expect(there.get_by_text("Started by ana")).to_be_visible()
    there.get_by_role("button", name="Cancel").click()
    for page in (here, there):
        expect(page.get_by_text("The last scan was cancelled")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Everything agrees")).to_have_count(0)
    world.stripe.switches.latency = 0.0
    here.get_by_role("button", name="Go on with it").click()
    for page in (here, there):
        expect(page.get_by_role("button", name="CSV")).to_be_visible(timeout=90_000)
        expect(page.get_by_text(re.compile("^Scanned "))).to_be_visible()


def test_a_chosen_span_is_scanned(visit: Callable[..., Visit]) -> None:
    page = visit().go("/discrepancies")
    page.get_by_role("button", name="Scan", exact=True).click()
    page.get_by_text("24 hours", exact=True).click()
    page.get_by_role("button", name="Start the scan").click()
    expect(page.get_by_text("Scans so far (2)")).to_be_visible(timeout=90_000)


def test_a_hole_is_said_and_filled(visit: Callable[..., Visit], world: World) -> None:
    page = visit().go("/discrepancies")
    world.stripe.switches.fail("unoffered", times=100_000, path="/v1/refunds")  # asking again would not help
    page.get_by_role("button", name="Scan", exact=True).click()
    page.get_by_text("7 days", exact=True).click()
    page.get_by_role("button", name="Start the scan").click()
    left = page.get_by_role("button", name=re.compile("Not everything could be read"))
    expect(left).to_be_visible(timeout=90_000)
    ready(page)
    left.click()
    expect(page.get_by_text(re.compile("Refunds from .* Stripe"))).to_be_visible()
    expect(page.get_by_text("Everything agrees")).to_have_count(0)
    world.stripe.switches.faults.clear()
    before = len(world.stripe.switches.requests)
    page.get_by_role("button", name="Fill the hole").click()

    def asked() -> list[str]:
        return [seen.path for seen in world.stripe.switches.requests[before:]]

    eventually(lambda: "/v1/refunds" in asked())
    expect(page.get_by_text(re.compile("^Scanned "))).to_be_visible(timeout=90_000)
    expect(page.get_by_text("Not everything could be read")).to_have_count(0)
    assert "/v1/checkout/sessions" not in asked()
