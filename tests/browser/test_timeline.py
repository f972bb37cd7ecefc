"""Thirty messages of one payment: what is wrong is seen at a glance, and nothing of it is lost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, Stage
from core.times import HOUR, MINUTE
from tests.browser.conftest import Visit, still

pytestmark = pytest.mark.browser
TRIES, TALLEST = 30, 1_500  # pixels of the whole figure
REFUSED = BY_NAME["webhook_refused"]


def _again_and_again(stage: Stage) -> None:
    """The card is declined for half an hour, then it pays, and the app refuses the message."""
    session = stage.checkout()
    declined = stage.decline(session, MINUTE)
    for n in range(TRIES - 1):
        stage.tell("payment_intent.payment_failed", stage.began + (n + 2) * MINUTE, declined)
    stage.pay(session, HOUR, declined=declined, undelivered=("checkout.session.completed",))
    stage.order("pending", stripe_session_id=session["id"])


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(scenarios=[replace(REFUSED, name="tried_thirty_times", play=_again_and_again)]) as running:
        yield running


@pytest.mark.parametrize(("shade", "width"), [("light", 1440), ("dark", 390)])
def test_what_is_wrong_jumps_to_the_eye_and_every_moment_is_there(
    visit: Callable[..., Visit], shade: str, width: int
) -> None:
    page = visit(shade, width=width).go(f"/?case={REFUSED.purchase.number}")
    still(page)
    expect(page.get_by_text(re.compile("checkout.session.completed: not accepted")).first).to_be_visible()
    page.get_by_role("tab", name="Timeline").click()
    figure = page.get_by_test_id("stPlotlyChart")
    expect(figure.locator(".scatterlayer .point").first).to_be_visible()
    still(page)
    box = figure.bounding_box()
    assert box is not None
    assert box["height"] < TALLEST
    expect(figure.get_by_text(re.compile(r"\d+ events that need no eye")).first).to_be_visible()
    expect(figure.get_by_text("⚠").first).to_be_visible()
    expect(figure.locator("a").first).to_have_attribute("xlink:href", re.compile("/test/"))
    labels = [place for one in figure.locator("g.annotation").all() if (place := one.bounding_box())]
    rows = sorted({round(place["y"]) for place in labels})
    assert all(below - above >= 12 for above, below in pairwise(rows)), "no label lies on another"
    page.get_by_text("Every moment in words").click()
    messages = page.get_by_role("tabpanel").get_by_role("listitem").filter(has_text="payment_failed")
    expect(messages).to_have_count(TRIES)
    expect(messages.last.get_by_role("link").first).to_have_attribute("href", re.compile("/test/"))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
