"""The two-minute tour of `docs/tour.md`, walked in a real browser: a picture each step.

uv run python -m tests.browser.tour     starts the demo, and takes the pictures of docs/tour and docs/case.png anew
"""

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import stamina
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import QUIET, chromium, ready, scanned, still

ROOT = Path(__file__).parents[2]
SEARCH = ".st-key-search input"
TWICE = "SH-10440"  # paid twice


class Step(NamedTuple):
    """A picture's name, and how one gets there from the step before. `narrow`: as a telephone shows it."""

    picture: str
    walk: Callable[[Page, str], None]
    narrow: bool = False


def _asked(page: Page, site: str) -> None:
    page.goto(site)
    still(page)
    page.locator(SEARCH).fill("she says the order is 10482")


def _case(page: Page, _: str) -> None:
    page.locator(SEARCH).press("Enter")
    expect(page.locator(".st-key-case_headline h2")).to_be_visible()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()


def _plan(page: Page, _: str) -> None:
    page.get_by_role("button", name="Send the webhook again").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Why it is safe")).to_be_visible()
    dialog.get_by_label("Ticket or reason").fill("ticket 4711")


def _proof(page: Page, _: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Send it now").click()
    expect(page.locator(".st-key-case_proof")).to_contain_text("Healed", timeout=60_000)


def _inbox(page: Page, site: str) -> None:
    page.goto(f"{site}/discrepancies")
    scanned(page)


def _overview(page: Page, site: str) -> None:
    page.goto(f"{site}/overview")
    ready(page)
    expect(page.locator(".st-key-page h1").first).to_be_visible()


def _cause(page: Page, site: str) -> None:
    page.goto(f"{site}/cause?code=webhook_failing")
    ready(page)
    expect(page.locator(".ol-figure .bars").first).to_be_visible()


def _developer(page: Page, site: str) -> None:
    page.goto(f"{site}/?case={TWICE}")
    ready(page)
    page.get_by_role("tab", name="For the developer").click()
    expect(page.get_by_text("Stripe CLI commands and links")).to_be_visible()
    page.get_by_role("tab", name="For the developer").scroll_into_view_if_needed()


def _telephone(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/?case={TWICE}")
    expect(page.get_by_role("heading", name="The customer paid more than once")).to_be_visible()


STEPS = (
    Step("find", _asked),
    Step("case", _case),
    Step("plan", _plan),
    Step("proof", _proof),
    Step("inbox", _inbox),
    Step("overview", _overview),
    Step("cause", _cause),
    Step("developer", _developer),
    Step("telephone", _telephone, narrow=True),
)


def walk(page: Page, site: str, folder: Path) -> Iterator[Path]:
    """Goes through the steps, and takes a picture after each."""
    for step in STEPS:
        step.walk(page, site)
        still(page)
        taken = folder / f"{step.picture}.png"
        page.screenshot(path=taken)
        yield taken


@contextmanager
def _demo() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "core.cli", "demo", "--no-browser", f"--port={port}"]
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(command, cwd=folder) as server:
        try:
            _answers(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@stamina.retry(on=OSError, timeout=120, attempts=None, wait_initial=0.2, wait_max=0.5)
def _answers(url: str) -> None:
    urlopen(url, timeout=10).close()  # noqa: S310 - an address of our own


def main() -> None:
    """Take them all anew."""
    with _demo() as site, sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        with closing(playwright.chromium.launch(executable_path=path, args=QUIET)) as browser:
            page = browser.new_page(
                viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin", color_scheme="light"
            )
            for taken in walk(page, site, ROOT / "docs" / "tour"):
                print(taken.name)  # noqa: T201 - what it prints is for whoever waits
    shutil.copy(ROOT / "docs" / "tour" / "case.png", ROOT / "docs" / "case.png")


if __name__ == "__main__":
    main()
