"""Money that needs a person today: one thing was paid more than once."""

from core.facts import OPEN_ORDER
from core.findings import Action, Confidence, Severity
from core.linking import Payment, stored_ids
from core.money import Money
from core.rules.questions import apart, states
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about_payment, costs, money, several, status_of
from core.times import moment

_TWICE = 2


def duplicate_payment(seen: Seen) -> Match | None:
    """Payments stand that lie close to one another, and together they are more than the order costs."""
    total = seen.order.due
    if total is None or not _may_be_too_much(seen):
        return None
    payments = tuple([one for one in apart.current(seen) if one.stands])
    ours = sum(one.net.amount_minor for one in payments if one.net and one.net.currency == total.currency)
    strangers = any(one.net is None or one.net.currency != total.currency for one in payments)
    over, staying = ours - total.amount_minor, [one for one in payments if not _is_going_back(one)]
    going = sum(one.pending for one in payments)
    is_more = over > going or (strangers and over >= 0)
    if not is_more or len(staying) < _TWICE:
        return None
    kept = next((one for one in staying if one.ids & stored_ids(seen.order)), staying[0])
    extra = [one for one in staying if one is not kept]
    near = min(abs(apart.begun(one) - apart.begun(kept)) for one in extra) <= apart.DOUBLE
    near |= seen.order.status in OPEN_ORDER  # it was never booked, so nothing new was bought on it
    return Match(
        Severity.CRITICAL if near else Severity.MEDIUM,
        None if strangers else Money(over - going, total.currency),
        (*map(about_payment, payments), *costs(seen.order), status_of(seen.order)),
        {
            "times": "twice" if len(payments) == _TWICE else f"{len(payments)} times",
            "sum": several([money(one.net) for one in payments]) if strangers else money(Money(ours, total.currency)),
            "extra": several([f"{_named(one)} of {moment(one.at)}" for one in extra]),
        },
        detail="apart" if not near else "questioned" if states.with_bank(seen) else None,
        confidence=Confidence.CERTAIN if near else Confidence.POSSIBLE,
        actions=None if near and not states.with_bank(seen) else (Action.CONTACT_CUSTOMER,),
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
        "questioned": "The customer was charged {times} for this order: {sum} instead of {total}. A bank questions one "
        "of the payments: nothing is sent back before that is decided.",
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
        "Tell the customer that we have seen it, and not to pay again.",
        does(Action.REFUND_DUPLICATE, "Refund {extra} in Stripe, in full."),
        "Read the order again: this finding is gone when the refund has gone through.",
    ),
    remedy_by_detail={
        "questioned": (
            "Tell the customer that we have seen it, and that the bank's decision comes first.",
            "Send nothing back until the dispute is decided: the bank may return the same money.",
            "Read the order again then; what is too much still stands here.",
        ),
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
