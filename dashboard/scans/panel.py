"""Scans on a page: the way to start one, how far the one that runs is, and what the last one left unread.

The page does none of the work: a scan is a process of its own, and what is shown of it stands in the journal. So any
browser follows and cancels what another one started.
"""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.desk import ScanRecord
from core.errors import OrderlensError
from core.people import Right
from core.scanning.plan import Plan, command
from core.times import ago, clock, today
from dashboard import frame, visit, whose, words
from dashboard.scans import spans, standing
from dashboard.scans.standing import Standing

KNOWN = 100  # scans that are looked at
_SAMPLE = "scan.sample"


def records() -> tuple[ScanRecord, ...]:
    """The scans there are in the key's mode, the newest first: those of the other say nothing of this one."""
    desk = visit.get_desk()
    return tuple(one for one in desk.scans.recent(KNOWN) if one.key_mode == desk.key_mode)


def starter(stood: Standing, *, key: str = "scan") -> None:
    """The choice of a span, and the button that starts a scan of it. Nothing while one runs."""
    if busy(stood):
        return
    choices = spans.CHOICES if stood.complete is None else (spans.NEW, *spans.CHOICES)
    first = stood.stale and not stood.never and not _unfinished(stood)  # what is left over comes before anything new
    with st.popover("Scan", icon=":material/radar:", type="primary" if first else "secondary"):
        choice = st.radio("Orders and payments of", choices, index=choices.index(spans.WEEK), key=f"{key}.span")
        custom: tuple[date, ...] = ()
        if choice == spans.CUSTOM:
            last = today(visit.now(), visit.timezone())
            custom = st.date_input("From and to", (last, last), max_value=last, key=f"{key}.days", format="YYYY-MM-DD")
        st.caption("Reads both sides and compares. Nothing is changed on either. You may close this page meanwhile.")
        start("Start the scan", choice or spans.WEEK, custom, key=f"{key}.start")


def start(label: str, choice: str, custom: tuple[date, ...] = (), *, key: str) -> None:
    """The button that starts a scan of a chosen span."""
    since, until = spans.span(choice, custom, now=visit.now(), zone=visit.timezone())
    plan = Plan(since, until, who=visit.operator())
    no = visit.barred(Right.SCAN)
    st.button(
        label, key=key, type="primary", icon=":material/play_arrow:", on_click=_begin, args=(plan,), disabled=bool(no),
        help=no or None,
    )  # fmt: skip


def busy(stood: Standing) -> bool:
    """Whether a scan runs or is about to."""
    return stood.running is not None or visit.starter().starting(records())


def panel(listed: Sequence[ScanRecord], stood: Standing, *, folded: bool = False) -> None:
    """Where the scans stand: what runs, and what is left to read; where that is `folded`, `fold` has said it."""
    if not busy(stood) and (said := visit.starter().complaint(listed)):
        frame.trouble(OrderlensError(f"The scan did not begin.\n{said}", next_step="Mend that, then start it again."))
    if not folded:
        if busy(stood):
            _live(folded=False)
        for record in _unfinished(stood):
            _left(record, waits=busy(stood))
    _notice(_stamp(listed, stood))


def fold(stood: Standing) -> None:
    """The same in the row of a page's name, so that a list begins where it always does: one press shows all of it."""
    if busy(stood):
        _live(folded=True)
    if left := _unfinished(stood):
        shown = standing.look(left[0], visit.now())
        with st.popover(_BROKEN[left[0].state], icon=shown.icon, key="scans.left"):
            for record in left:
                _left(record, waits=busy(stood))


def past(listed: Sequence[ScanRecord]) -> None:
    """All scans there were, with what they read."""
    if not listed:
        return
    now, zone = visit.now(), visit.timezone()
    with st.expander(f"Scans so far ({len(listed)})", icon=":material/history:"):
        looks = [standing.look(one, now) for one in listed]
        shown = {shown.word: shown.color for shown in (*standing.STATES.values(), standing.LOST, standing.RUNNING)}
        st.dataframe(
            pd.DataFrame(
                {
                    "Scan": [one.id for one in listed],
                    "State": [[one.word] for one in looks],
                    "Begun": [clock(one.started_at) for one in listed],
                    "Of": [standing.span(one, zone) for one in listed],
                    "Orders": [one.orders for one in listed],
                    "Sessions": [one.sessions for one in listed],
                    "Findings": [one.findings for one in listed],
                    "Requests": [one.requests for one in listed],
                    "Not read": [" ".join((*standing.holes(one, zone), visit.told(one.why))).strip() for one in listed],
                    "By": [one.who for one in listed],
                }
            ),
            key=f"scans.{listed[0].id}.{len(listed)}",
            hide_index=True,
            lazy=False,
            row_height=38,
            alt="Scans, newest first",
            column_config={
                "State": st.column_config.MultiselectColumn(
                    "State", options=list(shown), color=list(shown.values()), width=120
                ),
                "Begun": st.column_config.DatetimeColumn(
                    "Begun", format="D MMM YYYY, HH:mm", timezone=str(zone), width=150
                ),
                "Of": st.column_config.TextColumn("Orders made", width=290),
                "Not read": st.column_config.TextColumn("Not read, and why", width=260),
            },
        )


