"""The catalogue in a real browser: from a finding to its entry, from an error to its meaning and to the repair."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from core.catalogue import FAMILIES
from core.sandbox import World
from tests.browser.conftest import Visit, ready

pytestmark = pytest.mark.browser


def test_a_finding_leads_to_its_entry_beside_the_case(visit: Callable[..., Visit], world: World) -> None:
    page = visit().go(f"/discrepancies?case={world.built['webhook_refused'].number}")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="What this finding means").click()
    entry = opened.value
    ready(entry)
    expect(entry.get_by_role("heading", name="Stripe keeps trying, your app refuses")).to_be_visible()
    expect(entry.get_by_text("A worked example")).to_be_visible()


def test_a_pasted_error_leads_to_the_entry_and_on_to_the_repair(visit: Callable[..., Visit]) -> None:
    page = visit().go("/catalogue")
    search = page.get_by_label("Search the catalogue")
    search.fill("StripeError: No such checkout.session: 'cs_test_a1B2'")
    search.press("Enter")
    expect(page.get_by_text("may mean, likeliest first")).to_be_visible()
    page.get_by_role("link", name="Stripe does not know this id").click()
    page.get_by_role("button", name="A wrong id at completion").click()
    expect(page.get_by_role("heading", name="The repair for good")).to_be_visible()
    page.get_by_role("tab", name="Node").click()
    expect(page.get_by_text("stripe.webhooks.constructEvent")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Stripe does not know this id")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("may mean, likeliest first")).to_be_visible()
    entry = page.get_by_role("link", name="Stripe does not know this id")  # by keyboard, and in a tab of its own, too
    entry.focus()
    with page.context.expect_page() as opened:
        entry.press("Control+Enter")
    expect(opened.value.get_by_role("heading", name="Stripe does not know this id")).to_be_visible()
    entry.press("Enter")
    expect(page.get_by_role("heading", name="Stripe does not know this id")).to_be_visible()


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_entries_and_repairs_fit_a_telephone(visit: Callable[..., Visit], shade: str) -> None:
    visited = visit(shade, width=390)
    paths = ("code=stale_id", "part=What+the+error+says", *(f"family={family.key}" for family in FAMILIES))
    for path in paths:
        page = visited.go(f"/catalogue?{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
