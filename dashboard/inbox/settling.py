"""Acknowledge, ignore, reopen, assign, note: what can be done to cases of the inbox, with the number said before it is
done.

Owns the words and the questions; what is possible, and how many it concerns, is the inbox's to say. It is done in a
callback, which knows the number that stood on the button and the cases as they were shown, not those of a moment later.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import assert_never

import streamlit as st

from core.desk import Filter, Kept, Step
from core.errors import OrderlensError
from core.people import Right
from core.report import count
from core.times import today
from dashboard import visit
from dashboard.inbox.rows import NOBODY
from dashboard.scans.spans import midnight

Which = Sequence[Kept] | Filter
Done = Callable[[str], None]
_DONE: dict[Step, str] = {
    "acknowledge": "acknowledged", "ignore": "ignored", "reopen": "reopened", "assign": "assigned", "note": "noted",
}  # fmt: skip
_UNTIL, _OWNER = "ignore.until", "assign.owner"


def buttons(which: Which, *, done: Done) -> None:
    """The buttons for these cases, or for all of a filter; `done` is called with what came of it, in words."""
    with st.popover("Acknowledge"):
        st.caption("Somebody looks after these. They come back when something else turns out to be wrong.")
        _button("acknowledge", which, done)
    with st.popover("Assign"):
        inbox, me = visit.get_desk().inbox, visit.operator()
        others = [name for name in inbox.owners() if name not in (me, NOBODY)]
        st.selectbox("Whose they are", [me, *others, NOBODY], key=_OWNER, accept_new_options=True)
        _button("assign", which, done)
    with st.popover("Ignore until…"):
        tomorrow = today(visit.now(), visit.timezone()) + timedelta(days=1)
        day = tomorrow + timedelta(days=6)
        st.date_input("Not before", day, min_value=tomorrow, key=_UNTIL, format="YYYY-MM-DD")
        st.caption("They come back on that day, and before it if they get worse.")
        _button("ignore", which, done)
    with st.popover("Note"):
        st.caption("Stands on each of them, for whoever opens it next.")
        _button("note", which, done)
    with st.popover("Reopen"):
        st.caption("They are open again, also those that were resolved.")
        _button("reopen", which, done)


def _button(step: Step, which: Which, done: Done) -> None:
    """The reason, and the button that does it: with how many cases it concerns."""
    if step == "note":
        st.text_area("Note", key="note.note", placeholder="What you know of them", max_chars=2000)
    else:
        st.text_input("Ticket or reason", key=f"{step}.note", placeholder="Optional")
    chosen = isinstance(which, Filter)
    number = visit.get_desk().inbox.movable(step, which) if isinstance(which, Filter) else len(which)
    no = visit.barred(Right.TRIAGE_MANY if chosen or number > 1 else Right.TRIAGE)
    verb = "Note on" if step == "note" else step.capitalize()
    st.button(
        f"{verb} {count(number, 'case')}",
        key=step,
        type="primary",
        disabled=not number or bool(no),
        help=no or None,
        on_click=_settle,
        args=(step, which, number if chosen else None, done),
    )


def _settle(step: Step, which: Which, sure_of: int | None, done: Done) -> None:
    try:
        moved = _moved(step, which, sure_of)
    except OrderlensError as refused:
        done(f"Nothing was {_DONE[step]}. {visit.told(refused.message)}")
    else:
        done(f"{count(moved, 'case')} {_DONE[step]}" if moved else f"None of them could be {_DONE[step]}")


def _moved(step: Step, which: Which, sure_of: int | None) -> int:
    """How many were moved. Refused where somebody was quicker."""
    inbox, who, now = visit.get_desk().inbox, visit.person(), visit.now()
    cases = which if isinstance(which, Filter) else [case.key for case in which]
    seen = () if isinstance(which, Filter) else which
    note = str(st.session_state[f"{step}.note"] or "")
    match step:
        case "acknowledge":
            return inbox.acknowledge(cases, who, now, note=note, sure_of=sure_of, seen=seen)
        case "ignore":
            until = midnight(st.session_state[_UNTIL], visit.timezone())
            return inbox.ignore(cases, until, who, now, note=note, sure_of=sure_of, seen=seen)
        case "reopen":
            return inbox.reopen(cases, who, now, note=note, sure_of=sure_of, seen=seen)
        case "assign":
            owner = str(st.session_state[_OWNER] or "")
            owner = "" if owner == NOBODY else owner
            return inbox.assign(cases, owner, who, now, note=note, sure_of=sure_of, seen=seen)
        case "note":
            return inbox.annotate(cases, note, who, now, sure_of=sure_of)
        case _:
            assert_never(step)
