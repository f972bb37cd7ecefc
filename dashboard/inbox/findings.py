"""The findings of a choice, to unfold: how many cases of each, for how much, and the way to its entry."""

import streamlit as st

from core.desk import Share
from core.report import count
from dashboard import words
from dashboard.frame import catalogue_entry
from dashboard.inbox import rows


def findings(shares: tuple[Share, ...]) -> None:
    """Those that could be told, the worst first. Nothing where there are none."""
    found = rows.bars(shares)
    if not found:
        return
    with st.expander(f"All {count(len(found), 'finding')}, with counts and money", icon=":material/list:"):
        lines = (
            f"| {words.badge(words.look(bar.severity))} | {catalogue_entry.link(bar.code, bar.title)} | {bar.cases:,} "
            f"| {words.md_escape('  ·  '.join(map(str, bar.risk)))} |"
            for bar in found
        )
        st.markdown("\n".join(("| | Finding | Cases | Money at risk |", "|---|---|--:|--:|", *lines)))
