"""The line above a case: the way back, its place in the list it was opened from, and what people make of it (state,
owner, notes).

Draws, and does what was pressed; what is possible is the inbox's to say. Who decides on what somebody else has changed
since is told so, and nothing is done. Only cases of the inbox have it: looking puts nothing on anybody's list.
"""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.desk import Entry, Kept
from core.errors import OrderlensError, UsageError
from core.people import Person, Right
from core.report import Tone
from core.times import ago, moment, today
from dashboard import frame, placing, visit, words
from dashboard.frame.journal_table import noted
from dashboard.inbox import rows, walking
from dashboard.scans.spans import midnight

LAST = 4  # notes that are shown
NOTE, UNTIL, OWNER = "case.triage.note", "case.triage.until", "case.triage.owner"
LONGEST = 2000  # letters of a note
_REFUSED = "case.triage.refused"
Act = Callable[[Kept, Person, int], int]


def line(title: str, asked: str) -> DeltaGenerator:
    """The line, in one row, with the ways to elsewhere. `title`: the page below. Gives the place for the rest of it."""
    row = st.container(horizontal=True, gap="small", vertical_alignment="center", key="case_line")
    with row:
        frame.back(title)
        _place(asked)
    return row


def made_of_it(row: DeltaGenerator, key: str) -> None:
    """What people make of the case, in the same row; and below it what could not be done."""
    with row:
        _triage(key)
    if refused := st.session_state.pop(_REFUSED, None):
        with st.container(border=True, key="case_not_done"):
            st.markdown(f"{words.badge(words.NEXT, 'Nothing was changed')} {words.md_escape(visit.told(refused))}")


def _place(asked: str) -> None:
    """Where it stands in the list, and the ways to its neighbours."""
    place = placing.place(asked)
    if place is None:
        return
    st.markdown(f"{place.position:,} of {place.total:,}", width="content")
    ways = (
        ("Previous", ":material/chevron_left:", place.before, place.earlier),
        ("Next", ":material/chevron_right:", place.after, place.later),
    )
    for name, icon, there, more in ways:
        st.button(
            name,
            key=f"case.{name.lower()}",
            icon=icon,
            type="tertiary",
            shortcut=name[0].lower(),
            disabled=not more,
            help=f"The {name.lower()} case of the list (key {name[0].lower()})" if more else "The list ends here.",
            on_click=walking.step,
            args=(there,),
            kwargs={"on": name == "Next"},
        )


def _triage(key: str) -> None:
    st.space("stretch")
    try:
        desk = visit.get_desk()
        kept = desk.inbox.get(key)
        if kept is None:
            return
        entries, _ = desk.activity(limit=20, case_key=key)
    except OrderlensError as error:
        st.markdown(
            words.badge(words.LOOKS[Tone.COULD_NOT_LOOK], words.md_escape(visit.told(error.message))), width="content"
        )
        return
    _state(kept)
    _owner(kept)
    _note(kept, [one for one in entries if noted(one)])


def _state(kept: Kept) -> None:
    look = rows.LOOKS[kept.state]
    until = f" until {moment(kept.ignored_until, visit.timezone())}" if kept.state == "ignored" else ""
    with st.popover(f"{look.word}{words.md_escape(until)}", icon=look.icon, key="case.state"):
        st.caption(words.md_escape(_since(kept)))
        st.text_input("Ticket or reason", key=NOTE, placeholder="Optional", max_chars=200)
        if kept.state in ("open", "ignored"):
            _do("Acknowledge", ":material/person_check:", kept, _acknowledge)
        if kept.state != "resolved":
            tomorrow = today(visit.now(), visit.timezone()) + timedelta(days=1)
            st.date_input(
                "Not before", tomorrow + timedelta(days=6), min_value=tomorrow, key=UNTIL, format="YYYY-MM-DD"
            )
            _do("Ignore until then", ":material/snooze:", kept, _ignore)
        if kept.state != "open":
            _do("Reopen", ":material/undo:", kept, _reopen)


