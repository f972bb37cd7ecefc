"""The frame in a real browser: every page in both shades and widths, quiet in the console; the edge over real HTTP."""

import base64
import http.client
from collections.abc import Callable
from itertools import combinations
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FloatRect, expect

from core.sandbox import World
from tests.browser.conftest import GROUND, Visit, ready, still
from tests.waiting import LIMIT

pytestmark = pytest.mark.browser
MOST_OF_JUMPS = 0.1  # layout shift, as browsers count it, without what follows a press
JUMPS = """
window.jumped = 0;
window.jumps = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    if (one.hadRecentInput) continue;
    window.jumped += one.value;
    window.jumps.push([one.value, ...one.sources.map((source) => source.node?.textContent?.slice(0, 40))]);
  }
}).observe({type: 'layout-shift', buffered: true});"""
COVERED = """(element) => {
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 10));
  return element.contains(top) || top?.contains(element) ? null : top?.className ?? 'out of the window';
}"""
PAGES = {"/": "What did the customer give you?", "/discrepancies": "Inbox", "/activity": "Activity"}
PAGES |= {"/catalogue": "Catalogue", "/setup": "Setup", "/case": "No case is open"}


def asked(site: str, path: str, **headers: str) -> http.client.HTTPResponse:
    """A bare GET, with exactly these headers besides Host."""
    place = urlsplit(site)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=LIMIT)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("shade", "width", "height"),
    [("light", 1440, 900), ("dark", 390, 844), ("light", 720, 450)],
)
def test_every_page_is_drawn_without_a_complaint_a_jump_or_a_side_to_scroll_to(
    visit: Callable[..., Visit], world: World, shade: str, width: int, height: int
) -> None:
    """The last is 1440x900 at 200 %."""
    visited = visit(shade, width=width, height=height)
    visited.page.add_init_script(JUMPS)
    case = f"/?case={world.built['webhook_refused'].number}"
    more = {
        "/overview": "Nobody has looked yet",
        "/cause?code=webhook_failing": "Stripe keeps trying, your app refuses",
        "/catalogue?code=webhook_failing": "Stripe keeps trying, your app refuses",
    }
    for path, title in (PAGES | more | {case: "Stripe keeps trying, your app refuses"}).items():
        page = visited.go(path)
        expect(page.get_by_role("heading", name=title).first).to_be_visible()
        expect(page.locator(".st-key-foot")).to_contain_text("Test mode")
        still(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        assert page.evaluate("window.jumped") < MOST_OF_JUMPS, (path, page.evaluate("window.jumps"))
    for part in (".st-key-case_headline h2", ".st-key-case_money_line", "h4:has-text('What to do now')"):
        place = page.locator(part).first
        place.evaluate("(element) => element.scrollIntoView({block: 'center'})")
        assert place.evaluate(COVERED) is None, part


def test_the_theme_follows_the_system(visit: Callable[..., Visit]) -> None:
    for shade, ground in GROUND.items():
        expect(visit(shade).go().get_by_test_id("stApp")).to_have_css("background-color", ground)


def test_all_pages_are_in_the_navigation(visit: Callable[..., Visit]) -> None:
    page = visit().go()
    places = {"Inbox": "/discrepancies", "Activity": "/activity", "Catalogue": "/catalogue", "Setup": "/setup"}
    for name, path in places.items():
        page.get_by_test_id("stTopNav").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        assert urlsplit(page.url).path == path
        ready(page)


def test_the_search_stands_beside_the_pages_and_covers_nothing_at_any_width(visit: Callable[..., Visit]) -> None:
    page = visit(width=2560).go("/activity")
    box = page.locator(".st-key-search")
    clock = page.get_by_role("button", name="Times: Berlin")
    for width in (2560, 1440, 1200, 1199, 900, 390):
        page.set_viewport_size({"width": width, "height": 1000})
        still(page)
        shown = [box.bounding_box(), clock.bounding_box(), page.get_by_role("heading", name="Activity").bounding_box()]
        shown += [link.bounding_box() for link in page.get_by_test_id("stTopNavLink").all() if link.is_visible()]
        places = [place for place in shown if place]
        assert not [(one, other) for one, other in combinations(places, 2) if _overlap(one, other)], width
        assert all(place["x"] >= 0 and place["x"] + place["width"] <= width for place in places), width
        row = page.get_by_test_id("stToolbar").bounding_box()
        assert row
        assert (places[0]["y"] < row["height"]) == (width >= 1200), width
        assert places[0]["width"] >= (290 if width > 390 else 350), width


def test_the_clock_that_was_chosen_is_kept_on_every_page_and_after_a_reload(visit: Callable[..., Visit]) -> None:
    one = visit()
    page = one.go("/activity")
    own, utc = (page.get_by_role("button", name=name) for name in ("Times: Berlin", "Times: UTC"))
    own.click()
    expect(utc).to_be_visible()
    ready(page)
    page.wait_for_function("() => document.cookie === 'orderlens_clock=utc'")
    one.go("/setup")
    expect(utc).to_be_visible()
    utc.click()
    expect(own).to_be_visible()
    page.wait_for_function("() => document.cookie === ''")
    page.reload()
    ready(page)
    expect(own).to_be_visible()


def _overlap(one: FloatRect, other: FloatRect) -> bool:
    return not (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )


def test_a_telephones_menu_closes_when_a_page_is_chosen(visit: Callable[..., Visit]) -> None:
    page = visit(width=390, height=844).go()
    still(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Activity").click()
    expect(page.get_by_role("heading", name="Activity", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()  # it stands there while the menu is closed


def test_an_entry_of_the_catalogue_has_an_address(visit: Callable[..., Visit]) -> None:
    page = visit().go("/catalogue?code=webhook_failing")
    expect(page.get_by_text("A worked example")).to_be_visible()
    page.get_by_role("button", name="All entries").click()
    expect(page.get_by_role("heading", name="Catalogue")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("A worked example")).to_be_visible()


def test_the_process_says_that_it_lives(site: str) -> None:
    assert asked(site, "/healthz").status == 200
    assert asked(site, "/healthz", Host="10.0.0.7").status == 200  # a probe calls by whatever name


def test_every_answer_carries_the_security_headers(site: str) -> None:
    for path in ("/", "/discrepancies", "/healthz", "/_stcore/metrics"):
        headers = asked(site, path).headers
        assert "default-src 'self'; script-src 'self' 'sha256-" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/interact"])
def test_what_nobody_needs_is_not_there(site: str, path: str) -> None:
    assert asked(site, path).status == 404


def test_a_name_that_is_not_ours_gets_nothing(site: str) -> None:
    port = urlsplit(site).port
    assert asked(site, "/", Host=f"localhost:{port}").status == 200
    assert asked(site, "/", Host=f"rebound.example:{port}").status == 421
    assert asked(site, "/", Host="127.0.0.1:1").status == 421


def test_a_page_of_another_site_gets_nothing(site: str) -> None:
    assert asked(site, "/", Origin=site).status == 200
    assert asked(site, "/", Origin="https://evil.example").status == 403
    assert asked(site, "/", Origin="null").status == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", None])
def test_a_websocket_of_another_page_is_refused(site: str, origin: str | None) -> None:
    assert handshake(site, origin) == 403


def test_a_websocket_of_our_own_page_is_served(site: str) -> None:
    assert handshake(site, site) == 101


def handshake(site: str, origin: str | None) -> int:
    """The status that a request for a websocket gets."""
    own = {"Origin": origin} if origin else {}
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13"}
    key = base64.b64encode(bytes(16)).decode()
    return asked(site, "/_stcore/stream", Sec_WebSocket_Key=key, **upgrade, **own).status
