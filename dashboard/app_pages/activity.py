"""Activity: every action an operator took, newest first, as the journal has it."""

import pandas as pd
import streamlit as st

from dashboard import state, words
from dashboard.parts import frame

STEP = 100
SCREEN = 20  # rows; more get a table that scrolls
LIMIT = "activity.limit"


def key_of(text: str) -> str | None:
    """The key of the case that somebody typed: a key as it is, anything else as an order's number or id."""
    text = text.strip()
    if not text:
        return None
    return text if text.startswith(("order:", "stripe:")) else f"order:{text}"


def more() -> None:
    """Show a hundred more."""
    st.session_state[LIMIT] = st.session_state.get(LIMIT, STEP) + STEP


st.title("Activity", anchor=False)
st.text("Everything that was done from here: who, when, what, to which object, and what came of it.")
wanted = st.text_input("Only this order", key="of", bind="query-params", type="search", placeholder="1042", width=260)
entries, others = state.get_desk().activity(limit=st.session_state.get(LIMIT, STEP), case_key=key_of(wanted or ""))
if not entries:
    if wanted:
        frame.empty(
            ":material/history:", "Nothing was done to this order", "From here, that is. Clear the box for all."
        )
    else:
        frame.empty(
            ":material/history:", "Nothing was done yet", "Retrieving, replaying and exporting a case is noted here."
        )
else:
    zone = state.timezone()

    def opened() -> None:
        """Open the case of the clicked row."""
        if clicked := st.session_state["entry.open"]:
            state.open_case(entries[clicked["row"]].case_key)

    st.dataframe(
        pd.DataFrame(
            {
                "When": [words.instant(entry.at) for entry in entries],
                "Who": [entry.who for entry in entries],
                "What": [entry.what.capitalize() for entry in entries],
                "Outcome": [entry.outcome for entry in entries],
                "Order": [entry.case_key.removeprefix("order:").removeprefix("stripe:") for entry in entries],
                "Object": [entry.object_id for entry in entries],
                "Open": [":material/arrow_forward: Open"] * len(entries),
            }
        ),
        key=f"entries.{entries[0].at}.{len(entries)}",
        hide_index=True,
        lazy=False,
        alt="Actions, newest first",
        row_height=38,
        height="content" if len(entries) <= SCREEN else 38 * (SCREEN + 1),
        column_config={
            "When": st.column_config.DatetimeColumn(
                "When", format="D MMM YYYY, HH:mm:ss", timezone=str(zone), width=170
            ),
            "Outcome": st.column_config.TextColumn("Outcome", width=360),
            "Open": st.column_config.ButtonColumn("", type="tertiary", key="entry.open", on_click=opened, width=84),
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = words.count(len(entries), "action")
        st.caption(f"The newest {shown}; there are more." if others else f"{shown}, all there are.")
        if others:
            st.button("Show more", icon=":material/expand_more:", on_click=more, key="more")
