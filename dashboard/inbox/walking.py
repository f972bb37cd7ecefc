"""From one case of the list to its neighbour, over the ends of the list's pages.

A page is found by its last row (`page`), so each costs the same, however far in. Which page is shown stands in the
address, the ways back to those before it in the session; both move along, so that Back leads to where the case stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.desk import Filter, Kept, Order
from core.errors import UsageError
from dashboard import placing, visit

PAGE: Final = 50
AFTER: Final = "after"  # the query parameter of a page
BEFORE: Final = "inbox.before"
_PAGE: Final = "inbox.page"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list: of which choice, in which order, after which row, and the row after which the next begins."""

    chosen: Filter
    order: Order
    after: str | None
    following: str | None
    total: int


def page(chosen: Filter, order: Order, after: str | None, total: int) -> tuple[tuple[Kept, ...], Page]:
    """The cases of a page; none where `after` is a row of another order."""
    try:
        cases, following = visit.get_desk().inbox.page(chosen, after=after, limit=PAGE, order_by=order)
    except UsageError:
        cases, following = (), None
    return tuple(cases), Page(chosen, order, after, following, total)


def first_of(shown: Page) -> int:
    """The number of its first row, as far as is known how many pages lie before it."""
    return len(before()) * PAGE + 1 if shown.after else 1


def before() -> list[str | None]:
    """The rows after which the pages before it begin."""
    found: list[str | None] = st.session_state.get(BEFORE, [])
    return found


def keep(cases: Sequence[Kept], shown: Page) -> None:
    """This page is shown: its cases are walked from here on."""
    st.session_state[_PAGE] = shown
    placing.listed(
        [case.key for case in cases],
        first=first_of(shown),
        total=shown.total,
        earlier=bool(before()),
        later=shown.following is not None,
    )


def step(there: str | None, *, on: bool) -> None:
    """Open the neighbour: `there`, where the page has it, else the nearest of the page behind or before it. Where that
    has emptied meanwhile, nothing is opened."""
    if there is not None:
        visit.open_case(there)
        return
    shown = st.session_state.get(_PAGE)
    if not isinstance(shown, Page):
        return
    ways = before()
    to, left = (shown.following, [*ways, shown.after]) if on else (ways[-1], ways[:-1]) if ways else (None, ways)
    cases, turned = page(shown.chosen, shown.order, to, shown.total)
    if not cases or (on and to is None):
        placing.listed_ends(later=on)
        return
    st.session_state[BEFORE] = left
    keep(cases, turned)
    visit.open_case(cases[0 if on else -1].key, **{AFTER: to or ""})
