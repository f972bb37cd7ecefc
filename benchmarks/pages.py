"""What a person waits for, page by page: our server beside plain `streamlit run`, in a real Chromium, in one run.

    uv run python benchmarks/pages.py [--cases 100000] [--times 9]

Both serve the same pages by turns, on the made-up shop of the demo and on a journal with many cases; whoever comes past
our door sees the catalogue only, so that alone stands beside it. The third is the floor: plain `streamlit run` with a
page of a heading and a button. Measured by the browser's own clock, from the press to the frame in which the answer
stands; a first load counts what came over the line, packed as it came. A press is taken apart: by the clock, and by
the work of the browser's own thread and of the server's process (on Linux), which a busy machine makes little longer.
Stripe's own time is that of a reading alone, in this process, with a stand-in that answers at once on the same cores.

Each goal is told with whether it holds. Machines are noisy: read the work and the ratio, not the milliseconds.
"""

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.inbox import BATCH, noted
from benchmarks.one_click import ENTRIES, OURS, PLAIN, served
from core.journal import Journal
from core.orders import OrdersReader
from core.sandbox import World
from core.settings import OrdersTable
from core.stripe_api import Access, StripeReader

READY = (
    '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
    ":has(.st-key-foot)"
)
ROWS = ".ol-cases tbody tr"
WAYS = ".st-key-case-answer [role='radio']"
LETTER = ".st-key-page [data-testid='stCode']"  # the first of a case
PAGES = ("/", "/discrepancies", "/overview", "/cause?code=webhook_failing", "/catalogue", "/activity", "/setup")
OPEN = ("/catalogue",)
WIDTHS = ((1440, 900), (390, 844))
GOALS = {"a press": 100.0, "a press in a case": 100.0, "a page of the inbox": 250.0, "a case": 400.0}
LOAD, SHIFT = 2.5, 0.1  # MB; as browsers count it
TURNS = 3
BUTTON = ".st-key-draw"
FLOOR = """import streamlit as st
st.session_state.times = st.session_state.get("times", 0) + 1
st.title(f"Drawn {st.session_state.times} times")
with st.container(key="foot"):
    st.button("Draw", key="draw")"""
