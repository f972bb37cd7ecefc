"""A case is answered from its first screen: nothing that the call needs has to be scrolled to."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from core.sandbox import World
from tests.browser.conftest import Visit, scanned, still

pytestmark = pytest.mark.browser
SCREEN, FOLD = 900, 860
# A webhook that is refused, money twice, a hold that ends, a refund that bounced, a healthy order; then seven more.
CASES = (
    "webhook_refused", "paid_twice", "hold_ends_soon", "refund_bounced", "paid_and_booked", "promotion_code", "yen",
    "reused_payment", "handler_crashes", "refunded_in_dashboard", "cancelled_and_still_charged", "dispute_unseen",
)  # fmt: skip
SEEN = """(one) => {
  for (; one; one = one.parentElement) if (getComputedStyle(one).opacity === '0') return false;
  return true;
}"""


@pytest.mark.parametrize("names", [CASES[:3], CASES[3:6], CASES[6:9], CASES[9:]], ids=lambda names: names[0])
def test_what_the_call_needs_stands_on_the_first_screen(
    visit: Callable[..., Visit], world: World, names: tuple[str, ...]
) -> None:
    one = visit(width=1440, height=SCREEN)
    for name in names:
        page = one.go(f"/?case={world.built[name].number}")
        still(page)
        needed = {
            "the verdict": page.locator(".st-key-case_headline h2"),
            "the money line": page.locator(".st-key-case_money_line"),
            "what to do": page.get_by_role("heading", name="What to do now"),
            "the buttons": page.locator(".st-key-case_buttons"),
            "what to say": page.get_by_test_id("stCode").first,
            "side by side": page.locator(".st-key-case_glance tr").nth(3),
            "what happened": page.get_by_role("heading", name="What happened"),
        }
        assert {what: bottom(found) for what, found in needed.items() if bottom(found) > FOLD} == {}, name


def test_what_came_of_an_action_moves_neither_verdict_nor_money(visit: Callable[..., Visit], world: World) -> None:
    page = visit(width=1440, height=SCREEN).go(f"/?case={world.built['webhook_swallowed'].number}")
    still(page)
    kept = (page.locator(".st-key-case_headline h2"), page.locator(".st-key-case_headline"))
    before = [top(one) for one in kept]

    page.get_by_role("button", name="Retrieve afresh").click()
    changed = page.locator(".st-key-case_changes")
    expect(changed).to_contain_text("Nothing changed")
    still(page)
    assert [top(one) for one in kept] == before
    assert bottom(changed) < FOLD

    page.get_by_role("button", name="Send the webhook again").click()
    page.get_by_role("dialog").get_by_role("button", name="Send it now").click()
    proof = page.locator(".st-key-case_proof")
    expect(proof).to_contain_text("Healed", timeout=60_000)
    for _ in range(2):  # at once, and after a reload
        still(page)
        assert [top(one) for one in kept] == before
        places = (proof, page.locator(".st-key-case_money_line"), page.locator(".st-key-case_buttons"))
        assert [bottom(one) for one in places if bottom(one) > FOLD] == []
        page.reload()
        expect(proof).to_contain_text("ana sent it")


def test_a_telephone_shows_verdict_and_money_first_and_keeps_the_buttons(
    visit: Callable[..., Visit], world: World
) -> None:
    one = visit("dark", width=390, height=844)
    page = one.go("/discrepancies")
    scanned(page)
    for name in ("paid_twice", "webhook_refused"):  # the first has the longest sentence and the widest figure
        page = one.go(f"/?case={world.built[name].number}")
        still(page)
        expect(page.get_by_role("button", name="Nobody's")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Back"))).to_be_visible()
        foot = page.locator(".st-key-case_buttons")
        assert bottom(page.locator(".st-key-case_money_line")) <= top(foot)
        assert top(foot) > 780, "what stands out and *Retrieve afresh*, side by side"
        assert wide(page)

    page.locator(".st-key-foot").scroll_into_view_if_needed()
    assert bottom(foot) == 844
    expect(foot.get_by_role("button")).to_have_count(2)
    assert bottom(page.locator(".st-key-foot p").last) <= top(foot), "nothing ends behind them"


def test_what_is_cut_says_so_and_is_shown_whole_with_copy(visit: Callable[..., Visit], world: World) -> None:
    built = world.built["webhook_refused"]
    page = visit().go(f"/?case={built.number}")
    still(page)
    email = page.locator(".st-key-case_glance tr", has_text="E-mail").locator("td").nth(1)
    assert email.evaluate(
        "(cell) => [...cell.querySelectorAll('p')].every((one) => one.clientWidth < cell.clientWidth)"
    )
    chip = page.locator(".ol-whole-chip")
    expect(chip).to_be_hidden()
    email.hover()
    expect(chip).to_contain_text(str(built.order["customer_email"]))

    payment = page.locator(".st-key-case_glance a").last
    assert "/test/payments/pi_" in str(payment.get_attribute("href"))
    payment.focus()
    expect(chip).to_contain_text(re.compile(r"^pi_\w{20,}"))
    page.keyboard.press("Escape")
    expect(chip).to_be_hidden()
    letter = page.get_by_test_id("stCode").first.get_by_role("button", name="Copy to clipboard")
    expect(letter).to_be_visible()
    assert letter.evaluate(SEEN), "without being hovered"


def top(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"]


def bottom(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def wide(page: Page) -> bool:
    """Whether nothing runs out of the page sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
