"""Money that needs a person today: paid for an order that is closed, or that an old failure was written over."""

from core.facts import CLOSED_ORDER, OrderStatus
from core.findings import Action, Confidence, Evidence, Severity
from core.rules.questions import apart, states, subscribed
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about_order, about_payment, status_of
from core.times import moment


def late_failure_overwrote(seen: Seen) -> Match | None:
    """The order is failed, money stands, and Stripe has sent word of a failed attempt."""
    order, links = seen.order, seen.links
    if not states.failed_late(seen) or not _kept(seen):
        return None
    failures = [event for event in links.events if event.type in states.FAILURES]
    paid_at = links.settled_at or 0
    return Match(
        Severity.CRITICAL,
        links.net,
        (
            *(Evidence(f"event {event.id}", event.type, moment(event.created)) for event in failures),
            *map(about_payment, links.still_paid),
            status_of(order),
            about_order(order, "updated_at", moment(order.updated_at)),
        ),
        {
            "on": moment(paid_at),
            "failure": failures[-1].type,
            "event": failures[-1].id,
            "failed": moment(failures[-1].created),
            "changed": moment(order.updated_at),
        },
        confidence=Confidence.CERTAIN if order.updated_at is not None else Confidence.PROBABLE,
    )


def paid_order_closed(seen: Seen) -> Match | None:
    """Money stands for an order that the app has closed."""
    order, links = seen.order, seen.links
    if order.status not in CLOSED_ORDER or not _kept(seen):
        return None
    if order.status is OrderStatus.FAILED and seen.unread("events"):
        return None
    anew = subscribed.anew(seen)
    return Match(
        Severity.CRITICAL,
        subscribed.net_of(anew) if anew else links.net,
        (
            *map(about_payment, anew or links.still_paid),
            status_of(order),
            about_order(order, "updated_at", moment(order.updated_at)),
        ),
        {"on": moment(links.settled_at), **subscribed.words(anew)},
        detail="subscription" if anew else "failed_first" if states.failed_first(seen) else None,
    )


def _kept(seen: Seen) -> bool:
    """Money stands, not only since a moment ago, and none went back, is on its way back, or with a bank. A schedule
    that was ended after its last payment has been paid for what it gave."""
    links, changed = seen.links, seen.order.updated_at
    if apart.scheduled(seen) and (changed is None or changed > links.unreturned[-1].at):
        return False
    if not links.standing or states.is_young(seen) or links.refunded or links.pending_refund:
        return False
    if subscribed.ended_with_it(seen):
        return False
    if states.with_bank(seen) or states.won_back(seen) or states.bank_unread(seen):
        return False
    return not seen.unread("refunds", "charges")


