"""Draws the figures and the tables of a plan and of a run."""

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import visit, words
from dashboard.replays.shown import ITEMS, Figure

NARROWEST = 150  # pixels of a figure
SCREEN = 15  # rows; more get a table that scrolls


def figures(found: Sequence[Figure]) -> None:
    """In a row, as many beside each other as there is room for."""
    places = st.grid(len(found), min_column_width=NARROWEST, gap="small")
    for one in found:
        text = f"**{words.md_escape(one.text)}**"
        text = f":{one.color}[{text}]" if one.color else text
        note = f"  \n:small[{words.md_escape(one.note)}]" if one.note else ""
        places.markdown(f":small[:gray[{one.title}]]  \n{text}{note}")


def table(rows: pd.DataFrame, keys: Sequence[str], *, key: str, alt: str, wide: Collection[str] = ()) -> None:
    """Rows of cases, `keys` in their order; a click on Open opens one."""
    name = f"{key}.open"

    def opened() -> None:
        if clicked := st.session_state.get(name):
            visit.open_case(keys[clicked["row"]])

    columns: dict[str, Any] = {one: st.column_config.TextColumn(one, width=360) for one in wide}
    if "Happened" in rows:
        columns["Happened"] = st.column_config.DatetimeColumn(
            "Happened", format="D MMM YYYY, HH:mm", timezone=str(visit.timezone()), width=150
        )
    if "State" in rows:
        columns["State"] = st.column_config.MultiselectColumn(
            "State",
            options=[one.word for one in ITEMS.values()],
            color=[one.color for one in ITEMS.values()],
            width=150,
        )
    columns["Open"] = st.column_config.ButtonColumn("", type="tertiary", key=name, on_click=opened, width=84)
    st.dataframe(
        rows.assign(Open=":material/arrow_forward: Open"),
        key=f"{key}.{len(keys)}",
        hide_index=True,
        lazy=False,
        row_height=38,
        height="content" if len(keys) <= SCREEN else 38 * (SCREEN + 1),
        alt=alt,
        column_config=columns,
    )
