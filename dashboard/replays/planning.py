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
from core.times import ago, moment
from dashboard import frame, visit, words
from dashboard.frame import replay_link
from dashboard.frame.replay_link import Chosen, Kept, Way
from dashboard.replays import beginning, grid, shown

AT_ONCE = 5  # cases that are read without being told to
SHOWN = 500  # lines of a table; the CSV has all
WAYS: dict[str, How] = {"By Orderlens, signed": "replay", "By Stripe": "resend"}


def render() -> None:
    """The plan for what was chosen; or how to make one."""
    kept = replay_link.kept()
    if kept is None:
        st.title("Plan a replay", anchor=False)
        frame.empty(
            ":material/checklist:",
            "No cases are chosen",
            "Choose them in the inbox, on a cause's page or on a case. A plan is kept for who made it, for a time.",
        )
        frame.page_link("app_pages/discrepancies.py", "The inbox", ":material/inbox:")
        return
    selection = _selection(kept.chosen)
    number = len(selection.wanted)
    way, pressed = _asked(kept, number)
    plan = kept.plan if kept.way == way else None
    if number and (pressed or (plan is None and number <= AT_ONCE)):
        _make(kept, selection, way)
    if plan is not None:
        _draw(plan, kept)


def _selection(chosen: Chosen) -> Selection:
    most = visit.replays().rules.max_items
    if isinstance(chosen.which, Filter):
        return of_filter(visit.get_desk().inbox, chosen.which, chosen.says, most=most)
    return of_keys(chosen.which, chosen.says)


def _asked(kept: Kept, number: int) -> tuple[Way, bool]:
    """The page's name, and how it is to be sent; whether the button was pressed that reads the cases."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="replays_head"):
        st.title("Plan a replay", anchor=False, width="content")
        st.caption(words.md_escape(f"{kept.chosen.says}: {count(number, 'case')}"), width="content")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="replays_asked"):
        said = st.segmented_control(
            "Sent", list(WAYS), default=next(one for one, how in WAYS.items() if how == kept.way.how),
            key="replays.way", label_visibility="collapsed", required=True,
        )  # fmt: skip
        again = st.toggle(
            "Also what was sent before",
            value=kept.way.again,
            key="replays.again",
            help="What Orderlens sent before, and may have arrived, is left out unless you say so.",
        )
        made = visit.replays().may_reconstruct and st.toggle(
            "Reconstructed, where Stripe has none",
            value=kept.way.made,
            key="replays.reconstruct",
            help="Stripe keeps events for 30 days. Of what is older Orderlens can make one of Stripe's object; it "
            "is called reconstructed wherever it stands.",
        )
        pressed = st.button(
            f"Plan for {count(number, 'case')}", key="replays.pressed", icon=":material/checklist:",
            type="secondary" if kept.plan else "primary",
            help="Reads each of them from both sides. Nothing is sent.", disabled=not number,
        )  # fmt: skip
    how = WAYS[said or next(iter(WAYS))]
    return Way(how, again, made and how == "replay"), pressed


def _make(kept: Kept, selection: Selection, way: Way) -> None:
    """Every case read, the plan kept, the page drawn anew."""
    bar = st.progress(0.0, text="Reading the cases from both sides…")

    def far(done: int, total: int) -> None:
        bar.progress(done / max(1, total), text=f"{done:,} of {total:,} cases read")

    kept.plan = visit.replays().plan(selection, how=way.how, again=way.again, reconstruct=way.made, progress=far)
    kept.way = way
    replay_link.remember(kept)
    st.rerun()


def _draw(plan: RunPlan, kept: Kept) -> None:
    def forget() -> None:
        """The plan was carried out: the next one is made anew."""
        kept.plan = None
        replay_link.remember(kept)

    frame.reading("the plan", read_at=plan.made_at)
    with st.container(border=True, key="plan_head", gap="xsmall"):
        number = len(plan.to_send)
        st.markdown(
            f"## {count(number, 'event')} to send. Nothing has been sent." if number else "## Nothing to send.",
            anchors=False,
        )
        at, age = moment(plan.made_at, visit.timezone()), ago(plan.made_at, visit.now())
        st.caption(f"Planned {age}, at {at}. Each is read once more right before it is sent.")
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
    if said := shown.all_alike(plan.to_send):
        st.markdown(words.md_escape(said))
    if found := shown.against(plan.to_send):
        st.markdown("What speaks against it:")
        st.markdown("\n".join(f"- {words.md_escape(line, 1200)}" for line in found))
    grid.table(
        pd.DataFrame(shown.planned_rows(items, brief=bool(said))), [one.case_key for one in items],
        key=f"send.{plan.made_at}", alt="What would be sent, the oldest event first", wide=("Speaks against it",),
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
