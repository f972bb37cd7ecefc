"""Draws what an operator can do with a case: read it afresh, send a webhook again; the plan, the question, the proof.

Decides nothing: whether something may be sent is the desk's to say, and a refusal is shown with its reason. Nothing is
sent without a plan having been shown and a button having been pressed under it.
"""

from collections.abc import Callable
from math import ceil

import streamlit as st

from core import addresses
from core.desk import Change, Entry, Opened, Outcome, Proof, Retrieved
from core.errors import OrderlensError, Refused, redact
from core.facts import Endpoint, Event
from core.people import Right
from core.replays import Replay, candidates, makeable
from core.report import Remedy, Tone, count
from core.times import ago, moment, short_span
from dashboard import frame, visit, words
from dashboard.case import belonging, opening, proof
from dashboard.case.opening import Open

SAFE = words.Look("Why it is safe", ":material/verified_user:", "green")
AGAINST = words.Look("What speaks against it", ":material/front_hand:", "orange")
MADE = words.Look("Reconstructed: not Stripe's own event", ":material/construction:", "violet")
REFUSED = words.Look("Not possible", ":material/block:", "gray")
BODY_HEIGHT = 320  # pixels, after which the request scrolls
QUESTIONS = {"replay": "Send the webhook again", "resend": "Ask Stripe to send it again"}


def buttons(shown: Open) -> None:
    """What can be done now; sending stands out only where the diagnosis proposes it."""
    opened = shown.opened
    has_events, no_sending, no_reading = (
        bool(opened.links.events or makeable(opened)),
        visit.barred(Right.SEND),
        visit.barred(Right.RETRIEVE),
    )
    unlooked = shown.proof is not None and shown.proof.after is None  # sent; to be read before anything else
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="case_acts"):
        with st.container(horizontal=True, width="content", gap="small", key="case_buttons"):
            if has_events:
                st.button(
                    "Send the webhook again",
                    key="case.replay",
                    icon=":material/replay:",
                    type="primary" if shown.said.remedy is Remedy.SEND_AGAIN and not unlooked else "secondary",
                    on_click=opening.open_dialog,
                    args=("replay",),
                    disabled=bool(no_sending),
                    help=no_sending or None,
                )
            again = st.button(
                "Retrieve afresh",
                key="case.retrieve",
                icon=":material/sync:",
                type="primary" if shown.said.remedy is Remedy.READ_AFRESH or unlooked else "secondary",
                disabled=bool(no_reading),
                help=no_reading or "Reads the order and Stripe again, and shows what changed since.",
            )
        if opened.links.events and opened.case.facts.endpoints:
            st.button(
                "Resend through Stripe",
                key="case.resend",
                icon=":material/forward_to_inbox:",
                type="tertiary",
                on_click=opening.open_dialog,
                args=("resend",),
                disabled=bool(no_sending),
                help=no_sending or None,
            )
        if page := visit.order_page(opened.case.order):
            st.link_button("Open the order in the shop", page, icon=":material/open_in_new:", type="tertiary")
    if again:
        _retrieve(shown)


def _retrieve(shown: Open) -> None:
    try:
        with st.spinner("Reading the order and Stripe afresh…"):
            found = visit.get_desk().retrieve(shown.opened, who=visit.person())
            opening.retrieved(shown, found)
    except OrderlensError as error:
        frame.trouble(error)
        st.caption("The page shows the reading before.")
        return
    st.rerun()


def ask(shown: Open) -> None:
    """The dialog that is open, if one is."""
    if opening.dialog() == "replay":
        _ask_replay(shown)
    elif opening.dialog() == "resend":
        _ask_resend(shown)


@st.dialog(QUESTIONS["replay"], width="medium", icon=":material/replay:", on_dismiss=opening.close_dialog)
def _ask_replay(shown: Open) -> None:
    st.markdown("Orderlens signs the event as Stripe would and sends it to the shop's own webhook address.")
    event = _event(shown.opened, makeable(shown.opened))
    if event is None:
        return
    _planned(shown, ("replay", event.id), lambda: visit.get_desk().plan_replay(shown.opened, event.id))


@st.dialog(QUESTIONS["resend"], width="medium", icon=":material/forward_to_inbox:", on_dismiss=opening.close_dialog)
def _ask_resend(shown: Open) -> None:
    st.markdown("Stripe itself sends the event once more to one of the webhook addresses registered there.")
    event = _event(shown.opened)
    if event is None:
        return
    endpoint = _endpoint(shown.opened.case.facts.endpoints, event)
    what = ("resend", event.id, endpoint.id)
    _planned(shown, what, lambda: visit.get_desk().plan_resend(shown.opened, event.id, endpoint.id))


