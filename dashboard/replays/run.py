"""Draws one run: how far it is, what came of it with its money, and what can be done with it. Drawn anew each second
while it goes on; what is shown stands in the journal, so that any browser follows what another one began."""

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from core.errors import Refused
from core.people import Right
from core.replaying import ItemState, Part, ReplayRun
from core.replaying.guarding import guard_second
from core.report import count
from core.times import ago, moment
from dashboard import frame, visit, words
from dashboard.frame import replay_link
from dashboard.replays import beginning, grid, shown

PAGE: Final = 100  # items on a page
STILL: Final = 10  # seconds without a word of it that are said
SHARES: Final[dict[str, tuple[ItemState, ...]]] = {
    "All": (),
    "Not healed": ("changed", "unchanged", "failed"),
    "Healed": ("healed",),
    "Begun, not verified": ("sending", "unverified"),
    "Left out or skipped": ("skipped",),
    "Not sent": ("planned", "cancelled"),
}
_AFTER: Final = "replays.after"


def render(number: int) -> None:
    """The run of this number. Refused where there is none."""
    run = visit.replays().get(number)
    frame.titled(f"Run {run.id}")
    if _goes_on(run):
        _live(number)
    else:
        with st.container():  # at the very place of the live one, so that neither is ever seen beside the other
            _head(run)
            _items(run)
        _notice((run.state, run.turn), number)


@st.fragment(run_every="1s")
def _live(number: int) -> None:
    """The run that goes on; when it does no more, the whole page is drawn anew."""
    run = visit.replays().get(number)
    if not _goes_on(run):
        st.rerun()
    _head(run)
    _items(run)


@st.fragment(run_every="5s")
def _notice(drawn: tuple[str, int], number: int) -> None:
    """Draw the page anew when somebody began, approved or cancelled it elsewhere."""
    run = visit.replays().get(number)
    if (run.state, run.turn) != drawn or _goes_on(run):
        st.rerun()


def _goes_on(run: ReplayRun) -> bool:
    """Whether somebody carries it out, or is about to from here."""
    if run.state == "running":
        return not run.lost(visit.now())
    return run.state == "ready" and visit.carrier().starting(_others(run))


def _others(run: ReplayRun) -> tuple[ReplayRun, ...]:
    """All runs but this one: it has its record before it has a process."""
    return tuple(one for one in visit.replays().records.recent() if one.id != run.id)


def _head(run: ReplayRun) -> None:
    runs, now, zone = visit.replays(), visit.now(), visit.timezone()
    parts = runs.parts(run.id)
    look = shown.look(run, parts, now)
    with st.container(border=True, key="run_head", gap="small"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"# Run {run.id}", anchors=False, width="content")
            st.markdown(words.badge(look), width="content")
            st.markdown(words.badge(words.MODES[run.mode]), width="content")
            st.space("stretch")
            _acts(run)
        about = f"For {run.chosen}. Begun by {run.who} {ago(run.started_at, now)}, at {moment(run.started_at, zone)}."
        known = f" ({run.approved_known})" if run.approved_known else ""
        about += f" Approved by {run.approved_by}{known}." if run.approved_by else ""
        about += f" Reason: {run.reason}" if run.reason else ""
        st.markdown(words.md_escape(about, 800))
        through = shown.through(run, parts)
        st.progress(through / max(1, run.total), text=f"{through:,} of {count(run.total, 'event')} sent or passed over")
        grid.figures(shown.figures_of_run(parts))
        _canary(run)
        _why(run, parts)


def _canary(run: ReplayRun) -> None:
    begun = visit.replays().page(run.id, states=("sending", "healed", "changed", "unchanged", "failed", "unverified"))
    if said := shown.canary(begun):
        st.markdown(f":gray[:material/looks_one:] {words.md_escape(visit.told(said))}")


def _why(run: ReplayRun, parts: Sequence[Part]) -> None:
    """Why it stands as it stands, and the next step."""
    if run.why and run.state != "complete":
        st.markdown(f"**{words.md_escape(visit.told(run.why), 1200)}**")
    if run.lost(visit.now()):
        st.markdown("**Nobody carries it out any more: its process is gone. What it had begun is looked at first.**")
    elif run.state == "running" and (still := visit.now() - run.beat_at) > STILL:
        st.markdown(
            f"Nothing was heard of it for {still} s: it may wait for the journal, for Stripe or for the database."
        )
    if run.state == "waiting":
        st.markdown("**Nothing is sent before somebody else has approved it.**")
    if run.state == "ready" and not _goes_on(run):
        st.markdown("**Nobody carries it out yet.** It waits where another run is being carried out.")
    if any(part.state == "unverified" for part in parts):
        st.markdown("Of what was sent and not verified nobody knows what came: look at the order before anything else.")


