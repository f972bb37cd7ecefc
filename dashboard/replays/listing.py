"""Draws the runs there were, the newest first."""

import streamlit as st

from core.replaying import ReplayRun
from core.report import count
from core.times import moment
from dashboard import frame, visit, words
from dashboard.frame import replay_link
from dashboard.replays import shown

NEWEST = 50


def render() -> None:
    """All of them, each with the way to it."""
    with st.container(key="replays_head"):
        st.title("Replays", anchor=False)
    st.text("Webhooks that were sent again, many at a time: planned, sent one by one, each proved by its order.")
    runs = visit.replays().records.recent(NEWEST)
    if not runs:
        frame.empty(
            ":material/fast_forward:", "No run yet", "Plan one from the inbox, from a cause's page, or from a case."
        )
        return
    for run in runs:
        _line(run)
    if len(runs) == NEWEST:
        st.caption(f"The newest {NEWEST}.")


def _line(run: ReplayRun) -> None:
    parts = visit.replays().parts(run.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"run_line_{run.id}"):
        replay_link.to_run(run.id, f"Run {run.id}")
        st.markdown(words.badge(shown.look(run, parts, visit.now())), width="content")
        healed = sum(part.items for part in parts if part.state == "healed")
        said = f"{healed:,} of {count(run.total, 'event')} healed, for {run.chosen}, by {run.who}, "
        said += moment(run.started_at, visit.timezone())
        st.markdown(words.md_escape(said), width="content")
