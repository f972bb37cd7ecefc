"""Whose it is: who the visitor is, and which shop is open.

A shop stands in the address, `?shop=`, so that a link leads to the same one; a tab keeps the one it has where an
address names none. What somebody presses is done to the shop that was drawn, whatever the address says by then. Where
the file has one shop, that has no name, and none of this is seen.
"""

import base64
import json
import secrets

import streamlit as st

from core import settings
from core.errors import OrderlensError, Refused, UsageError
from core.people import Person

SHOP = "shop"  # the query parameter
_OPEN, _OPENING = "whose.open", "whose.opening"
_LASTING = ("visit.visitor", "clock.utc")  # what a visit keeps from one shop to another


def identity() -> Person:
    """Who it is, as the door at the server's edge says. Refused where it says nothing."""
    try:
        said = json.loads(base64.urlsafe_b64decode(str(st.user["person"])))
        return Person(**{**said, "shops": tuple((shop, role) for shop, role in said["shops"])})
    except (KeyError, ValueError, TypeError) as error:
        raise Refused(
            "Nobody knows who you are: this page was not reached by Orderlens' own door.",
            next_step="Start the dashboard by `orderlens serve`, and reload the page.",
        ) from error


@st.cache_resource(show_spinner=False)
def _shops() -> tuple[str, ...]:
    """The shops of the file. SettingsError, never cached, where it cannot be read: then nobody knows whose it is."""
    return settings.load_door().shops


def theirs() -> tuple[str, ...]:
    """The shops that the visitor may use, in the order of the file; none where shops have no names."""
    roles = dict(identity().shops)
    return tuple(one for one in _shops() if not roles or one in roles)


def enter() -> None:
    """At the beginning of each run: the shop that the address names is open, else the one that was, else the first.
    What was shown of another shop is forgotten."""
    try:
        if not _shops():
            return
    except OrderlensError:
        return  # the page says it
    before = st.session_state.get(_OPEN)
    chosen = st.query_params.get(SHOP) or before or next(iter(theirs()), "")
    if before is not None and chosen != before:
        kept = {key: st.session_state[key] for key in _LASTING if key in st.session_state}
        st.session_state.clear()
        st.session_state.update(kept)
    if chosen != before:
        st.session_state[_OPENING] = secrets.token_hex(4)
    st.session_state[_OPEN] = chosen


def shop() -> str:
    """The open shop; empty where shops have no names. UsageError where there is none of that name, Refused where the
    visitor may not use it: so nothing of it is ever read for them."""
    known = _shops()
    if not known:
        return ""
    chosen = str(st.session_state.get(_OPEN, ""))
    if chosen not in known:
        may = ", ".join(theirs())
        raise UsageError(f"There is no shop {chosen}.", next_step=f"Choose one: {may}." if may else "Ask for a role.")
    identity().at(chosen)
    return chosen


def address() -> dict[str, str]:
    """What an address has to say so that it leads to the open shop."""
    return {SHOP: str(st.session_state[_OPEN])} if _OPEN in st.session_state else {}


def opening() -> str:
    """Another text for each time that a shop is opened: a switch with it in its key is a new one, so that what a
    browser still has of the one before, while somebody goes back and forth, chooses nothing."""
    return str(st.session_state.get(_OPENING, ""))


def choose(name: str) -> None:
    """Open another shop, on the same page: one step in the browser's history."""
    st.query_params.from_dict({SHOP: name})