def _acts(run: ReplayRun) -> None:
    """What can be done with it; what a person may not do says why."""
    no, carried = visit.barred(Right.SEND_MANY), run.state == "running" and not run.lost(visit.now())
    if run.state == "waiting":
        _approve(run)
    elif run.can_go_on(visit.now()) and not _goes_on(run) and not run.cancel_asked:
        label = "Start" if run.state == "ready" else "Go on"
        _button(label, ":material/play_arrow:", _go_on, run, no, primary=True)
    elif carried:
        asked = "It ends with what is being sent." if run.pause_asked or run.cancel_asked else ""
        _button("Pausing…" if run.pause_asked else "Pause", ":material/pause:", _pause, run, no or asked)
    if not run.over:
        asked = "It ends with what is being sent." if run.cancel_asked and carried else ""
        with st.popover("Cancel…", icon=":material/cancel:", disabled=bool(no or asked), help=no or asked or None):
            st.text("What is being sent comes to its end; nothing more is sent, and the run cannot go on.")
            _button("Cancel the run", ":material/cancel:", _cancel, run, no)


def _approve(run: ReplayRun) -> None:
    no = visit.barred(Right.APPROVE)
    try:
        guard_second(run, visit.person())
    except Refused as refusal:
        no = no or f"{refusal.message} {refusal.next_step}"
    _button("Approve and send", ":material/group:", _approved, run, no, primary=True)


def _button(
    label: str, icon: str, act: Callable[[int], None], run: ReplayRun, no: str, *, primary: bool = False
) -> None:
    st.button(
        label, key=f"run.{act.__name__}", icon=icon, on_click=act, args=(run.id,), disabled=bool(no), help=no or None,
        type="primary" if primary else "secondary",
    )  # fmt: skip


def _go_on(number: int) -> None:
    runs = visit.replays()
    if not beginning.carry_out(runs.goes_on(number, who=visit.person())):
        st.toast("Another run is carried out at this moment. Start it when that has ended.", icon=":material/block:")


def _pause(number: int) -> None:
    visit.replays().pause(number, who=visit.person())


def _cancel(number: int) -> None:
    visit.replays().cancel(number, who=visit.person())


def _approved(number: int) -> None:
    beginning.carry_out(visit.replays().approve(number, who=visit.person()))


def _items(run: ReplayRun) -> None:
    """What came of each, a page at a time."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_items"):
        st.markdown("## Each of them", anchors=False, width="content")
        share = st.segmented_control(
            "Which", list(SHARES), default="All", key="run.share", label_visibility="collapsed", required=True
        )
        _csv(run)  # not at the end of the row: there the table's own buttons come up
        replay_link.all_runs()
    _page(run, SHARES[share or "All"])


def _page(run: ReplayRun, states: tuple[ItemState, ...]) -> None:
    known = st.session_state.get(_AFTER, (run.id, states, -1))
    after = known[2] if known[:2] == (run.id, states) else -1
    items = visit.replays().page(run.id, states=states, after=after, limit=PAGE)
    if not items:
        st.text("None.")
        return
    grid.table(
        pd.DataFrame(shown.run_rows(items)), [one.case_key for one in items],
        key=f"run.{run.id}.{run.done}.{items[0].position}", alt="What came of each, in the order of sending",
        wide=("In words",),
    )  # fmt: skip
    if len(items) == PAGE or after >= 0:
        with st.container(horizontal=True, gap="small"):
            st.button("First page", key="run.first", on_click=_turn, args=(run.id, states, -1), disabled=after < 0)
            st.button(
                "Next", key="run.next", on_click=_turn, args=(run.id, states, items[-1].position),
                disabled=len(items) < PAGE,
            )  # fmt: skip


def _turn(number: int, states: tuple[ItemState, ...], after: int) -> None:
    st.session_state[_AFTER] = number, states, after


def _csv(run: ReplayRun) -> None:
    no = visit.barred(Right.EXPORT)
    runs, who = visit.replays(), visit.person()
    st.download_button(
        "CSV", data=lambda: "".join(runs.csv(run.id, who=who)).encode("utf-8"), mime="text/csv", key="run.csv",
        file_name=f"orderlens-replay-run-{run.id}.csv", on_click="ignore", icon=":material/download:",
        disabled=bool(no), help=no or "Every event of the run, and what came of it.",
    )  # fmt: skip
