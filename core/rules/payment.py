"""Paid or not: money that needs a person today."""

from core.facts import CLOSED_ORDER, PAID_ORDER, SessionStatus
from core.findings import Action, Evidence, Severity
from core.linking import Payment, stored_ids
from core.money import Money
from core.rules import states
from core.rules.rule import Match, Rule, Seen
from core.rules.words import about, about_order, moment, money, several, status_of


def duplicate_payment(seen: Seen) -> Match | None:
    """Two payments stand, and together they are more than the order costs."""
    order, total = seen.order, seen.order.amount
    payments = seen.links.standing
    if len(payments) < 2 or total is None or seen.unread("refunds", "charges"):  # noqa: PLR2004 - twice is two
        return None
    if states.grouped(seen):
        return None
    ours = sum(p.net.amount_minor for p in payments if p.net and p.net.currency == total.currency)
    strangers = [payment for payment in payments if not payment.net or payment.net.currency != total.currency]
    over = ours - total.amount_minor
    if over < 0 or (over - seen.links.pending_refund <= 0 and not (strangers and over >= 0)):
        return None
    kept = next((p for p in payments if p.ids & stored_ids(order)), payments[0])
    extra = [payment for payment in payments if payment is not kept]
    return Match(
        Severity.CRITICAL,
        None if strangers else Money(over, total.currency),
        (*map(_paid, payments), about_order(order, "total", total), status_of(order)),
        {
            "times": "twice" if len(payments) == 2 else f"{len(payments)} times",  # noqa: PLR2004 - twice is two
            "sum": several([money(p.net) for p in payments]) if strangers else money(Money(ours, total.currency)),
            "extra": several([f"payment {payment.id} of {moment(payment.at)}" for payment in extra]),
        },
    )


def paid_order_closed(seen: Seen) -> Match | None:
    """Money stands for an order that the app has closed."""
    order, links = seen.order, seen.links
    if order.status not in CLOSED_ORDER or not links.standing or states.is_young(seen) or states.failed_late(seen):
        return None
    if links.refunded or links.pending_refund or seen.unread("refunds", "charges"):
        return None
    return Match(
        Severity.CRITICAL,
        links.net,
        (*map(_paid, links.standing), status_of(order), about_order(order, "updated_at", moment(order.updated_at))),
        {"on": moment(links.settled_at)},
    )


def unpaid_marked_paid(seen: Seen) -> Match | None:
    """The order counts as paid, all that it leads to was read, and none of it is a payment."""
    order, links = seen.order, seen.links
    if order.status not in PAID_ORDER or order.amount_minor == 0 or links.payments or links.free:
        return None
    if seen.unread("sessions", "intents", "charges") or states.other_account(seen) or states.other_method(seen):
        return None
    if states.between(seen) or links.unclear or states.unresolved(seen):
        return None
    by_stripe = "stripe" in order.metadata.get("payment_method", "").lower()
    if not (stored_ids(order) or links.sessions or links.intents or by_stripe):
        return None
    detail, actions = _how(seen)
    return Match(Severity.CRITICAL, order.amount, (status_of(order), *_unpaid(seen)), {}, detail, actions=actions)


def _how(seen: Seen) -> tuple[str | None, tuple[Action, ...]]:
    """What stands in the place of a payment, and what follows from it."""
    hold, links = Action.HOLD_FULFILMENT, seen.links
    if links.foreign:
        return "foreign", (hold, Action.REVIEW_SECURITY, Action.REQUEST_NEW_PAYMENT)
    if links.elsewhere and not links.sessions:
        return "elsewhere", (hold, Action.FIX_ENDPOINT)
    detail = "open" if any(session.status is SessionStatus.OPEN for session in links.sessions) else None
    return detail, (hold, Action.CONTACT_CUSTOMER, Action.FIX_HANDLER_CODE, Action.REVIEW_SECURITY)


def _unpaid(seen: Seen) -> tuple[Evidence, ...]:
    links = seen.links
    found = [about(s, "status", f"{s.status.value}, {s.payment_status.value}") for s in links.sessions]
    found += [about(intent, "status", intent.status.value) for intent in links.intents]
    found += [about(thing, "names another order", "yes") for thing in links.foreign]
    found += [about(session, "success_url", session.success_url) for session in links.elsewhere]
    return tuple(found) or (Evidence("Stripe", "payments of this order", "none"),)


