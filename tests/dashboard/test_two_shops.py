"""Two shops in one dashboard: what is shown, and what is done, is of the shop that is open, and of no other."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.journal import Entry, Journal
from core.people import Person, Role
from core.sandbox import World
from tests.dashboard.conftest import Opening
from tests.dashboard.conftest import shown as texts
from tests.two_shops import two_shops
from tests.worlds import world_of

books_world = world_of("webhook_refused")
toys_world = world_of("paid_and_booked")
PAGES = ("find", "discrepancies", "overview", "activity", "setup", "cause")


@pytest.fixture
def two(
    opening: Opening, books_world: World, toys_world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Opening]:
    for name, value in two_shops(tmp_path, books=books_world, toys=toys_world).items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()
    for shop in ("books", "toys"):
        with closing(Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}", shop=shop)) as journal:
            journal.record(Entry(1_790_000_000, "ben", "retrieve", "order:1", f"cs_of_{shop}", "nothing changed"))
    yield opening
    st.cache_resource.clear()


def ann(**shops: Role) -> Person:
    return Person("ann", next(iter(shops.values())), "ann@shop.example", shops=tuple(shops.items()))


def shown(page: AppTest) -> str:
    """All text of a page, tables included."""
    return "\n".join([texts(page), *(one.value.to_string() for one in (*page.table, *page.dataframe))])


def chooser(page: AppTest) -> Any:  # noqa: ANN401 - AppTest's own
    """The switch."""
    return next(one for one in page.selectbox if one.label == "Shop")


def switch(page: AppTest) -> list[str]:
    """The shops that can be chosen; none where there is nothing to choose."""
    return [option for one in page.selectbox if one.label == "Shop" for option in one.options]


def test_one_shop_has_no_name_and_no_switch(app: Opening, books_world: World) -> None:  # noqa: ARG001 - kept running
    page = app()
    assert (switch(page), page.query_params.get("shop")) == ([], None)
    assert not page.exception


def test_the_address_says_which_shop_is_open_else_the_first_of_the_file(two: Opening, toys_world: World) -> None:
    number = toys_world.built["paid_and_booked"].number
    first, toys = two("activity"), two("activity", shop="toys")
    assert ("cs_of_books" in shown(first), "cs_of_toys" in shown(first)) == (True, False)
    assert ("cs_of_books" in shown(toys), "cs_of_toys" in shown(toys)) == (False, True)
    assert (switch(first), chooser(first).value) == (["books", "toys"], "books")
    assert chooser(toys).value == "toys"
    assert number in shown(two(case=number, shop="toys"))
    assert "No case matches" in shown(two(case=number, shop="books"))


def test_the_switch_opens_the_other_and_shows_nothing_of_the_one_before(two: Opening, books_world: World) -> None:
    number = books_world.built["webhook_refused"].number
    page = two(case=number)
    assert "The order does not show it yet" in shown(page)
    chooser(page).set_value("toys").run()
    assert dict(page.query_params) in ({"shop": "toys"}, {"shop": ["toys"]})
    assert number not in shown(page)
    page.switch_page("app_pages/activity.py").run()
    assert "cs_of_toys" in shown(page), "a page without an address of its own keeps the shop"
    page.query_params["shop"] = "books"
    assert "cs_of_books" in shown(page.run()), "back"


def test_of_a_shop_where_somebody_has_no_role_nothing_is_read(two: Opening, books_world: World) -> None:
    tom = ann(toys="admin")
    assert "cs_of_toys" in shown(two("activity", person=tom)), "theirs opens by itself"
    number = books_world.built["webhook_refused"].number
    for name in PAGES:
        page = two(name, person=tom, shop="books", case=number)
        assert not page.exception
        text = shown(page)
        assert "may not use the shop books" in text
        assert ("cs_of_books" in text, "webhook_refused" in text, switch(page)) == (False, False, [])
        page = two(name, person=tom, shop="books")
        assert not page.exception
        assert "may not use the shop books" in shown(page)
        assert "cs_of_books" not in shown(page)


def test_a_role_is_that_of_the_open_shop(two: Opening, books_world: World, toys_world: World) -> None:
    who = ann(books="operator", toys="viewer")
    for shop, world, barred in (("books", books_world, False), ("toys", toys_world, True)):
        (built,) = world.built.values()
        page = two(case=built.number, shop=shop, person=who)
        assert not page.exception
        retrieve = page.button(key="case.retrieve")
        assert retrieve.disabled == barred


@pytest.mark.parametrize("name", ["lamps", "", "Books", "../books", "a" * 3_000])
def test_a_shop_that_is_none_is_said(two: Opening, name: str) -> None:
    page = two("activity", shop=name)
    assert not page.exception
    if name:
        assert "There is no shop" in shown(page)
        assert "cs_of_" not in shown(page)
    else:
        assert "cs_of_books" in shown(page)
