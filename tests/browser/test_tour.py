"""The tour can be walked as `docs/tour.md` tells it, and each of its pictures is one that is taken by walking it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.tour import ROOT, STEPS, walk

pytestmark = pytest.mark.browser
TOLD = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")


@pytest.mark.timeout(600)  # a scan and a replay are in it
def test_the_tour_can_be_walked(visit: Callable[..., Visit], tmp_path: Path) -> None:
    visited = visit(width=1440, height=900)
    taken = list(walk(visited.page, visited.site, tmp_path))
    assert [path.stem for path in taken] == [step.picture for step in STEPS]


def test_it_shows_each_picture_once_and_no_other() -> None:
    shown = re.findall(r"\]\(tour/(\w+)\.png\)", TOLD)
    assert shown == [step.picture for step in STEPS]
    assert {path.stem for path in (ROOT / "docs" / "tour").glob("*.png")} == set(shown)
