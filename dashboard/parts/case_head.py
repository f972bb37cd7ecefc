"""Draws the top of a case: what it is about, the headline, what to do, consequences and notes. Decides nothing."""

import streamlit as st

from core.desk import Opened
from dashboard import state, words
from dashboard.parts import case_headline
from dashboard.parts.case_headline import Headline, Minor

AGE = "20s"  # how often the page says anew how old its reading is


def name(opened: Opened) -> None:
    """The order (or the payment without one), and how old the reading is."""
    st.title(words.md_escape(case_headline.title(opened.case)), anchor=False)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.markdown(words.md_escape(case_headline.subtitle(opened.case)), width="content")
        age(opened.case.facts.read_at)


@st.fragment(run_every=AGE)
def age(read_at: int) -> None:
    """When this was read: kept true while the page stands open."""
    at = words.moment(read_at, state.timezone(), seconds=True)
    said = words.md_escape(f"Read from both sides {words.ago(read_at, state.now())}, at {at.rpartition(', ')[2]}")
    st.caption(f":material/schedule: {said}", width="content")


def headline(opened: Opened) -> None:
    """The headline with its next steps, as large as it is important."""
    shown = case_headline.headline(opened)
    color = shown.look.color
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(words.badge(shown.look), width="content")
        for fact in shown.about:
            st.markdown(f":gray-badge[{words.md_escape(fact)}]", width="content")
    st.markdown(f"## :{color}[{shown.look.icon}] {words.md_escape(shown.title)}", anchors=False)
    if shown.steps:
        left, right = st.columns([3, 2], gap="large")
    else:
        left, right = st.container(), None
    left.markdown(f"#### {words.md_escape(shown.says, 1200)}", anchors=False)
    if right is not None:
        _steps(right.container(), shown)
    if shown.unsure:
        st.markdown(f"{words.badge(words.UNDETERMINED)} {words.md_escape(shown.unsure)}")


def _steps(where: "st.delta_generator.DeltaGenerator", shown: Headline) -> None:
    where.markdown("##### What to do now", anchors=False)
    where.markdown("\n".join(f"{number}. {words.md_escape(step)}" for number, step in enumerate(shown.steps, 1)))


def gaps(opened: Opened) -> None:
    """What was not read. Its own colour: it is neither good nor bad."""
    missing = case_headline.unread(opened.case)
    if not missing:
        return
    with st.container(border=True, key="case_gaps"):
        st.markdown(f"{words.badge(words.UNDETERMINED, 'Not everything was read')}")
        for line in missing:
            st.text(line)


def consequences(opened: Opened) -> None:
    """What follows from the headline, and notes: smaller."""
    minor = case_headline.minors(opened)
    if not minor:
        return
    st.markdown("##### Seen as well", anchors=False)
    for one in minor:
        _minor(one)


def _minor(one: Minor) -> None:
    risk = f" :gray-badge[{words.md_escape(one.about)}]" if one.about else ""
    st.markdown(f"{words.badge(one.look)} **{words.md_escape(one.title)}**{risk}  \n{words.md_escape(one.says, 1200)}")
