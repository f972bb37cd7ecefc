"""The raw side of a case: each object as it was read, and what differs between two of them as a unified diff.

Pure. Client secrets are taken out (as in a bundle); refuses to shorten or to reorder what Stripe sent.
"""

import difflib
import json
from collections.abc import Mapping

from core.cases import Case, bundle
from core.comparison import Attempt

KINDS = {
    "sessions": "Session",
    "payment_intents": "Intent",
    "charges": "Charge",
    "refunds": "Refund",
    "disputes": "Dispute",
    "events": "Event",
    "webhook_endpoints": "Endpoint",
}


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
    total = session.total if session else attempt.payment.amount if attempt.payment else None
    ours: dict[str, object] = {
        "amount_minor": order.amount_minor if order else None,
        "currency": (order.currency or "").lower() or None if order else None,
        "status": order.status.value if order else None,
        "session": order.session_id if order else None,
        "payment_intent": order.payment_intent_id if order else None,
        "customer_email": (order.customer_email or "").lower() or None if order else None,
        "order": order.name if order else None,
    }
    named = session.client_reference_id if session else None
    theirs: dict[str, object] = {
        "amount_minor": total.amount_minor if total else None,
        "currency": total.currency if total else None,
        "status": session.payment_status.value if session else intent.status.value if intent else None,
        "session": session.id if session else None,
        "payment_intent": intent.id if intent else session.payment_intent_id if session else None,
        "customer_email": (session.email or "").lower() or None if session else None,
        "order": named if order is None or named not in order.names else ours["order"],
    }
    return ours, theirs


def diff(before: object, after: object, names: tuple[str, str], context: int = 3) -> str:
    """A unified diff of two documents as JSON; empty where they are the same."""
    old, new = (_lines(one) for one in (before, after))
    return "\n".join(difflib.unified_diff(old, new, *names, lineterm="", n=context))


def _lines(document: object) -> list[str]:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True, default=str).splitlines()
