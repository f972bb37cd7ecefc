"""The way from a choice of cases to the plan of a replay, and to a run that goes on.

What was chosen, and its plan, are kept under a name that the address has, for whoever chose it: by the server, and for
a day in the journal. So a reload, a way back, a restart lead to the same plan, with its age. Only the newest are kept.
"""

import json
import secrets
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import streamlit as st

from core.desk import Filter
from core.errors import OrderlensError
from core.people import Right
from core.replaying import RunPlan
from core.replaying.keeping import read, written
from core.replays import How
from dashboard import visit, whose

PAGE = "app_pages/replays.py"
RUN, PLAN = "run", "plan"  # what its address has: a run's number; the name of what was chosen
MOST: Final = 50  # choices that are kept


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cases that somebody wants to replay: a filter of the inbox, or their keys; `says` the same in words."""

    which: Filter | tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Way:
    """How it is to be planned: who sends, whether what was sent before is sent again, whether what Stripe has no more
    is reconstructed."""

    how: How = "replay"
    again: bool = False
    made: bool = False


@dataclass(slots=True)
class Kept:
    """What somebody chose, and the `plan` that was made of it this `way`, if one was."""

    chosen: Chosen
    way: Way = Way()
    plan: RunPlan | None = None


@dataclass(slots=True)
class Choices:
    """All that is kept, by shop, person and name; the oldest go first. Safe between threads."""

    every: OrderedDict[tuple[str, str, str], Kept] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, key: tuple[str, str, str], kept: Kept) -> None:
        """Under its shop, its person and its name."""
        with self.lock:
            self.every[key] = kept
            while len(self.every) > MOST:
                self.every.popitem(last=False)

    def get(self, key: tuple[str, str, str]) -> Kept | None:
        """What is kept there, if it still is."""
        with self.lock:
            return self.every.get(key)


@st.cache_resource(show_spinner=False)
def choices() -> Choices:
    """What everybody chose, of this process."""
    return Choices()


def _key(name: str) -> tuple[str, str, str]:
    return whose.shop(), visit.person().sub, name


def keep(which: Filter | tuple[str, ...], says: str) -> str:
    """Keep what the visitor chose; the name that an address has for it."""
    name, kept = secrets.token_urlsafe(9), Kept(Chosen(which, says))
    choices().keep(_key(name), kept)
    _write(name, kept)
    return name


def remember(kept: Kept) -> None:
    """Keep what became of it, under the name in the address, for the server that comes after this one."""
    _write(st.query_params.get(PLAN, ""), kept)


def _write(name: str, kept: Kept) -> None:
    """Into the journal, if that can be written: else it lives as long as this server. A choice by what somebody typed
    is not kept there, for that may be an e-mail address."""
    which = kept.chosen.which
    if isinstance(which, Filter) and which.text:
        return
    told = {"filter": asdict(which)} if isinstance(which, Filter) else {"keys": which}
    plan = written(kept.plan) if kept.plan else None
    text = json.dumps({**told, "says": kept.chosen.says, "way": asdict(kept.way), "plan": plan})
    with suppress(OrderlensError):
        visit.get_desk().journal.plans.keep(name, text, sub=visit.person().sub, now=visit.now())


def _found(name: str) -> Kept | None:
    """What an earlier server left in the journal."""
    with suppress(OrderlensError):
        text = visit.get_desk().journal.plans.get(name, sub=visit.person().sub, now=visit.now())
        return _understood(text) if text else None
    return None


def _understood(text: str) -> Kept | None:
    """None where it is of another Orderlens."""
    try:
        told: dict[str, Any] = json.loads(text)
        which = _filter(told["filter"]) if "filter" in told else tuple(told["keys"])
        plan = read(told["plan"]) if told["plan"] else None
        return Kept(Chosen(which, told["says"]), Way(**told["way"]), plan)
    except (ValueError, TypeError, KeyError):
        return None


def _filter(told: dict[str, Any]) -> Filter:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return Filter(**fields)


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
        st.switch_page(PAGE, query_params={**whose.address(), PLAN: keep(which, says)})


def kept() -> Kept | None:
    """What the visitor chose, as the address names it; None where that is not kept (any more), or is not theirs."""
    name = st.query_params.get(PLAN, "")
    known = choices().get(_key(name))
    if known is None and (known := _found(name)) is not None:
        choices().keep(_key(name), known)
    return known


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
