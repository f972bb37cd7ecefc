"""A box to search in, whose text stands in the URL, so that a link can be shared; but for an e-mail address.

That is personal, and URLs end up in histories, logs and chats: it stays in the visitor's session.
"""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from core.pasted import LONGEST, bounded


def box(
    label: str,
    *,
    key: str,
    placeholder: str,
    changed: Callable[[], None] = lambda: None,
    width: int | Literal["stretch"] = "stretch",
    labelled: bool = True,
) -> str:
    """The text of the box. It survives the opening of a case, whether it stands in the address or not. UsageError
    where the address has more than anybody searches for."""
    linked = bounded(st.query_params.get(key, ""))
    if linked != st.session_state.get(_known(key), ""):  # a link was opened, or the browser went back
        st.session_state[key] = st.session_state[_known(key)] = linked
    if "@" in linked:
        _into_address(key, "")

    def typed() -> None:
        text = str(st.session_state[key] or "").strip()
        _into_address(key, "" if "@" in text else text)
        changed()

    said = st.text_input(
        label, key=key, type="search", placeholder=placeholder, on_change=typed, persist_state="page", width=width,
        max_chars=LONGEST, label_visibility="visible" if labelled else "collapsed",
    )  # fmt: skip
    return str(said or "").strip()


def _into_address(key: str, text: str) -> None:
    st.session_state[_known(key)] = text
    if text:
        st.query_params[key] = text
    elif key in st.query_params:
        del st.query_params[key]


def _known(key: str) -> str:
    """Where the session keeps what of the address it has taken in."""
    return f"{key}.in_address"
