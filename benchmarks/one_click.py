"""A click that reads nothing: our server beside plain `streamlit run` with its defaults, side by side in one run.

    uv run python benchmarks/one_click.py [--times 20]

Both serve the same pages on the same sandbox to a real Chromium. A click opens an entry of the catalogue: the browser
says so on its websocket, the script runs once, and what it draws comes back. Measured on the websocket, by the
browser's own clock, from the message that leaves to the last one that arrives; drawing is the browser's and the same
for both. Machines are noisy: read the ratio, not the milliseconds.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from core.sandbox import World

ROOT = Path(__file__).resolve().parents[1]
OURS = ("-m", "core.cli", "serve", "--port")
ENTRIES = ".ol-entries a"
QUIET = 400  # milliseconds in which nothing more comes
PLAIN = ("-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py"), "--server.headless=true", "--server.port")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=18, help="clicks on each server")
    times = options.parse_args().times
    with World() as world, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or playwright.chromium.executable_path
        with (
            served(OURS, world) as ours,
            served(PLAIN, world) as plain,
            closing(playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])) as browser,
        ):
            mine, other = (statistics.median(clicks(browser, url, times)) for url in (ours, plain))
    print(f"median of {times} clicks, from the message to the last answer")
    print(f"orderlens serve   {mine:6.1f} ms")
    print(f"streamlit run     {other:6.1f} ms")
    print(f"ratio             {other / mine:6.1f} x")


@contextmanager
def served(command: tuple[str, ...], world: World) -> Iterator[str]:
    """A server of its own process, from a folder without settings of Streamlit's; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**os.environ, **world.settings_env(), "PYTHONPATH": str(ROOT)}
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, *command, port],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server,
    ):
        try:
            awaited(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def awaited(url: str) -> None:
    """Return once `url` answers; TimeoutError after a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - an address of our own
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)


def clicks(browser: Browser, site: str, times: int) -> list[float]:
    """Milliseconds of each of the first `times` entries, after one that warms up."""
    sent: list[float] = []
    came: list[float] = []
    measured = []
    with closing(browser.new_page()) as page:
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.webSocketFrameSent", lambda frame: sent.append(frame["timestamp"]))
        network.on("Network.webSocketFrameReceived", lambda frame: came.append(frame["timestamp"]))
        page.goto(f"{site}/catalogue")
        entries = page.locator(ENTRIES)
        entries.nth(times).wait_for(timeout=60_000)
        for place in range(times + 1):
            page.wait_for_timeout(QUIET)
            sent.clear()
            came.clear()
            entries.nth(place).click()
            page.get_by_text("A worked example").wait_for()
            page.wait_for_timeout(QUIET)
            measured.append((came[-1] - sent[0]) * 1000)
            page.get_by_role("button", name="All entries").click()
            entries.nth(times).wait_for()
    return measured[1:]


if __name__ == "__main__":
    main()
