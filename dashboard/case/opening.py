"""What one visitor has open: the reading, and what was done with it since.

Owns the case page's keys in `st.session_state`. A case is read when it is opened and kept only while it stays on the
page; coming back to it reads it again. Each reading carries its own time, which the page shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo

import streamlit as st

from core.comparison import places
from core.desk import Opened, Proof, Reading, Retrieved
from core.replays import Replay
from core.report import Report, read_in, report, retold
from core.times import in_zone
from dashboard import visit

PATIENCE = 8.0  # seconds after which the page says that Stripe has not answered
KEPT = 4  # earlier readings of a case
_OPEN = "case.open"
_COMING, _ANEW = "case.coming", "case.anew"
_DIALOG = "case.dialog"
_PLAN = "case.plan"


@dataclass(frozen=True, slots=True)
class Open:
    """A case on the page, and all that is said of it. `asked` is what the URL says; `retrieved` and `proof` are the
    newest of their kind, `earlier` the readings before this one, the newest first."""

    asked: str
    opened: Opened
    said: Report
    retrieved: Retrieved | None = None
    proof: Proof | None = None
    earlier: tuple[Opened, ...] = ()

    def read_in(self, zone: tzinfo) -> "Open":
        """The same as it is shown to a reader in `zone`. What is handed on is made of the one that is kept."""
        changed, sent = self.retrieved, self.proof
        return replace(
            self,
            said=read_in(self.said, zone),
            retrieved=replace(changed, changes=retold(changed.changes, zone)) if changed else None,
            proof=replace(sent, changes=retold(sent.changes, zone), says=in_zone(sent.says, zone)) if sent else None,
        )

    @property
    def before(self) -> Opened | None:
        """The reading before the one that is shown, where an action lies between them."""
        last = self.retrieved or self.proof
        return last.before if last else None


def current(asked: str) -> Open | None:
    """What is open, if it is this."""
    shown = st.session_state.get(_OPEN)
    return shown if isinstance(shown, Open) and shown.asked == asked else None


def leave() -> None:
    """No case is on the page: the next one is read, also if it is the same."""
    for key in (_OPEN, _COMING, _ANEW):
        st.session_state.pop(key, None)
    close_dialog()


def coming(asked: str) -> Reading | None:
    """The reading that was begun of this case on this page, done or not."""
    kept = st.session_state.get(_COMING)
    return kept[1] if kept is not None and kept[0] == asked else None


def begin(asked: str, key: str) -> Reading:
    """Have both sides read now, unless this page has begun that already."""
    begun = coming(asked)
    if begun is None:
        anew = st.session_state.pop(_ANEW, None) == asked
        begun = visit.get_desk().opening(key, who=visit.person(), visitor=visit.visitor(), anew=anew)
        st.session_state[_COMING] = asked, begun
    return begun


def again(asked: str) -> None:
    """Wait no longer for the reading that was begun: the next run begins another."""
    st.session_state.pop(_COMING, None)
    st.session_state[_ANEW] = asked


def arrived(asked: str, opened: Opened) -> Open:
    """Keep what was read."""
    shown = Open(asked, opened, _said(opened))
    st.session_state[_OPEN] = shown
    st.session_state.pop(_COMING, None)
    close_dialog()
    return shown


def retrieved(shown: Open, found: Retrieved) -> None:
    """Show the new reading, and what changed since the one before."""
    st.session_state[_OPEN] = replace(
        shown,
        opened=found.after,
        said=_said(found.after),
        retrieved=found,
        proof=None,
        earlier=_with(shown, found.before),
    )


def proven(shown: Open, proof: Proof) -> None:
    """Show the reading after a sending, and what it came to; where there is none, the one before."""
    opened = proof.after or proof.before
    st.session_state[_OPEN] = replace(
        shown, opened=opened, said=_said(opened), retrieved=None, proof=proof, earlier=_with(shown, proof.before)
    )


def _with(shown: Open, before: Opened) -> tuple[Opened, ...]:
    """The readings that are kept for a look back."""
    known = (before, shown.opened, *shown.earlier)
    return tuple(one for at, one in enumerate(known) if all(one is not other for other in known[:at]))[:KEPT]


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
    return report(opened, places(visit.mapping()), visit.letters())
