"""Two subscriptions for one purchase, both of which will be charged again."""

from core.facts import Invoice, PaymentStatus, Session, Subscription
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import Whose, stored_ids
from core.rules.questions import states, subscribed
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, money, status_of
from core.times import DAY, moment

_DOUBLE = 2 * DAY  # a second sign-up within it was for the same time


def subscription_doubled(seen: Seen) -> Match | None:
    """Two subscriptions of one order go on, or of its customer for the same product that no other order has."""
    ids, detail = _pair(seen)
    if not ids:
        return None
    kept, extra = ids
    bills = _of_overlap(seen, kept, extra)
    back = bills and not states.with_bank(seen) and not seen.unread("refunds", "charges")
    return Match(
        Severity.CRITICAL,
        subscribed.total(bills),
        (*_signed_up(seen, kept), *_signed_up(seen, extra), *map(subscribed.billed, bills), status_of(seen.order)),
        {
            "kept": kept,
            "second": extra,
            "refund": f", then refund {subscribed.payments_of(bills)}" if back else "",
            "billed": f" {money(subscribed.total(bills))} was charged for the second." if bills else "",
        },
        detail=detail,
        confidence=Confidence.PROBABLE if detail else Confidence.CERTAIN,
        actions=(
            Action.CANCEL_SUBSCRIPTION,
            *((Action.REFUND_DUPLICATE,) if back else ()),
            Action.CONTACT_CUSTOMER,
        ),
    )


def _pair(seen: Seen) -> tuple[tuple[str, str] | tuple[()], str | None]:
    """The subscription that the order is for, and the one that is too many; and how it is known that there are two."""
    running = [plan for plan in seen.links.subscriptions if plan.charges_on]
    if len(running) > 1:
        kept = _kept(seen, [plan.id for plan in running])
        other = [plan for plan in running if plan.id != kept]
        main = next(plan for plan in running if plan.id == kept)
        same = [plan for plan in other if _is_same(main, plan)]
        if same:
            return (kept, same[-1].id), None if main.products and same[-1].products else "unknown"
        moved = [plan for plan in other if _was_replaced(seen, main, plan)]
        return ((kept, moved[-1].id), "replaced") if moved else ((), None)
    if len(running) == 1 and (twin := _of_customer(seen, running[0])):
        return (running[0].id, twin.id), "customer"
    return _unread_pair(seen), "untold"


def _kept(seen: Seen, ids: list[str]) -> str:
    """Of several subscriptions the one that the row leads to, else the newest."""
    order = seen.order
    held = {*stored_ids(order), *order.extra.values(), *order.metadata.values()}
    of_row = [one.subscription_id for one in seen.links.sessions if one.id == order.session_id]
    return next((one for one in (*of_row, *[i for i in ids if i in held]) if one in ids), ids[-1])


def _is_same(one: Subscription, other: Subscription) -> bool:
    """Whether both sell the same; where products are not known, one row has one."""
    return not one.products or not other.products or bool(one.products & other.products)


def _was_replaced(seen: Seen, main: Subscription, other: Subscription) -> bool:
    """Whether the row has moved from one product to another: it leads to the younger, and costs what that does."""
    total = seen.order.due
    younger = main.created > other.created
    return younger and total is not None and total == main.amount != other.amount


def _of_customer(seen: Seen, plan: Subscription) -> Subscription | None:
    """Another one of the same customer for the same product, that goes on and that no order is known to have."""
    facts, books = seen.links.facts, seen.links.books
    if facts is None or books is None or not plan.customer_id:
        return None
    rows = {value for one in seen.case.other_orders for value in (*one.extra.values(), *one.metadata.values())}
    theirs = {s.subscription_id for s in facts.sessions if books.whose(s) in (Whose.ANOTHERS, Whose.NOT_KNOWN)}
    return next(
        (
            one
            for one in reversed(facts.subscriptions)
            if one.id != plan.id and one.customer_id == plan.customer_id and one.charges_on
            if one.products & plan.products and one.id not in rows | theirs and not one.metadata
            if abs(one.created - plan.created) <= _DOUBLE
        ),
        None,
    )


def _unread_pair(seen: Seen) -> tuple[str, str] | tuple[()]:
    """Where not both subscriptions were read: two paid sign-ups of the row within the time that events are kept, events
    that reach back to them, and no word of an end."""
    signed = [one for one in seen.links.sessions if one.subscription_id and one.payment_status is PaymentStatus.PAID]
    known = {plan.id: plan for plan in seen.links.subscriptions}
    if all(one.subscription_id in known for one in signed):
        return ()
    resting = {one for one, plan in known.items() if not plan.charges_on}
    signed = [one for one in signed if one.subscription_id not in resting]
    ids = list(dict.fromkeys([one.subscription_id for one in signed if one.subscription_id]))
    if len(ids) < 2 or seen.unread("subscriptions"):  # noqa: PLR2004 - two of them
        return ()
    if not subscribed.reach_back(seen, signed[0].created):
        return ()
    kept = _kept(seen, ids)
    returned = {one.subscription_id for one in seen.links.payments if not one.unreturned}
    extra = [one for one in ids if one != kept and one not in returned]
    return (kept, extra[-1]) if extra else ()