def _planned(shown: Open, what: tuple[str, ...], make: Callable[[], Replay]) -> None:
    """The plan and the button under it, or why there is none."""
    try:
        plan, seen = opening.planned(shown, what, make)
    except Refused as refusal:
        _refusal(refusal)
    except OrderlensError as error:
        _unsent(error)
    else:
        _confirm(shown, plan, seen=seen)


def _event(opened: Opened, made: tuple[Event, ...] = ()) -> Event | None:
    """The event to send: those worth sending first, `made` ones that Stripe has not among them, then the others, whose
    refusal says why not."""
    worth = (*candidates(opened), *made)
    others = tuple(event for event in reversed(opened.links.events) if event not in worth)
    events = (*worth, *others)
    if not events:
        st.text("Stripe listed no event of this case.")
        return None
    now = visit.now()
    chosen = st.selectbox(
        "Which event", range(len(events)), format_func=lambda index: proof.event_label(events[index], now)
    )
    return events[chosen] if 0 <= chosen < len(events) else events[0]


def _endpoint(endpoints: tuple[Endpoint, ...], event: Event) -> Endpoint:
    ordered = sorted(endpoints, key=lambda endpoint: not endpoint.wants(event.type))
    chosen = st.selectbox("To which address", range(len(ordered)), format_func=lambda index: redact(ordered[index].url))
    return ordered[chosen] if 0 <= chosen < len(ordered) else ordered[0]


def _unsent(error: OrderlensError) -> None:
    """What stood in the way before anything was sent; with an error nothing ever was."""
    frame.trouble(error)
    st.caption("Nothing was sent.")


def _refusal(refusal: Refused) -> None:
    with st.container(border=True, key="case_refused"):
        st.markdown(f"{words.badge(REFUSED)}")
        st.markdown(f"**{words.md_escape(visit.told(refusal.message))}**")
        st.text(visit.told(refusal.next_step))
    st.button("Close", key="case.refused.close", on_click=opening.close_dialog)


