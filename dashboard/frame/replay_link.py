"""The way from a choice of cases to the plan of a replay, and to a run that goes on."""

from dataclasses import dataclass

import streamlit as st

from core.desk import Filter
from core.people import Right
from dashboard import visit, whose

PAGE = "app_pages/replays.py"
RUN, PLAN = "run", "plan"  # what its address has: a run's number; that cases were chosen
_CHOSEN = "replays.chosen"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cases that somebody wants to replay: a filter of the inbox, or their keys; `says` the same in words."""

    which: Filter | tuple[str, ...]
    says: str


def button(which: Filter | tuple[str, ...], says: str, *, key: str, label: str = "Plan a replay…") -> None:
    """Leads to the plan for these cases."""
    no = visit.barred(Right.SEND_MANY)
    pressed = st.button(
        label,
        key=key,
        icon=":material/fast_forward:",
        disabled=bool(no),
        help=no or "Which events would be sent again, and who is left out and why. Nothing is sent by planning.",
    )
    if pressed:
        st.session_state[_CHOSEN] = Chosen(which, says)
        st.switch_page(PAGE, query_params={**whose.address(), PLAN: "new"})


def chosen() -> Chosen | None:
    """What was chosen last on this visit."""
    found = st.session_state.get(_CHOSEN)
    return found if isinstance(found, Chosen) else None


def to_run(run_id: int, label: str) -> None:
    """A link to a run."""
    address = {**whose.address(), RUN: str(run_id)}
    st.page_link(PAGE, label=label, icon=":material/fast_forward:", query_params=address, width="content")


def running() -> None:
    """A line for each run that is carried out at this moment, wherever it was begun."""
    for run in visit.replays().records.running(visit.now()):
        to_run(run.id, f"Run {run.id} is sending webhooks again: {run.done:,} of {run.total:,}")


def show(run_id: int) -> None:
    """Leave for the page of a run."""
    st.switch_page(PAGE, query_params={**whose.address(), RUN: str(run_id)})


def all_runs() -> None:
    """A link to the runs there were."""
    st.page_link(
        PAGE, label="Runs of replays", icon=":material/fast_forward:", query_params=whose.address(), width="content"
    )