def _owner(kept: Kept) -> None:
    with st.popover(words.md_escape(kept.owner) or "Nobody's", icon=":material/person:", key="case.owner"):
        if kept.state == "resolved":
            st.text("It is resolved: nobody needs to look after it.")
            return
        me = visit.operator()
        if kept.owner != me:
            _do("It is mine", ":material/back_hand:", kept, _assigned(lambda: me))
        others = [one for one in visit.get_desk().inbox.owners() if one not in (me, kept.owner)]
        st.selectbox(
            "Somebody else's", others, index=None, key=OWNER, accept_new_options=True, placeholder="A name"
        )  # fmt: skip
        _do("It is theirs", ":material/person:", kept, _assigned(_named))
        if kept.owner:
            _do("It is nobody's", ":material/person_off:", kept, _assigned(str))


def _note(kept: Kept, notes: list[Entry]) -> None:
    label = f"Notes {len(notes)}" if notes else "Note"
    with st.popover(label, icon=":material/sticky_note_2:", key="case.notes"):
        for one in notes[:LAST]:
            at = words.md_escape(f"{one.who}, {ago(one.at, visit.now())}: {one.what}")
            st.markdown(f":small[:gray[{at}]]  \n{words.md_escape(noted(one), LONGEST)}")
        st.text_area("A note for whoever opens it next", key=f"{NOTE}.kept", max_chars=LONGEST)
        _do("Keep this note", ":material/add_notes:", kept, _annotate)


def _since(kept: Kept) -> str:
    zone = visit.timezone()
    if kept.state == "resolved":
        return f"Read as well at {moment(kept.resolved_at, zone)}."
    since = f"In the inbox since {moment(kept.first_seen, zone)}."
    return f"{since} {rows.LOOKS[kept.state].word} by {kept.who}." if kept.who and kept.state != "open" else since


def _do(label: str, icon: str, kept: Kept, act: Act) -> None:
    """A button that does it to the case as it was drawn."""
    no = visit.barred(Right.TRIAGE)
    st.button(
        label, key=f"case.triage.{label}", icon=icon, on_click=_done, args=(kept, act), width="stretch",
        disabled=bool(no), help=no or None,
    )  # fmt: skip


def _done(kept: Kept, act: Act) -> None:
    try:
        moved = act(kept, visit.person(), visit.now())
    except OrderlensError as error:
        st.session_state[_REFUSED] = f"{error.message} {error.next_step}"
        return
    if not moved:
        st.session_state[_REFUSED] = "It is not in a state in which that can be done. Look at it as it is now."
    for key in (NOTE, OWNER, f"{NOTE}.kept"):
        st.session_state.pop(key, None)


def _why() -> str:
    return str(st.session_state.get(NOTE) or "").strip()


def _acknowledge(kept: Kept, who: Person, now: int) -> int:
    return visit.get_desk().inbox.acknowledge([kept.key], who, now, note=_why(), seen=[kept])


def _ignore(kept: Kept, who: Person, now: int) -> int:
    until = midnight(st.session_state[UNTIL], visit.timezone())
    return visit.get_desk().inbox.ignore([kept.key], until, who, now, note=_why(), seen=[kept])


def _reopen(kept: Kept, who: Person, now: int) -> int:
    return visit.get_desk().inbox.reopen([kept.key], who, now, note=_why(), seen=[kept])


def _named() -> str:
    name = str(st.session_state.get(OWNER) or "").strip()
    if not name:
        raise UsageError("No name was given.", next_step="Choose one, or write one.")
    return name


def _assigned(owner: Callable[[], str]) -> Act:
    return lambda kept, who, now: visit.get_desk().inbox.assign([kept.key], owner(), who, now, seen=[kept])


def _annotate(kept: Kept, who: Person, now: int) -> int:
    return visit.get_desk().inbox.annotate([kept.key], str(st.session_state.get(f"{NOTE}.kept") or ""), who, now)
