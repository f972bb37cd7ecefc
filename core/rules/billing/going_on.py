"""A subscription that runs on, or ran on, after the app had closed its order."""

from core.facts import CLOSED_ORDER, Invoice, OrderStatus, Subscription, SubscriptionStatus
from core.findings import Action, Evidence, Severity
from core.rules.questions import hearing, states, subscribed
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about_order, money, several, status_of
from core.times import HOUR, moment

_TELLS = ("customer.subscription.updated", "customer.subscription.deleted", "invoice.paid")


def subscription_still_charged(seen: Seen) -> Match | None:
    """The app closed the order after its subscription had begun, and Stripe goes on with it, or has charged since."""
    order, closed = seen.order, seen.order.updated_at
    if not subscribed.is_settled_at(seen, closed):
        return None
    going = [plan for plan in seen.links.subscriptions if _goes_on(seen, plan)]
    bills = _after_closing(seen)
    if not going and not bills:
        return None
    over = [plan for plan in seen.links.subscriptions if plan.id in {one.subscription_id for one in bills}]
    plans = going or over
    back = bills and not states.with_bank(seen) and not seen.unread("refunds", "charges")
    return Match(
        Severity.CRITICAL,
        subscribed.total(bills) if bills else going[0].amount,
        (
            *(Evidence(f"subscription {one.id}", "status", _state(one)) for one in plans),
            *map(subscribed.billed, bills),
            status_of(order),
            about_order(order, "updated_at", moment(closed)),
        ),
        {
            "plans": several([one.id for one in plans]),
            "closed": f" (last changed {moment(closed)})" if closed else "",
            "sum": money(subscribed.total(bills)),
            "next": _next(going),
            "refund": f", then refund {subscribed.payments_of(bills)}" if back else "",
            "payments": subscribed.payments_of(bills),
        },
        detail=None if not bills else "billed" if going else "over",
        actions=(
            *((Action.CANCEL_SUBSCRIPTION,) if going else ()),
            *((Action.REOPEN_OR_REFUND,) if _may_return(seen) else ()),
            *hearing.cure(seen, *_TELLS),
        ),
    )


def _goes_on(seen: Seen, plan: Subscription) -> bool:
    """Whether Stripe will charge for it again, though the order was closed after it began. A failed order whose last
    bill waits for its next attempt is as it should be."""
    closed = seen.order.updated_at
    if not plan.charges_on or (closed is not None and closed < plan.created):
        return False
    begun = [one.at for one in seen.links.payments if one.subscription_id == plan.id]
    if closed is not None and begun and closed < min(begun):
        return False
    return seen.order.status is not OrderStatus.FAILED or plan.status is not SubscriptionStatus.PAST_DUE


def _after_closing(seen: Seen) -> tuple[Invoice, ...]:
    """The bills of another period that were drawn after the closing and paid, of a subscription that was not to end by
    itself; not the last one, which is drawn as it ends."""
    closed = seen.order.updated_at
    if closed is None:
        return ()
    plans = {plan.id: plan for plan in seen.links.subscriptions if not plan.ends_by_itself and plan.created <= closed}
    ends = {one: plan.ended_at - HOUR for one, plan in plans.items() if plan.ended_at}
    return tuple(
        [
            bill
            for bill in subscribed.charged_after(seen, closed)
            if bill.subscription_id in plans and bill.created < ends.get(bill.subscription_id, bill.created + 1)
            if not subscribed.returned(seen, bill)
        ]
    )


def _may_return(seen: Seen) -> bool:
    return bool(seen.links.standing) and not states.with_bank(seen) and not states.bank_unread(seen)


def _state(plan: Subscription) -> str:
    until = f", paid until {moment(plan.period_end)}" if plan.period_end else ""
    return f"{plan.status.value}{until}"


def _next(going: list[Subscription]) -> str:
    """When Stripe will charge again, where that is known."""
    ends = [plan.period_end for plan in going if plan.period_end]
    return f" on {moment(min(ends))}" if ends else ""


SUBSCRIPTION_STILL_CHARGED = Rule(
    code="subscription_still_charged",
    title="The app ended it; Stripe goes on charging",
    family="billing",
    severity="critical",
    money="what was charged since the order was closed, else what the next period costs, where Stripe says it",
    explanation="The order was cancelled or failed after its subscription had begun, and the subscription will be "
    "charged again, or was charged after that.",
    support="The order is {status}{closed}, but its subscription {plans} runs on, and Stripe will charge the customer "
    "again{next}. Please have it cancelled, or the order brought back.",
    support_by_detail={
        "billed": "The order is {status}{closed}, but its subscription {plans} runs on: {sum} was charged since then, "
        "and more will be{next}. Please have it cancelled, or the order brought back.",
        "over": "The order is {status}{closed}, but for its subscription {plans} the customer was charged after that: "
        "{sum}. It has ended by now. Decide whether that is returned.",
    },
    causes=(
        "The app closes the order by itself, and does not cancel the subscription at Stripe.",
        "The request to cancel failed, and nobody noticed.",
        "The order was closed by hand, or by a job that knows nothing of subscriptions.",
    ),
    developer="Cancel at Stripe first, and close order {order} when customer.subscription.deleted says so: {plans} was "
    "not ended. Set cancel_at_period_end where the paid time is to be kept.",
    remedy=(
        "Find out who closed the order, and whether the customer wanted to end it.",
        "If so, cancel {plans} in Stripe{refund}. A checkout cannot be refunded, a payment can.",
        "If not, bring the order back.",
        "Tell the customer which of the two.",
    ),
    remedy_by_detail={
        "over": (
            "Find out who closed the order, and whether the customer had what was charged after that.",
            does(
                Action.REOPEN_OR_REFUND,
                "If not, refund {payments} in Stripe: {plans} has ended, and is not to be cancelled again.",
            ),
            "Have a developer look why it was not ended when the order was.",
        ),
    },
    guards=(
        "A subscription that ends by itself: the paid time is kept, and nothing more is charged.",
        "An order that was closed when its subscription ended.",
        "A sign-up after the closing: that is a new purchase (paid_order_closed).",
        "A failed order whose last bill Stripe tries to collect again.",
        "A bill that was returned; the last bill, drawn as it ended.",
        "An order that was closed in the last five minutes.",
    ),
    actions=(Action.CANCEL_SUBSCRIPTION, Action.REOPEN_OR_REFUND, Action.SUBSCRIBE_EVENT, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"paid_order_closed", "late_failure_overwrote", "stale_id"}),
    confidence="certain: the order is closed, and the subscription runs or was charged since",
    unchecked=(
        "When exactly the order was closed: only when it was last changed is known.",
        "Refunds made outside Stripe.",
    ),
    searched=(
        "customer still charged after cancelling subscription stripe",
        "subscription cancelled in app but active in stripe",
        "deleted account still billed stripe subscription",
    ),
    orders=CLOSED_ORDER,
    check=subscription_still_charged,
)
