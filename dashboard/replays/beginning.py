"""Draws what it takes to begin a run: how fast, a reason, in live mode the count and the mode typed in; and begins it.

Decides nothing: a run that may not begin is refused by `core.replaying`, with its reason.
"""

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.errors import OrderlensError, Refused
from core.people import Right
from core.replaying import ReplayRun, RunPlan
from core.replaying.guarding import guard
from core.report import count
from dashboard import frame, visit, words
from dashboard.frame import replay_link
from dashboard.replays import shown

SPEEDS: Final = {"One by one": 1, "5 at a time": 5, "10 at a time": 10, "20 at a time": 20}
PACES: Final = {"As fast as it goes": 0, "At most 60 a minute": 60, "At most 10 a minute": 10, "At most 1 a minute": 1}


def ask(plan: RunPlan, done: Callable[[], None]) -> None:
    """What is asked before it is sent, and the button that begins it. `done` is called once it has begun."""
    st.markdown("### Begin", anchors=False)
    runs, no = visit.replays(), visit.barred(Right.SEND_MANY) or _never(plan)
    if no:
        st.markdown(f":gray[:material/block:] {words.md_escape(visit.told(no), 600)}")
        return
    st.text(
        "The first one is sent alone; the others go only if it heals its order. It stops by itself after "
        f"{count(runs.rules.stop_after, 'order')} in a row that did not heal."
    )
    with st.container(horizontal=True, gap="small"):
        speed = st.selectbox("How many at a time", list(SPEEDS), key="replays.speed", width=200)
        pace = st.selectbox("How fast", list(PACES), key="replays.pace", width=200)
    at_once, per_minute = SPEEDS[speed], PACES[pace]
    live = plan.mode == "live"
    needed = "needed, kept in the journal" if live else "optional, kept in the journal"
    reason = st.text_input(f"Ticket or reason ({needed})", key="replays.reason", max_chars=200)
    typed = plan.confirms
    if live:
        label = f"To confirm, type the count and the mode: {plan.confirms}"
        typed = st.text_input(label, key="replays.typed", autocomplete="off", max_chars=40)
    if live and runs.rules.second_person:
        st.text("Somebody else has to approve it before anything is sent.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        lacks = (not reason.strip() or " ".join(typed.split()) != plan.confirms) if live else False
        pressed = st.button(
            f"Send {count(len(plan.to_send), 'event')}", key="replays.begin", type="primary", icon=":material/send:",
            disabled=lacks, help="Give a reason, and type the count and the mode." if lacks else None,
        )  # fmt: skip
        lasts = shown.lasting(plan.expected(at_once=at_once, per_minute=per_minute))
        st.caption(f"{lasts} You may close the page meanwhile.", width="content")
    if pressed:
        _begin(plan, done, reason=reason, typed=typed, at_once=at_once, per_minute=per_minute)


def carry_out(run: ReplayRun) -> bool:
    """Start the process that carries a run out; False where another run is carried out at this moment."""
    return visit.carrier().begin(visit.replays().command(run.id), who=visit.person(), now=visit.now())


def _never(plan: RunPlan) -> str:
    """Why nobody could begin it, whatever they typed; empty where somebody can."""
    try:
        guard(plan, visit.replays().rules, reason="a reason", typed=plan.confirms)
    except Refused as refusal:
        return f"{refusal.message} {refusal.next_step}"
    return ""


def _begin(plan: RunPlan, done: Callable[[], None], *, reason: str, typed: str, at_once: int, per_minute: int) -> None:
    try:
        run = visit.replays().begin(
            plan, who=visit.person(), reason=reason, typed=typed, at_once=at_once, per_minute=per_minute
        )
        if run.state == "ready":
            carry_out(run)
    except OrderlensError as error:
        frame.trouble(error)
        st.caption("Nothing was sent.")
        return
    done()
    replay_link.show(run.id)
