"""For an order that Stripe has settled and the app has not: the message could come, and the app could not use it."""

from core.facts import CLOSED_ORDER, OPEN_ORDER
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import references, stored_ids
from core.rules.questions.why_unheard import (
    cause,
    delivered,
    never_wrote,
    sells_otherwise,
    subscribed,
    unheard,
    without_intent,
)
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, about_order, several, status_of
from core.rules.transport.messages import about_event, again, happened, mark, replay, stake, to_send
from core.times import moment, span

_KINDS = {
    "subscription": "a subscription",
    "setup": "a saved card",
    "free": "free of charge",
}


def metadata_not_on_pi(seen: Seen) -> Match | None:
    """The endpoints hear of payments, and this payment carries neither the order's number nor a stored id."""
    if cause(seen) != "metadata_not_on_pi":
        return None
    stored = stored_ids(seen.order)
    intents = [p.intent for p in seen.links.still_paid if p.intent]
    bare = [intent for intent in intents if not seen.bears_a_name(intent) and intent.id not in stored]
    return Match(
        Severity.HIGH,
        stake(seen),
        (
            *(about(intent, "order reference", None) for intent in bare),
            *(
                about(s, "order reference", several(sorted(references(s, seen.case.surroundings.keys))))
                for s in seen.links.sessions
            ),
            about_order(seen.order, "payment_intent_id", seen.order.payment_intent_id),
            *(
                Evidence(f"endpoint {e.id}", "enabled_events", several(list(e.enabled_events)))
                for e in subscribed(seen)
            ),
            status_of(seen.order),
        ),
        happened(seen) | {"intent": several([intent.id for intent in bare])},
        confidence=Confidence.PROBABLE,
        actions=(*mark(seen), Action.FIX_METADATA_LINK, *replay(seen)),
    )


def webhook_before_order(seen: Seen) -> Match | None:
    """The message was accepted before the order was in the books."""
    created = seen.order.created_at
    if cause(seen) != "webhook_before_order" or created is None:
        return None
    events = delivered(seen)
    first, event = min(events, key=lambda one: one.created), to_send(events, seen)
    return Match(
        Severity.HIGH,
        stake(seen),
        (
            about_event(first, "created", moment(first.created)),
            about_order(seen.order, "created_at", moment(created)),
            about_event(first, "pending_webhooks", first.pending_webhooks),
            status_of(seen.order),
        ),
        happened(seen)
        | {
            "ahead": _ahead(created - first.created),
            "event": event.type,
            "id": event.id,
            "resend": again(event, seen, ": now the order is there."),
        },
        confidence=Confidence.PROBABLE,
        actions=(*replay(seen), *mark(seen), Action.FIX_HANDLER_CODE),
    )


def _ahead(length: int) -> str:
    minute = 60
    return span(length) if length >= minute else f"{length} second" + ("s" if length > 1 else "")


def no_pi_by_design(seen: Seen) -> Match | None:
    """A finished checkout for which Stripe makes no payment intent, and an app that waits for one. Of an app that sells
    subscriptions it is true of every order, and explains none: so it is said where nothing was due, or where other
    orders have an intent."""
    order, links = seen.order, seen.links
    if order.status not in OPEN_ORDER or not without_intent(seen) or not unheard(seen) or not never_wrote(seen):
        return None
    if links.still_paid and not sells_otherwise(seen):
        return None
    session = [*(p.session for p in links.still_paid if p.session), *links.free][-1]
    kind = session.mode if session.mode in _KINDS else "free"
    return Match(
        Severity.MEDIUM,
        stake(seen),
        (
            about(session, "payment_status", session.payment_status.value),
            about(session, "mode", session.mode),
            about(session, "payment_intent", None),
            status_of(order),
        ),
        {
            "kind": _KINDS[kind],
            "object": session.subscription_id or session.setup_intent_id or session.invoice_id or session.id,
        },
        detail=kind,
        confidence=Confidence.PROBABLE,
    )


