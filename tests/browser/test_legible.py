"""What Streamlit draws and the theme has no word for can be read too: measured in the page, in both shades."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
LEAST = 4.5  # WCAG 2, AA, for text of this size
CONTRAST = """(element) => {
  const brush = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const read = (color) => {
    brush.clearRect(0, 0, 1, 1); brush.fillStyle = color; brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, ground) => [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3])).concat(1);
  const light = (color) => {
    const [r, g, b] = color.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = [], ink = read(getComputedStyle(element).color);
  for (let node = element; node; node = node.parentElement) {
    ink[3] *= Number(getComputedStyle(node).opacity);
    grounds.unshift(read(getComputedStyle(node).backgroundColor));
  }
  const ground = grounds.reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  const [low, high] = [light(ground), light(over(ink, ground))].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_quiet_words_and_what_is_chosen_can_be_read(visit: Callable[..., Visit], shade: str) -> None:
    page = visit(shade).go("/discrepancies")
    assert contrast(page.get_by_test_id("stCaptionContainer").get_by_text("Never writes to your orders.")) >= LEAST
    assert contrast(page.get_by_role("button", name="Scan the last 7 days").get_by_text("Scan the last")) >= LEAST
    page.get_by_role("button", name="Scan", exact=True).click()
    assert contrast(page.get_by_role("radiogroup").get_by_text("7 days")) >= LEAST
    assert contrast(page.get_by_text("You may close this page meanwhile.")) >= LEAST


def contrast(element: Locator) -> float:
    """WCAG contrast of an element's words with what lies beneath them, 1 to 21."""
    expect(element).to_be_visible()
    return float(element.evaluate(CONTRAST))
