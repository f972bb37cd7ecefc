"""Whose the orders of a cause are; all that nobody has settled given to one, with the number said before it is done."""

from dataclasses import replace

import streamlit as st

from core.desk import UNSETTLED, Cause, Filter
from core.errors import OrderlensError
from core.people import Right
from core.report import count
from dashboard import visit, words
from dashboard.causes import told

_WHO, _FLASH = "cause.owner", "cause.flash"


def flash() -> None:
    """Say once what was done."""
    if said := st.session_state.pop(_FLASH, None):
        st.toast(words.md_escape(said), icon=":material/person_check:")


def owned(cause: Cause) -> None:
    """Whose they are, and the way to give them to somebody."""
    st.markdown("### Whose it is", anchors=False)
    left = sum(cause.states.get(state, 0) for state in UNSETTLED)
    if not left:
        st.text("All of them are settled.")
        return
    which = replace(cause.which, states=UNSETTLED)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(words.md_escape(f"The open ones are {told.owners(cause)}."), width="content")
        with st.popover("Give them to one", icon=":material/person_add:"):
            st.text_input("Whose", visit.operator(), key=_WHO, max_chars=80)
            number = visit.get_desk().inbox.movable("assign", which)
            no = visit.barred(Right.TRIAGE_MANY)
            st.button(
                f"Assign {count(number, 'case')}", key="cause.assign", type="primary", disabled=not number or bool(no),
                help=no or None, on_click=_assign, args=(which, number),
            )  # fmt: skip


def _assign(which: Filter, number: int) -> None:
    owner = str(st.session_state.get(_WHO) or "").strip()
    try:
        moved = visit.get_desk().inbox.assign(which, owner, visit.person(), visit.now(), sure_of=number)
    except OrderlensError as error:
        st.session_state[_FLASH] = f"Nothing was assigned. {visit.told(error.message)}"
    else:
        st.session_state[_FLASH] = f"{count(moved, 'case')} assigned to {owner or 'nobody'}"
