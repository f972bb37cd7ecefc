"""A case that is opened shows the order before Stripe has answered, and takes its place without a jump."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.sandbox import World
from tests.browser.conftest import Visit, still

pytestmark = pytest.mark.browser
SLOW = 14.0  # seconds an answer takes: none is given up, and the three rounds of a reading take three times that
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((found) => {
    for (const one of found.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 100);
})"""


@pytest.fixture(autouse=True)
def quick(world: World) -> None:
    world.stripe.switches.faults.clear()
    world.stripe.switches.latency = 0.0


def test_the_order_is_there_at_once_and_stripe_can_be_asked_again(visit: Callable[..., Visit], world: World) -> None:
    built, one = world.built["webhook_refused"], visit()
    page = one.go(f"/?case={world.built['paid_and_booked'].number}")  # the browser knows what a case is made of
    world.stripe.switches.latency = SLOW
    page.goto(f"{one.site}/?case={built.number}")
    expect(page.get_by_role("heading", name=f"Order {built.number}")).to_be_visible()
    expect(page.get_by_text(re.compile("pending in the shop.*149.00 EUR"))).to_be_visible()
    expect(page.get_by_test_id("stSkeletonElement").first).to_be_visible()
    expect(page.get_by_text("Stripe has not answered for 8 s")).to_be_visible()
    expect(page.get_by_role("heading", name=f"Order {built.number}")).to_be_visible()

    world.stripe.switches.latency = 0.0
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Stripe keeps trying, your app refuses")).to_be_visible()
    still(page)
    expect(page.get_by_text("has not answered")).to_have_count(0)


def test_where_stripe_refuses_the_order_stands_there_and_trying_again_helps(
    visit: Callable[..., Visit], world: World
) -> None:
    built = world.built["paid_twice"]
    world.stripe.switches.fail("reset", times=100_000)
    page = visit().go(f"/?case={built.number}")
    expect(page.get_by_role("heading", name=f"Order {built.number}")).to_be_visible()
    expect(page.get_by_text(re.compile("paid in the shop.*219.00 USD"))).to_be_visible()
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    expect(page.get_by_text("what it means needs Stripe")).to_be_visible()
    for word in ("paid more than once", "Nothing disagrees", "Everything agrees"):
        expect(page.get_by_text(word)).to_have_count(0)
    world.stripe.switches.faults.clear()
    again.click()
    expect(page.get_by_role("heading", name="The customer paid more than once")).to_be_visible()


def test_what_comes_takes_its_place_without_a_jump(visit: Callable[..., Visit], world: World) -> None:
    world.stripe.switches.latency = 0.2
    page = visit(height=900).go("/catalogue")
    page.goto(page.url.replace("/catalogue", f"/?case={world.built['paid_twice'].number}"))
    expect(page.get_by_role("heading", name="The customer paid more than once")).to_be_visible()
    still(page)
    assert jumped(page) < 0.1


def jumped(page: Page) -> float:
    """How far what was seen has moved by itself since the page was loaded, as browsers measure it."""
    return float(page.evaluate(SHIFTED))
