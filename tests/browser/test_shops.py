"""Two shops in a browser: every address says which one, so that links, reload and Back never lead to the other."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.sandbox import World
from tests.browser.conftest import Visit, ready, serving, still
from tests.two_shops import two_shops
from tests.worlds import world_of

books_world = world_of("webhook_refused")
toys_world = world_of("paid_and_booked")


@pytest.fixture(scope="module")
def site(books_world: World, toys_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("shops")
    with serving(folder, two_shops(folder, books=books_world, toys=toys_world)) as url:
        yield url


def test_the_address_keeps_the_shop_wherever_one_goes(
    visit: Callable[..., Visit], site: str, toys_world: World
) -> None:
    page = visit().go()
    page.wait_for_url(f"{site}/?shop=books")
    expect(page).to_have_title("Find · books · Orderlens")
    links = page.locator("header a[href]")
    expect(links.first).to_have_attribute("href", "/?shop=books")
    for one in links.all():
        expect(one).to_have_attribute("href", re.compile(r"\?shop=books$"))
    page.get_by_role("link", name="Activity").click()
    page.wait_for_url(f"{site}/activity?shop=books")
    still(page)
    steps = page.evaluate("history.length")
    switch = page.get_by_role("combobox", name="Shop")
    switch.click()
    page.get_by_role("option", name="toys").click()
    page.wait_for_url(f"{site}/activity?shop=toys")
    expect(page).to_have_title("Activity · toys · Orderlens")
    assert page.evaluate("history.length") == steps + 1, "one step"
    page.reload()
    ready(page)
    assert page.url == f"{site}/activity?shop=toys"
    page.go_back()
    page.wait_for_url(f"{site}/activity?shop=books")
    expect(page).to_have_title("Activity · books · Orderlens")
    page.go_back()
    page.wait_for_url(f"{site}/?shop=books")
    expect(page).to_have_title("Find · books · Orderlens")
    (built,) = toys_world.built.values()
    page.goto(f"{site}/?case={built.number}&shop=toys")
    expect(page.get_by_role("heading", level=1, name=f"Order {built.number}")).to_be_visible()
    expect(page).to_have_title(re.compile("toys"))
