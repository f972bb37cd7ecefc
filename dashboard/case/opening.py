"""What one visitor has open: the reading, and what was done with it since.

Owns the case page's keys in `st.session_state`. A case is read when it is opened and kept only while it stays on the
page; coming back to it reads it again. Each reading carries its own time, which the page shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from core.comparison import places
from core.desk import Opened, Proof, Retrieved
from core.replays import Replay
from core.report import Report, report
from dashboard import visit

RETRIEVE = "case.retrieve"  # the key of a button that is on the page whenever a case is
_OPEN = "case.open"
_DIALOG = "case.dialog"
_PLAN = "case.plan"


@dataclass(frozen=True, slots=True)
class Open:
    """A case on the page, and all that is said of it. `asked` is what the URL says; `retrieved` and `proof` are the
    newest of their kind."""

    asked: str
    opened: Opened
    said: Report
    retrieved: Retrieved | None = None
    proof: Proof | None = None

    @property
    def before(self) -> Opened | None:
        """The reading before the one that is shown, where an action lies between them."""
        last = self.retrieved or self.proof
        return last.before if last else None


def current(asked: str) -> Open | None:
    """What is open, if it is this and was on the page in the run before: Streamlit forgets a widget's state as soon
    as a run does not draw it, so without the button's this is a new visit."""
    shown = st.session_state.get(_OPEN)
    return shown if isinstance(shown, Open) and shown.asked == asked and RETRIEVE in st.session_state else None


def read(asked: str, key: str) -> Open:
    """Read both sides now, and keep it."""
    opened = visit.get_desk().opening(key, visitor=visit.visitor()).opened()
    assert opened is not None  # noqa: S101 - for the type checker: it was waited for without end
    shown = Open(asked, opened, _said(opened))
    st.session_state[_OPEN] = shown
    close_dialog()
    return shown


def retrieved(shown: Open, found: Retrieved) -> None:
    """Show the new reading, and what changed since the one before."""
    st.session_state[_OPEN] = replace(shown, opened=found.after, said=_said(found.after), retrieved=found, proof=None)


def proven(shown: Open, proof: Proof) -> None:
    """Show the reading after a sending, and what it came to; where there is none, the one before."""
    opened = proof.after or proof.before
    st.session_state[_OPEN] = replace(shown, opened=opened, said=_said(opened), retrieved=None, proof=proof)


def open_dialog(name: str) -> None:
    """Ask about an action: "replay" or "resend". Open until it is answered, whatever reruns between."""
    close_dialog()
    st.session_state[_DIALOG] = name


def close_dialog() -> None:
    """Nothing is asked any more, and no plan is shown."""
    for key in (_DIALOG, _PLAN):
        st.session_state.pop(key, None)


def dialog() -> str | None:
    """What is being asked."""
    found = st.session_state.get(_DIALOG)
    return found if isinstance(found, str) else None


def planned(shown: Open, what: tuple[str, ...], make: Callable[[], Replay]) -> tuple[Replay, bool]:
    """The plan for what is asked, made once for each reading, and whether it was on the page before this run. Only
    then may a button under it send it: what is sent is what was read, with all that it tells of earlier sendings, be it
    pressed twice or in two tabs."""
    asked = (*what, shown.opened.key, str(shown.opened.case.facts.read_at))
    kept = st.session_state.get(_PLAN)
    if kept is not None and kept[0] == asked:
        return kept[1], True
    st.session_state.pop(_PLAN, None)
    plan = make()
    st.session_state[_PLAN] = asked, plan
    return plan, False


def _said(opened: Opened) -> Report:
    return report(opened, places(visit.mapping()))
