"""Entries of the journal as a table."""

import pandas as pd
import streamlit as st

from core.desk import Entry, Outcome
from core.times import clock
from dashboard import visit

SCREEN = 20  # rows; more get a table that scrolls


def order(entry: Entry) -> str:
    """The order's number, or the id of a payment without one; nothing for what was done to no single case."""
    return str(entry.details.get("order") or entry.case_key.partition(":")[2])


def touched(entry: Entry) -> str:
    """The event or file it was done with; nothing where that is the case itself."""
    return "" if entry.object_id == entry.case_key.partition(":")[2] else entry.object_id


def noted(entry: Entry) -> str:
    """What the operator wrote beside it."""
    return str(entry.details.get("note") or "")


def outcome(entry: Entry) -> str:
    """What came of it, in a few words."""
    sent = entry.what in ("replay", "resend") and entry.outcome in set(Outcome)
    return Outcome(entry.outcome).called if sent else entry.outcome.capitalize()


def table(entries: tuple[Entry, ...]) -> None:
    """The entries; a click on Open opens the case it was done to."""

    def opened() -> None:
        if clicked := st.session_state["entry.open"]:
            visit.open_case(entries[clicked["row"]].case_key)

    st.dataframe(
        pd.DataFrame(
            {
                "When": [clock(entry.at) for entry in entries],
                "Who": [entry.who for entry in entries],
                "What": [entry.what.capitalize() for entry in entries],
                "Order": [order(entry) for entry in entries],
                "Outcome": [outcome(entry) for entry in entries],
                "Object": [touched(entry) for entry in entries],
                "Note": [noted(entry) for entry in entries],
                "Open": [":material/arrow_forward: Open" if entry.case_key else None for entry in entries],
            }
        ),
        # A click gives a row's position: other entries get another grid.
        key=f"entries.{entries[0].id}.{len(entries)}",
        hide_index=True,
        lazy=False,
        row_height=38,
        height="content" if len(entries) <= SCREEN else 38 * (SCREEN + 1),
        alt="Actions, newest first",
        column_config={
            "When": st.column_config.DatetimeColumn(
                "When", format="D MMM YYYY, HH:mm:ss", timezone=str(visit.timezone()), width=170
            ),
            "Outcome": st.column_config.TextColumn("Outcome", width=250),
            "Object": st.column_config.TextColumn("Object", width=250),
            "Note": st.column_config.TextColumn("Note", width=130),
            "Open": st.column_config.ButtonColumn("", type="tertiary", key="entry.open", on_click=opened, width=84),
        },
    )
