"""What a browser is sent: a first load of any page, and no more for a press than what the press changes.

Counted in bytes and messages, which no busy machine makes more of; how long it takes is for `benchmarks/pages.py`.
"""

import http.client
import json
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.sandbox import World
from tests.browser.conftest import Visit, scanned, still
from tests.waiting import LIMIT

pytestmark = pytest.mark.browser
MOST = 2_500_000  # bytes of a first load, packed as they come
PLOTLY = "plotly"  # in the name of the part of Streamlit's, and of the bundle of ours
PAGES = ("/", "/discrepancies", "/overview", "/catalogue", "/activity", "/setup", "/replays")
CAUSE = "/cause?code=webhook_failing"


@pytest.mark.timeout(600)  # everything is fetched anew for each page
def test_a_first_load_of_any_page_is_small_and_plotly_comes_only_with_a_chart(
    visit: Callable[..., Visit], world: World
) -> None:
    visited = visit()
    scanned(visited.go("/discrepancies"))
    page, came = visited.page, Counter[str]()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    named: dict[str, str] = {}
    line.on("Network.requestWillBeSent", lambda one: named.update({one["requestId"]: one["request"]["url"]}))
    line.on(
        "Network.loadingFinished", lambda one: came.update({named[one["requestId"]]: int(one["encodedDataLength"])})
    )
    case = f"/?case={world.built['webhook_refused'].number}"
    for path in (*PAGES, case, CAUSE):
        came.clear()
        visited.go(path)
        if path == CAUSE:
            expect(page.locator(".ol-figure .bars").first).to_be_visible()
        still(page)
        assert 500_000 < came.total() < MOST, (path, came.most_common(5))
        assert any(PLOTLY in url.lower() for url in came) == (path == CAUSE), path


def test_a_press_draws_what_it_changes_and_a_case_that_is_searched_for_is_drawn_once(
    visit: Callable[..., Visit], world: World
) -> None:
    sent: list[ForwardMsg] = []
    visited = visit()

    def heard(socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda frame: sent.append(ForwardMsg.FromString(frame if isinstance(frame, bytes) else b"")),
        )

    visited.page.on("websocket", heard)
    page = visited.go("/activity")
    still(page)
    sent.clear()
    box = page.locator(".st-key-search input")
    box.fill(str(world.built["webhook_refused"].number))
    box.press("Enter")
    expect(page.get_by_role("tab", name="Timeline")).to_be_visible()
    still(page)
    runs = Counter(one.WhichOneof("type") for one in sent)
    waited = any(one.delta.new_element.WhichOneof("type") == "skeleton" for one in sent)
    assert runs["navigation"] == 1 + waited, runs  # all of the page once, and anew only where Stripe was waited for

    assert drawn(page, sent, page.get_by_role("tab", name="Movements").click) < 25
    assert drawn(page, sent, page.get_by_text("Mail", exact=True).click) < 10
    visited.go("/catalogue")
    assert drawn(page, sent, page.locator(".ol-entries a").nth(3).click) < 40


def drawn(page: Page, sent: list[ForwardMsg], press: Callable[[], None]) -> int:
    """How many elements and places were sent for a press; none of the head's."""
    still(page)
    sent.clear()
    press()
    page.wait_for_timeout(500)  # a press that draws nothing new has no other end; more would only count more
    still(page)
    paths = [tuple(one.metadata.delta_path) for one in sent if one.WhichOneof("type") == "delta"]
    assert paths
    assert all(path[:2] == (0, 1) for path in paths), paths
    return len(paths)


def test_no_page_around_ours_may_press_or_stop_it(site: str) -> None:
    place = urlsplit(site)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=LIMIT)
    connection.request("GET", "/_stcore/host-config")
    assert json.loads(connection.getresponse().read())["allowedOrigins"] == []
    connection.close()