def _of_overlap(seen: Seen, kept: str, extra: str) -> tuple[Invoice, ...]:
    """What the one too many was charged while both ran, and did not give back: its sign-up only where both began
    within two days."""
    began = {one: _began(seen, one) for one in (kept, extra)}
    if None in began.values():
        return ()
    both = max([at for at in began.values() if at is not None])
    facts = seen.links.facts or seen.case.facts
    bills = [one for one in (*seen.links.invoices, *facts.invoices) if one.subscription_id == extra]
    return tuple(
        [
            one
            for one in {bill.id: bill for bill in bills}.values()
            if one.created > both - _DOUBLE and subscribed.is_paid(one) and not subscribed.returned(seen, one)
        ]
    )


def _began(seen: Seen, plan: str) -> int | None:
    facts = seen.links.facts or seen.case.facts
    known = [one.created for one in (*seen.links.subscriptions, *facts.subscriptions) if one.id == plan and one.created]
    return next(iter(known or [one.created for one in _sessions(seen, plan)]), None)


def _sessions(seen: Seen, plan: str) -> list[Session]:
    return [one for one in seen.links.sessions if one.subscription_id == plan]


def _signed_up(seen: Seen, plan: str) -> tuple[Evidence, ...]:
    """What shows that a subscription runs."""
    facts = seen.links.facts or seen.case.facts
    known = next((one for one in (*seen.links.subscriptions, *facts.subscriptions) if one.id == plan), None)
    if known:
        return (Evidence(f"subscription {plan}", "status", f"{known.status.value}, since {moment(known.created)}"),)
    return tuple([about(one, "subscription", f"{plan}, paid {moment(one.created)}") for one in _sessions(seen, plan)])


SUBSCRIPTION_DOUBLED = Rule(
    code="subscription_doubled",
    title="Two subscriptions run for one order",
    family="billing",
    severity="critical",
    money="what the one too many was charged while both ran",
    explanation="Two subscriptions of one order will both be charged again, or of one customer for the same product "
    "where no other order has the second. Where no subscription was read: two sign-ups of one row are paid, and the "
    "events reach back to both and tell of no end.",
    support="Two subscriptions run for this order: {kept} and {second}. The customer pays for both.{billed} Please "
    "have {second} cancelled.",
    support_by_detail={
        "replaced": "The order was moved to another plan, {kept}, and the earlier subscription {second} runs on beside "
        "it.{billed} Ask the customer whether both are wanted; if not, have {second} cancelled.",
        "unknown": "Two subscriptions run for this order: {kept} and {second}; what they sell was not read.{billed} "
        "Ask the customer whether both are wanted; if not, have {second} cancelled.",
        "customer": "The customer has two subscriptions for one product: {kept} of this order, and {second} of none "
        "that is known.{billed} Ask whether both are wanted; if not, have {second} "
        "cancelled.",
        "untold": "The customer signed up twice for this order: {kept} and {second}, and nothing tells that either has "
        "ended. Look in Stripe whether both run; if so, the customer pays for both, and {second} has to be cancelled.",
    },
    causes=(
        "A change of plan was made by a new checkout, and the earlier subscription was not cancelled.",
        "The checkout was open in two tabs, or the customer signed up again because the app showed nothing.",
    ),
    developer="Change a plan by updating the subscription, not by a new checkout: order {order} has {kept} and "
    "{second}. Ask for a live subscription of the customer before a checkout is made.",
    remedy=(
        "Look at both in Stripe, {kept} and {second}: whether both run, and what each has charged.",
        "Ask the customer which one is meant, unless that is plain.",
        does(
            Action.CANCEL_SUBSCRIPTION,
            "Cancel {second} in Stripe{refund}. A checkout cannot be refunded, the payment of an invoice can.",
        ),
        "Read the order again: this finding is gone when one of them has ended.",
    ),
    guards=(
        "Two different products on one row, bought on purpose.",
        "A subscription that ends by itself, is paused, or has ended.",
        "Signing up anew after an end: that is a new purchase.",
        "Two orders of one customer with a subscription each.",
    ),
    actions=(Action.CANCEL_SUBSCRIPTION, Action.REFUND_DUPLICATE, Action.CONTACT_CUSTOMER),
    supersedes=frozenset({"duplicate_payment", "stale_id", "amount_mismatch", "amount_stale_cart", "amount_explained"}),
    confidence="certain where both were read and sell the same; else probable",
    sureness={
        Confidence.CERTAIN: "certain: both subscriptions were read, and both will be charged again",
        "unknown": "probable: both run; what they sell was not read",
        "replaced": "probable: both run, but sell different products, which may be on purpose",
        "customer": "probable: both run, but only one of them is known to be this order's",
        "untold": "probable: the subscriptions themselves were not read; no message tells of an end",
    },
    unchecked=("Whether the customer wants both.", "Refunds made outside Stripe."),
    searched=(
        "customer has two active subscriptions stripe checkout upgrade",
        "old subscription still active after upgrade stripe",
        "customer charged for two subscriptions",
    ),
    check=subscription_doubled,
)
