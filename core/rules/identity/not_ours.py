"""Can the two sides be compared at all? The mode, and the owner of what the order points at."""

import re

from core.facts import CLOSED_ORDER, PAID_ORDER, Intent, Order, Session
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import names_other, names_this, references, stored_ids
from core.pasted import mode_of
from core.rules.questions import states
from core.rules.rule import Match, Rule, Seen
from core.rules.sentences import about, about_order, several, status_of

_SIMILAR = re.compile(r"similar object exists in (test|live) mode")


def _urgency(seen: Seen) -> Severity:
    return Severity.CRITICAL if seen.order.status in PAID_ORDER else Severity.HIGH


def key_mode_mismatch(seen: Seen) -> Match | None:
    """Something the order points at is of the other mode than the key."""
    facts, order = seen.case.facts, seen.order
    stored = stored_ids(order)
    other = facts.key_mode != "live"  # the `livemode` that does not fit the key
    wrong = [
        about(thing, "livemode", other)
        for things in (facts.sessions, facts.intents)
        for thing in things
        if thing.livemode is other and (thing.id in stored or _linked(seen, thing))
    ]
    if order.session_id and mode_of(order.session_id) not in (None, facts.key_mode):
        wrong.append(about_order(order, "session_id", order.session_id))
    for missing in facts.missing:
        similar = _SIMILAR.search(missing.message) if missing.id in stored else None
        if similar and similar[1] != facts.key_mode:
            wrong.append(Evidence(f"Stripe on {missing.id}", "error", missing.message))
    if not wrong:
        return None
    booked, mode = order.status in PAID_ORDER, "test" if facts.key_mode == "live" else "live"
    extra = (Action.REVIEW_SECURITY,) if booked and mode == "test" else ()
    return Match(
        _urgency(seen),
        states.due(seen) if mode == "test" else None,
        (*wrong, Evidence("settings", "key mode", facts.key_mode), status_of(order)),
        {"found": mode, "keys": facts.key_mode},
        detail=mode,
        actions=(*(() if not booked else (Action.HOLD_FULFILMENT,)), Action.FIX_KEY_OR_ACCOUNT, *extra)
        if mode == "test"
        else None,
    )


def _linked(seen: Seen, thing: Session | Intent) -> bool:
    return thing in (seen.links.sessions if isinstance(thing, Session) else seen.links.intents)


def session_foreign(seen: Seen) -> Match | None:
    """What the order points at is another order's payment."""
    order = seen.order
    if not seen.links.foreign and not seen.case.other_orders:
        return None
    if seen.links.foreign:
        thing = seen.links.foreign[0]
        owner, sure = _owner(seen, thing), Confidence.CERTAIN
        evidence: tuple[Evidence, ...] = (*stored_as(seen, {thing.id}), about(thing, "order reference", owner))
    else:
        shared = [
            (other, both & ids)
            for other in seen.case.other_orders
            if (both := stored_ids(other)) & (ids := _unnamed(seen)) and _was_first(other, order)
        ]
        if not shared or shared[0][0].id == order.id:
            return None
        other, ids = min(shared, key=lambda pair: (pair[0].created_at or 0, pair[0].id))
        dated = other.created_at is not None and order.created_at is not None
        owner, sure = other.name, Confidence.PROBABLE if dated else Confidence.POSSIBLE
        evidence = (*stored_as(seen, ids), about_order(other, "also stores", several(sorted(ids))))
    return Match(
        _urgency(seen),
        order.amount,
        (*evidence, status_of(order)),
        {"other": owner, "id": several(sorted({e.value for e in evidence[:1]}))},
        confidence=sure,
    )


def _owner(seen: Seen, thing: Session | Intent) -> str:
    """The order it names; else the order that its session names."""
    named = references(thing)
    for session in seen.case.facts.sessions:
        if not named and session.payment_intent_id == thing.id and names_other(seen.order, session):
            named = references(session)
    return several(sorted(named)) or "another order"


def _unnamed(seen: Seen) -> frozenset[str]:
    """Stored ids of objects that were found and do not name this order."""
    facts = seen.case.facts
    found = {session.id for session in facts.sessions if not names_this(seen.order, session)}
    found |= {intent.id for intent in facts.intents if not names_this(seen.order, intent)}
    named = {s.payment_intent_id for s in facts.sessions if names_this(seen.order, s)}
    grouped = "order_group" in seen.order.metadata
    return frozenset() if grouped else stored_ids(seen.order) & (found - named)


def _was_first(other: Order, this: Order) -> bool:
    """Of two rows that point at one payment the older one has it, unless it was given up for this one. Which is older
    may not be known; then either may have it."""
    if other.deleted or other.status in CLOSED_ORDER:
        return False
    if other.created_at is None or this.created_at is None:
        return True
    return other.created_at < this.created_at


