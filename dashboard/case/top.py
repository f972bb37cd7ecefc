"""Draws the top of a case: what it is about, the verdict and the money, what to do, consequences and notes.

Decides nothing.
"""

from collections.abc import Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.findings import numbered
from core.report import Cell, Minor, Report, Tone, Verdict
from core.times import DAY, ago, brief, moment, span
from dashboard import visit, words
from dashboard.frame import catalogue_entry
from dashboard.frame.ids import Ids

AGE = "20s"  # how often the page says anew how old its reading is
LONGEST = 1200  # characters of a sentence
HALVES = (5, 6)  # what to do and say; what shows it
YEAR = 330 * DAY  # within which a day and a month name one day only
NARROWEST = 96  # pixels of a figure, so that three stand side by side on a telephone


def name(said: Report) -> None:
    """The order (or the payment without one), and how old the reading is, in one line."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="case_name"):
        st.markdown(f"# {words.md_escape(said.title)}", anchors=False, width="content")
        st.markdown(words.md_escape(said.subtitle), width="content")
        age(said.read_at)


@st.fragment(run_every=AGE)
def age(read_at: int) -> None:
    """When this was read: kept true while the page stands open."""
    at = moment(read_at, visit.timezone(), seconds=True)
    said = words.md_escape(f"Read {ago(read_at, visit.now())}: {at}")
    st.caption(f":material/schedule: {said}", width="content")


def verdict(said: Report) -> None:
    """The verdict in one sentence, as large as it is important, and below it the six figures of the money."""
    with st.container(border=True, key="case_headline", gap="xsmall"):
        with st.container(key="case_verdict", gap="xsmall"):
            _says(said.verdict)
        _figures(said.money_line)


def _says(shown: Verdict) -> None:
    look = words.LOOKS[shown.tone]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"## :{look.color}[{look.icon} {words.md_escape(shown.title)}]", anchors=False, width="content")
        st.markdown(words.badge(look), width="content")
        for fact in shown.about:
            st.markdown(f":gray-badge[{words.md_escape(fact)}]", width="content")
        if shown.code:
            st.caption(catalogue_entry.link(shown.code, "What this finding means"), width="content")
    st.markdown(f"### {words.md_escape(shown.says, LONGEST)}", anchors=False)
    if shown.due:
        _due(shown.due)
    if shown.unsure:
        st.markdown(f"{words.badge(words.LOOKS[Tone.CANNOT_TELL])} {words.md_escape(shown.unsure, LONGEST)}")


def _figures(cells: tuple[Cell, ...]) -> None:
    """The money line: always the same six, in the same places."""
    places = figures(len(cells))
    for cell in cells:
        figure(places, cell)


def figures(many: int) -> DeltaGenerator:
    """The places of the money line."""
    with st.container(key="case_money_line"):
        return st.grid(many, min_column_width=NARROWEST, gap="small")


def figure(places: DeltaGenerator, cell: Cell) -> None:
    """One figure of it."""
    note = f"  \n:small[{words.md_escape(cell.note)}]" if cell.note else ""
    when = f" :small[:gray[{words.md_escape(_when(cell.at))}]]" if cell.at else ""
    places.markdown(f":small[:gray[{cell.title}]]  \n**{words.md_escape(cell.text)}**{when}{note}")


def _when(at: int) -> str:
    """A day and an hour, on one line; the year where it is not of the last twelve months."""
    said = (brief if visit.now() - at < YEAR else moment)(at, visit.timezone())
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def steps(said: Report, ids: Ids) -> None:
    """What to do now, in order; where that is one thing, without its number."""
    steps = tuple(map(ids.linked, said.verdict.steps))
    lines = steps if len(steps) == 1 else numbered(steps)
    if lines:
        st.markdown("\n".join(("#### What to do now", "", *lines)), anchors=False)


def why(said: Report, ids: Ids) -> None:
    """What shows it, how sure that is, and what was not checked."""
    shown = said.verdict
    with st.expander("Why, how sure, and what was not checked", icon=":material/rule:"):
        if shown.evidence:
            st.markdown(
                "\n".join(("#### What shows it", "", *(words.evidence(one, ids.linked) for one in shown.evidence))),
                anchors=False,
            )
        st.markdown("\n".join(_limits(shown)), anchors=False)
        st.caption(words.md_escape(f"Read: {said.read}."))


def _limits(shown: Verdict) -> Iterator[str]:
    """How sure the finding is, and what was not looked at and could change it."""
    if shown.sureness:
        yield f"#### How sure this is\n\n{words.md_escape(shown.sureness, LONGEST)}\n"
    if shown.unchecked:
        yield "#### What was not checked\n"
        yield from (f"- {words.md_escape(one, LONGEST)}" for one in shown.unchecked)


def _due(due: int) -> None:
    """Until when it can be acted on, in the reader's own zone."""
    left = due - visit.now()
    ends = f"in {span(left)}" if left > 0 else "the time is over"
    st.markdown(
        f":red[:material/alarm: **{words.md_escape(f'Until {moment(due, visit.timezone())} your time, {ends}')}**]"
    )


def money(said: Report, ids: Ids) -> None:
    """Where the money is now, and every movement that brought it there, with where it was read."""
    found = said.money
    if not (found.movements or found.holdings):
        st.text("No money moved, as far as it was read.")
        return
    st.markdown("#### Where the money is now", anchors=False)
    with st.container(horizontal=True, gap="medium", key="case_money"):
        for one in found.holdings:
            amounts = words.md_escape(" + ".join(map(str, one.amounts)))
            st.markdown(f"**{amounts}** :gray-badge[{one.place.value}]", width="content")
        if not found.holdings:
            st.text("Nothing of it is anywhere: all that came in went back.")
    if found.unknown:
        st.caption(words.md_escape(f"Stripe's answer does not say how much stands of {', '.join(found.unknown)}."))
    if not found.movements:
        return
    zone = visit.timezone()
    lines = [
        f"- **{one.kind.value.capitalize()} {words.md_escape(str(one.amount))}**, "
        f"{words.md_escape(moment(one.at, zone) if one.at else 'no time is given')}  \n"
        f"  :small[{ids.linked(f'{one.source}: {one.field}')}]"
        for one in found.movements
    ]
    st.markdown("\n".join(("#### Every movement, and where it was read", "", *lines)), anchors=False)


def gaps(said: Report) -> None:
    """What was not read. Its own colour: it is neither good nor bad."""
    if not said.unread:
        return
    with st.container(border=True, horizontal=True, gap="small", key="case_gaps"):
        st.markdown(words.badge(words.LOOKS[Tone.COULD_NOT_LOOK], "Not everything was read"), width="content")
        with st.container(gap="xxsmall", width="content"):
            for line in said.unread:
                st.text(line)


def consequences(said: Report) -> None:
    """What follows from the headline, and notes: smaller."""
    if not said.also:
        return
    st.markdown("### Seen as well", anchors=False)
    for one in said.also:
        _minor(one)


def _minor(one: Minor) -> None:
    risk = f" :gray-badge[{words.md_escape(one.about)}]" if one.about else ""
    named = catalogue_entry.link(one.code, one.title)
    st.markdown(f"{words.badge(words.LOOKS[one.tone])} **{named}**{risk}  \n{words.md_escape(one.says, LONGEST)}")
