"""The case page: finds out which case `?case=` means, reads it, and puts the parts in order.

A key of the desk opens at once; anything else that names exactly one case does too; several are a choice.
"""

import streamlit as st

from core.desk import KEYS, Found
from core.pasted import bounded
from core.report import count
from dashboard import component, frame, visit, words
from dashboard.case import (
    actions,
    belonging,
    came,
    handover,
    opening,
    raw,
    side_by_side,
    timeline,
    top,
    triage,
    waiting,
)
from dashboard.case.opening import Open
from dashboard.causes import link as cause_link
from dashboard.frame.ids import Ids
from dashboard.inbox import listing

TABS = (
    ":material/compare: Every field",
    ":material/timeline: Timeline",
    ":material/payments: Movements",
    ":material/bug_report: For the developer",
    ":material/data_object: Raw",
    ":material/history: Done so far",
)


def render(asked: str, below: str) -> None:
    """The case that the URL names, on the page of the title `below`. Raises OrderlensError where a side cannot be read
    or nothing is found."""
    row = triage.line(below, asked)
    shown = opening.current(asked) or _opened(bounded(asked))
    if shown is None:
        return
    triage.made_of_it(row, shown.opened.key)
    seen = shown.read_in(visit.timezone())
    said = seen.said
    frame.titled(f"{shown.opened.name} · {said.verdict.title}")
    frame.reading(said.title, read_at=said.read_at, cost=said.cost)
    top.name(said)
    top.verdict(said)
    cause_link.of_case(shown.opened.key, said.verdict.code)
    top.gaps(said)
    ids = Ids.of(shown.opened.case.facts)
    act, look = st.columns(top.HALVES, gap="large")
    with act, st.container(key="case_do"):
        came.outcome(seen)
        top.steps(said, ids)
        if not (seen.proof and seen.proof.expected):  # which says the same, and how it was before
            belonging.draw(said)
        came.probed(seen)
        actions.buttons(seen)
        handover.answer(said)
        top.why(said, ids)
    with look:
        side_by_side.glance(seen)
        timeline.glance(said.timeline)
    top.consequences(said)
    _below(shown, seen)
    component.whole()
    actions.ask(seen)


def _opened(asked: str) -> Open | None:
    """Have the case read; None where what was asked for is not one case, and the page has said so."""
    begun = opening.coming(asked)
    key = begun.key if begun else asked if asked.startswith(KEYS) else None
    if key is None:
        with st.spinner("Looking…"):
            found = visit.get_desk().find(asked, who=visit.person())
        if found.only is None:
            _choose(found)
            return None
        key = found.only.key
    return waiting.read(asked, key)


def _choose(found: Found) -> None:
    """Several cases, or none: which, or where was looked."""
    st.title(f"{count(len(found.hits), 'case')} may be meant" if found.hits else "No case matches", anchor=False)
    st.text(found.query)
    listing.several(found)
    listing.hits(found.hits, key="case.hits", zone=visit.timezone())
    if found.more:
        st.text("There are more; a number or an id narrows it down.")
    if found.near:
        st.markdown("## Did they mean one of these?", anchors=False)
        listing.hits(found.near, key="case.near", zone=visit.timezone())
    if not found.hits:
        st.markdown("\n".join(("Looked here:", "", *(f"- {words.md_escape(place)}" for place in found.looked))))
    listing.unread(found)


@st.fragment
def _below(shown: Open, seen: Open) -> None:
    """What a developer needs: only the open tab is made, and a press in it draws nothing else. `seen`: the case in the
    reader's clock."""
    fields, when, money, developer, objects, done = st.tabs(TABS, on_change="rerun", key="case.tab")
    with fields:
        if fields.open:
            side_by_side.comparison(seen)
    with when:
        if when.open:
            timeline.draw(seen.said.timeline, Ids.of(shown.opened.case.facts))
    with money:
        if money.open:
            top.money(seen.said, Ids.of(shown.opened.case.facts))
    with developer:
        if developer.open:
            handover.ticket(shown)
    with objects:
        if objects.open:
            raw.draw(shown)
    with done:
        if done.open:
            handover.history(shown.opened)