HEARD = """
window.heard = [];
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener('message', ({data}) => window.heard.push([performance.now(), data.byteLength ?? data.size]));
  }
  send(data) { window.heard.push([performance.now(), 0]); super.send(data); }
};"""
WAITED = """async ([press, at, seen]) => {
  const said = () => document.querySelector(seen)?.textContent ?? '';
  const before = said(), began = performance.now();
  window.heard = [];
  document.querySelectorAll(press)[at].click();
  return await new Promise((done) => {
    const look = () => {
      if (!said() || said() === before) return;
      watch.disconnect();
      requestAnimationFrame(() => {
        const drawn = performance.now() - began;
        setTimeout(() => done({drawn, heard: window.heard.map(([at, size]) => [at - began, size])}), 500);
      });
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
Told = dict[str, dict[str, list[float]]]  # of each kind of wait, by what is told of it: each one


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=100_000, help="cases of the journal")
    options.add_argument("--times", type=int, default=9, help="presses of each kind")
    chosen = options.parse_args()
    with World() as world, sync_playwright() as playwright, ExitStack() as open_ones:
        _fill(world, chosen.cases)
        script = Path(open_ones.enter_context(tempfile.TemporaryDirectory())) / "floor.py"
        script.write_text(FLOOR)
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or playwright.chromium.executable_path
        floor = (*PLAIN[:3], str(script), *PLAIN[4:])
        sites = [open_ones.enter_context(served(command, world)) for command in (OURS, PLAIN, floor)]
        browser = open_ones.enter_context(
            closing(playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]))
        )
        told: list[Told] = [defaultdict(lambda: defaultdict(list)) for _ in sites]
        for _ in range(TURNS):
            for site, found in zip(sites, told, strict=True):
                waits(browser, site, world if site == sites[0] else None, max(1, chosen.times // TURNS), found)
        _print_waits(told[0], told[1], told[2], statistics.median(own_times(world, chosen.times)))
        _print_loads(loads(browser, sites[0], PAGES), loads(browser, sites[1], OPEN))


def _print_waits(ours: Told, plain: Told, floor: Told, own: float) -> None:
    print(f"{'median, ms':32}{'orderlens serve':>18}{'streamlit run':>18}{'an empty page':>18}{'goal':>8}")
    for what, goal in GOALS.items():
        found = [statistics.median(one[what]["drawn"]) if what in one else None for one in (ours, plain, floor)]
        allowed = goal + own if what == "a case" else goal
        shown = "".join(" " * 18 if one is None else f"{one:18.0f}" for one in found)
        print(f"{what:32}{shown}{allowed:8.0f}  {_held(found[0] or 0, allowed)}")
    print(f"Stripe's own time of a case, in its goal: {own:.0f} ms")
    print(f"\n{'what a press is made of':32}{'orderlens serve':>18}{'streamlit run':>18}{'an empty page':>18}")
    for part in ours["a press"]:
        row = [statistics.median(one["a press"][part]) for one in (ours, plain, floor)]
        print(f"{part:32}{row[0]:18.1f}{row[1]:18.1f}{row[2]:18.1f}")


def _print_loads(ours: Mapping[str, tuple[float, ...]], plain: Mapping[str, tuple[float, ...]]) -> None:
    print(f"\n{'first load, MB; shift at 1440, 390':32}{'orderlens serve':>24}{'streamlit run':>24}")
    for path, found in ours.items():
        beside = "{:12.2f}{:6.2f}{:6.2f}".format(*plain[path]) if path in plain else " " * 24
        print(f"{path:32}{'{:12.2f}{:6.2f}{:6.2f}'.format(*found)}{beside}  {_held(found[0], LOAD)}", end=" ")
        print(_held(max(found[1:]), SHIFT))


def _held(found: float, goal: float) -> str:
    return "holds" if found < goal else "MISSED"


def _fill(world: World, cases: int) -> None:
    """A journal of many cases, beside those of the shop itself, which a page opens."""
    chance = random.Random(7)  # noqa: S311 - made-up cases need no cryptography
    with closing(Journal(world.settings_env()["ORDERLENS_JOURNAL_URL"])) as journal:
        for start in range(0, cases, BATCH):
            batch = [noted(number, chance) for number in range(start, min(start + BATCH, cases))]
            journal.inbox.note(batch, now=batch[0].read_at)


def waits(browser: Browser, site: str, world: World | None, times: int, told: Told) -> None:
    """Add to `told` what each kind of press came to, in milliseconds; without a `world` in the catalogue alone, or
    on a page that has none, of its button. The first of each kind warms up, and is not told."""
    with _opened(browser) as page:
        line = page.context.new_cdp_session(page)
        line.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.add_init_script(HEARD)
        _go(page, f"{site}/catalogue")
        page.locator(ENTRIES).or_(page.locator(f"{BUTTON} button")).first.wait_for()
        only = page.locator(BUTTON).count() > 0
        for place in range(times + 1):
            press = f"{BUTTON} button" if only else f"{ENTRIES} >> {place}"
            _add(told["a press"], _wait(page, line, press, "h1"), place)
            if not only:
                back = page.get_by_role("button", name="All entries")
                back.click()
                back.wait_for(state="detached")  # else what is pressed next may belong to the page before
                page.locator(ENTRIES).nth(times).wait_for()
        if world is None:
            return
        _go(page, f"{site}/discrepancies")
        page.locator(ROWS).first.wait_for()
        for place in range(times + 1):
            _add(told["a page of the inbox"], _wait(page, line, ".st-key-next button", ROWS), place)
        for place, built in enumerate(list(world.built.values())[: times + 1]):
            _go(page, f"{site}/activity")
            _add(told["a case"], {"drawn": _opening(page, str(built.number))}, place)
        page.locator(WAYS).nth(1).wait_for()
        for place in range(times + 1):
            other = f"{WAYS} >> {1 - place % 2}"  # the mail, the phone, the mail
            _add(told["a press in a case"], _wait(page, line, other, LETTER), place)


def _add(told: dict[str, list[float]], found: Mapping[str, float], place: int) -> None:
    for name, value in found.items() if place else ():
        told[name].append(value)


def _wait(page: Page, line: CDPSession, press: str, seen: str) -> dict[str, float]:
    """From a press to the frame in which what is `seen` says something else, and what was done meanwhile and for half a
    second more. `press`: a selector, and which of them."""
    selector, _, place = press.partition(" >> ")
    page.locator(READY).wait_for()
    worked, served_for = _worked(line), _server(page.url)
    found = page.evaluate(WAITED, [selector, int(place or 0), seen])
    by_then, served_by_then = _worked(line), _server(page.url)
    work = {name: 1000 * (by_then[name] - worked[name]) for name in worked}
    left = [at for at, size in found["heard"] if not size]
    came = [(at, size) for at, size in found["heard"] if size]
    return {
        "drawn": found["drawn"],
        "clock: it leaves the browser": left[0],
        "clock: the first answer": came[0][0],
        "clock: the last answer": came[-1][0],
        "work: the browser's scripts": work["ScriptDuration"],
        "work: its styles and layout": work["RecalcStyleDuration"] + work["LayoutDuration"],
        "work: all of its thread": work["TaskDuration"],
        "work: the server": 1000 * (served_by_then - served_for),
        "messages": len(came),
        "kB": sum(size for _, size in came) / 1000,
    }


def _worked(line: CDPSession) -> dict[str, float]:
    """Seconds of the browser's thread by now, by what it did."""
    told = {one["name"]: one["value"] for one in line.send("Performance.getMetrics")["metrics"]}
    return {name: told[name] for name in ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")}


def _server(url: str) -> float:
    """Seconds that the process behind this address has worked by now; 0 where that is not told (not on Linux)."""
    port = str(urlsplit(url).port).encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cmdline").read_bytes().rstrip(b"\0").endswith(b"port\0" + port):
                ticks = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
                return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        except OSError:  # it is over
            continue
    return 0.0


def _opening(page: Page, number: str) -> float:
    """From Enter in the search to the verdict of the case."""
    page.locator(READY).wait_for()
    box = page.locator(".st-key-search input")
    box.fill(number)
    began = page.evaluate("performance.now()")
    box.press("Enter")
    page.wait_for_function("() => document.querySelector('.st-key-case_headline h2')", polling="raf")
    return float(page.evaluate("performance.now()")) - float(began)


def own_times(world: World, times: int) -> Iterator[float]:
    """How long Stripe alone is read for a case, in milliseconds."""
    with (
        closing(OrdersReader(world.orders_database_url, OrdersTable.model_validate(world.orders_mapping))) as orders,
        closing(StripeReader(Access(api_key=world.secret_key, api_base=world.stripe_url, account=None))) as stripe,
    ):
        numbers = [str(built.number) for built in list(world.built.values())[: times + 1]]
        found = [orders.find(numbers=[number]) for number in numbers]
        taken = [1000 * stripe.read_case(some[0], now=world.now).cost.seconds for some in found if some]
    yield from taken[1:]


def loads(browser: Browser, site: str, paths: Iterable[str]) -> dict[str, tuple[float, ...]]:
    """What a browser that has never been here gets for each page, in MB, and how far its parts jumped at each width."""
    found = {}
    for path in paths:
        jumped = []
        for width, height in WIDTHS:
            with _opened(browser, width, height) as page:
                line = page.context.new_cdp_session(page)
                line.send("Network.enable")
                came: list[float] = []
                line.on("Network.loadingFinished", lambda one, came=came: came.append(one["encodedDataLength"]))
                page.add_init_script(SHIFTS)
                _go(page, site + path)
                page.wait_for_timeout(2_000)
                jumped.append(float(page.evaluate("window.shifted")))
        found[path] = (sum(came) / 1e6, *jumped)
    return found


@contextmanager
def _opened(browser: Browser, width: int = 1440, height: int = 900) -> Iterator[Page]:
    with closing(browser.new_context(viewport={"width": width, "height": height})) as context:
        yield context.new_page()


def _go(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(READY).wait_for(timeout=120_000)


if __name__ == "__main__":
    main()
