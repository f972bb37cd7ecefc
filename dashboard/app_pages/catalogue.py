"""Catalogue: everything Orderlens can find, made from the rules themselves. `?code=` shows one entry."""

import streamlit as st

from core.rules import NOTES, RULES, Rule
from dashboard import words
from dashboard.parts import entries, frame

CODE = "code"


def choose(code: str) -> None:
    """Show one entry, under an address of its own."""
    st.query_params[CODE] = code


def everything() -> None:
    """Back to all entries."""
    del st.query_params[CODE]


def one(code: str) -> None:
    """A single entry; or that there is none of this name."""
    st.button("All entries", icon=":material/arrow_back:", key="all", type="tertiary", on_click=everything)
    rule = next((rule for rule in (*RULES, *NOTES) if rule.code == code), None)
    if rule is None:
        frame.empty(":material/search_off:", "No entry has this code", "It may be of a newer or older Orderlens.")
        return
    st.title(words.md_escape(rule.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words.badge(entries.worst(rule)), width="content")
        st.markdown(f"`{rule.code}`", width="content")
    entries.entry(rule)


def listed() -> None:
    """All entries, searchable, in the order in which one becomes the headline."""
    st.title("Catalogue", anchor=False)
    st.text(
        "Everything Orderlens can find. Where several hold for one order, the one that stands first here is the "
        "headline; the others are shown below it."
    )
    text = st.text_input(
        "Search the catalogue",
        key="search",
        type="search",
        placeholder="refund, webhook, amount, session_foreign…",
        label_visibility="collapsed",
        bind="query-params",
    )
    found = entries.matching((*RULES, *NOTES), text or "")
    if not found:
        frame.empty(":material/search_off:", "No entry has these words", "Try one word, or a part of one.")
    with st.container(gap="xsmall"):
        for rule in found:
            fold(rule)


def fold(rule: Rule) -> None:
    """One entry of the list; what it says is drawn when it is opened."""
    with st.expander(entries.label(rule), key=f"entry.{rule.code}", on_change="rerun") as opened:
        if opened.open:
            entries.entry(rule)
            st.button(
                "Link to this entry",
                icon=":material/link:",
                type="tertiary",
                key=f"link.{rule.code}",
                on_click=choose,
                args=(rule.code,),
            )


if code := st.query_params.get(CODE):
    one(code)
else:
    listed()
