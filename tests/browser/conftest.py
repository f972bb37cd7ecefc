"""A real Chromium on a real server on the sandbox. Without a browser these tests skip here, and fail on CI."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.request import urlopen

import pytest
import stamina
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from core.sandbox import World
from tests.waiting import LIMIT
from tests.worlds import world_of

HOW = "Install one: `uv run playwright install chromium`, or `apt-get install chromium`; CHROMIUM=/path names another."
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --process-per-site"
).split()
RESTS = '[data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
READY = f'[data-testid="stApp"]{RESTS}:has(.st-key-foot)'
STILL = """() => {
  const height = document.querySelector('.st-key-page').getBoundingClientRect().height;
  const changing = document.getAnimations().some((one) => one instanceof CSSTransition && one.playState === 'running');
  const whole = document.fonts.status === 'loaded' && !document.querySelector('[data-testid="stSkeleton"]');
  window.frames_alike = whole && !changing && height === window.height_before ? (window.frames_alike || 0) + 1 : 0;
  window.height_before = height;
  return window.frames_alike >= 10;
}"""
Shade = Literal["light", "dark"]
GROUND: Final[dict[Shade, str]] = {"light": "rgb(251, 250, 246)", "dark": "rgb(17, 20, 22)"}
ZONE = "Europe/Berlin"
expect.set_options(timeout=60_000)  # a cold browser on a busy machine loads Streamlit's parts one by one


def chromium(bundled: str) -> str | None:
    """The browser to use: CHROMIUM, one on the path, or the one Playwright brought."""
    names = ("chromium", "chromium-browser", "google-chrome")
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, names), bundled]
    return next((path for path in candidates if path and Path(path).exists()), None)


def ready(page: Page) -> None:
    """Wait until the page has been drawn to its foot and its script rests."""
    page.locator(READY).wait_for(timeout=60_000)


def still(page: Page) -> None:
    """Wait until nothing on the page moves any more, so that what is pressed is what is hit: the script rests, every
    part and every letter has arrived, no colour changes, and the height has been the same for ten frames."""
    ready(page)
    page.evaluate("() => { window.frames_alike = 0 }")
    page.wait_for_function(STILL, timeout=60_000)


def scanned(page: Page) -> None:
    """On the inbox: have the last seven days scanned if nobody has yet, and wait for what it found."""
    first = page.get_by_role("button", name="Scan the last 7 days")
    cases = page.get_by_role("button", name="CSV")
    expect(first.or_(cases).first).to_be_visible()
    if first.is_visible():
        first.click()
    expect(cases).to_be_visible(timeout=90_000)
    ready(page)


@dataclass(frozen=True, slots=True)
class Visit:
    """A page with all that its console complained of; `site` is the server's address."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str = "/") -> Page:
        """Open a path and wait until it is drawn."""
        self.page.goto(self.site + path)
        ready(self.page)
        return self.page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        if path is None:
            if os.environ.get("CI") == "true":
                pytest.fail(f"No Chromium on CI. {HOW}")
            pytest.skip(f"No Chromium here. {HOW}")
        with closing(playwright.chromium.launch(executable_path=path, args=QUIET)) as launched:
            yield launched


world = world_of()


@contextmanager
def serving(folder: Path, own: Mapping[str, str]) -> Iterator[str]:
    """`orderlens serve` with these settings, as a user starts it, from a folder of no importance; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ORDERLENS_OPERATOR": "ana", **own}
    command = [sys.executable, "-m", "core.cli", "serve", f"--port={port}"]
    with (folder / "server.log").open("w+b") as log:
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as server:
            try:
                url = f"http://127.0.0.1:{port}"
                _answers(url, server)
                yield url
            finally:
                server.terminate()
        log.seek(0)
        said = log.read().decode()
    assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[str]:
    """The dashboard on the world."""
    cache = {"ORDERLENS_CACHE_DIR": str(world.directory / "cache")}
    with serving(world.directory, {**world.settings_env(), **cache}) as url:
        yield url


@pytest.fixture(scope="module")
def window(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser's window with a tab on the site. While it is open, what the tests' own tabs load is loaded and compiled
    already: half of what a first visit costs."""
    with closing(browser.new_context(timezone_id=ZONE)) as opened:
        opened.new_page().goto(f"{site}/healthz")
        yield opened


@pytest.fixture
def visit(browser: Browser, window: BrowserContext, site: str) -> Iterator[Callable[..., Visit]]:
    """Visits: `visit()`, `visit("dark", width=390)`; at the end no console may have complained. The first is a new tab
    of the module's window, which keeps nothing of a test; each other is somebody else's, who has never been here."""
    made: list[Visit] = []

    def make(shade: Shade = "light", *, width: int = 1440, height: int = 1000) -> Visit:
        context = browser.new_context(timezone_id=ZONE) if made else window
        one = Visit(context.new_page(), site)
        one.page.emulate_media(color_scheme=shade)
        one.page.set_viewport_size({"width": width, "height": height})
        one.page.on("console", lambda message: one.complaints.extend(_complaint(message)))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        made.append(one)
        return one

    yield make
    for one in made[1:]:
        one.page.context.close()
    kept, *tabs = window.pages
    for tab in tabs:
        tab.close()
    kept.evaluate("localStorage.clear()")
    window.clear_cookies()
    assert [complaint for one in made for complaint in one.complaints] == []


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors and warnings, but for Streamlit's own search for its root under a deep link: two 404s, harmless."""
    searching = re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"])
    return [] if message.type not in ("error", "warning") or searching else [message.text]


@stamina.retry(on=OSError, timeout=LIMIT, attempts=None, wait_initial=0.1, wait_max=0.3)
def _answers(url: str, server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        pytest.fail(f"The server ended with {server.returncode} before it answered.")
    with urlopen(f"{url}/healthz", timeout=LIMIT) as answer:  # noqa: S310 - an address of our own
        assert answer.status == 200
