"""Draws what came of what an operator did: the proof of a sending, what a fresh reading changed, what nobody knows.

Decides nothing; the words of a proof are `proof`'s.
"""

from math import ceil

import streamlit as st

from core.desk import Change, Entry, Opened, Outcome, Proof, Retrieved
from core.errors import OrderlensError
from core.report import Tone, count
from core.times import ago, moment, short_span
from dashboard import visit, words
from dashboard.case import belonging, proof
from dashboard.case.opening import Open

BODY_HEIGHT = 320  # pixels, after which a request scrolls


def outcome(shown: Open) -> None:
    """What the last action came to: the proof of a sending, or what a fresh reading changed."""
    if shown.proof is not None:
        _proof(shown.proof)
        return
    _unsettled(shown)
    _lately(shown)
    if shown.retrieved is not None:
        _changes(shown.retrieved)


def _unsettled(shown: Open) -> None:
    """The sendings of this case that somebody is at, or of which nobody knows what came."""
    try:
        found = visit.get_desk().unsettled(shown.opened)
    except OrderlensError as error:
        with st.container(border=True, key="case_unsettled_unread"):
            st.markdown(words.badge(words.LOOKS[Tone.COULD_NOT_LOOK]))
            said = f"Whether something was sent for this case is not known, and nothing can be sent. {error.message}"
            st.text(visit.told(said))
            st.markdown(f"{words.badge(words.NEXT)} {words.md_escape(visit.told(error.next_step))}")
        return
    for number, one in enumerate(found):
        with st.container(border=True, key=f"case_unsettled_{number}"):
            st.markdown(words.badge(words.LOOKS[proof.TONES[one.outcome]], words.md_escape(one.outcome.called)))
            st.markdown(f"**{words.md_escape(visit.told(one.says), 1200)}**")
            st.markdown(f"{words.badge(words.NEXT)} {words.md_escape(visit.told(one.next_step), 1200)}")


def probed(shown: Open) -> None:
    """What the endpoint answered to the last probe, where the app refuses the case's message."""
    if said := visit.get_desk().probe_told(shown.opened):
        st.caption(f":material/network_ping: {words.md_escape(said)}")


def _lately(shown: Open) -> None:
    """What came of a sending of the last minutes, as the journal has it: after a reload, and to everybody else."""
    try:
        sent = visit.get_desk().lately(shown.opened)
    except OrderlensError:
        return  # that the journal cannot be read is said where it matters
    if sent is None:
        return
    came, answer = Outcome(sent.outcome), sent.details
    with st.container(border=True, key="case_proof"):
        st.markdown(words.badge(words.LOOKS[proof.TONES[came]], words.md_escape(came.called)))
        st.markdown(f"**{words.md_escape(visit.told(str(answer.get('says', ''))), 1200)}**")
        when = f"{sent.who} sent it {ago(sent.at, visit.now())}, at {moment(sent.at, visit.timezone(), seconds=True)}."
        status = f" The endpoint answered HTTP {answer['status']}." if answer.get("status") else ""
        st.markdown(words.md_escape(f"{when}{status} {_below(shown.opened, sent)}"))


def _below(opened: Opened, sent: Entry) -> str:
    """How the reading that is shown stands to a sending: whether it was made when that was over."""
    waited = sent.details.get("waited_seconds")
    over = sent.at + 1 + (ceil(waited) if isinstance(waited, int | float) else 30)
    if opened.case.facts.read_at >= over:
        return "This page was read since."
    return "This page may have been read before it was over: retrieve the case afresh."


def _proof(proven: Proof) -> None:
    found = proof.verdict(proven)
    with st.container(border=True, key="case_proof"):
        st.markdown(f"{words.badge(found.look, words.md_escape(found.title))}")
        st.markdown(f":{found.look.color}[**{words.md_escape(found.says, 1200)}**]")
        below = "Both sides were read again since." if proven.after else "This page was read before the sending."
        st.markdown(f"{words.md_escape(found.delivery)} {below}")
        belonging.proven(proven.expected)
        _table(proven.changes, "What changed by the sending")
        with st.expander("What was sent, and what the endpoint answered", icon=":material/code:"):
            st.code(found.answer or "(an empty answer)", language=None, wrap_lines=True, height=BODY_HEIGHT // 2)
            st.code(proof.request(proven.replay), language=None, wrap_lines=True, height=BODY_HEIGHT)


def _changes(found: Retrieved) -> None:
    zone, before, after = visit.timezone(), found.before.case.facts.read_at, found.after.case.facts.read_at
    since = f"{moment(before, zone, seconds=True)}, {short_span(max(0, after - before))} earlier"
    with st.container(border=True, key="case_changes"):
        if not found.changes:
            st.markdown(f":material/sync: **Nothing changed** since the reading of {words.md_escape(since)}.")
            return
        many = count(len(found.changes), "field")
        st.markdown(f":material/sync: **{many} changed** since the reading of {words.md_escape(since)}.")
        _table(found.changes, "What changed since the last reading")


def _table(changes: tuple[Change, ...], says: str) -> None:
    """Each change with both values, behind one press: nothing that stands below is pushed out of sight."""
    if changes:
        with st.expander(f"{says}: {count(len(changes), 'field')}", icon=":material/difference:"):
            st.table(proof.change_rows(changes), border="horizontal", alt=says)
