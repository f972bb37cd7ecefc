"""Draws what can be taken away from a case: the answer to the customer, the developer's summary, the bundle."""

import json
import re

import streamlit as st

from core.desk import Opened
from core.people import Right
from core.report import Report, bundle
from core.times import moment
from dashboard import visit, words
from dashboard.case.opening import Open
from dashboard.frame.journal_table import noted, outcome, touched

SHOWN = 20
PHONE, MAIL = "Phone", "Mail"


@st.fragment
def answer(said: Report) -> None:
    """What to say to the customer, by the way and in the language in which one answers; it can be copied whole."""
    in_words = {one.language: one for one in said.answers}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="case_say"):
        st.markdown("#### Say to the customer", anchors=False, width="content")
        way = st.segmented_control(
            "How you answer", (PHONE, MAIL), default=PHONE, key="case.answer", label_visibility="collapsed"
        )
        language = st.segmented_control(
            "In which language",
            tuple(in_words),
            default=said.answers[0].language,
            key="case.language",
            label_visibility="collapsed",
        )
    chosen = in_words.get(str(language), said.answers[0])
    st.code(chosen.mail if way == MAIL else chosen.spoken, language=None, wrap_lines=True)


def ticket(shown: Open) -> None:
    """For the developer, and the case as a file."""
    st.caption("For a ticket: codes, evidence, ids, Stripe CLI commands and links. E-mails are masked.")
    st.code(shown.said.ticket, language=None, wrap_lines=True)
    desk, who, opened = visit.get_desk(), visit.person(), shown.opened
    no = who.why_not(Right.BUNDLE)

    def download() -> str:
        desk.exported(1, who=who, says="the case as a file, e-mails masked", one=opened)
        return json.dumps(bundle(opened, shown.said), indent=2, ensure_ascii=False)

    st.download_button(
        "Download the case as a file",
        data=download,
        file_name=f"case-{_safe(opened.key)}.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key="case.bundle",
        disabled=bool(no),
        help=no or "Everything that was read, e-mails masked, as one JSON file: `orderlens diagnose` reads it again.",
    )


def history(opened: Opened) -> None:
    """What was done to this case from here, newest first."""
    entries, more = visit.get_desk().activity(limit=SHOWN, case_key=opened.key)
    if not entries:
        st.text("Nothing was done to this case from here.")
        return
    zone = visit.timezone()
    rows = [
        {
            "When": words.md_escape(moment(entry.at, zone, seconds=True)),
            "Who": words.md_escape(entry.who),
            "What": words.md_escape(entry.what.capitalize()),
            "Object": words.md_escape(touched(entry)),
            "Outcome": words.md_escape(outcome(entry)),
            "Note": words.md_escape(noted(entry)),
        }
        for entry in entries
    ]
    st.table(rows, border="horizontal", alt="What was done to this case, newest first")
    if more:
        st.caption(f"The newest {SHOWN}; the Activity page has all.")


def _safe(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", key).strip("-")[:60] or "orderlens"
