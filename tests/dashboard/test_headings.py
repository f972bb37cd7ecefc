"""Headings of every page stand in order: one first heading, and none skips a level, so that who listens to a page can
walk it by them."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from core.sandbox import World
from tests.dashboard.conftest import Opening, scan

HEADING = re.compile(r"^(#{1,6}) ", re.MULTILINE)


def elements(block: Block) -> Iterator[Element]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield from elements(child)
        else:
            yield child


def levels(page: AppTest) -> list[int]:
    found: list[int] = []
    for one in elements(page.main):
        if one.type in {"title", "header", "subheader"}:
            found.append({"title": 1, "header": 2, "subheader": 3}[one.type])
        elif one.type == "markdown":
            found += [len(mark) for mark in HEADING.findall(str(one.value))]
    return found


def in_order(page: AppTest, *, at_least: int = 1) -> None:
    assert not page.exception
    found = levels(page)
    assert len(found) >= at_least
    assert found[0] == 1
    assert found.count(1) == 1
    assert [pair for pair in pairwise(found) if pair[1] > pair[0] + 1] == [], found


@pytest.mark.parametrize(
    "page", ["find", "discrepancies", "overview", "activity", "catalogue", "setup", "case", "cause"]
)
def test_of_a_page_on_which_nothing_is_yet(app: Opening, page: str) -> None:
    in_order(app(page))


def test_of_pages_after_a_scan(app: Opening, world: World) -> None:
    scan(world)
    for page, query in (
        ("find", {}), ("discrepancies", {}), ("overview", {}), ("cause", {"code": "webhook_failing"}),
    ):  # fmt: skip
        in_order(app(page, **query))
    found = app("find")
    found.text_input(key="search").set_value(str(world.built["reused_payment"].order["customer_email"])).run()
    in_order(found, at_least=2)
    in_order(found.text_input(key="search").set_value("nobody@nowhere.example").run())


@pytest.mark.parametrize("name", ["webhook_refused", "paid_and_booked", "paid_twice", "subscribed_again"])
def test_of_a_case_and_all_that_is_below_one_press(app: Opening, world: World, name: str) -> None:
    page = app(case=world.built[name].number)
    in_order(page, at_least=4)
    for tab in (":material/timeline: Timeline", ":material/payments: Movements", ":material/data_object: Raw"):
        page.session_state["case.tab"] = tab
        in_order(page.run(), at_least=4)
    if "case.replay" in {button.key for button in page.button}:  # where there is something to send
        page.button(key="case.replay").click().run()
        in_order(page)


def test_of_the_catalogue_whole(app: Opening) -> None:
    page = app("catalogue")
    for part in ("Fix it for good", "What the error says"):
        page.query_params["part"] = part
        in_order(page.run())
    for query in ({"code": "webhook_failing"}, {"family": "id_not_stored"}, {"code": "nobody_has_this"}):
        in_order(app("catalogue", **query))


def test_of_setup_after_a_look(app: Opening) -> None:
    page = app("setup")
    page.button(key="again").click().run()
    in_order(page, at_least=4)
