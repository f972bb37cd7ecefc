"""Entries of the journal as a table."""

import pandas as pd
import streamlit as st

from core.desk import Entry
from dashboard import state, words

SCREEN = 20  # rows; more get a table that scrolls


def table(entries: tuple[Entry, ...]) -> None:
    """The entries; a click on Open opens the case it was done to."""

    def opened() -> None:
        if clicked := st.session_state["entry.open"]:
            state.open_case(entries[clicked["row"]].case_key)

    st.dataframe(
        pd.DataFrame(
            {
                "When": [words.instant(entry.at) for entry in entries],
                "Who": [entry.who for entry in entries],
                "What": [entry.what.capitalize() for entry in entries],
                "Outcome": [entry.outcome for entry in entries],
                "Case": [entry.case_key.removeprefix("order:").removeprefix("stripe:") for entry in entries],
                "Object": [entry.object_id for entry in entries],
                "Open": [":material/arrow_forward: Open"] * len(entries),
            }
        ),
        # A click is a position: other entries must be another grid.
        key=f"entries.{entries[0].id}.{len(entries)}",
        hide_index=True,
        lazy=False,
        row_height=38,
        height="content" if len(entries) <= SCREEN else 38 * (SCREEN + 1),
        alt="Actions, newest first",
        column_config={
            "When": st.column_config.DatetimeColumn(
                "When", format="D MMM YYYY, HH:mm:ss", timezone=str(state.timezone()), width=170
            ),
            "Outcome": st.column_config.TextColumn("Outcome", width=220),
            "Object": st.column_config.TextColumn("Object", width=300),
            "Open": st.column_config.ButtonColumn("", type="tertiary", key="entry.open", on_click=opened, width=84),
        },
    )
