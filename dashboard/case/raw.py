"""Draws each object as it was read, and what differs between two of them as a unified diff.

`documents`, `sides` and `diff` are pure. Client secrets are taken out, as in a bundle; nothing else that Stripe sent is
shortened or reordered.
"""

import difflib
import json
from collections.abc import Mapping

import streamlit as st

from core.cases import Case, bundle
from core.comparison import NOTHING, Attempt, attempts
from core.desk import Opened
from core.facts import plainly

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


def draw(opened: Opened, before: Opened | None) -> None:
    """The objects as they were read, and what differs between two of them."""
    options = documents(opened.case)
    diffs = [AGAINST_STRIPE, *([AGAINST_BEFORE] if before else [])]
    chosen = st.selectbox("Show", [*diffs, *options], key=f"case.raw.{opened.key}")
    if chosen in options:
        st.json(options[chosen], expanded=DEPTH)
        return
    if before and chosen == AGAINST_BEFORE:
        lines = diff(documents(before.case), options, ("before", "after"))
    else:
        ours, theirs = sides(opened.case, (*attempts(opened), NOTHING)[0])
        lines = diff(ours, theirs, ("order", "stripe"), context=20)
    if lines:
        st.caption("A line with a minus stands only on the first side, with a plus only on the second.")
        st.code(lines, language="diff", wrap_lines=True)
    else:
        st.text("The two are the same.")


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


def diff(before: object, after: object, names: tuple[str, str], context: int = 3) -> str:
    """A unified diff of two documents as JSON; empty where they are the same."""
    old, new = (_lines(one) for one in (before, after))
    return "\n".join(difflib.unified_diff(old, new, *names, lineterm="", n=context))


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None


def _lines(document: object) -> list[str]:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True, default=str).splitlines()
