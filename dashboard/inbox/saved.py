"""Saved views: choices of the inbox under a name, for everybody. Kept in the journal, with who made them.

They are the same with a live key and a test key: a view holds what is asked for (how bad, whose, which currency), and
nothing of what was found. What it shows is always of the key's own mode.
"""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.desk import View
from core.errors import OrderlensError
from core.people import Right
from core.times import moment
from dashboard import visit, words
from dashboard.inbox import address
from dashboard.inbox.choosing import LISTS, NEW, SINGLE

_NAME = "view.name"
_NAMES = (*LISTS, *SINGLE, "least")


def views(changed: Callable[[], None], done: Callable[[str], None]) -> None:
    """The views, one press each, and the way to save what is chosen now. `done` is called with what was done."""
    saved, no = visit.get_desk().inbox.views.saved(), visit.barred(Right.SAVE_VIEWS)
    with st.popover("Views", icon=":material/bookmark:", key="views"):
        for view in saved:
            _view(view, changed, done)
        if not saved:
            st.caption("None is saved yet. A view is a choice of cases and their order, under a name, for everybody.")
        st.text_input("Save this choice as", key=_NAME, max_chars=60, placeholder="EUR, nobody's")
        st.button(
            "Save", key="view.save", on_click=_save, args=(saved, done), icon=":material/bookmark_add:",
            disabled=bool(no), help=no or None,
        )  # fmt: skip


def choices() -> Mapping[str, Sequence[str]]:
    """What is chosen now, by its names in the address."""
    text = str(st.session_state.get("q") or "")  # which the address has not, where it is an e-mail address
    return {name: said for name in _NAMES if (said := address.said(name))} | ({"q": [text]} if text else {})


def choose(chosen: Mapping[str, Sequence[str]]) -> None:
    """Choose these, and nothing else."""
    for name in (*_NAMES, NEW):
        address.put(name, chosen.get(name, ()))
    text = "".join(chosen.get("q", ()))
    address.put("q", [text] if text and "@" not in text else [])
    st.session_state["q"] = text


def _view(view: View, changed: Callable[[], None], done: Callable[[str], None]) -> None:
    def opened() -> None:
        changed()
        choose(view.choices)

    def deleted() -> None:
        try:
            visit.get_desk().inbox.views.delete(view, visit.person(), visit.now())
        except OrderlensError as error:
            done(visit.told(error.message))
        else:
            done(f'View "{view.name}" deleted')

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"Saved by {view.who}, {moment(view.at, visit.timezone())}"
        st.button(
            words.md_escape(view.name), key=f"view.{view.id}", on_click=opened, help=words.md_escape(said), width=260
        )
        no = visit.barred(Right.SAVE_VIEWS)
        st.button(
            "Delete", key=f"view.delete.{view.id}", type="tertiary", on_click=deleted, disabled=bool(no),
            help=no or None,
        )  # fmt: skip


def _save(saved: Sequence[View], done: Callable[[str], None]) -> None:
    name = " ".join(str(st.session_state[_NAME] or "").split())
    same = next((view for view in saved if view.name == name), None)
    try:
        made = visit.get_desk().inbox.views.save(name, choices(), visit.person(), visit.now(), instead=same)
    except OrderlensError as error:
        done(visit.told(error.message))
    else:
        st.session_state[_NAME] = ""
        done(f'View "{made.name}" saved')
