"""A subscription that ended at Stripe, and an order that does not know."""

from core.facts import PAID_ORDER, Subscription, SubscriptionStatus
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import subscriptions_told
from core.rules.questions import hearing
from core.rules.rule import Match, Rule, Seen
from core.rules.sentences import about_order, status_of
from core.times import DAY, GRACE, moment

_TELLS = "customer.subscription.deleted"
_OVER = frozenset("canceled cancelled ended expired inactive terminated churned".split())
_KEYS = ("cancel", "ended", "ends_at", "expire", "until", "revoked")
_NOTHING = frozenset({"", "0", "no", "false", "none", "null"})


def subscription_ended(seen: Seen) -> Match | None:
    """The newest subscription of the order is over, and so is the time that was paid; the order still counts as "
    "paid."""
    over = _ended(seen)
    if over is None or _shows(seen) or seen.case.now - (until := _until(over)) < GRACE:
        return None
    known = _is_known(over)
    return Match(
        Severity.HIGH,
        over.amount,
        (
            Evidence(f"subscription {over.id}", "status", over.status.value),
            Evidence(f"subscription {over.id}", "ended_at", moment(over.ended_at)),
            *((Evidence(f"subscription {over.id}", "current_period_end", moment(over.period_end)),) if known else ()),
            status_of(seen.order),
            about_order(seen.order, "updated_at", moment(seen.order.updated_at)),
        ),
        {"plan": over.id, "ended": moment(over.ended_at or until), "until": moment(until)},
        detail="unpaid" if over.ended_for == "payment_failed" else None if known else "unknown_end",
        confidence=Confidence.CERTAIN if known else Confidence.PROBABLE,
        actions=(Action.END_ACCESS, *_cure(seen, over)),
    )


def _cure(seen: Seen, over: Subscription) -> tuple[Action, ...]:
    """What to do so that the app hears of it: its endpoint may be refusing that very message."""
    waits = any(e.type == _TELLS and e.object_id == over.id and e.pending_webhooks for e in seen.links.events)
    return (Action.FIX_ENDPOINT, Action.FIX_HANDLER_CODE) if waits else hearing.cure(seen, _TELLS)


def _ended(seen: Seen) -> Subscription | None:
    """The order's subscription, where all of them are known to be over, and nothing else pays for the order. One that
    ran for a fixed time from the start was a purchase by instalments: what was bought stays."""
    plans = seen.links.subscriptions
    known, begun = {plan.id for plan in plans}, {session.subscription_id for session in seen.links.sessions} - {None}
    if not plans or begun - known or any(not plan.ended for plan in plans):
        return None
    if any(one.subscription_id is None for one in seen.links.standing) or seen.order.deleted or _moved_on(seen):
        return None
    last = max(plans, key=lambda plan: (plan.ended_at or 0, plan.created, plan.id))
    if last.status is not SubscriptionStatus.CANCELED or last.ended_at is None or _is_fixed(last):
        return None
    return last


def _moved_on(seen: Seen) -> bool:
    """Whether a customer of these subscriptions has another one that runs: this row is history then."""
    everything = subscriptions_told(seen.links.facts or seen.case.facts)
    buyers = {plan.customer_id for plan in seen.links.subscriptions if plan.customer_id}
    return any(plan.live and plan.customer_id in buyers for plan in everything)


def _is_fixed(plan: Subscription) -> bool:
    if plan.cancel_at is None or plan.cancel_at_period_end or not plan.created:
        return False
    return plan.canceled_at is None or plan.canceled_at < plan.created + DAY


def _is_known(plan: Subscription) -> bool:
    """Whether it is known until when it was paid. Where the last bill was not paid, that was before the end."""
    return plan.period_end is not None or plan.ended_for == "payment_failed"


def _until(plan: Subscription) -> int:
    ended = plan.ended_at or 0
    return ended if plan.ended_for == "payment_failed" else max(ended, plan.period_end or 0)


def _shows(seen: Seen) -> bool:
    """Whether the row says in another column that it is over, or until when it runs."""
    order = seen.order
    if order.raw_status.strip().lower() in _OVER:
        return True
    said = {**order.metadata, **order.extra}
    if any(value.strip().lower() in _OVER for value in said.values()):
        return True
    dated = [value for key, value in said.items() if any(word in key.lower() for word in _KEYS)]
    return any(value.strip().lower() not in _NOTHING and "://" not in value for value in dated)


SUBSCRIPTION_ENDED = Rule(
    code="subscription_ended",
    title="The subscription ended; the app still gives",
    family="billing",
    severity="high",
    money="what a period costs, where Stripe says it: nobody pays for it any more",
    explanation="Every subscription of the order has ended at Stripe, the time that was paid is over, and the order "
    "still counts as paid.",
    support="Subscription {plan} ended on {ended}, and the time that was paid is over. The order is still {status}, "
    "so the customer may still have what nobody pays for any more.",
    support_by_detail={
        "unknown_end": "Subscription {plan} ended on {ended}. The order is still {status}. Look in Stripe until when "
        "it was paid: after that the customer has what nobody pays for.",
        "unpaid": "Subscription {plan} was ended by Stripe on {ended}, because its last bill was not paid. The order "
        "is still {status}, so the customer may still have what nobody pays for any more.",
    },
    causes=(
        "The app does not hear, or does not handle, customer.subscription.deleted.",
        "It was cancelled in the Stripe dashboard, in the customer portal, or when the last attempt to charge failed.",
    ),
    developer="Handle customer.subscription.deleted: {plan} ended on {ended}, and order {order} was not changed. Keep "
    "the end of the paid period beside the order, and let access end by that.",
    remedy=(
        "Look at {plan} in Stripe: since when it is over, until when it was paid, and why it ended.",
        "If the paid time is over, end the customer's access in the app. No money has to move.",
        "If the customer wants to go on, a new subscription is needed: one that ended cannot be resumed.",
    ),
    guards=(
        "A paid period that is not over: who cancels keeps what was paid for.",
        "Another subscription of the order or of its customer that runs, or of which nothing is known.",
        "An order that shows the end in another column.",
        "A purchase by instalments, which ends when all is paid; a payment that is no subscription's.",
        "A subscription that never began: its first bill was not paid.",
    ),
    actions=(Action.END_ACCESS, Action.SUBSCRIBE_EVENT, Action.FIX_HANDLER_CODE, Action.FIX_ENDPOINT),
    confidence="certain where Stripe says until when it was paid; else probable",
    sureness={
        Confidence.CERTAIN: "certain: the subscription is over, and so is the time that was paid",
        Confidence.PROBABLE: "probable: the subscription is over; until when it was paid was not read",
    },
    unchecked=(
        "Whether the app ends access by a date of its own that was not mapped.",
        "Whether access was left on purpose.",
    ),
    searched=(
        "customer.subscription.deleted webhook user still has access",
        "cancelled subscription still active in app stripe",
        "subscription canceled in stripe dashboard not updated in database",
    ),
    orders=PAID_ORDER,
    check=subscription_ended,
)
