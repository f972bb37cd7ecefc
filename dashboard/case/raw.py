"""Draws each object as it was read, and any two of them side by side: objects, readings, the order against Stripe.

`documents`, `sides` and `choices` are pure. Client secrets are taken out, as in a bundle; nothing else that Stripe sent
is shortened or reordered.
"""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

import streamlit as st

from core.cases import Case, bundle
from core.comparison import NOTHING, Attempt, attempts
from core.desk import Opened
from core.facts import plainly
from core.report import count
from core.times import moment
from dashboard import visit, words
from dashboard.case.opening import Open
from dashboard.case.two import MOST, Line, lines
from dashboard.frame.ids import Ids

KINDS = {
    "sessions": "Session",
    "payment_intents": "Intent",
    "charges": "Charge",
    "refunds": "Refund",
    "disputes": "Dispute",
    "subscriptions": "Subscription",
    "invoices": "Invoice",
    "events": "Event",
    "webhook_endpoints": "Endpoint",
}
DEPTH = 2  # of a document that is unfolded at once
AGAINST_STRIPE, AGAINST_BEFORE = "Order against Stripe", "Before against after the last action"
ANY_TWO = "Any two, side by side"
ABSENT = "not there"
LINKS = 12  # ids of a document that are shown as links


def draw(shown: Open) -> None:
    """The objects as they were read, and what differs between two of them."""
    options = documents(shown.opened.case)
    pairs = [AGAINST_STRIPE, *([AGAINST_BEFORE] if shown.before else []), ANY_TWO]
    chosen = st.selectbox("Show", [*pairs, *options], key=f"case.raw.{shown.opened.key}")
    ids = Ids.of(shown.opened.case.facts)
    if chosen in options:
        _leads(ids.within(options[chosen]))
        st.json(options[chosen], expanded=DEPTH)
    elif chosen == ANY_TWO:
        _any_two(shown, ids)
    elif shown.before and chosen == AGAINST_BEFORE:
        _two(documents(shown.before.case), options, ("Before", "After"), ids)
    else:
        _two(*sides(shown.opened.case, (*attempts(shown.opened), NOTHING)[0]), ("Order", "Stripe"), ids)


def _leads(links: tuple[str, ...]) -> None:
    """The ids of a document, which its own drawing shows as text."""
    if links:
        more = f" and {count(len(links) - LINKS, 'further id')}" if len(links) > LINKS else ""
        st.markdown(f":small[At Stripe: {' · '.join(links[:LINKS])}{more}]")


def _any_two(shown: Open, ids: Ids) -> None:
    found = choices((shown.opened, *shown.earlier), visit.timezone())
    names = list(found)
    with st.container(horizontal=True):
        first = st.selectbox("First", names, key="case.raw.first")
        second = st.selectbox("Second", names, index=min(1, len(names) - 1), key="case.raw.second")
    if first in found and second in found:
        _two(found[first], found[second], (first, second), ids)


def _two(first: object, second: object, names: tuple[str, str], ids: Ids) -> None:
    """Both, value by value: what differs is marked by its colour, its weight and its place."""
    found = lines(first, second)
    apart = [line for line in found if line.differs]
    with st.container(horizontal=True, vertical_alignment="center"):
        if apart:
            st.markdown(f"**{count(len(apart), 'value differs', 'values differ')}**", width="content")
        else:
            st.text("The two are the same.", width="content")
        whole = st.toggle("Show what is the same too", key="case.raw.whole")
    drawn = list(found) if whole else apart
    if drawn:
        titles = [words.md_escape(name) for name in names]
        titles[1] = f"{titles[1]} (second)" if titles[0] == titles[1] else titles[1]
        rows = [_row(line, titles, ids) for line in drawn[:MOST]]
        alt = f"{names[0]} beside {names[1]}: {len(apart)} of {len(found)} values differ"
        with st.container(key="case_two"):
            st.table(rows, border="horizontal", hide_index=True, alt=alt)
    if len(drawn) > MOST:
        st.caption(f"The first {MOST} of {len(drawn):,} values; the objects themselves are whole.")


def _row(line: Line, titles: list[str], ids: Ids) -> dict[str, str]:
    cells = [ABSENT if one is None else ids.linked(one) for one in (line.first, line.second)]
    marked = [f":red[**{one}**]" if line.differs else one for one in cells]
    return {"Value": words.md_escape(line.where), titles[0]: marked[0], titles[1]: marked[1]}


def choices(readings: Iterable[Opened], zone: tzinfo) -> dict[str, object]:
    """All that can be put beside one another: of the newest reading (the first) each object under its own name, of the
    earlier ones with their time; and each reading whole."""
    found: dict[str, object] = {}
    whole: dict[str, object] = {}
    for number, one in enumerate(readings):
        at = moment(one.case.facts.read_at, zone, seconds=True)
        own = documents(one.case)
        found |= {name if number == 0 else f"{name}, as read at {at}": document for name, document in own.items()}
        name = f"All that was read at {at}"
        whole[name if name not in whole else f"{name} ({number + 1})"] = own
    return {**found, **whole}


def documents(case: Case) -> dict[str, object]:
    """Everything that was read, under a name people can choose by: "Order 1042", "Session cs_..."."""
    whole = bundle(case, masked=False)
    found: dict[str, object] = {}
    if case.order is not None:
        found[f"Order {case.order.name}"] = dict(case.order.raw) or whole["order"]
    stripe = whole["stripe"]
    assert isinstance(stripe, Mapping)  # noqa: S101 - for the type checker: so a bundle is made
    for kind, name in KINDS.items():
        for one in stripe[kind]:
            event = f" ({one.get('type')})" if kind == "events" else ""
            found[f"{name} {one.get('id')}{event}"] = one
    return found


def sides(case: Case, attempt: Attempt) -> tuple[dict[str, object], dict[str, object]]:
    """The order and an attempt at paying in the same words, so that a diff of them shows only what disagrees."""
    order, session, intent = case.order, attempt.session, attempt.intent
    total = session.total if session else attempt.payment and attempt.payment.amount
    named = session and session.client_reference_id
    rows = (
        ("amount_minor", order and order.due and order.due.amount_minor, total and total.amount_minor),
        ("currency", order and _lower(order.currency), total and total.currency),
        ("status", order and order.status.value, (session and session.payment_status) or (intent and intent.status)),
        ("session", order and order.session_id, session and session.id),
        (
            "payment_intent",
            order and order.payment_intent_id,
            intent.id if intent else session and session.payment_intent_id,
        ),
        ("customer_email", order and _lower(order.customer_email), session and _lower(session.email)),
        ("order", order and order.name, order.name if order and named and plainly(named) in order.spellings else named),
    )
    return {name: ours for name, ours, _ in rows}, {name: theirs for name, _, theirs in rows}


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None
