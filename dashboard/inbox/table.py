"""The cases of the inbox as a table: page by page, sorted and filtered in SQL; what can be done to those that are
selected; the way into each, and out as CSV.

A click in a grid gives a row's position: so the table remembers the keys it drew, and other rows get another grid.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from core.desk import Filter, Kept, Order
from core.export import csv_of_cells
from core.findings import Severity
from core.report import count
from dashboard import visit, words
from dashboard.inbox import rows, settling
from dashboard.inbox.rows import SEVERE

PAGE: Final = 25
AFTER = "after"  # the query parameter of a page
_BEFORE, _FLASH, _TURN = "inbox.before", "inbox.flash", "inbox.turn"
_OPEN = ":material/arrow_forward: Open"
_COLORS = {shown.word: shown.color for shown in map(words.look, (*Severity, None))}


def first_page() -> None:
    """Forget which page was shown, and that all was selected: the choice has changed."""
    _nothing_selected()
    st.session_state.pop(_BEFORE, None)
    if AFTER in st.query_params:
        del st.query_params[AFTER]


def flash() -> None:
    """Say once what was done."""
    if said := st.session_state.pop(_FLASH, None):
        st.toast(said, icon=":material/inbox:")


@st.fragment
def table(chosen: Filter, order: Order, total: int) -> None:
    """The cases of a filter. `total`: how many there are."""
    if visit.opened_case() or _FLASH in st.session_state:  # so that all of the page shows what was done
        st.rerun()
    after = rows.cursor(st.query_params.get(AFTER))
    cases, following = visit.get_desk().inbox.page(chosen, after=after, limit=PAGE, order_by=order)
    if not cases and after:
        first_page()
        st.rerun()
    before = len(st.session_state.get(_BEFORE, ()))
    visit.listed([case.key for case in cases], first=before * PAGE + 1 if after else 1, total=total)
    _head(cases, chosen, total)
    picked = _grid(cases)
    _acts(picked, chosen, total)
    _pager(len(cases), after, following, total)


def _head(cases: Sequence[Kept], chosen: Filter, total: int) -> None:
    names = {case.key: f"{rows.called(case)}: {rows.title(case)}" for case in cases}

    def jump() -> None:
        if key := st.session_state["jump"]:
            visit.open_case(key)

    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        st.subheader("Cases", anchor=False, width="content")
        st.caption(count(total, "case"), width="content")
        st.space("stretch")
        st.selectbox(
            "Open a case",
            list(names),
            index=None,
            format_func=lambda key: names.get(key, key),
            placeholder="Open a case…",
            key="jump",
            on_change=jump,
            label_visibility="collapsed",
            width=220,
        )
        st.download_button(
            "Download CSV",
            data=_csv(chosen, total),
            file_name="orderlens-discrepancies.csv",
            mime="text/csv",
            key="csv",
            on_click="ignore",
            icon=":material/download:",
            help="One row a finding, of all cases of this choice, on this page and the others.",
        )


def _csv(chosen: Filter, total: int) -> Callable[[], bytes]:
    desk, who = visit.get_desk(), visit.operator()

    def download() -> bytes:
        desk.exported(total, who=who, says="the cases of the inbox that were chosen")
        return b"".join(line.encode("utf-8") for line in csv_of_cells(desk.inbox.rows_for_csv(chosen)))

    return download


def _grid(cases: Sequence[Kept]) -> list[str]:
    """The table; the keys of the cases that are selected in it."""
    keys, now = [case.key for case in cases], visit.now()

    def opened() -> None:
        if clicked := st.session_state["open"]:
            visit.open_case(keys[clicked["row"]])

    rowset = "|".join(f"{case.key} {case.state}" for case in cases)
    event = st.dataframe(
        pd.DataFrame([{"Open": _OPEN, **rows.cells(case, now)} for case in cases]),
        key="grid." + hashlib.blake2b(rowset.encode(), digest_size=6).hexdigest(),
        on_select="rerun",
        selection_mode="multi-row",
        hide_index=True,
        lazy=False,
        row_height=38,
        height="content",
        alt="Cases, in the order that was chosen. Space selects a row.",
        column_config={
            "Open": st.column_config.ButtonColumn("", type="tertiary", key="open", on_click=opened, width=80),
            "Severity": st.column_config.MultiselectColumn(
                "Severity", options=list(SEVERE), color=[_COLORS[word] for word in SEVERE], width=100
            ),
            "What is wrong": st.column_config.TextColumn("What is wrong", width=316),
            "Order": st.column_config.TextColumn("Order", width=110),
            "At risk": st.column_config.TextColumn("Money at risk", alignment="right", width=118),
            "Since": st.column_config.DatetimeColumn(
                "Since", format="D MMM YYYY, HH:mm", timezone=str(visit.timezone()), width=138
            ),
            "Seen": st.column_config.TextColumn("Last seen", width=86),
            "State": st.column_config.TextColumn("State", width=126),
            "Customer": st.column_config.TextColumn("Customer", width=150),
        },
    )
    return [keys[row] for row in event.selection.rows if row < len(keys)]


def _acts(picked: Sequence[str], chosen: Filter, total: int) -> None:
    """What can be done to the selected cases, or to all of the choice. Each is an entry of the journal, with who and
    why."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="acts"):
        every = st.checkbox(
            f"All {count(total, 'case')} of this choice", key=f"every.{st.session_state.get(_TURN, 0)}",
            help="Those on the other pages too.",
        )  # fmt: skip
        if not every and not picked:
            st.caption("Or select cases at the left edge of the table, to acknowledge, ignore or reopen them together.")
            return
        if not every:
            st.markdown(f"**{count(len(picked), 'case')} selected**", width="content")
        settling.buttons(chosen if every else picked, done=_done)


def _done(said: str) -> None:
    st.session_state[_FLASH] = said
    _nothing_selected()


def _nothing_selected() -> None:
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _pager(shown: int, after: str | None, following: str | None, total: int) -> None:
    """Next and previous. A page is found by its last row, so each costs the same, however far in."""
    before: list[str | None] = st.session_state.get(_BEFORE, [])
    if after is None and following is None:
        return

    def forward() -> None:
        st.session_state[_BEFORE] = [*before, after]
        st.query_params[AFTER] = following or ""

    def back() -> None:
        to = before[-1] if before else None
        first_page()
        st.session_state[_BEFORE] = before[:-1]
        if to:
            st.query_params[AFTER] = to

    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", key="pager"):
        if after is None or before:
            at = len(before) * PAGE if after else 0
            st.caption(f"{at + 1:,} to {at + shown:,} of {total:,}", width="content")
        label = "Previous" if before or after is None else "First page"
        st.button(label, key="previous", icon=":material/chevron_left:", on_click=back, disabled=after is None)
        st.button(
            "Next",
            key="next",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=forward,
            disabled=following is None,
        )
