"""axe-core, which finds what a reader of the screen, or eyes that see little, cannot use."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
HOW = "install it with `npm install --no-save axe-core` in the project's root, or name its file in AXE_CORE"
SERIOUS = ("serious", "critical")
ALSO = ("heading-order",)  # called moderate
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map((one) => [
  one.impact, one.id, one.nodes.map((node) => `${node.html.slice(0, 160)}: ${node.failureSummary}`)])"""


@cache
def source() -> str:
    """The script; where it is missing the tests are skipped, except on CI."""
    path = Path(os.environ.get("AXE_CORE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")
    if path.exists():
        return path.read_text(encoding="utf-8")
    if os.environ.get("CI") == "true":
        pytest.fail(f"axe-core is missing on CI: {HOW}")
    pytest.skip(f"axe-core is missing: {HOW}")


def barriers(page: Page) -> list[str]:
    """What of the page is a serious barrier, as lines that name the rule and the element."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(source() + "; 0")  # by the browser's own door: the page's policy lets no other script in
    found: list[Any] = page.evaluate(RUN)
    told = [one for one in found if one[0] in SERIOUS or one[1] in ALSO]
    return [f"{rule} ({impact}): {node}" for impact, rule, nodes in told for node in nodes]
