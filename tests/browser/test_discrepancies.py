"""The inbox in a real browser: scan, walk it by keyboard, filter, settle, open in place and in a new tab, download."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.journal import Hole, Journal
from core.sandbox import World
from tests.browser.conftest import Visit, ready, scanned, still
from tests.journal.noted import found

pytestmark = pytest.mark.browser
PAGE = 50
HIGHEST = 260  # pixels from the top of the window to the list, at most
HEAVIEST = 2_500_000  # bytes of a first visit


@pytest.fixture
def read(visit: Callable[..., Visit]) -> Page:
    """The page with its orders scanned."""
    page = visit(height=900).go("/discrepancies")
    scanned(page)
    return page


@pytest.fixture
def outage(world: World) -> Iterator[str]:
    """Nine orders with one cause since twenty minutes ago; its title."""
    now = int(time.time())
    with closing(Journal(world.settings_env()["ORDERLENS_JOURNAL_URL"])) as journal:
        cases = [
            found(f"order:out{n}", "webhook_failing", at=now, happened_at=now - 60 * n, codes=("webhook_failing",))
            for n in range(1, 10)
        ]
        journal.inbox.note(cases, now=now)
        scan = journal.scans.begin(since=now - 60, until=now, key_mode="test", account=None, who="ben", now=now)
        journal.scans.finish(scan.id, "complete", now=now, holes=[], why="")  # outages are looked for after each scan
        yield "webhook"


def rows(page: Page) -> Locator:
    """The rows of the list."""
    return page.locator(".ol-cases tbody tr")


def cases(page: Page) -> int:
    """How many cases there are, by the words and by what the list tells assistive technology."""
    said = page.locator(".st-key-inbox_head").get_by_text(re.compile(r"^[\d,]+ cases?$")).inner_text()
    number = int(said.split()[0].replace(",", ""))
    expect(page.locator(".ol-cases table")).to_have_attribute("aria-rowcount", str(number + 1))
    expect(rows(page)).to_have_count(min(number, PAGE))
    return number


def choose(page: Page, name: str, option: str) -> None:
    """Choose one of the severities or states."""
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name=option, exact=True).click()
    page.keyboard.press("Escape")
    ready(page)


def only_critical(page: Page) -> None:
    """Choose the severity Critical and wait until the list has shrunk."""
    everything = cases(page)
    choose(page, "Severity", "Critical")
    expect(page).to_have_url(re.compile("severity=Critical"))
    expect(page.locator(".st-key-inbox_head").get_by_text(f"{everything} cases", exact=True)).to_have_count(0)
    ready(page)


def done(page: Page, button: str, confirmed: str, note: str = "") -> None:
    """Press one of the buttons for what is selected, and confirm it."""
    page.locator(".st-key-acts").get_by_role("button", name=button).click()
    body = page.get_by_test_id("stPopoverBody")
    if note:
        body.get_by_label("Ticket or reason").fill(note)
    body.get_by_role("button", name=confirmed).click()


def test_the_list_begins_high_up_also_under_an_outage_and_a_first_visit_is_light(
    read: Page, outage: str, visit: Callable[..., Visit], world: World
) -> None:
    assert outage
    expect(read.locator(".st-key-inbox_head")).to_be_visible()
    one = visit(height=900)
    heard: dict[str, str] = {}
    sizes: list[int] = []
    wire = one.page.context.new_cdp_session(one.page)
    wire.send("Network.enable")
    wire.on("Network.responseReceived", lambda event: heard.update({event["requestId"]: event["response"]["url"]}))
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page = one.go("/discrepancies")
    expect(rows(page)).to_have_count(PAGE)
    still(page)
    banner = page.locator(".st-key-banner")
    expect(banner).to_contain_text(re.compile(r"\d+ orders since .*and it goes on"))
    expect(banner.get_by_role("link", name="See the cause")).to_have_attribute("href", re.compile(r"cause\?code="))
    assert _top(page) <= HIGHEST
    assert not [url for url in heard.values() if "plotly" in url.lower()]
    assert 0 < sum(sizes) < HEAVIEST
    now, hole = int(time.time()), "Not everything could be read"
    with closing(Journal(world.settings_env()["ORDERLENS_JOURNAL_URL"])) as journal:
        begin = partial(journal.scans.begin, since=now - 60, until=now, key_mode="test", account=None, who="ben")
        scan = begin(now=int(time.time()))
        expect(page.get_by_role("button", name=re.compile("^.*Scanning"))).to_be_visible()  # while a scan runs
        assert _top(page) <= HIGHEST
        left = [Hole("refunds", now - 60, now, "Stripe answered 500")]
        journal.scans.finish(scan.id, "partial", now=int(time.time()), holes=left, why="")
        expect(page.get_by_role("button", name=re.compile(hole))).to_be_visible()  # and where it left something
        assert _top(page) <= HIGHEST
        scan = begin(now=int(time.time()))
        journal.scans.finish(scan.id, "complete", now=int(time.time()), holes=[], why="")
        expect(page.get_by_role("button", name=re.compile(hole))).to_have_count(0)


def _top(page: Page) -> float:
    """Where the list begins, in pixels from the top of the window."""
    still(page)
    box = page.locator(".ol-cases table").bounding_box()
    assert box is not None
    return box["y"]


def test_it_is_walked_by_keyboard_and_back_returns_to_the_row(read: Page) -> None:
    second = rows(read).nth(1)
    link = second.get_by_role("link")
    order = second.locator(".order").inner_text()
    read.keyboard.press("j")
    read.keyboard.press("j")
    expect(link).to_be_focused()
    read.keyboard.press("ArrowDown")
    read.keyboard.press("k")
    expect(link).to_be_focused()
    read.keyboard.press("x")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(read.get_by_text("1 case selected")).to_be_visible()
    read.keyboard.press("x")
    expect(second).to_have_attribute("aria-selected", "false")
    ready(read)
    read.keyboard.press("Enter")
    expect(read).to_have_url(re.compile("case="))
    expect(rows(read)).to_have_count(0)
    expect(read.get_by_text(order).first).to_be_visible()
    assert read.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollTop") == 0
    ready(read)
    read.go_back()
    expect(rows(read).nth(1).get_by_role("link")).to_be_focused()


def test_a_row_opens_by_mouse_and_its_link_in_a_new_tab(read: Page) -> None:
    row = rows(read).nth(2)
    order = row.locator(".order").inner_text()
    still(read)
    with read.context.expect_page() as tab:
        row.get_by_role("link").click(modifiers=["Control"])
    ready(tab.value)
    expect(tab.value.get_by_text(order).first).to_be_visible()
    assert "case=" in tab.value.url
    tab.value.close()
    row.locator(".order").dblclick(position={"x": 10, "y": 12})  # the first press of two opens it
    expect(read).to_have_url(re.compile("case="))


def test_its_text_can_be_marked_without_opening_anything(read: Page) -> None:
    still(read)
    box = rows(read).nth(0).locator(".order").bounding_box()
    assert box is not None
    read.mouse.move(box["x"] + 6, box["y"] + 20)
    read.mouse.down()
    read.mouse.move(box["x"] + 100, box["y"] + 20, steps=4)
    read.mouse.up()
    assert len(str(read.evaluate("String(getSelection())")).strip()) > 3
    assert "case=" not in read.url


def test_pages_go_on_and_back(read: Page) -> None:
    number = cases(read)
    first = rows(read).nth(0).inner_text()
    expect(read.get_by_text(f"1 to {PAGE} of {number}")).to_be_visible()
    read.get_by_role("button", name="Next").click()
    expect(read.get_by_text(f"{PAGE + 1} to {min(2 * PAGE, number)} of {number}")).to_be_visible()
    expect(rows(read).nth(0)).to_have_attribute("aria-rowindex", str(PAGE + 2))
    read.get_by_role("button", name="Previous").click()
    expect(read.get_by_text(f"1 to {PAGE} of {number}")).to_be_visible()
    expect(rows(read).nth(0)).to_have_attribute("aria-rowindex", "2")
    assert rows(read).nth(0).inner_text() == first


def test_a_filter_stays_while_a_case_is_open_and_its_link_can_be_shared(
    read: Page, visit: Callable[..., Visit]
) -> None:
    everything = cases(read)
    only_critical(read)
    some = cases(read)
    assert 0 < some < everything
    other = visit(height=900)
    assert cases(other.go(read.url.removeprefix(other.site))) == some
    rows(read).nth(0).locator(".risk").click()
    expect(read).to_have_url(re.compile("severity=Critical.*case=|case=.*severity=Critical"))
    ready(read)
    read.go_back()
    expect(read.locator(".st-key-inbox_head").get_by_text(f"{some} cases", exact=True)).to_be_visible()


def test_the_download_has_every_page_of_what_is_chosen(read: Page, tmp_path: Path) -> None:
    number = cases(read)
    assert number > PAGE
    with read.expect_download() as caught:
        read.get_by_role("button", name="CSV").click()
    caught.value.save_as(tmp_path / "d.csv")
    text = (tmp_path / "d.csv").read_bytes().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len({(row["order_id"], row["payment_intent_ids"]) for row in lines}) == number
    assert {row["state"] for row in lines} <= {"open", "acknowledged"}


def test_several_are_acknowledged_and_given_to_somebody_and_activity_says_who(read: Page) -> None:
    orders = [rows(read).nth(row).locator(".order").inner_text() for row in (0, 1)]
    for row in (0, 1):
        rows(read).nth(row).get_by_role("checkbox").click()
    expect(read.get_by_text("2 cases selected")).to_be_visible()
    done(read, "Acknowledge", "Acknowledge 2 cases", "ticket 4711")
    expect(read.get_by_text("2 cases acknowledged")).to_be_visible()
    expect(rows(read).nth(0).locator(".state")).to_have_text("Acknowledged")
    expect(rows(read).nth(0)).to_have_attribute("aria-selected", "false")
    rows(read).nth(0).get_by_role("checkbox").click()
    expect(read.get_by_text("1 case selected")).to_be_visible()
    done(read, "Assign", "Assign 1 case")
    expect(rows(read).nth(0).locator(".state")).to_have_text("Acknowledged, ana")
    read.get_by_role("link", name="Activity").click()
    expect(read.get_by_test_id("glide-cell-2-0")).to_have_text("Assign")
    for column, said in ((1, "ana"), (2, "Acknowledge"), (6, "ticket 4711")):
        expect(read.get_by_test_id(f"glide-cell-{column}-1")).to_have_text(said)
    assert sorted(read.get_by_test_id(f"glide-cell-3-{row}").inner_text() for row in (1, 2)) == sorted(orders)


def test_what_is_ignored_leaves_the_list_and_comes_back_reopened(read: Page) -> None:
    everything, order = cases(read), rows(read).nth(0).locator(".order").inner_text()
    head, acts = read.locator(".st-key-inbox_head"), read.locator(".st-key-acts")
    rows(read).nth(0).get_by_role("checkbox").click()
    done(read, "Ignore until", "Ignore 1 case", "until the shop is mended")
    expect(read.get_by_text("1 case ignored")).to_be_visible()
    expect(head.get_by_text(f"{everything - 1} cases", exact=True)).to_be_visible()
    choose(read, "State", "Ignored")
    expect(head.get_by_text("1 case", exact=True)).to_be_visible()
    expect(rows(read).nth(0).locator(".order")).to_have_text(order)
    expect(rows(read).nth(0).locator(".state")).to_contain_text("Ignored to")
    acts.get_by_text("All 1 case of this choice").click()
    done(read, "Reopen", "Reopen 1 case")
    expect(read.get_by_text("1 case reopened")).to_be_visible()
    expect(read.get_by_text("Nothing matches this choice")).to_be_visible()
    choose(read, "State", "Ignored")
    expect(head.get_by_text(f"{everything} cases", exact=True)).to_be_visible()


@pytest.mark.usefixtures("read")
def test_narrow_and_dark_has_all_of_it_as_cards_of_three_lines(visit: Callable[..., Visit]) -> None:
    page = visit("dark", width=390, height=844).go("/discrepancies")
    row = rows(page).nth(0)
    expect(row).to_be_visible()
    still(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    tops = [row.locator(f".{name}").bounding_box() for name in ("severity", "order", "since")]
    first, second, third = (round(top["y"]) for top in tops if top)
    assert first < second < third
    for left, right in (("severity", "what"), ("order", "risk"), ("since", "state")):
        a, b = row.locator(f".{left}").bounding_box(), row.locator(f".{right}").bounding_box()
        assert a is not None
        assert b is not None
        assert abs(a["y"] - b["y"]) < 3
        assert a["x"] < b["x"]
    following = page.get_by_role("button", name="Next").bounding_box()
    assert following is not None
    assert following["x"] + following["width"] <= 390 - 16, "the way on is in sight"
