"""From a page of another site a case opens when it is pressed, and not before."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from core.sandbox import World
from tests.browser.conftest import Visit, ready

pytestmark = pytest.mark.browser


class Other(BaseHTTPRequestHandler):
    """A page that sends whoever opens it to what stands behind its `?`."""

    def do_GET(self) -> None:
        """As any web page can."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<script>location = decodeURIComponent(location.search.slice(1))</script>")

    def log_message(self, *_: object) -> None:
        """Quietly."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another site's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/?"
        server.shutdown()


def test_a_press_opens_it(visit: Callable[..., Visit], elsewhere: str, world: World) -> None:
    number = world.built["paid_and_booked"].number
    one = visit()
    one.page.goto(f"{elsewhere}{one.site}/?case={number}")
    asking = one.page.get_by_role("heading", name=f"Open {number}?")
    expect(asking).to_be_visible()
    expect(one.page.get_by_test_id("stApp")).to_have_count(0)
    one.page.get_by_role("link", name="Open this case").click()
    ready(one.page)
    expect(one.page.get_by_role("heading", level=1)).to_contain_text(number)
    one.page.reload()
    ready(one.page)
    expect(asking).to_have_count(0)
