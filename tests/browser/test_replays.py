"""An outage is over, and its orders are mended: planned from the inbox, a canary, the run followed, all healed."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from core.sandbox import World
from tests.browser.axe import barriers
from tests.browser.conftest import Visit, ready

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Orders whose webhooks were refused, and nothing else."""
    with World(scenarios=[], orders=24, shares={"webhook_refused": 1.0}) as running:
        yield running


def test_from_the_inbox_to_a_run_that_healed_all(visit: Callable[..., Visit], world: World) -> None:
    here = visit().go("/discrepancies")
    here.get_by_role("button", name="Scan the last 7 days").click()
    here.get_by_text(re.compile("of this choice")).click(timeout=90_000)
    here.get_by_role("button", name="Plan a replay").click()
    plan = here.get_by_role("button", name=re.compile("^Plan for"))
    expect(plan).to_be_visible(timeout=60_000)
    cases = int(re.findall(r"for (\d+) case", plan.text_content() or "")[0])
    assert cases > 1
    ready(here)
    if cases > 5:  # fewer are read at once
        plan.click()
    expect(here.get_by_role("heading", name=f"{cases} events to send. Nothing has been sent.")).to_be_visible()
    here.reload()
    ready(here)
    expect(here.get_by_role("heading", name=f"{cases} events to send. Nothing has been sent.")).to_be_visible()
    assert not world.shop.heard
    here.get_by_role("button", name=f"Send {cases} events").click()
    expect(here.get_by_role("heading", name="Run 1")).to_be_visible(timeout=60_000)
    there = visit("dark", width=390).go("/replays?run=1")
    for page in (here, there):
        _healed(page, cases)
    here.get_by_role("link", name="Runs of replays").click()
    expect(here.get_by_text(re.compile(f"{cases} of {cases} events healed"))).to_be_visible()


def test_plan_and_run_keep_nobody_out(visit: Callable[..., Visit]) -> None:

    for address in ("/replays?plan=new", "/replays?run=1", "/replays"):
        page = visit().go(address)
        assert barriers(page) == []


def _healed(page: Page, cases: int) -> None:
    """The run came to its end, and says that all of it healed."""
    head = page.locator(".st-key-run_head")
    expect(head).to_contain_text(re.compile("Complete(?!, not all)"), timeout=90_000)
    expect(head.get_by_text(re.compile("The first one healed its order"))).to_be_visible()
    expect(head.get_by_text(f"{cases} of {cases} events sent or passed over")).to_be_visible()
