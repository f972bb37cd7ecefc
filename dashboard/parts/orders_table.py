"""The rows of Discrepancies as a table, with the way into each and out as CSV.

There are no pages: a reading is bounded, and nothing that was read is left out.
"""

import hashlib
from collections.abc import Iterator

import pandas as pd
import streamlit as st

from core.export import csv_lines
from dashboard import state, words
from dashboard.parts.rows import STATES, Row

SCREEN = 20  # rows; more get a table that scrolls
_COLORS = {shown.word: shown.color for shown in (*words.SEVERITIES.values(), words.UNDETERMINED, words.CLEAN)}
_OPEN = ":material/arrow_forward: Open"


def toolbar(listed: tuple[Row, ...], everything: tuple[Row, ...]) -> None:
    """How many are shown, the way to open one by keyboard, the download of exactly what is shown."""
    names = {row.key: f"{row.order}: {row.title}" for row in listed}

    def jump() -> None:
        if key := st.session_state["jump"]:
            state.open_case(key)

    desk, who = state.get_desk(), state.operator()

    def download() -> bytes:
        desk.exported(len(listed), who=who, says=f"{len(listed)} of the {len(everything)} orders that were read")
        return "".join(lines(listed)).encode("utf-8")

    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        st.subheader("Orders", anchor=False, width="content")
        st.caption(f"{len(listed):,} shown of {len(everything):,} read, worst first", width="content")
        st.space("stretch")
        st.selectbox(
            "Open an order",
            list(names),
            index=None,
            format_func=lambda key: names[key],
            placeholder="Open an order…",
            key="jump",
            on_change=jump,
            label_visibility="collapsed",
            width=220,
        )
        st.download_button(
            "Download CSV",
            data=download,
            file_name="orderlens-discrepancies.csv",
            mime="text/csv",
            key="csv",
            on_click="ignore",
            icon=":material/download:",
            help="One row a finding, of exactly the orders shown here.",
        )


def table(listed: tuple[Row, ...]) -> None:
    """The rows; a click on Open opens the case."""
    keys = [row.key for row in listed]

    def opened() -> None:
        if clicked := st.session_state["open"]:
            state.open_case(keys[clicked["row"]])

    st.dataframe(
        pd.DataFrame([cells(row) for row in listed]),
        # A click in a grid is a position: another set of rows must be another grid.
        key="grid." + hashlib.blake2b("|".join(keys).encode(), digest_size=6).hexdigest(),
        hide_index=True,
        lazy=False,
        row_height=38,
        height="content" if len(listed) <= SCREEN else 38 * (SCREEN + 1),
        alt="Orders, worst first",
        column_config={
            "Open": st.column_config.ButtonColumn("", type="tertiary", key="open", on_click=opened, width=80),
            "State": st.column_config.MultiselectColumn(
                "State", options=list(STATES), color=[_COLORS[word] for word in STATES], width=128
            ),
            "Finding": st.column_config.TextColumn("Finding", width=356),
            "Order": st.column_config.TextColumn("Order", width=92),
            "At risk": st.column_config.TextColumn("Money at risk", alignment="right", width=112),
            "Customer": st.column_config.TextColumn("Customer", width=206),
            "Status": st.column_config.TextColumn("In the app", width=92),
            "Created": st.column_config.DatetimeColumn(
                "Created", format="D MMM YYYY, HH:mm", timezone=str(state.timezone()), width=150
            ),
        },
    )


def cells(row: Row) -> dict[str, object]:
    """What the table shows of a row. An amount that cannot be told is said; none is blank."""
    told = words.money(row.risk) if row.risk is None or row.risk.amount_minor else ""
    return {
        "Open": _OPEN,
        "State": [row.look.word],
        "Finding": row.title,
        "Order": row.order,
        "At risk": told if row.headline else "",
        "Customer": row.email,
        "Status": row.status,
        "Created": words.instant(row.created_at),
    }


def lines(listed: tuple[Row, ...]) -> Iterator[str]:
    """The CSV of exactly these rows."""
    return csv_lines(row.case for row in listed)
