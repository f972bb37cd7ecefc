"""A small stage for the rules: bundles as in tests/cases, made from a healthy order by naming what differs."""

from collections.abc import Iterable
from typing import Any

from core.cases import Case
from core.findings import Diagnosis
from core.rules import examine

NOW = 1_760_000_000
DAY = 86_400
YESTERDAY = NOW - DAY
SESSION, OTHER_SESSION = "cs_live_" + "a1" * 15, "cs_live_" + "b2" * 15
INTENT, OTHER_INTENT = "pi_" + "3A" * 12, "pi_" + "3B" * 12
CHARGE, OTHER_CHARGE = "ch_" + "3A" * 12, "ch_" + "3B" * 12

Json = dict[str, object]


def order(**changes: object) -> Json:
    """A pending order of 50.00 USD, made yesterday, that points at SESSION."""
    return {
        "id": "1042",
        "status": "pending",
        "amount_minor": 5000,
        "currency": "usd",
        "session_id": SESSION,
        "payment_intent_id": None,
        "customer_email": "jo@example.com",
        "metadata": {},
        "created_at": YESTERDAY,
        "updated_at": YESTERDAY + 2,
    } | changes


def session(**changes: object) -> Json:
    """A finished, paid session of order 1042."""
    return {
        "id": SESSION,
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "amount_subtotal": 5000,
        "amount_total": 5000,
        "currency": "usd",
        "client_reference_id": "1042",
        "metadata": {},
        "payment_intent": INTENT,
        "success_url": "https://shop.example.com/thanks",
        "created": YESTERDAY,
        "expires_at": YESTERDAY + DAY,
        "livemode": True,
    } | changes


def unfinished(**changes: object) -> Json:
    """A session that nobody paid, and whose time is over."""
    return session(
        **(
            {"status": "expired", "payment_status": "unpaid", "payment_intent": None, "expires_at": NOW - 7200}
            | changes
        )
    )


def intent(**changes: object) -> Json:
    """The payment of SESSION: 50.00 USD, succeeded."""
    return {
        "id": INTENT,
        "amount": 5000,
        "amount_received": 5000,
        "currency": "usd",
        "status": "succeeded",
        "capture_method": "automatic_async",
        "metadata": {},
        "created": YESTERDAY + 60,
        "livemode": True,
    } | changes


def charge(**changes: object) -> Json:
    """The charge of INTENT."""
    return {
        "id": CHARGE,
        "amount": 5000,
        "amount_captured": 5000,
        "amount_refunded": 0,
        "captured": True,
        "currency": "usd",
        "status": "succeeded",
        "payment_intent": INTENT,
        "created": YESTERDAY + 90,
    } | changes


def refund(**changes: object) -> Json:
    """A refund of all of it, made an hour ago."""
    return {
        "id": "re_1",
        "amount": 5000,
        "currency": "usd",
        "status": "succeeded",
        "charge": CHARGE,
        "payment_intent": INTENT,
        "created": NOW - 3600,
    } | changes


def event(kind: str = "checkout.session.completed", about: str = SESSION, **changes: object) -> Json:
    """A message about `about`, accepted by all endpoints."""
    return {
        "id": f"evt_{kind}_{about}",
        "type": kind,
        "created": YESTERDAY + 92,
        "pending_webhooks": 0,
        "api_version": "2025-03-31.basil",
        "livemode": True,
        "data": {"object": {"id": about}},
    } | changes


def endpoint(**changes: object) -> Json:
    """The shop's endpoint, which asks for finished checkouts."""
    return {
        "id": "we_1",
        "url": "https://shop.example.com/webhooks/stripe",
        "status": "enabled",
        "enabled_events": ["checkout.session.completed", "charge.refunded"],
        "livemode": True,
    } | changes


def second_payment(**changes: object) -> list[Json]:
    """Session and intent of another checkout of the same order, paid."""
    return [
        session(id=OTHER_SESSION, payment_intent=OTHER_INTENT, created=YESTERDAY + 300),
        intent(id=OTHER_INTENT, created=YESTERDAY + 360, **changes),
    ]


def bundle(  # noqa: PLR0913 - one for each kind of object
    row: Json | None = None,
    *,
    sessions: Iterable[Json] | None = None,
    intents: Iterable[Json] | None = None,
    charges: Iterable[Json] | None = None,
    refunds: Iterable[Json] = (),
    disputes: Iterable[Json] = (),
    events: Iterable[Json] | None = None,
    endpoints: Iterable[Json] | None = None,
    missing: Iterable[str] = (),
    unread: Iterable[str] = (),
    **more: object,
) -> Json:
    """A bundle. What is not given is there and healthy: the paid session with intent, charge, event and endpoint."""
    not_found = [{"id": one, "code": "resource_missing", "message": f"No such object: '{one}'"} for one in missing]
    return {
        "case": "made up",
        "order": order() if row is None else row,
        "stripe": {
            "account": "acct_1",
            "sessions": list([session()] if sessions is None else sessions),
            "payment_intents": list([intent()] if intents is None else intents),
            "charges": list([charge()] if charges is None else charges),
            "refunds": list(refunds),
            "disputes": list(disputes),
            "events": list([event()] if events is None else events),
            "webhook_endpoints": list([endpoint()] if endpoints is None else endpoints),
            "lookup_errors": not_found,
            "unread": [{"kind": kind, "what": f"the {kind}", "because": "429"} for kind in unread],
        },
        "key_mode": "live",
        "now": NOW,
    } | more


def case(row: Json | None = None, **given: object) -> Case:
    """The case of such a bundle."""
    return Case.of(bundle(row, **given))  # type: ignore[arg-type]  # the same arguments, checked there


def diagnosed(row: Json | None = None, **given: object) -> Diagnosis:
    """Its diagnosis."""
    return examine(case(row, **given)).diagnosis


def codes(diagnosis: Diagnosis) -> list[str]:
    """The codes of its findings, the headline first."""
    return [finding.code for finding in diagnosis.findings]


def nothing_at_stripe() -> dict[str, Any]:
    """No session, intent, charge or event."""
    return {"sessions": [], "intents": [], "charges": [], "events": []}
