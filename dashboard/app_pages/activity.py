"""Activity: every action an operator took, newest first, as the journal has it."""

import streamlit as st

from core.desk import KEYS, Entry
from core.report import count
from dashboard import frame, visit
from dashboard.frame import journal_table, replay_link, search_box

STEP = 100
LIMIT, MEANT = "activity.limit", "activity.meant"


def meant(text: str) -> tuple[str, ...]:
    """The keys of the cases that somebody typed: a key as it is, anything else as the desk finds it, once."""
    if text.startswith(KEYS):
        return (text,)
    keys: tuple[str, ...]
    asked, keys = st.session_state.get(MEANT, ("", ()))
    if asked != text:
        with st.spinner("Looking for the order…"):
            keys = tuple(hit.key for hit in visit.get_desk().find(text, who=visit.person()).hits)
        st.session_state[MEANT] = text, keys
    return keys


def entries(keys: tuple[str, ...] | None, limit: int) -> tuple[tuple[Entry, ...], bool]:
    """The newest entries of these cases, or of all; and whether there are more."""
    desk = visit.get_desk()
    if keys is None:
        return desk.activity(limit=limit)
    read = [desk.activity(limit=limit, case_key=key) for key in keys]
    found = sorted((entry for some, _ in read for entry in some), key=lambda entry: (-entry.at, -(entry.id or 0)))
    return tuple(found[:limit]), len(found) > limit or any(more for _, more in read)


def more() -> None:
    """Show a hundred more."""
    st.session_state[LIMIT] = st.session_state.get(LIMIT, STEP) + STEP


st.title("Activity", anchor=False)
st.text("Everything that was done from here: who, when, what, to which object, and what came of it.")
replay_link.all_runs()
wanted = search_box.box("Only this order", key="of", placeholder="Number, id or e-mail", width=300)
keys = meant(wanted) if wanted else None
shown, others = entries(keys, st.session_state.get(LIMIT, STEP))
if shown:
    journal_table.table(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        number = count(len(shown), "action")
        st.caption(f"The newest {number}; there are more." if others else f"{number}, all there are.")
        if others:
            st.button("Show more", icon=":material/expand_more:", on_click=more, key="more")
elif keys is None:
    said = "Retrieving a case afresh, sending a webhook again, settling a case are noted here."
    frame.empty(":material/history:", "Nothing was done yet", said)
elif keys:
    frame.empty(":material/history:", "Nothing was done to this order", "From here, that is. Clear the box for all.")
else:
    frame.empty(":material/search_off:", "No such order", "Clear the box to see everything that was done.")
