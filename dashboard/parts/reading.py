"""A reading of many orders on a page: the offer to begin, the progress, and what was and was not read.

Until scans exist, many orders are known only by reading each one from Stripe; so it is bounded, begun by a person, and
says what it left out.
"""

from datetime import tzinfo

import streamlit as st

from dashboard import state, words
from dashboard.parts import frame
from dashboard.surveys import Ask, Reading


def offer(ask: Ask, *, which: str, key: str, again: bool = False) -> None:
    """The button that begins a reading."""
    label = "Read again" if again else f"Read the newest {ask.limit} orders"
    st.button(
        label,
        key=key,
        type="tertiary" if again else "primary",
        icon=":material/refresh:" if again else ":material/play_arrow:",
        on_click=_begin,
        args=(ask,),
        help=f"Reads up to {ask.limit} orders of {which} and what Stripe holds about each. Nothing is changed.",
    )


def invite(ask: Ask, *, which: str) -> None:
    """Nothing has been read yet: what reading would do, and the button."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown("### :gray[:material/rule:]", width="content", anchors=False)
        st.markdown(
            f"#### The orders of {words.md_escape(which)} have not been read yet", width="content", anchors=False
        )
        st.text(
            f"Orderlens reads the newest {ask.limit} orders and what Stripe holds about each of them, then compares. "
            "Nothing is changed on either side.",
            width="content",
        )
        offer(ask, which=which, key="read")
        st.space("small")


def progress() -> None:
    """The reading that runs now, drawn afresh until it ends; then the whole page is."""
    _live()


def failed(reading: Reading) -> None:
    """Why a reading ended without a result."""
    if reading.error:
        frame.trouble(reading.error)


def limits(reading: Reading, zone: tzinfo) -> None:
    """What a completed reading is: how many orders, when, what could not be read, and whether there are more."""
    survey = reading.survey
    if survey is None:
        return
    read, left = len(survey.opened), len(survey.failed)
    at = words.moment(survey.read_at, zone)
    said = f"Read from Stripe {words.ago(survey.read_at, state.now())} ({at}): {words.count(read + left, 'order')}"
    if survey.more:
        said += f", the newest. There are more orders in this span; they were not read (limit {reading.ask.limit})"
    st.caption(words.md_escape(said + "."), width="content")
    frame.reading(words.count(read + left, "order"), read_at=survey.read_at, cost=survey.cost)


def _begin(ask: Ask) -> None:
    state.surveys().start(state.get_desk(), ask)


@st.fragment(run_every="0.4s")
def _live() -> None:
    running = state.surveys().running()
    if running is None:
        st.rerun()
    share = running.done / running.total if running.total else 0.0
    counted = f"{running.done} of {running.total} orders" if running.total else "finding the orders"
    st.progress(min(share, 1.0), text=f"Reading from Stripe: {counted}")
