"""Logging in with a real Chromium, on the product itself as `orderlens serve` starts it."""

import base64
import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Cookie, Page, expect

from core.sandbox import World
from tests.browser.conftest import READY, ready
from tests.login.conftest import TABLE, Doors, Provider, Site, Somebody, ports, served, somebody
from tests.waiting import eventually
from tests.worlds import world_of

__all__ = ["somebody"]  # the fixture
world = world_of("paid_and_booked")
CHOOSING = re.compile(r"/interaction/[\w-]+$")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    own, *sites = ports(4)
    provider = Provider(own, tuple(f"http://127.0.0.1:{port}/login/callback" for port in sites))
    with provider.running():
        yield provider


@pytest.fixture(scope="module")
def site(world: World, provider: Provider) -> Iterator[Site]:
    url = provider.redirects[0].removesuffix("/login/callback")
    with served(world, provider.issuer, url, TABLE) as running:
        yield running


@pytest.fixture
def people(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Browsers of their own, which keep cookies and know nobody yet."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin"))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


def come(page: Page, url: str, who: str) -> None:
    """Open an address and say at the provider who it is."""
    page.goto(url)
    page.wait_for_url(CHOOSING)
    page.get_by_role("link", name=who).click()


def test_log_in_with_the_case_kept_a_second_tab_and_a_log_out_that_ends_both(
    site: Site, provider: Provider, people: Callable[[], BrowserContext]
) -> None:
    ann = people()
    page, complaints = ann.new_page(), list[str]()
    page.on(
        "console", lambda one: complaints.append(f"{one.text} {one.location['url']}") if one.type == "error" else None
    )
    come(page, f"{site.url}/?case=SH-10390", "ann")
    page.locator(READY).wait_for(timeout=90_000)
    assert page.url == f"{site.url}/?case=SH-10390"
    kept = {one["name"]: one for one in ann.cookies(site.url)}
    assert kept["orderlens"]["httpOnly"]
    assert [name for name in kept if name.startswith("orderlens-login-")] == []
    second = ann.new_page()
    second.goto(f"{site.url}/activity")
    ready(second)  # without the provider
    assert [one for one in complaints if site.url in one] == []  # the provider has no icon
    stolen = kept["orderlens"]["value"]
    expect(page.locator(".st-key-foot")).to_contain_text("Ann Müller, support")
    page.get_by_role("link", name="Sign out").click()
    page.wait_for_url(re.compile(re.escape(provider.issuer)))  # which asks whether there too
    expect(second.get_by_role("heading", name="You are signed out.")).to_be_visible(timeout=60_000)
    assert second.url == f"{site.url}/signed-out"
    thief = people()
    thief.add_cookies([{"name": "orderlens", "value": stolen, "url": site.url}])
    there = thief.new_page()
    there.goto(site.url)
    there.wait_for_url(CHOOSING)


def test_pitfall_3_no_policy_stands_in_the_way_and_nobody_without_a_role_comes_in(
    site: Site, people: Callable[[], BrowserContext]
) -> None:
    page, blocked = people().new_page(), list[str]()
    page.on("console", lambda one: blocked.append(one.text) if "Content Security Policy" in one.text else None)
    page.set_extra_http_headers(
        {"x-orderlens-person": base64.urlsafe_b64encode(b'{"sub":"x","role":"admin"}').decode()}
    )
    come(page, site.url, "nora")
    expect(page.get_by_role("heading", name="You are not in.")).to_be_visible()
    expect(page.get_by_text("nora@shop.example may not use Orderlens")).to_be_visible()
    page.get_by_role("link", name="Log in anew").click()  # as somebody else, though the provider knows Nora
    page.wait_for_url(CHOOSING)
    assert blocked == []


def test_a_second_process_with_the_same_secret_knows_who_is_in_and_a_lost_cookie_leads_back(
    site: Site, provider: Provider, world: World, people: Callable[[], BrowserContext], somebody: Callable[[], Somebody]
) -> None:
    otto = people()
    page = otto.new_page()
    come(page, f"{site.url}/catalogue", "otto")
    ready(page)
    (cookie,) = (one for one in otto.cookies(site.url) if one["name"] == "orderlens")
    other, door = somebody(), Doors(world.directory)
    other.client.cookies.set("orderlens", cookie["value"], domain="127.0.0.1")
    port = int(provider.redirects[1].removesuffix("/login/callback").rpartition(":")[2])
    with door.before(provider.issuer, port, url=site.url) as second:
        (told,) = other.opens(second.url).json()
        assert json.loads(base64.urlsafe_b64decode(told))["email"] == "otto@shop.example"
        other.opens(f"{second.url}/logout")  # there; the page here goes
        expect(page.get_by_role("heading", name="You are signed out.")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Log in again").click()
    ready(page)
    assert page.url == f"{site.url}/"


def test_at_the_end_of_a_log_in_an_open_page_comes_back_by_itself_where_it_was(
    world: World, provider: Provider, people: Callable[[], BrowserContext]
) -> None:
    """The provider still knows who it is: nobody is asked, and another log-in is begun."""
    url = provider.redirects[2].removesuffix("/login/callback")
    short = TABLE.replace("[login]", "[login]\nhours = 0.004")  # a quarter of a minute
    with served(world, provider.issuer, url, short):
        ann = people()
        page = ann.new_page()
        come(page, f"{url}/?case=SH-10390", "ann")
        page.wait_for_url(f"{url}/?case=SH-10390", wait_until="commit")
        first = next(one["value"] for one in ann.cookies(url) if one["name"] == "orderlens")
        again = eventually(lambda: {one["value"] for one in known(page) if one["name"] == "orderlens"} - {first})
        assert again
        page.wait_for_url(f"{url}/?case=SH-10390", wait_until="commit")


def known(page: Page) -> list[Cookie]:
    """The browser's cookies, after it had a moment for what is under way."""
    page.wait_for_timeout(200)
    return page.context.cookies()
