"""Can the two sides be compared at all? The mode, and the owner of what the order points at."""

import re

from core.facts import PAID_ORDER, Intent, Order, Session
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import Claim, Whose, is_dated, references, stored_ids
from core.pasted import mode_of
from core.rules.questions import states
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, about_order, several, status_of
from core.times import moment

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
    if not seen.links.foreign:
        return None
    thing, order = seen.links.foreign[0], seen.order
    named = _naming(seen, thing)
    other = next((rival for what, rival in seen.links.claims if what is Claim.TAKEN), None)
    if named is not None:
        owner, sure, evidence = named
    elif other is not None:
        owner, sure = other.name, Confidence.PROBABLE if is_dated(other, order) else Confidence.POSSIBLE
        evidence = about_order(other, "also stores", several(_there_too(seen, other)))
    else:
        return None
    held = stored_as(seen, {thing.id})
    return Match(
        _urgency(seen),
        order.due,
        (*held, evidence, status_of(order)),
        {"other": owner, "id": held[0].value},
        detail="stored" if named is None else None,
        confidence=sure,
    )


def _naming(seen: Seen, thing: Session | Intent) -> tuple[str, Confidence, Evidence] | None:
    """The other order that it names, or that its session names; how sure it is that there is one, and the proof."""
    books = seen.links.books
    sessions = [s for s in seen.case.facts.sessions if s.payment_intent_id == thing.id]
    bearing = next((one for one in (thing, *sessions) if books and books.whose(one) is Whose.ANOTHERS), None)
    if bearing is None or books is None:
        return None
    owner = books.owner(bearing)
    borne = several(sorted(references(bearing, books.keys)))
    sure = Confidence.CERTAIN if owner or books.naming else Confidence.PROBABLE
    return owner.name if owner else borne, sure, about(bearing, "order reference", borne)


def order_copied(seen: Seen) -> Match | None:
    """One payment is booked on two orders of one customer and one amount, and this is the later one."""
    first = next((other for what, other in seen.links.claims if what is Claim.COPIED), None)
    if first is None or not seen.links.still_paid or states.grouped(seen):
        return None
    both, ours = _there_too(seen, first), stored_ids(seen.order)
    return Match(
        Severity.HIGH,
        seen.order.due,
        (
            *stored_as(seen, ours.intersection(both) or ours),
            about_order(first, "also stores", several(both)),
            about_order(first, "created_at", moment(first.created_at)),
            about_order(seen.order, "created_at", moment(seen.order.created_at)),
            status_of(seen.order),
        ),
        {"other": first.name, "id": both[0]},
        confidence=Confidence.PROBABLE,
    )


def _there_too(seen: Seen, other: Order) -> list[str]:
    """The ids that the other order stores too; all of its own, where each of the two points at another end of one
    payment."""
    return sorted(stored_ids(other) & stored_ids(seen.order)) or sorted(stored_ids(other))


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
        does(
            Action.REQUEST_NEW_PAYMENT,
            "If the order is real and the payment was a test, ask the customer for a payment.",
        ),
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
    explanation="The session or intent stored on the order is proven to be another order's: an order of the name that "
    "it bears exists, or the order's own objects show where the shop writes its numbers, or it bears a number of the "
    "shop's make and another amount or e-mail; or an older order stores the same id, and the two do not share it.",
    support="The payment on this order belongs to order {other}. For this order itself, that payment counts for "
    "nothing.",
    support_by_detail={
        "stored": "Order {other} has the same payment, and had it first. For this order itself, that payment probably "
        "counts for nothing.",
    },
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
        "Correct the stored id.",
        does(Action.REQUEST_NEW_PAYMENT, "If this order was never paid, ask the customer for a payment."),
    ),
    guards=(
        "Orders that share one checkout on purpose (metadata.order_group).",
        "Several references on one object, of which one is this order.",
        "A reference that is the order's cart or customer, or that no order has.",
        "A reference that nobody could look up: with the same amount and e-mail it is this order's payment.",
        "A number that another order has by chance: the payment fits this order, and not that one.",
        "An older order that was given up for this one.",
        "Orders whose totals add up to the payment, and copies of one order (order_copied).",
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
    confidence="certain where the object names an order that exists; probable where its name could not be looked up, "
    "or where an older order stores the same id; possible where their ages are not known",
    sureness={
        Confidence.CERTAIN: "certain: what it points at names another order",
        Confidence.PROBABLE: "probable: that order could not be looked up, or only stores the same id",
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

ORDER_COPIED = Rule(
    code="order_copied",
    title="One payment is booked on two orders",
    family="identity",
    severity="high",
    money="the order's total: goods may go out twice for one payment",
    explanation="This order and an older one store the same payment, which names neither; both are paid, of the same "
    "e-mail and the same total.",
    support="The payment of this order is booked on order {other} too: the same customer, the same amount, made "
    "earlier. Do not ship twice. The customer has paid; ask for nothing.",
    causes=(
        "A sync or an import wrote the order a second time.",
        "The order was duplicated in the shop together with its payment ids.",
        "A request was repeated, and made a second row.",
    ),
    developer="{id} is stored on order {other} as well. Make the columns for session and intent ids unique, and have "
    "whatever writes orders look first whether the payment is booked already.",
    remedy=(
        "Hold this order back.",
        "Open order {other}, and see which of the two was shipped.",
        "Ask the customer, if in doubt, whether they ordered twice; do not ask for money.",
        "Cancel the copy in the shop, without returning the payment.",
    ),
    guards=(
        "Orders whose totals add up to the payment: they share it.",
        "Orders that share one checkout on purpose (metadata.order_group).",
        "The older of the two: it is the one that was paid.",
        "An older order that was cancelled: this one took its place.",
        "A payment that names one of the two.",
        "A payment that went back, or that the bank took: nothing of it pays for either.",
    ),
    actions=(Action.HOLD_FULFILMENT, Action.CONTACT_CUSTOMER, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"stale_id"}),
    confidence="probable: both rows were read and are alike; whether the customer ordered twice they do not say",
    unchecked=("Whether the customer meant to order twice, and paid for only one.",),
    searched=(
        "duplicate orders same payment_intent",
        "Stripe webhook created order twice",
        "order imported twice with same transaction id",
    ),
    orders=PAID_ORDER,
    paid=True,
    check=order_copied,
)
