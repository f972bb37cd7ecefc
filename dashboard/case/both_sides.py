"""Draws both sides of a case: the timeline, the raw objects and their differences. Decides nothing."""

import streamlit as st

from core.comparison import NOTHING, attempts
from core.desk import Opened
from core.report import Report
from dashboard import visit, words
from dashboard.case import raw as case_raw
from dashboard.case import timeline_figure

QUIET = {"displayModeBar": False, "scrollZoom": False}
RAW_DEPTH = 2


def times(said: Report) -> None:
    """The timeline of both sides."""
    st.markdown("### What happened when", anchors=False)
    line, zone = said.timeline, visit.timezone()
    if not line.moments:
        st.text("Neither side gave a time.")
        return
    if line.left_out:
        st.caption(f"The latest {len(line.moments)} moments; {line.left_out} earlier ones are not drawn.")
    dark = st.context.theme.type == "dark"
    drawn = timeline_figure.figure(line, zone, dark=dark)
    st.plotly_chart(drawn, key="case.timeline", config=QUIET, alt=line.in_words(zone))
    st.caption(f"Times in {words.md_escape(zone)}. Filled: it happened. Hollow: it is still to come. ⚠: needs an eye.")


def raw(opened: Opened, before: Opened | None) -> None:
    """The objects as they were read, and what differs between two of them."""
    options = case_raw.documents(opened.case)
    diffs = ["Order against Stripe"] + (["Before against after the last action"] if before else [])
    chosen = st.selectbox("Show", [*diffs, *options], key=f"case.raw.{opened.key}")
    if chosen in options:
        st.json(options[chosen], expanded=RAW_DEPTH)
        return
    lines = ""
    if chosen == diffs[0]:
        ours, theirs = case_raw.sides(opened.case, (*attempts(opened), NOTHING)[0])
        lines = case_raw.diff(ours, theirs, ("order", "stripe"), context=20)
    elif before:
        lines = case_raw.diff(case_raw.documents(before.case), case_raw.documents(opened.case), ("before", "after"))
    if lines:
        st.caption("A line with a minus stands only on the first side, with a plus only on the second.")
        st.code(lines, language="diff", wrap_lines=True)
    else:
        st.text("The two are the same.")