def stored_as(seen: Seen, ids: frozenset[str] | set[str]) -> tuple[Evidence, ...]:
    order = seen.order
    columns = {"session_id": order.session_id, "payment_intent_id": order.payment_intent_id}
    found = tuple(about_order(order, name, value) for name, value in columns.items() if value in ids)
    return found or tuple(about_order(order, "stored id", one) for one in sorted(ids))


KEY_MODE_MISMATCH = Rule(
    code="key_mode_mismatch",
    title="Test and live are mixed",
    family="identity",
    severity="critical if the order is paid or fulfilled, else high",
    money="the order's total if it counts as paid by a test payment; otherwise nothing that can be told",
    explanation="The order's session id says cs_test_ or cs_live_, or what it points at is marked so, and "
    "the key Orderlens reads with is of the other mode.",
    support="This order points at a test payment. No real money came in with it. Please do not ship until a developer "
    "has looked.",
    support_by_detail={
        "live": "This order points at a live payment, but we are looking with test keys. "
        "Whether it is paid can only be seen with the live key.",
    },
    causes=(
        "The wrong key is configured, here or in the shop.",
        "A test or staging copy of the shop wrote into the live database.",
        "A test-mode webhook endpoint points at the live shop.",
    ),
    developer="The order points at {found} mode, the key is of {keys} mode. Keep a key, an endpoint and a signing "
    "secret for each. Compare `livemode` before acting on any event, and store it on the order.",
    remedy=(
        "Hold the order back if it is paid or shipped.",
        "Find out which of the two modes the order belongs to.",
        "Read it again with the key of that mode.",
        "If the order is real and the payment was a test, ask the customer for a payment.",
    ),
    guards=("A development database, where the key and the ids are both of test mode.",),
    actions=(Action.HOLD_FULFILMENT, Action.FIX_KEY_OR_ACCOUNT, Action.FRESH_RETRIEVE),
    supersedes=frozenset({"*"}),
    confidence="certain: the mode is in the session's id or on the object; else Stripe itself named it",
    unchecked=("Everything of the order in {found} mode: it was read with a key of {keys} mode.",),
    searched=(
        "a similar object exists in test mode, but a live mode key was used to make this request",
        "a similar object exists in live mode, but a test mode key was used to make this request",
        "No such checkout.session: 'cs_test_",
        "No such payment_intent",
        "Invalid API Key provided",
    ),
    check=key_mode_mismatch,
)

SESSION_FOREIGN = Rule(
    code="session_foreign",
    title="The stored payment belongs to another order",
    family="identity",
    severity="critical if the order is paid or fulfilled, else high",
    money="the order's total: goods are promised without a payment of their own",
    explanation="The session or intent stored on the order names another order, or belongs to a session that does; "
    "or an older order stores the same id.",
    support="The payment on this order belongs to order {other}. For this order itself, that payment counts for "
    "nothing.",
    causes=(
        "The app saved a wrong id when the checkout was completed.",
        "Somebody reused the id of an old, paid checkout.",
        "An order row was copied with its payment ids.",
        "Two sites on one Stripe account count their orders alike.",
    ),
    developer="{id} belongs to order {other}. On completion compare client_reference_id or metadata, and the amount, "
    "with the order. Make the columns for session and intent ids unique.",
    remedy=(
        "Hold the order back.",
        "Open order {other} and see that the payment is booked there.",
        "Look whether this order was completed on purpose with an old payment.",
        "Correct the stored id, or ask the customer for a payment.",
    ),
    guards=(
        "Orders that share one checkout on purpose (metadata.order_group).",
        "Several references on one object, of which one is this order.",
        "A client_reference_id that is the order's cart or customer.",
        "An older order that was given up for this one.",
    ),
    actions=(Action.HOLD_FULFILMENT, Action.REVIEW_SECURITY, Action.REQUEST_NEW_PAYMENT, Action.FIX_STORED_ID),
    supersedes=frozenset(
        {
            "stale_id",
            "amount_mismatch",
            "amount_explained",
            "currency_mismatch",
        }
    ),
    confidence="certain where the object names another order; probable where an older order stores the same id, "
    "possible where their ages are not known",
    sureness={
        Confidence.CERTAIN: "certain: what it points at names another order",
        Confidence.PROBABLE: "probable: an older order stores the same id",
        Confidence.POSSIBLE: "possible: another order stores the same id, and nobody knows which is older",
    },
    unchecked=("Whether order {other} was meant to be paid together with this one.",),
    searched=(
        "Session data mismatch",
        "client_reference_id does not match order",
        "order completed with another order's payment intent",
        "same payment intent used for two orders",
    ),
    check=session_foreign,
)
