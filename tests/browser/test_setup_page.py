"""The Setup page in a real browser: what doctor found, the mapping, an order raw beside canonical."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.axe import barriers
from tests.browser.conftest import Visit, ready

pytestmark = pytest.mark.browser


def test_it_says_what_doctor_says_and_shows_an_order_twice(visit: Callable[..., Visit]) -> None:
    page = visit().go("/setup")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("it may do everything, also refund and pay out")).to_be_visible()
    expect(page.get_by_role("link", name="Open in Stripe")).to_have_attribute(
        "href", re.compile("apikeys/create.*rak_charge_read")
    )
    page.get_by_text("found nothing to mend").click()
    expect(page.get_by_text("The orders can be read as the settings say")).to_be_visible()
    expect(page.get_by_text("In the database")).to_be_visible()
    expect(page.get_by_text("As Orderlens reads it")).to_be_visible()
    expect(page.get_by_text("stripe_session_id")).to_be_visible()
    page.get_by_role("button", name="Look again").click()
    ready(page)
    expect(page.locator(".st-key-foot")).to_contain_text("Setup: read")


def test_the_endpoints_are_listed_and_the_answers_to_a_probe_are_legible(visit: Callable[..., Visit]) -> None:
    page = visit().go("/setup")
    look = page.get_by_role("button", name="Look now").or_(page.get_by_role("button", name="Look again"))
    look.click()
    expect(page.get_by_text("Told of checkout.session.completed")).to_be_visible()
    page.get_by_role("button", name="Probe the endpoint").click()
    expect(page.get_by_text("it refuses what Stripe did not sign")).to_be_visible()
    ready(page)
    assert barriers(page) == []