def _confirm(shown: Open, plan: Replay, *, seen: bool) -> None:
    """The plan, letter by letter, and the button under it, which sends what was `seen` on the page."""
    if plan.event.reconstructed:
        st.markdown(words.badge(MADE))
    _reasons(SAFE, plan.reasons)
    _reasons(AGAINST, plan.objections)
    with st.expander("Exactly what will be sent", icon=":material/code:"):
        if plan.body:
            st.code(proof.request(plan), language=None, wrap_lines=True, height=BODY_HEIGHT)
        else:
            to = addresses.shown(plan.url)
            st.text(f"Stripe sends its own request for {plan.event.id} to {to}, with a signature of its own.")
    note = st.text_input(
        "Ticket or reason (optional, kept in the journal)",
        key="case.note",
        placeholder="e.g. ticket 4711",
        max_chars=200,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Send it now", key="case.send", type="primary", icon=":material/send:")
        st.button("Cancel", key="case.cancel", on_click=opening.close_dialog)
        st.caption(f"to {words.md_escape(addresses.shown(plan.url))}", width="content")
    if pressed and seen:
        _send(shown, plan, note)


def _reasons(look: words.Look, reasons: tuple[str, ...]) -> None:
    if reasons:
        listed = "\n".join(f"- {words.md_escape(visit.told(redact(reason)))}" for reason in reasons)
        st.markdown(f"{words.badge(look)}\n\n{listed}")


def _send(shown: Open, plan: Replay, note: str) -> None:
    """Send, wait for the order, keep the proof. Everything is kept before anything is drawn: a rerun that came in
    meanwhile takes effect at the next drawing, and finds no plan to send. That the same is sent once, whoever presses
    how often, is the journal's to hold."""
    try:
        with st.spinner("Sending, then watching the order for up to 30 seconds…", show_time=True):
            proven = visit.get_desk().carry_out(plan, shown.opened, who=visit.person(), note=note.strip())
            opening.proven(shown, proven)
            opening.close_dialog()
    except OrderlensError as error:
        _unsent(error)
        return
    st.rerun()


def outcome(shown: Open) -> None:
    """What the last action came to: the proof of a sending, or what a fresh reading changed."""
    if shown.proof is not None:
        _proof(shown.proof)
        return
    _unsettled(shown)
    _lately(shown)
    if shown.retrieved is not None:
        _changes(shown.retrieved)


def _unsettled(shown: Open) -> None:
    """The sendings of this case that somebody is at, or of which nobody knows what came."""
    try:
        found = visit.get_desk().unsettled(shown.opened)
    except OrderlensError as error:
        with st.container(border=True, key="case_unsettled_unread"):
            st.markdown(words.badge(words.LOOKS[Tone.COULD_NOT_LOOK]))
            said = f"Whether something was sent for this case is not known, and nothing can be sent. {error.message}"
            st.text(visit.told(said))
            st.markdown(f"{words.badge(words.NEXT)} {words.md_escape(visit.told(error.next_step))}")
        return
    for number, one in enumerate(found):
        with st.container(border=True, key=f"case_unsettled_{number}"):
            st.markdown(words.badge(words.LOOKS[proof.TONES[one.outcome]], words.md_escape(one.outcome.called)))
            st.markdown(f"**{words.md_escape(visit.told(one.says), 1200)}**")
            st.markdown(f"{words.badge(words.NEXT)} {words.md_escape(visit.told(one.next_step), 1200)}")


def probed(shown: Open) -> None:
    """What the endpoint answered to the last probe, where the app refuses the case's message."""
    if said := visit.get_desk().probe_told(shown.opened):
        st.caption(f":material/network_ping: {words.md_escape(said)}")


def _lately(shown: Open) -> None:
    """What came of a sending of the last minutes, as the journal has it: after a reload, and to everybody else."""
    try:
        sent = visit.get_desk().lately(shown.opened)
    except OrderlensError:
        return  # that the journal cannot be read is said where it matters
    if sent is None:
        return
    came, answer = Outcome(sent.outcome), sent.details
    with st.container(border=True, key="case_proof"):
        st.markdown(words.badge(words.LOOKS[proof.TONES[came]], words.md_escape(came.called)))
        st.markdown(f"**{words.md_escape(visit.told(str(answer.get('says', ''))), 1200)}**")
        when = f"{sent.who} sent it {ago(sent.at, visit.now())}, at {moment(sent.at, visit.timezone(), seconds=True)}."
        status = f" The endpoint answered HTTP {answer['status']}." if answer.get("status") else ""
        st.markdown(words.md_escape(f"{when}{status} {_below(shown.opened, sent)}"))


def _below(opened: Opened, sent: Entry) -> str:
    """How the reading that is shown stands to a sending: whether it was made when that was over."""
    waited = sent.details.get("waited_seconds")
    over = sent.at + 1 + (ceil(waited) if isinstance(waited, int | float) else 30)
    if opened.case.facts.read_at >= over:
        return "This page was read since."
    return "This page may have been read before it was over: retrieve the case afresh."


def _proof(proven: Proof) -> None:
    found = proof.verdict(proven)
    with st.container(border=True, key="case_proof"):
        st.markdown(f"{words.badge(found.look, words.md_escape(found.title))}")
        st.markdown(f":{found.look.color}[**{words.md_escape(found.says, 1200)}**]")
        below = "Both sides were read again since." if proven.after else "This page was read before the sending."
        st.markdown(f"{words.md_escape(found.delivery)} {below}")
        belonging.proven(proven.expected)
        _table(proven.changes, "What changed by the sending")
        with st.expander("What was sent, and what the endpoint answered", icon=":material/code:"):
            st.code(found.answer or "(an empty answer)", language=None, wrap_lines=True, height=BODY_HEIGHT // 2)
            st.code(proof.request(proven.replay), language=None, wrap_lines=True, height=BODY_HEIGHT)


def _changes(found: Retrieved) -> None:
    zone, before, after = visit.timezone(), found.before.case.facts.read_at, found.after.case.facts.read_at
    since = f"{moment(before, zone, seconds=True)}, {short_span(max(0, after - before))} earlier"
    with st.container(border=True, key="case_changes"):
        if not found.changes:
            st.markdown(f":material/sync: **Nothing changed** since the reading of {words.md_escape(since)}.")
            return
        many = count(len(found.changes), "field")
        st.markdown(f":material/sync: **{many} changed** since the reading of {words.md_escape(since)}.")
        _table(found.changes, "What changed since the last reading")


def _table(changes: tuple[Change, ...], says: str) -> None:
    """Each change with both values, behind one press: nothing that stands below is pushed out of sight."""
    if changes:
        with st.expander(f"{says}: {count(len(changes), 'field')}", icon=":material/difference:"):
            st.table(proof.change_rows(changes), border="horizontal", alt=says)
