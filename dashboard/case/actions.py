"""Draws what an operator can do with a case: read it afresh, send a webhook again; the plan and the question.

Decides nothing: whether something may be sent is the desk's to say, and a refusal is shown with its reason. Nothing is
sent without a plan having been shown and a button having been pressed under it.
"""

from collections.abc import Callable, Iterator
from typing import Literal

import streamlit as st

from core import addresses
from core.desk import Opened
from core.errors import OrderlensError, Refused, redact
from core.facts import Endpoint, Event
from core.people import Right
from core.replays import Replay, candidates, makeable, sendable
from core.report import Remedy, Report
from dashboard import frame, visit, words
from dashboard.case import opening, proof
from dashboard.case.came import BODY_HEIGHT
from dashboard.case.opening import Open
from dashboard.frame import replay_link
from dashboard.frame.ids import Ids

SAFE = words.Look("Why it is safe", ":material/verified_user:", "green")
AGAINST = words.Look("What speaks against it", ":material/front_hand:", "orange")
MADE = words.Look("Reconstructed: not Stripe's own event", ":material/construction:", "violet")
REFUSED = words.Look("Not possible", ":material/block:", "gray")
Standing = Literal["primary", "secondary", "tertiary"]
QUESTIONS = {"replay": "Send the webhook again", "resend": "Ask Stripe to send it again"}


def buttons(shown: Open) -> None:
    """What can be done now: what stands out and *Retrieve afresh*, then the rest. What the plan would refuse is not
    offered; it is said why."""
    said, no_reading = shown.said, visit.barred(Right.RETRIEVE)
    unlooked = shown.proof is not None and shown.proof.after is None  # sent; to be read before anything else
    first, *others = (*_pages(shown), None)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="case_acts"):
        with st.container(horizontal=True, width="content", gap="small", key="case_buttons"):
            stands_out: Standing = "secondary" if unlooked else "primary"
            if said.remedy is Remedy.SEND_AGAIN:
                _send_again(stands_out)
            elif said.remedy is Remedy.OPEN and first:
                _opened(*first, stands_out)
            again = st.button(
                "Retrieve afresh",
                key="case.retrieve",
                icon=":material/sync:",
                type="primary" if said.remedy is Remedy.READ_AFRESH or unlooked else "secondary",
                disabled=bool(no_reading),
                help=no_reading or "Reads the order and Stripe again, and shows what changed since.",
            )
        if said.remedy is not Remedy.SEND_AGAIN and not said.unsendable:
            _send_again("tertiary")
        _resend(shown)
        for page in others if said.remedy is Remedy.OPEN else (first, *others):
            if page:
                _opened(*page, "tertiary")
    _why_not(said)
    if again:
        _retrieve(shown)


def _why_not(said: Report) -> None:
    """What speaks against what stands out, or why nothing can be sent: one grey line."""
    if told := said.caution or (f"Nothing to send again. {said.unsendable}" if said.unsendable else ""):
        with st.container(key="case_why_not"):
            st.caption(words.md_escape(told))


def _pages(shown: Open) -> Iterator[tuple[str, str]]:
    """Where next steps are taken, each with its address, as far as that is known; the order's page in any case."""
    ids, shop = Ids.of(shown.opened.case.facts), visit.order_page(shown.opened.case.order)
    for one in shown.said.opens:
        page = ids.page(one.at) if one.at else shop
        if page:
            yield f"Open {one.called} in {'Stripe' if one.at else 'the shop'}", page
    if shop and all(one.at for one in shown.said.opens):
        yield "Open the order in the shop", shop


def _opened(label: str, page: str, stands_out: Standing) -> None:
    st.link_button(label, page, icon=":material/open_in_new:", type=stands_out)


def _send_again(stands_out: Standing) -> None:
    barred = visit.barred(Right.SEND)
    st.button(
        QUESTIONS["replay"],
        key="case.replay",
        icon=":material/replay:",
        type=stands_out,
        on_click=opening.open_dialog,
        args=("replay",),
        disabled=bool(barred),
        help=barred or None,
    )


def _resend(shown: Open) -> None:
    """Through Stripe, where one of its endpoints hears of what may be sent."""
    barred, own = visit.barred(Right.SEND), sendable(shown.opened)
    if any(one.enabled and one.wants(event.type) for event in own for one in shown.opened.case.facts.endpoints):
        st.button(
            "Resend through Stripe",
            key="case.resend",
            icon=":material/forward_to_inbox:",
            type="tertiary",
            on_click=opening.open_dialog,
            args=("resend",),
            disabled=bool(barred),
            help=barred or None,
        )


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
    if len(candidates(shown.opened)) > 1:
        st.caption("It lacks more than one event? A plan sends them in the order in which they happened.")
        replay_link.button((shown.opened.key,), f"order {shown.opened.name}", key="case.plan_replay")


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
        "Which event",
        range(len(events)),
        format_func=lambda index: proof.event_label(events[index], now),
        key="case.event",
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
