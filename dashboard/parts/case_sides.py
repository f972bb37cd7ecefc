"""Draws both sides of a case: the comparison, the timeline, the raw objects and their differences. Decides nothing."""

import pandas as pd
import streamlit as st

from core import stripe_links
from core.desk import Opened
from dashboard import state, words
from dashboard.parts import case_figure, case_raw
from dashboard.parts.case_attempts import NOTHING, Attempt, attempts, label
from dashboard.parts.case_comparison import Comparison, Mark, Row, brief
from dashboard.parts.case_fields import compare
from dashboard.parts.case_timeline import timeline

DIFFERS = words.Look("Differs", ":material/difference:", "red")
EXPLAINED = words.Look("Different, and all right", ":material/info:", "gray")
QUIET = {"displayModeBar": False, "scrollZoom": False}
RAW_DEPTH = 2
NARROWEST = 150  # pixels of a value, so that two stand side by side on a telephone


def comparison(opened: Opened) -> None:
    """Order and Stripe side by side, what disagrees first."""
    st.markdown("### Side by side", anchors=False)
    attempt = _chosen(opened)
    found = compare(opened.case, attempt, opened.diagnosis, state.timezone())
    whole = st.toggle(
        "Show the fields that agree too",
        value=not found.different,
        key=f"case.all.{opened.key}.{bool(found.different)}",
    )
    if not found.different and found.agreeing:
        many = words.count(found.agreeing, "field")
        who = "The order and this attempt to pay" if opened.case.order else "Stripe's own objects"
        st.markdown(f":gray[:material/check:] {who} agree in {many}, and differ in none.")
    for row in found.different:
        _block(found, row)
    rest = tuple(row for row in found.rows if row not in found.different)
    if whole and rest:
        told = f"Fields on which the order and Stripe agree, or that stand on one side only: {len(rest)}."
        st.table(_table(found, rest), border="horizontal", hide_index=True, alt=told)
    _link(opened, attempt)


def _chosen(opened: Opened) -> Attempt:
    """The attempt to compare with: the first, unless there are several and another one was chosen."""
    tries = attempts(opened.case, opened.links)
    if len(tries) < 2:  # noqa: PLR2004 - nothing to choose
        return tries[0] if tries else NOTHING
    chosen = st.selectbox(
        f"Compare the order with one of {len(tries)} attempts to pay",
        range(len(tries)),
        format_func=lambda index: label(tries[index]),
        key=f"case.attempt.{opened.key}",
    )
    return tries[chosen] if 0 <= chosen < len(tries) else tries[0]


def _block(found: Comparison, row: Row) -> None:
    """One field that differs. Its values stand beside one another, or below on a narrow screen."""
    with st.container(border=True, gap="xsmall"):
        look = DIFFERS if row.mark is Mark.DIFFERS else EXPLAINED
        st.markdown(f"**{words.md_escape(row.field)}** {words.badge(look)}")
        values = st.grid(len(found.columns), min_column_width=NARROWEST, gap="small")
        for title, cell in zip(found.titles, row.cells, strict=True):
            shown = words.md_escape(cell.text)
            value = f":red[**{shown}**]" if cell.odd else shown
            values.markdown(f":small[:gray[{title}]]  \n{value}")


def _table(found: Comparison, rows: tuple[Row, ...]) -> pd.DataFrame:
    lines = [[words.md_escape(text) for text in (row.field, *brief(row))] for row in rows]
    return pd.DataFrame(lines, columns=["Field", *found.titles])


def _link(opened: Opened, attempt: Attempt) -> None:
    """The payment's page in Stripe's dashboard; the checkout's only where there is no payment: its address is not
    documented."""
    facts = opened.case.facts
    found = attempt.intent or attempt.charge or attempt.session
    url = stripe_links.dashboard(found.id, mode=facts.key_mode, account=facts.account) if found else None
    if url:
        name = "checkout" if found is attempt.session else "payment"
        st.link_button(f"Open this {name} in Stripe", url, icon=":material/open_in_new:", type="tertiary")


def times(opened: Opened) -> None:
    """The timeline of both sides."""
    st.markdown("### What happened when", anchors=False)
    line, zone = timeline(opened.case, opened.links), state.timezone()
    if not line.moments:
        st.text("Neither side gave a time.")
        return
    if line.left_out:
        st.caption(f"The latest {len(line.moments)} moments; {line.left_out} earlier ones are not drawn.")
    dark = st.context.theme.type == "dark"
    drawn = case_figure.figure(line, zone, dark=dark)
    st.plotly_chart(drawn, key="case.timeline", config=QUIET, alt=line.told(zone))
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
        ours, theirs = case_raw.sides(opened.case, (*attempts(opened.case, opened.links), NOTHING)[0])
        lines = case_raw.diff(ours, theirs, ("order", "stripe"), context=20)
    elif before:
        lines = case_raw.diff(case_raw.documents(before.case), case_raw.documents(opened.case), ("before", "after"))
    if lines:
        st.caption("A line with a minus stands only on the first side, with a plus only on the second.")
        st.code(lines, language="diff", wrap_lines=True)
    else:
        st.text("The two are the same.")
