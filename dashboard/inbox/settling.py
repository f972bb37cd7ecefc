"""Acknowledge, ignore, reopen: what can be done to cases of the inbox, with the number said before it is done.

Owns the words and the questions; what is possible, and how many it concerns, is the inbox's to say. It is done in a
callback, which knows the number that stood on the button, not the one of a moment later.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

import streamlit as st

from core.desk import Filter, Step
from core.errors import Refused
from core.report import count
from core.times import today
from dashboard import visit
from dashboard.scans.spans import midnight

Which = Sequence[str] | Filter
Done = Callable[[str], None]
_DONE: dict[Step, str] = {"acknowledge": "acknowledged", "ignore": "ignored", "reopen": "reopened"}
_UNTIL = "ignore.until"


def buttons(which: Which, *, done: Done) -> None:
    """The three buttons for these cases, or for all of a filter; `done` is called with what came of it, in words."""
    with st.popover("Acknowledge", icon=":material/person_check:"):
        st.caption("Somebody looks after these. They come back when something else turns out to be wrong.")
        _button("acknowledge", which, done)
    with st.popover("Ignore until…", icon=":material/snooze:"):
        tomorrow = today(visit.now(), visit.timezone()) + timedelta(days=1)
        day = tomorrow + timedelta(days=6)
        st.date_input("Not before", day, min_value=tomorrow, key=_UNTIL, format="YYYY-MM-DD")
        st.caption("They come back on that day, and before it if they get worse.")
        _button("ignore", which, done)
    with st.popover("Reopen", icon=":material/undo:"):
        st.caption("They are open again, also those that were resolved.")
        _button("reopen", which, done)


def _button(step: Step, which: Which, done: Done) -> None:
    """The reason, and the button that does it: with how many cases it concerns."""
    st.text_input("Ticket or reason", key=f"{step}.note", placeholder="Optional")
    chosen = isinstance(which, Filter)
    number = visit.get_desk().inbox.movable(step, which) if isinstance(which, Filter) else len(which)
    st.button(
        f"{step.capitalize()} {count(number, 'case')}",
        key=step,
        type="primary",
        disabled=not number,
        on_click=_settle,
        args=(step, which, number if chosen else None, done),
    )


def _settle(step: Step, which: Which, sure_of: int | None, done: Done) -> None:
    inbox, who, now = visit.get_desk().inbox, visit.operator(), visit.now()
    note = str(st.session_state[f"{step}.note"] or "")
    try:
        if step == "acknowledge":
            moved = inbox.acknowledge(which, who, now, note=note, sure_of=sure_of)
        elif step == "ignore":
            moved = inbox.ignore(
                which, midnight(st.session_state[_UNTIL], visit.timezone()), who, now, note=note, sure_of=sure_of
            )
        else:
            moved = inbox.reopen(which, who, now, note=note, sure_of=sure_of)
    except Refused as refused:
        done(f"Nothing was {_DONE[step]}. {refused.message}")
    else:
        done(f"{count(moved, 'case')} {_DONE[step]}" if moved else f"None of them could be {_DONE[step]}")
