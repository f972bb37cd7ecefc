"""Choices in the page's address, so that a link can be shared, a case that is open keeps them, and Back leads to them.

A widget that Streamlit itself binds to the address leaves it with its page, which is a step of its own in the browser's
history. Here the address is written when somebody chooses, and taken in when it says something else than before.
"""

from collections.abc import Callable, Sequence

import streamlit as st


def take_in(name: str, options: Sequence[str], *, many: bool) -> None:
    """The choice called `name` is what the address says, where that is news; what is none of the options is not. Before
    the widget with this key is drawn; where it is one of many, the first option is no choice."""
    said = st.query_params.get_all(name)
    if name not in st.session_state or said != st.session_state.get(_known(name), []):
        good = [one for one in said if one in options]
        st.session_state[name] = good if many else [*good, options[0]][0]
        st.session_state[_known(name)] = said
    elif many and (kept := [one for one in st.session_state[name] if one in options]) != st.session_state[name]:
        st.session_state[name] = kept


def chosen(name: str, options: Sequence[str], changed: Callable[[], None], *, many: bool) -> Callable[[], None]:
    """What a widget calls when somebody chose: the address says it from now on."""

    def callback() -> None:
        value = st.session_state[name]
        said = list(value) if many else [] if value in (None, options[0]) else [str(value)]
        st.session_state[_known(name)] = said
        put(name, said)
        changed()

    return callback


def put(name: str, values: Sequence[str]) -> None:
    """Have the address say this. What a page shows follows when it is drawn next."""
    if values:
        st.query_params[name] = list(values)
    elif name in st.query_params:
        del st.query_params[name]


def said(name: str) -> list[str]:
    """What the address says."""
    return st.query_params.get_all(name)


def _known(name: str) -> str:
    """Where the session keeps what of the address it has taken in."""
    return f"{name}.in_address"