METADATA_NOT_ON_PI = Rule(
    code="metadata_not_on_pi",
    title="The order number is on the checkout, the app looks at the payment",
    family="transport",
    severity="high",
    money="what was paid and is not in the order",
    explanation="The payment is older than five minutes, the order does not show it, the endpoints ask for events of "
    "payments only, and the payment neither carries an order number nor is stored on the order.",
    support="{happened} It belongs to this order, but the payment itself does not carry the order's number, and your "
    "app looks for it there.",
    causes=(
        "The number was put on the checkout only; Stripe does not copy it to the payment.",
        "The app stores the payment's id when the checkout is made, where Stripe has none yet (API 2022-08-01).",
        "An update of the SDK changed where the number goes.",
    ),
    developer="Set payment_intent_data.metadata (subscription_data.metadata) when creating the session, or handle "
    "checkout.session.completed: {intent} carries no order number.",
    remedy=(
        does(Action.MARK_PAID_AFTER_VERIFY, "{then}"),
        "Have the order number written on the payment too, or the checkout's message handled.",
        does(Action.REPLAY_EVENT, "Once that is done, send the payment's message again to prove it."),
    ),
    guards=(
        "A payment whose id is stored on the order: the app can look it up.",
        "An endpoint that also hears of checkouts.",
    ),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.FIX_METADATA_LINK, Action.REPLAY_EVENT),
    supersedes=frozenset({"webhook_acked_not_applied"}),
    confidence="probable: how the app looks an order up is not seen, only that it cannot by this payment",
    unchecked=("Whether the app finds the order in another way, by the customer or the checkout.",),
    searched=(
        "payment_intent.succeeded metadata empty",
        "metadata not passed from Checkout Session to PaymentIntent",
        "Stripe checkout session metadata missing in webhook",
        "session.payment_intent is null",
    ),
    orders=OPEN_ORDER | CLOSED_ORDER,
    paid=True,
    check=metadata_not_on_pi,
)

WEBHOOK_BEFORE_ORDER = Rule(
    code="webhook_before_order",
    title="The message came before the order existed",
    family="transport",
    severity="high",
    money="what was paid and is not in the order",
    explanation="The payment is older than five minutes, the order does not show it, the messages about it were "
    "accepted, and the first of them was made before the order was.",
    support="{happened} Stripe's message came {ahead} before the order was saved, so your app had nothing to book it "
    "on.",
    causes=(
        "The order is made by the page the customer comes back to.",
        "The order's transaction was not committed yet.",
        "The handler answers 200 for orders it does not know.",
    ),
    developer="Create the order before redirecting. Answer {id} with an error while its order is unknown, so that "
    "Stripe tries again; after creating an order, ask Stripe once.",
    remedy=(
        does(Action.MARK_PAID_AFTER_VERIFY, "{then}"),
        does(Action.REPLAY_EVENT, "{resend}"),
        "Have the order saved before the customer is sent to pay.",
    ),
    guards=(
        "Times in milliseconds, or of another zone: they are put right first.",
        "A message that is still being delivered.",
    ),
    actions=(Action.REPLAY_EVENT, Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"webhook_acked_not_applied"}),
    leads_over=frozenset({"id_missing"}),
    confidence="probable: both times were read, what the app did with the message was not",
    unchecked=("Whether the shop's clock and time zone are right: a wrong one looks the same.",),
    searched=(
        "webhook arrives before order is created",
        "Stripe webhook race condition order not found",
        "Order not found for checkout session",
        "webhook received before database commit",
    ),
    orders=OPEN_ORDER | CLOSED_ORDER,
    paid=True,
    check=webhook_before_order,
)

NO_PI_BY_DESIGN = Rule(
    code="no_pi_by_design",
    title="There is no payment intent and never will be",
    family="transport",
    severity="medium",
    money="what the checkout came to; nothing where it was free",
    explanation="The order is open, its checkout is finished without a payment intent (nothing to pay, a trial, a "
    "saved card; a paid subscription where other orders with an intent are booked), and the app has not written the "
    "order since.",
    support="This checkout is {kind}: it is finished, and Stripe makes no separate payment for it. The order can be "
    "completed.",
    support_by_detail={
        "subscription": "This checkout is a subscription, and {net} is paid: Stripe bills it by invoice and makes no "
        "separate payment. The order can be completed.",
    },
    causes=(
        "The handler looks for the payment intent, and there is none.",
        "It does not handle an intent that is null.",
        "This kind of checkout was not thought of.",
    ),
    developer="Branch on mode and payment_status; payment_intent stays null here. Use the session's subscription, "
    "invoice or setup_intent instead: {object}.",
    remedy=(
        does(Action.MARK_PAID_AFTER_VERIFY, "Read the checkout afresh, then mark the order paid."),
        "Have the handler complete orders whose checkout has no payment of its own.",
        "Look for other orders of the same kind: all of them are concerned.",
    ),
    guards=(
        "An order that is paid already.",
        "An order that the app wrote after the message: then it did look at it.",
        "No endpoint, or one that does not ask for the message: that is the cause then.",
        "An order that does not point at this checkout: that is the cause then.",
        "A paid subscription, unless other orders with an intent are known to be booked: then it explains nothing.",
    ),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"webhook_acked_not_applied"}),
    confidence="probable: that there is no intent is certain, that the app waits for one is likely",
    unchecked=("How the app recognises a finished checkout.",),
    searched=(
        "session.payment_intent is null",
        "payment_intent null in checkout.session.completed",
        "no_payment_required",
        "Cannot read properties of null (reading 'id')",
        "100% off coupon order stays pending",
    ),
    orders=OPEN_ORDER,
    paid=True,
    check=no_pi_by_design,
)
