"""The search in the head of every page: one box for anything a customer gave.

One hit opens its case where one is; several, or none, are shown on Find. What was typed stands in no address: it may be
an e-mail. Owns the box's keys in `st.session_state`.
"""

from dataclasses import dataclass

import streamlit as st

from core.desk import Found
from core.errors import OrderlensError
from core.pasted import LONGEST
from dashboard import visit

BOX = "search"
FIND = "app_pages/find.py"
_ASKED, _FOUND, _OPENED = "search.asked", "search.found", "search.opened"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a search found, and when (seconds since 1970)."""

    found: Found
    read_at: int


def box() -> None:
    """The box. It keeps its words from page to page."""
    st.text_input(
        "Search: order, e-mail, name, card, amount",
        key=BOX,
        type="search",
        icon=":material/search:",
        placeholder="Order, e-mail, name, card, amount and day",
        label_visibility="collapsed",
        on_change=_typed,
        persist_state="session",
        max_chars=10 * LONGEST,  # the browser drops a longer text without a word; one between the two is refused
    )


def ask(text: str) -> None:
    """Have the next run look for this, as if it had been typed."""
    st.session_state[BOX] = text
    _typed()


def look(*, on_find: bool) -> OrderlensError | None:
    """Look, where the box was sent off in this run: then the address names the one case that was found, or none. What
    stood in the way is given back, for the page that is drawn next."""
    text = str(st.session_state.get(BOX) or "")
    if not (st.session_state.pop(_ASKED, False) and text.strip()):
        return None
    try:
        with st.spinner("Looking at the orders and at Stripe…"):
            found = visit.get_desk().find(text, visit.timezone(), who=visit.person())
        st.session_state[_FOUND] = Shown(found, visit.now())
        if found.only:
            visit.get_desk().opening(found.only.key, who=visit.person(), visitor=f"ahead of {visit.visitor()}")
            visit.open_case(found.only.key)
            return None
    except OrderlensError as error:
        return error
    if not on_find:
        st.switch_page(FIND)
    visit.close_case()
    return None


def cursor(title: str) -> str:
    """Where the search is to have the cursor: on Find, anew each time it is opened. Empty on every other page."""
    last, times = st.session_state.get(_OPENED, ("", 0))
    if title != last:
        times += 1
        st.session_state[_OPENED] = title, times
    return f"{title}.{times}" if title == "Find" else ""


def shown() -> Shown | None:
    """What the last search found."""
    found = st.session_state.get(_FOUND)
    return found if isinstance(found, Shown) else None


def _typed() -> None:
    st.session_state[_ASKED] = True
    st.session_state.pop(_FOUND, None)
