"""Attacked: a link to a page, with more in it than anybody searches for. It is refused in words, at once."""

import pytest

from core.sandbox import World
from tests.dashboard.conftest import Opening, shown

MUCH = "a" * 60_000


@pytest.mark.parametrize(
    "text", [MUCH, "pi_" * 20_000, "a@" * 30_000, f"order:{MUCH}"], ids=["a", "pi_", "a@", "order:"]
)
def test_a_case_that_nothing_can_be_called(app: Opening, world: World, text: str) -> None:
    before = len(world.stripe.switches.requests)
    page = app("find", case=text)
    assert not page.exception
    assert "letters long" in shown(page)
    assert len(shown(page)) < 2_000
    assert len(world.stripe.switches.requests) == before


@pytest.mark.parametrize(("where", "key"), [("activity", "of"), ("discrepancies", "q"), ("find", "search")])
def test_a_search_that_finds_nothing(app: Opening, where: str, key: str) -> None:
    page = app(where, **{key: MUCH})
    assert not page.exception
    assert len(shown(page)) < 10_000


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (where, name)
        for where, names in {
            "catalogue": "code family part",
            "discrepancies": "code currency age order least severity state after q",
        }.items()
        for name in names.split()
    ],
)
def test_a_choice_that_there_is_not(app: Opening, where: str, name: str) -> None:
    page = app(where, **{name: MUCH})
    assert not page.exception
    assert len(shown(page)) < 20_000
