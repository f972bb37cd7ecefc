"""Draws the plan of a run: what would be sent, in which order, for how much; who is left out and why. Sends nothing."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.desk import Filter
from core.people import Right
from core.replaying import RunPlan, Selection, of_filter, of_keys
from core.replaying.tabling import csv_of
from core.replays import How
from core.report import count
from dashboard import frame, visit, words
from dashboard.frame import replay_link
from dashboard.frame.replay_link import Chosen
from dashboard.replays import beginning, grid, shown

AT_ONCE = 5  # cases that are read without being told to
SHOWN = 500  # lines of a table; the CSV has all
WAYS: dict[str, How] = {"By Orderlens, signed": "replay", "By Stripe": "resend"}
_PLAN, _OF = "replays.plan", "replays.plan_of"


def render() -> None:
    """The plan for what was chosen last; or how to make one."""
    chosen = replay_link.chosen()
    if chosen is None:
        st.title("Plan a replay", anchor=False)
        frame.empty(
            ":material/checklist:", "No cases are chosen", "Choose them in the inbox, on a cause's page or on a case."
        )
        frame.page_link("app_pages/discrepancies.py", "The inbox", ":material/inbox:")
        return
    selection = _selection(chosen)
    number = len(selection.wanted)
    asked, pressed = _asked(chosen, number)
    plan = st.session_state.get(_PLAN) if st.session_state.get(_OF) == (chosen, *asked) else None
    if number and (pressed or (plan is None and number <= AT_ONCE)):
        _make(chosen, selection, asked)
    if isinstance(plan, RunPlan):
        _draw(plan)


def forget() -> None:
    """The plan was carried out: the next one is made anew."""
    st.session_state.pop(_PLAN, None)


def _selection(chosen: Chosen) -> Selection:
    most = visit.replays().rules.max_items
    if isinstance(chosen.which, Filter):
        return of_filter(visit.get_desk().inbox, chosen.which, chosen.says, most=most)
    return of_keys(chosen.which, chosen.says)


def _asked(chosen: Chosen, number: int) -> tuple[tuple[How, bool, bool], bool]:
    """The page's name, and how it is to be sent; whether the button was pressed that reads the cases."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="replays_head"):
        st.title("Plan a replay", anchor=False, width="content")
        st.caption(words.md_escape(f"{chosen.says}: {count(number, 'case')}"), width="content")
    planned = isinstance(st.session_state.get(_PLAN), RunPlan)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="replays_asked"):
        way = st.segmented_control(
            "Sent", list(WAYS), default=next(iter(WAYS)), key="replays.way", label_visibility="collapsed", required=True
        )
        again = st.toggle(
            "Also what was sent before",
            key="replays.again",
            help="What Orderlens sent before, and may have arrived, is left out unless you say so.",
        )
        made = visit.replays().may_reconstruct and st.toggle(
            "Reconstructed, where Stripe has none",
            key="replays.reconstruct",
            help="Stripe keeps events for 30 days. Of what is older Orderlens can make one of Stripe's object; it "
            "is called reconstructed wherever it stands.",
        )
        pressed = st.button(
            f"Plan for {count(number, 'case')}", key="replays.pressed", icon=":material/checklist:",
            type="secondary" if planned else "primary",
            help="Reads each of them from both sides. Nothing is sent.", disabled=not number,
        )  # fmt: skip
    how = WAYS[way or next(iter(WAYS))]
    return (how, again, made and how == "replay"), pressed


def _make(chosen: Chosen, selection: Selection, asked: tuple[How, bool, bool]) -> None:
    """Every case read, the plan kept for this visit, the page drawn anew."""
    bar = st.progress(0.0, text="Reading the cases from both sides…")

    def far(done: int, total: int) -> None:
        bar.progress(done / max(1, total), text=f"{done:,} of {total:,} cases read")

    how, again, made = asked
    plan = visit.replays().plan(selection, how=how, again=again, reconstruct=made, progress=far)
    st.session_state[_PLAN], st.session_state[_OF] = plan, (chosen, *asked)
    st.rerun()


def _draw(plan: RunPlan) -> None:
    frame.reading("the plan", read_at=plan.made_at)
    with st.container(border=True, key="plan_head", gap="xsmall"):
        number = len(plan.to_send)
        st.markdown(
            f"## {count(number, 'event')} to send. Nothing has been sent." if number else "## Nothing to send.",
            anchors=False,
        )
        grid.figures(shown.figures_of_plan(plan))
    act, left = st.columns((6, 5), gap="large")
    with act:
        beginning.ask(plan, forget)
    with left:
        _left_out(plan)
    _to_send(plan)


def _left_out(plan: RunPlan) -> None:
    st.markdown("### Left out", anchors=False)
    if not plan.left_out:
        st.text("Nobody: each of them has an event that is sent.")
        return
    st.markdown("\n".join(f"- {words.md_escape(line)}" for line in shown.reasons(plan)))
    with st.expander("Who, and why", icon=":material/rule:"):
        items = plan.left_out[:SHOWN]
        grid.table(
            pd.DataFrame(shown.left_rows(items)), [one.case_key for one in items], key=f"left.{plan.made_at}",
            alt="Who is left out, and why", wide=("In words",),
        )  # fmt: skip
        _more(len(plan.left_out))


def _to_send(plan: RunPlan) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("What is sent, in this order", anchor=False, width="content")
        _csv(plan)
    if not plan.to_send:
        st.text("Nothing.")
        return
    items = plan.to_send[:SHOWN]
    grid.table(
        pd.DataFrame(shown.planned_rows(items)), [one.case_key for one in items], key=f"send.{plan.made_at}",
        alt="What would be sent, the oldest event first", wide=("To", "Speaks against it"),
    )  # fmt: skip
    _more(len(plan.to_send))


def _more(number: int) -> None:
    if number > SHOWN:
        st.caption(f"The first {SHOWN}; the CSV has all {number:,}.")


def _csv(plan: RunPlan) -> None:
    no = visit.barred(Right.EXPORT)
    st.download_button(
        "CSV of the plan", data=_bytes(plan), file_name="orderlens-replay-plan.csv", mime="text/csv",
        key="replays.csv", on_click="ignore", icon=":material/download:", disabled=bool(no),
        help=no or "Can be carried out later: orderlens replay --from-csv FILE. Each is then planned anew.",
    )  # fmt: skip


def _bytes(plan: RunPlan) -> Callable[[], bytes]:
    desk, who = visit.get_desk(), visit.person()

    def download() -> bytes:
        desk.exported(len(plan.items), who=who, says=f"a plan of replays: {plan.chosen}")
        return "".join(csv_of(plan.items, plan.mode)).encode("utf-8")

    return download