LATE_FAILURE_OVERWROTE = Rule(
    code="late_failure_overwrote",
    title="An old failure notice overwrote a paid order",
    family="payment",
    severity="critical",
    money="what was paid: the customer was charged, and the order is dead",
    explanation="The order is failed, a payment of it stands, it was last changed after that payment, and Stripe has "
    "told of a failed attempt (charge.failed, payment_intent.payment_failed or "
    "checkout.session.async_payment_failed).",
    support="The customer paid {net} on {on}. A failure message of another attempt set the order to {status} all the "
    "same. Put it back to paid.",
    causes=(
        "The message of an earlier attempt was delivered, or repeated, after the payment.",
        "The app sets the status from the event without asking how the payment stands now.",
    ),
    developer="Before writing a failure, retrieve the session or intent: {failure} of {failed} was about another "
    "attempt. Never take an order from paid to failed on an event alone.",
    remedy=(
        "Read the payment afresh.",
        does(Action.MARK_PAID_AFTER_VERIFY, "If it still stands, mark the order paid and have it delivered."),
        "Have the code checked that handles {failure}.",
    ),
    guards=(
        "An order that is paid: failure messages of earlier attempts are normal.",
        "A payment that is refunded, or whose refund is on its way.",
        "An order that was failed before the payment: that is a closed order that was paid (paid_order_closed).",
        "A payment younger than five minutes.",
    ),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"paid_order_closed"}),
    confidence="certain where the order was last changed after the payment; probable where it does not say when",
    sureness={
        Confidence.CERTAIN: "certain: the order was last changed after the payment",
        Confidence.PROBABLE: "probable: the order does not say when it was last changed",
    },
    unchecked=(
        "Which message the app acted on: only its own log tells.",
        "Whether somebody set the order to {status} by hand.",
    ),
    searched=(
        "payment_intent.payment_failed after payment_intent.succeeded",
        "charge.failed webhook changes paid order to failed",
        "Order status changed from Processing to Failed",
        "successfully paid order marked as failed",
        "Stripe SCA authentication failed",
    ),
    orders=frozenset({OrderStatus.FAILED}),
    paid=True,
    check=late_failure_overwrote,
)
PAID_ORDER_CLOSED = Rule(
    code="paid_order_closed",
    title="Paid in Stripe, closed in the app",
    family="payment",
    severity="critical",
    money="what was paid",
    explanation="The order is cancelled or failed, and a payment of it stands, with no refund made or on its way.",
    support="The customer was charged {net} on {on}, but the order is {status}. We have to decide today: bring "
    "the order "
    "back, or refund it.",
    support_by_detail={
        "failed_first": "The customer was charged {net} on {on}. The order is still {status} from an attempt before "
        "that. We have to decide today: bring the order back, or refund it.",
        "subscription": "The customer was charged {net} on {on} for subscription {plan}, but the order is {status}. We "
        "have to decide today: bring the order back, or cancel the subscription and refund its payment.",
    },
    causes=(
        "An earlier attempt failed, and the app took that for the end of the order.",
        "The timer for unpaid orders ran out before the payment was booked.",
        "The customer confirmed with the bank after the order was cancelled.",
        "The app did not understand a status, or took a converted amount for a wrong one.",
    ),
    developer="{net} stands for an order that is {status}. Ask Stripe before cancelling by timer, and expire the "
    "session when you cancel. For a late success have a rule: bring the order back, or refund.",
    remedy=(
        "Find out whether the order can still be delivered.",
        does(Action.REOPEN_OR_REFUND, "If so, bring it back and mark it paid, after reading the payment afresh."),
        does(Action.REOPEN_OR_REFUND, "If not, refund {net} in Stripe."),
        "Tell the customer which of the two.",
    ),
    remedy_by_detail={
        "subscription": (
            "Find out whether the customer can still have what the subscription is for.",
            does(Action.REOPEN_OR_REFUND, "If so, bring the order back and mark it paid, after reading it afresh."),
            does(
                Action.REOPEN_OR_REFUND,
                "If not, cancel {plan} in Stripe if it still runs, then refund {bill}: a checkout cannot be refunded.",
            ),
            "Tell the customer which of the two.",
        ),
    },
    guards=(
        "A payment that is refunded, or whose refund is on its way.",
        "An order that ended with its subscription, or after that had begun (subscription_still_charged).",
        "A cancellation with a fee kept (a part was refunded).",
        "A payment that a bank questions or has taken back: that is another matter (dispute_not_reflected).",
        "A row that was paid again and again, and ended after the last payment.",
        "An order that an old failure notice set to failed.",
        "A payment younger than five minutes.",
    ),
    actions=(Action.REOPEN_OR_REFUND, Action.CONTACT_CUSTOMER),
    confidence="certain: the payment stands, and the order is closed",
    unchecked=(
        "Whether the order was closed on purpose, at the customer's wish.",
        "Refunds made outside Stripe.",
    ),
    searched=(
        "Unpaid order cancelled - time limit reached",
        "order cancelled but payment succeeded in Stripe",
        "payment_intent.succeeded received for cancelled order",
    ),
    orders=CLOSED_ORDER,
    paid=True,
    check=paid_order_closed,
)
