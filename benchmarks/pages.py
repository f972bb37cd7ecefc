"""What a person waits for, page by page: our server beside plain `streamlit run`, in a real Chromium, in one run.

    uv run python benchmarks/pages.py [--cases 100000] [--times 9]

Both serve the same pages, on the made-up shop of the demo and on a journal with many cases; whoever comes past our door
sees the catalogue only, so that alone stands beside it. Measured by the browser's
own clock, from the press to the frame in which the answer stands; a first load counts what came over the line, packed
as it came. The goals: a press 100 ms, a page of the inbox 250 ms, a case 400 ms and Stripe's own time; a first load
2.5 MB; nothing jumps (layout shift under 0.1). Machines are noisy: read the ratio, not the milliseconds.
"""

import argparse
import os
import random
import shutil
import statistics
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.inbox import BATCH, noted
from benchmarks.one_click import ENTRIES, OURS, PLAIN, served
from core.journal import Journal
from core.sandbox import World

READY = (
    '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
    ":has(.st-key-foot)"
)
ROWS = ".ol-cases tbody tr"
PAGES = ("/", "/discrepancies", "/overview", "/cause?code=webhook_failing", "/catalogue", "/activity", "/setup")
OPEN = ("/catalogue",)
GOALS = {"a press": 100.0, "a page of the inbox": 250.0, "a case": 400.0}
WAITED = """async ([press, at, seen]) => {
  const said = () => document.querySelector(seen)?.textContent ?? '';
  const before = said(), began = performance.now();
  document.querySelectorAll(press)[at].click();
  return await new Promise((done) => {
    const look = () => {
      if (!said() || said() === before) return;
      watch.disconnect();
      requestAnimationFrame(() => done(performance.now() - began));
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, {subtree: true, childList: true, characterData: true});
  });
}"""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
}).observe({type: 'layout-shift', buffered: true});"""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=100_000, help="cases of the journal")
    options.add_argument("--times", type=int, default=9, help="presses of each kind")
    chosen = options.parse_args()
    with World() as world, sync_playwright() as playwright:
        _fill(world, chosen.cases)
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or playwright.chromium.executable_path
        with (
            served(OURS, world) as ours,
            served(PLAIN, world) as plain,
            closing(playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])) as browser,
        ):
            _print_waits(waits(browser, ours, world, chosen.times), waits(browser, plain, None, chosen.times))
            _print_loads(loads(browser, ours, PAGES), loads(browser, plain, OPEN))


def _print_waits(ours: Mapping[str, float], plain: Mapping[str, float]) -> None:
    print(f"{'median, ms':32}{'orderlens serve':>18}{'streamlit run':>18}{'goal':>8}")
    for what, goal in GOALS.items():
        print(f"{what:32}{ours[what]:18.0f}" + (f"{plain[what]:18.0f}" if what in plain else " " * 18) + f"{goal:8.0f}")


def _print_loads(ours: Mapping[str, tuple[float, float]], plain: Mapping[str, tuple[float, float]]) -> None:
    print("\nfirst load, MB; shift")
    for path, (came, moved) in ours.items():
        beside = "{:12.2f} {:5.2f}".format(*plain[path]) if path in plain else ""
        print(f"{path:32}{came:12.2f} {moved:5.2f}{beside}")


def _fill(world: World, cases: int) -> None:
    """A journal of many cases, beside those of the shop itself, which a page opens."""
    chance = random.Random(7)  # noqa: S311 - made-up cases need no cryptography
    with closing(Journal(world.settings_env()["ORDERLENS_JOURNAL_URL"])) as journal:
        for start in range(0, cases, BATCH):
            batch = [noted(number, chance) for number in range(start, min(start + BATCH, cases))]
            journal.inbox.note(batch, now=batch[0].read_at)


def waits(browser: Browser, site: str, world: World | None, times: int) -> dict[str, float]:
    """The median wait for each kind of press, in milliseconds; without a `world` in the catalogue alone."""
    with _opened(browser) as page:
        took: dict[str, list[float]] = {name: [] for name in GOALS}
        _go(page, f"{site}/catalogue")
        page.locator(ENTRIES).nth(times).wait_for()
        for place in range(times + 1):
            took["a press"].append(_wait(page, f"{ENTRIES} >> {place}", "h1"))
            page.get_by_role("button", name="All entries").click()
            page.locator(ENTRIES).nth(times).wait_for()
        if world is None:
            return {"a press": statistics.median(took["a press"][1:])}
        _go(page, f"{site}/discrepancies")
        page.locator(ROWS).first.wait_for()
        took["a page of the inbox"] += [_wait(page, ".st-key-next button", ROWS) for _ in range(times + 1)]
        for built in list(world.built.values())[: times + 1]:
            _go(page, f"{site}/activity")
            took["a case"].append(_opening(page, str(built.number)))
    return {name: statistics.median(found[1:]) for name, found in took.items()}


def _wait(page: Page, press: str, seen: str) -> float:
    """From a press to the frame in which what is `seen` says something else. `press`: a selector, and which of them."""
    selector, _, place = press.partition(" >> ")
    page.locator(READY).wait_for()
    return float(page.evaluate(WAITED, [selector, int(place or 0), seen]))


def _opening(page: Page, number: str) -> float:
    """From Enter in the search to the verdict of the case."""
    page.locator(READY).wait_for()
    box = page.locator(".st-key-search input")
    box.fill(number)
    began = page.evaluate("performance.now()")
    box.press("Enter")
    page.wait_for_function("() => document.querySelector('.st-key-case_headline h2')", polling="raf")
    return float(page.evaluate("performance.now()")) - float(began)


def loads(browser: Browser, site: str, paths: Iterable[str]) -> dict[str, tuple[float, float]]:
    """What a browser that has never been here gets for each page, in MB, and how far its parts jumped."""
    found = {}
    for path in paths:
        with _opened(browser) as page:
            line = page.context.new_cdp_session(page)
            line.send("Network.enable")
            came: list[float] = []
            line.on("Network.loadingFinished", lambda one, came=came: came.append(one["encodedDataLength"]))
            page.add_init_script(SHIFTS)
            _go(page, site + path)
            page.wait_for_timeout(2_000)
            found[path] = sum(came) / 1e6, float(page.evaluate("window.shifted"))
    return found


@contextmanager
def _opened(browser: Browser) -> Iterator[Page]:
    with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
        yield context.new_page()


def _go(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(READY).wait_for(timeout=120_000)


if __name__ == "__main__":
    main()