def _begin(plan: Plan) -> None:
    visit.starter().begin(command(plan, shop=whose.shop()), who=visit.person(), now=visit.now())


def _cancel(scan_id: int) -> None:
    visit.get_desk().cancel_scan(scan_id, who=visit.person())


def _unfinished(stood: Standing) -> tuple[ScanRecord, ...]:
    """The scans that left something to read: the newest that broke off, and those with holes."""
    if stood.running is not None:
        return tuple(one for one in stood.partial if one.id != stood.running.id)
    broken = [stood.lost] if stood.lost else []
    if not broken and stood.last is not None and stood.last.state in ("failed", "cancelled"):
        broken = [stood.last]
    return (*broken, *stood.partial)


_BROKEN = {
    "running": "The last scan was interrupted; nobody runs it any more",
    "failed": "The last scan failed",
    "cancelled": "The last scan was cancelled",
    "partial": "Not everything could be read",
}


def _left(record: ScanRecord, *, waits: bool) -> None:
    """A scan that left something: what it is, and the button that reads only that; it `waits` while another runs."""
    zone, shown, no = visit.timezone(), standing.look(record, visit.now()), visit.barred(Right.SCAN)
    with st.container(border=True, key=f"left.{record.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(words.badge(shown), width="content")
            st.markdown(f"## {_BROKEN[record.state]}", width="content", anchors=False)
            st.space("stretch")
            st.button(
                "Fill the hole" if record.state == "partial" else "Go on with it",
                key=f"fill.{record.id}",
                type="primary",
                icon=":material/playlist_add_check:",
                on_click=_begin,
                args=(Plan(since=None, who=visit.operator(), scan_id=record.id),),
                help=no
                or (
                    "When the scan that runs has ended."
                    if waits
                    else "Reads only what is missing, then compares again."
                ),
                disabled=waits or bool(no),
            )
        st.text(
            f"Scan {record.id}, orders made {standing.span(record, zone)}. What stands below is what was found "
            "so far; what is missing may hold more."
        )
        if record.why and record.state == "failed":
            st.text(visit.told(record.why))
        if record.holes:
            st.markdown("\n".join(f"- {words.md_escape(line)}" for line in standing.holes(record, zone)))


def line(stood: Standing) -> None:
    """What a complete scan read, and how long ago; nothing where another left something to read."""
    record, zone, now = stood.complete, visit.timezone(), visit.now()
    if record is None or _unfinished(stood):
        return
    ended = record.finished_at or record.beat_at
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scanned"):
        st.markdown(words.badge(stood.look), width="content")
        said = f"Scanned {ago(ended, now)}: {standing.read(record)}. Orders made {standing.span(record, zone)}."
        if stood.stale:
            said += " What came since has not been looked at."
        if record.why:
            said += f" {visit.told(record.why)}"
        st.caption(words.md_escape(said), width="content")


def _stamp(listed: Sequence[ScanRecord], stood: Standing) -> tuple[object, ...]:
    return (listed[0].id if listed else 0, listed[0].state if listed else "", busy(stood))


@st.fragment(run_every="1s")
def _live(*, folded: bool) -> None:
    """The scan that runs, drawn afresh until it ends; then the whole page is. Folded, its share is seen at once."""
    now, listed = visit.now(), records()
    record = standing.standing(listed, now).running
    if record is None and not visit.starter().starting(listed):
        st.rerun()
    if folded:
        done = standing.progress(record, standing.sample(record, None, now), now)[0] if record else 0.0
        place: DeltaGenerator = st.popover(f"Scanning, {done:.0%}", icon=standing.RUNNING.icon, key="live")
    else:
        place = st.container(border=True, key="live")
    with place:
        if record is None:
            st.markdown(words.badge(standing.STARTING))
            st.progress(0.0, text="The scan is starting")
            return
        since = standing.sample(record, st.session_state.get(_SAMPLE), now)
        st.session_state[_SAMPLE] = since
        share, said = standing.progress(record, since, now)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(words.badge(standing.RUNNING), width="content")
            about = f"Orders made {standing.span(record, visit.timezone())}. Started by {record.who}"
            st.caption(words.md_escape(f"{about} {ago(record.started_at, now)}."), width="content")
            st.space("stretch")
            st.button(
                "Stopping…" if record.cancel_asked else "Cancel",
                key="scan.cancel",
                type="tertiary",
                icon=":material/cancel:",
                disabled=record.cancel_asked or bool(visit.barred(Right.SCAN)),
                help=visit.barred(Right.SCAN) or None,
                on_click=_cancel,
                args=(record.id,),
            )
        st.progress(share, text=words.md_escape(said))


@st.fragment(run_every="8s")
def _notice(drawn: tuple[object, ...]) -> None:
    """Draw the page anew when a scan began or ended somewhere else."""
    listed = records()
    if _stamp(listed, standing.standing(listed, visit.now())) != drawn:
        st.rerun()
