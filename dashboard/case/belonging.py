"""Draws what belongs to a paid order beside its status: in a case as it is, in a proof as it was and is."""

from collections.abc import Sequence

import streamlit as st

from core.facts import Expected, Held
from core.report import BELONGS, Belonging, Report, Tone
from dashboard import visit, words

LOOKS = {
    Tone.AGREES: words.Look("", ":material/check_circle:", "green"),
    Tone.MEDIUM: words.Look("", ":material/radio_button_unchecked:", "orange"),
    Tone.COULD_NOT_LOOK: words.LOOKS[Tone.COULD_NOT_LOOK],
}
HELD = {Held.YES: Tone.AGREES, Held.NO: Tone.MEDIUM, Held.UNREAD: Tone.COULD_NOT_LOOK}


def draw(said: Report) -> None:
    """Each thing in a line; nothing where the settings name none, or the order is not paid."""
    if said.belongs:
        with st.container(key="case_belongs"):
            lines = "  \n".join(_line(one) for one in said.belongs)
            st.markdown(f"#### {BELONGS}\n\n{lines}", anchors=False)


def proven(pairs: Sequence[tuple[Expected | None, Expected]]) -> None:
    """The same before and after a sending."""
    if pairs:
        rows = [
            {BELONGS: words.md_escape(now.says), "Before": _held(was), "After": f"**{_held(now)}**"}
            for was, now in pairs
        ]
        st.table(rows, border="horizontal", alt=f"{BELONGS}, before and after the sending")


def _line(one: Belonging) -> str:
    look = LOOKS[one.tone]
    note = f" :small[:gray[{words.md_escape(visit.told(one.note))}]]" if one.note else ""
    return f":{look.color}[{look.icon}] {words.md_escape(one.says)}{note}"


def _held(one: Expected | None) -> str:
    if one is None:
        return "no order"
    look = LOOKS[HELD[one.held]]
    value = f" ({words.md_escape(one.found, 60)})" if one.found else ""
    return f":{look.color}[{look.icon} {one.held.value}]{value}"
