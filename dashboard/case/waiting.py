"""A case while it is read: the order's own values at once, pale bars of the size of what comes of Stripe, and what to
do where that does not come.

Draws the places of the whole page, so that it takes them without a jump. Says nothing of what the values mean.
"""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.desk import Reading
from core.errors import OrderlensError, UsageError
from core.report import NOT_KNOWN, Beforehand, Cell, Tone, beforehand
from dashboard import frame, visit, words
from dashboard.case import opening, top
from dashboard.case.opening import Open

SOON = 0.2  # seconds
FIGURES = 6
NAME, VERDICT, FIGURE, STEPS, ANSWER, TABLE, MOMENTS = 36, 80, 44, 132, 150, 300, 130  # pixels of the bars


def read(asked: str, key: str) -> Open | None:
    """The case, once it is read; the page shows the order meanwhile. None where Stripe could not be read, and the page
    has said so. Raises OrderlensError where there is not even an order to show."""
    coming = opening.begin(asked, key)
    if not comes_soon(coming):
        _wait(asked, coming)
        visit.draw_again()
    try:
        opened = coming.opened()
    except OrderlensError as error:
        if isinstance(error, UsageError) or coming.order() is None:
            opening.leave()  # the next run looks anew
            raise
        _failed(asked, coming, error)
        return None
    assert opened is not None  # noqa: S101 - for the type checker: it is over
    return opening.arrived(asked, opened)


def comes_soon(coming: Reading) -> bool:
    """Whether it is over before anybody would see bars: so long the page is not drawn twice."""
    try:
        return coming.over or coming.opened(SOON) is not None
    except OrderlensError:
        return True


def _wait(asked: str, coming: Reading) -> None:
    """Draw what there is until the rest has come."""
    places = _drawn()
    order = coming.order()
    if coming.over:
        return
    _fill(places, beforehand(order, coming.key.partition(":")[2]))
    try:
        since = max(0.0, visit.now() - coming.began)
        if coming.opened(max(0.0, opening.PATIENCE - since)) is None:
            with places.verdict.container(gap="xsmall"):
                _late(asked)
            coming.opened()
    except OrderlensError:
        return  # the next run says it


@dataclass(frozen=True, slots=True)
class _Places:
    """Where there are bars for what comes."""

    title: DeltaGenerator
    subtitle: DeltaGenerator
    verdict: DeltaGenerator
    figures: tuple[DeltaGenerator, ...]


def _drawn() -> _Places:
    """The page, with bars where something comes."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="case_name"):
        title, subtitle = st.skeleton(NAME, width=200), st.skeleton(NAME, width=320)
    with st.container(border=True, key="case_headline", gap="xsmall"):
        with st.container(key="case_verdict", gap="xsmall"):
            verdict = st.skeleton(VERDICT)
        cells = top.figures(FIGURES)
        figures = tuple(cells.skeleton(FIGURE) for _ in range(FIGURES))
    act, look = st.columns(top.HALVES, gap="large")
    with act, st.container(key="case_do"):
        st.markdown("#### What to do now", anchors=False)
        st.skeleton(STEPS)
        with st.container(horizontal=True, key="case_acts"), st.container(key="case_buttons", width="content"):
            st.button("Retrieve afresh", key="case.reading", icon=":material/sync:", disabled=True)
        st.markdown("#### Say to the customer", anchors=False)
        st.skeleton(ANSWER)
    with look:
        st.markdown("#### Side by side", anchors=False)
        st.skeleton(TABLE)
        st.markdown("#### What happened", anchors=False)
        st.skeleton(MOMENTS)
    return _Places(title, subtitle, verdict, figures)


def _fill(places: _Places, said: Beforehand) -> None:
    """What the order says, in its places."""
    places.title.markdown(f"# {words.md_escape(said.title)}", anchors=False, width="content")
    if said.subtitle:
        places.subtitle.markdown(words.md_escape(said.subtitle), width="content")
    for place, (_, cell) in zip(places.figures, said.figures, strict=True):
        if cell is not None:
            top.figure(place, cell)


def _failed(asked: str, coming: Reading, error: OrderlensError) -> None:
    """The order as its row says, and why there is no more."""
    said = beforehand(coming.order(), coming.key.partition(":")[2])
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="case_name"):
        st.markdown(f"# {words.md_escape(said.title)}", anchors=False, width="content")
        st.markdown(words.md_escape(said.subtitle), width="content")
    frame.trouble(error)
    _try_again(asked)
    with st.container(border=True, gap="xsmall"):
        st.markdown("This is what the order itself says; what it means needs Stripe.")
        cells = top.figures(FIGURES)
        for title, cell in said.figures:
            top.figure(cells, cell or Cell(title, NOT_KNOWN))


def _late(asked: str) -> None:
    said = f"Stripe has not answered for {opening.PATIENCE:.0f} s. What the order itself says stands here."
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(words.badge(words.LOOKS[Tone.COULD_NOT_LOOK], "Still reading"), width="content")
        st.markdown(words.md_escape(said), width="content")
        _try_again(asked)


def _try_again(asked: str) -> None:
    st.button(
        "Try again", key="case.again", icon=":material/sync:", type="primary", on_click=opening.again, args=[asked]
    )
