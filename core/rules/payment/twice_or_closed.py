"""Money that needs a person today: paid twice, or paid for an order that is closed."""

from core.facts import CLOSED_ORDER, OPEN_ORDER, OrderStatus
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import Payment, stored_ids
from core.money import Money
from core.rules.questions import apart, states, subscribed
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about_order, money, several, status_of
from core.times import moment

_TWICE = 2


def duplicate_payment(seen: Seen) -> Match | None:
    """Payments stand that lie close to one another, and together they are more than the order costs."""
    total = seen.order.amount
    if total is None or not _may_be_too_much(seen):
        return None
    payments = tuple([one for one in apart.current(seen) if one.stands])
    ours = sum(one.net.amount_minor for one in payments if one.net and one.net.currency == total.currency)
    strangers = any(one.net is None or one.net.currency != total.currency for one in payments)
    over, staying = ours - total.amount_minor, [one for one in payments if not _is_going_back(one)]
    is_more = over - sum(one.pending for one in payments) > 0 or (strangers and over >= 0)
    if not is_more or len(staying) < _TWICE:
        return None
    kept = next((one for one in staying if one.ids & stored_ids(seen.order)), staying[0])
    extra = [one for one in staying if one is not kept]
    near = min(abs(apart.begun(one) - apart.begun(kept)) for one in extra) <= apart.DOUBLE
    near |= seen.order.status in OPEN_ORDER  # it was never booked, so nothing new was bought on it
    return Match(
        Severity.CRITICAL if near else Severity.MEDIUM,
        None if strangers else Money(over, total.currency),
        (*map(_paid, payments), about_order(seen.order, "total", total), status_of(seen.order)),
        {
            "times": "twice" if len(payments) == _TWICE else f"{len(payments)} times",
            "sum": several([money(one.net) for one in payments]) if strangers else money(Money(ours, total.currency)),
            "extra": several([f"{_named(one)} of {moment(one.at)}" for one in extra]),
        },
        detail=None if near else "apart",
        confidence=Confidence.CERTAIN if near else Confidence.POSSIBLE,
        actions=None if near else (Action.CONTACT_CUSTOMER,),
    )


def _may_be_too_much(seen: Seen) -> bool:
    """Several payments, whose refunds were read, and that are not for several orders."""
    several_stand = len(seen.links.standing) >= _TWICE
    read = not seen.unread("refunds", "charges") and not states.bank_unread(seen)
    return several_stand and read and not states.grouped(seen)


def _named(payment: Payment) -> str:
    """What can be refunded: never a checkout."""
    session = payment.session
    if payment.intent or payment.charges or session is None:
        return f"payment {payment.id}"
    if session.invoice_id:
        return f"the payment of invoice {session.invoice_id}"
    return f"the payment of checkout {session.id}"


def _is_going_back(payment: Payment) -> bool:
    """A refund of all of it is on its way."""
    return payment.net is not None and payment.net.amount_minor <= payment.pending


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
            *map(_paid, links.still_paid),
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
            *map(_paid, anew or links.still_paid),
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


def _paid(payment: Payment) -> Evidence:
    name = f"payment {payment.id}" if payment.intent or payment.charges else f"session {payment.id}"
    return Evidence(name, "paid", f"{money(payment.net)} ({moment(payment.at)})")


DUPLICATE_PAYMENT = Rule(
    code="duplicate_payment",
    title="The customer paid more than once",
    family="payment",
    severity="critical; medium where they lie two to seven days apart",
    money="what was paid above the order's total",
    explanation="Two or more payments of this order went through within two days and are not refunded, and together "
    "they are more than the order's total, or within a week and the order is still open. Else two to seven days apart "
    "it is only possible, and from a week on a schedule.",
    support="The customer was charged {times} for this order: {sum} instead of {total}. Please have the extra payment "
    "refunded: {extra}.",
    support_by_detail={
        "apart": "This order was paid {times}, days apart: {sum} for a total of {total}. It may have been paid too "
        "often, or for something new. Ask the customer before anything is sent back.",
    },
    causes=(
        "The checkout was open in two tabs, or a second one was made while the first could still be paid.",
        "A request was repeated without an idempotency key.",
        "A slow payment was taken for a failed one, and the customer paid again.",
    ),
    developer="Order {order} was charged {times}. Keep one open session per order: reuse it, or expire it before "
    "making the next. Send an idempotency key made from the order.",
    remedy=(
        "Tell the customer that we have seen it and that the extra payment comes back.",
        does(Action.REFUND_DUPLICATE, "Refund {extra} in Stripe, in full."),
        "Read the order again: this finding is gone when the refund has gone through.",
    ),
    remedy_by_detail={
        "apart": (
            "Look what the order held at each of the payments: {extra} came beside the one that it stores.",
            "Ask the customer what they paid for.",
            does(
                Action.REFUND_DUPLICATE,
                "If it was for the same thing: refund the one that the order does not store. A person decides.",
            ),
        ),
    },
    guards=(
        "Deposits and instalments that add up to the total.",
        "An extra payment that is refunded, or whose refund is on its way.",
        "The later bills of a subscription, and two sign-ups: those are looked at as subscriptions.",
        "Contributions, renewals and top-ups of one row, a week and more apart.",
        "The payment that the order stores: it is never the extra one.",
        "A payment that a bank has taken back.",
        "Orders that share their payments on purpose (metadata.order_group).",
    ),
    actions=(Action.REFUND_DUPLICATE, Action.CONTACT_CUSTOMER),
    supersedes=frozenset({"stale_id", "amount_mismatch", "open_session_on_closed_order"}),
    confidence="certain: both payments were read, and neither is refunded; possible where they lie days apart",
    sureness={
        Confidence.CERTAIN: "certain: both payments were read, and neither is refunded",
        Confidence.POSSIBLE: "possible: they lie days apart, so one may have been for something else",
    },
    unchecked=(
        "Refunds made outside Stripe.",
        "Whether the customer meant to pay for something else.",
    ),
    searched=(
        "customer charged twice stripe checkout",
        "duplicate payment same order two payment intents",
        "Keys for idempotent requests can only be used with the same parameters",
    ),
    paid=True,
    check=duplicate_payment,
)
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