def _paid(payment: Payment) -> Evidence:
    name = f"payment {payment.id}" if payment.intent or payment.charges else f"session {payment.id}"
    return Evidence(name, "paid", f"{money(payment.net)} ({moment(payment.at)})")


DUPLICATE_PAYMENT = Rule(
    code="duplicate_payment",
    title="The customer paid more than once",
    family="payment",
    severity="critical",
    money="what was paid above the order's total",
    explanation="Two or more payments of this order went through and are not refunded, and together they are more than "
    "the order's total.",
    support="The customer was charged {times} for this order: {sum} instead of {total}. Please have the extra payment "
    "refunded: {extra}.",
    causes=(
        "The checkout was open in two tabs, or a second one was made while the first could still be paid.",
        "A request was repeated without an idempotency key.",
        "A slow payment was taken for a failed one, and the customer paid again.",
    ),
    developer="Keep one open session per order: reuse it, or expire it before making the next. Send an "
    "idempotency key made "
    "from the order.",
    remedy=(
        "Tell the customer that we have seen it and that the extra payment comes back.",
        "Refund {extra} in Stripe, in full.",
        "Read the order again: this finding is gone when the refund has gone through.",
    ),
    guards=(
        "Deposits and instalments that add up to the total.",
        "An extra payment that is refunded, or whose refund is on its way.",
        "The later bills of a subscription.",
        "Orders that share their payments on purpose (metadata.order_group).",
    ),
    actions=(Action.REFUND_DUPLICATE, Action.CONTACT_CUSTOMER),
    supersedes=frozenset({"stale_id", "amount_mismatch", "open_session_on_closed_order"}),
    check=duplicate_payment,
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
    causes=(
        "The timer for unpaid orders ran out before the payment was booked.",
        "The customer confirmed with the bank after the order was cancelled.",
        "The app did not understand a status, or took a converted amount for a wrong one.",
    ),
    developer="Ask Stripe for the session or intent before cancelling by timer, and expire the session when you "
    "cancel. For a "
    "late success have a rule: bring the order back, or refund.",
    remedy=(
        "Find out whether the order can still be delivered.",
        "If so, bring it back and mark it paid, after reading the payment afresh.",
        "If not, refund {net} in Stripe.",
        "Tell the customer which of the two.",
    ),
    guards=(
        "A payment that is refunded, or whose refund is on its way.",
        "A cancellation with a fee kept (a part was refunded).",
        "An order that an old failure notice set to failed.",
        "A payment younger than five minutes.",
    ),
    actions=(Action.REOPEN_OR_REFUND, Action.CONTACT_CUSTOMER),
    check=paid_order_closed,
)
UNPAID_MARKED_PAID = Rule(
    code="unpaid_marked_paid",
    title="Paid in the app, no payment in Stripe",
    family="payment",
    severity="critical",
    money="the order's total",
    explanation="The order is paid or fulfilled and costs something, everything it points at was read, and none "
    "of it is a "
    "payment: not paid, not free, not under way, not reserved.",
    support="The app says that this order is {status}, but Stripe has no payment for it. Please stop shipping "
    "and ask the "
    "customer how they paid.",
    support_by_detail={
        "open": "The app says that this order is {status}, but the customer has not paid: the payment page is "
        "still open. "
        "Please stop shipping.",
        "foreign": "The app says that this order is {status}, but the only payment it points at is another order's. "
        "Please stop shipping.",
        "elsewhere": "The app says that this order is {status}, but the payment with this order number was made "
        "on another "
        "site. Please stop shipping.",
    },
    causes=(
        "The app took the visit to its success page for a payment.",
        "The status was set when the checkout was made, or by the browser.",
        "An error while charging was ignored.",
        "Fraud.",
    ),
    developer="Set an order to paid only from a session or intent that you fetched from Stripe, or from an event whose "
    "signature was verified.",
    remedy=(
        "Hold the order back.",
        "Ask the customer how they paid; look whether another payment method was used.",
        "If it was not paid, ask for a payment, or put the order back.",
        "Have a developer find out what set it to {status}.",
    ),
    guards=(
        "Another payment method (PayPal, cash, invoice, gift card) in the order's metadata.",
        "A total of 0, a trial, a coupon of 100 %.",
        "A payment that is under way, only reserved, expired or refused later.",
        "An id that Stripe does not know, or that could not be read.",
    ),
    actions=(Action.HOLD_FULFILMENT, Action.CONTACT_CUSTOMER, Action.REVIEW_SECURITY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"open_session_on_closed_order", "expired_order_open"}),
    check=unpaid_marked_paid,
)
