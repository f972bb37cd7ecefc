"""Too late, or too early: checkouts that nobody finished, or that can still be paid; money that has just moved."""

from core.cases import Case
from core.facts import CLOSED_ORDER, OPEN_ORDER, Intent, IntentStatus, OrderStatus, Session, SessionStatus, json
from core.findings import Action, Evidence, Severity
from core.linking import Links
from core.money import Money, added_up
from core.rules.questions import last_attempt, not_paid_but, states
from core.rules.questions.figures import is_open, is_rest
from core.rules.rule import Match, Rule, Seen, WithoutOrder, does
from core.rules.sentences import about, about_order, money, several, status_of
from core.times import DAY, GRACE, HOUR, moment, span

_DEAD = frozenset(
    {
        IntentStatus.REQUIRES_PAYMENT_METHOD,
        IntentStatus.REQUIRES_CONFIRMATION,
        IntentStatus.REQUIRES_ACTION,
        IntentStatus.CANCELED,
    }
)


def expired_order_open(seen: Seen) -> Match | None:
    """The order waits for a checkout that nobody can finish any more."""
    if not _simply_unpaid(seen) or not _all_over(seen):
        return None
    links, alone = seen.links, _without_session(seen)
    last = max([*(_end(seen, session) for session in links.sessions), *(intent.created for intent in alone)])
    return Match(
        Severity.LOW,
        Money(0, seen.order.currency) if seen.order.currency else None,
        (
            *(
                about(s, "status", f"expired on {moment(_end(seen, s))}, {s.payment_status.value}")
                for s in links.sessions
            ),
            *(about(intent, "status", last_attempt.state(intent)) for intent in alone),
            status_of(seen.order),
        ),
        {
            "last": moment(last),
            "age": span(max(0, seen.case.now - last)),
            "tried": last_attempt.why(seen),
            "close": "handle checkout.session.expired by closing the order"
            if links.sessions
            else "close orders whose payment nobody finishes by a timer, after asking Stripe",
        },
        detail=None if links.sessions else "intent",
    )


def _simply_unpaid(seen: Seen) -> bool:
    """The order is open, all that it leads to was read and is its own, and nothing of it is paid or may yet be."""
    order, links = seen.order, seen.links
    if order.status not in OPEN_ORDER or order.deleted or links.foreign or not (links.sessions or links.intents):
        return False
    if not not_paid_but.nothing_paid(seen) or not_paid_but.anything(seen):
        return False
    return not (states.other_method(seen) or states.unresolved(seen))


def _all_over(seen: Seen) -> bool:
    """Every checkout ended more than an hour ago, and no payment without one has got on for a day."""
    now, alone = seen.case.now, _without_session(seen)
    ended = all(s.status is SessionStatus.EXPIRED and _last_chance(seen, s) + HOUR <= now for s in seen.links.sessions)
    return ended and all(intent.status in _DEAD and intent.created + DAY <= now for intent in alone)


def _without_session(seen: Seen) -> list[Intent]:
    of_sessions = {session.payment_intent_id for session in seen.links.sessions}
    return [intent for intent in seen.links.intents if intent.id not in of_sessions]


def _end(seen: Seen, session: Session) -> int:
    """When a checkout expired. One that the shop closed ended before its time, as only its message tells."""
    events = [e for e in seen.links.events if e.type == "checkout.session.expired" and e.object_id == session.id]
    return min([_planned(session), *(event.created for event in events)])


def _last_chance(seen: Seen, session: Session) -> int:
    """Until when somebody could pay it: a recovery link outlives the page."""
    recovery = json.inner(json.inner(session.raw, "after_expiration"), "recovery")
    linked = json.whole(recovery, "expires_at") if recovery.get("enabled") is True and recovery.get("url") else None
    return max(_end(seen, session), linked or 0)


def open_session_on_closed_order(seen: Seen) -> Match | None:
    """A checkout can be paid although the order is closed, or paid by another one."""
    payable = _too_many(seen)
    if not payable:
        return None
    closed, asked = _is_over(seen), added_up([session.total for session in payable])
    paid = [Evidence(f"payment {payment.id}", "paid", money(payment.net)) for payment in seen.links.still_paid]
    paid += [about(session, "payment_status", session.payment_status.value) for session in seen.links.free]
    return Match(
        Severity.MEDIUM,
        asked,
        (*(about(s, "status", f"open until {moment(_planned(s))}") for s in payable), *paid, status_of(seen.order)),
        {
            "asked": money(asked),
            "ids": several([session.id for session in payable]),
            "until": moment(max(map(_planned, payable))),
        },
        detail="closed" if closed else None,
    )


def _too_many(seen: Seen) -> list[Session]:
    """The open checkouts that nobody is to pay any more; none while that is not certain."""
    payable = [session for session in seen.links.sessions if is_open(session, seen.case.now)]
    if not payable or seen.unread(*states.MONEY) or (seen.order.status in OPEN_ORDER and states.is_young(seen)):
        return []
    if _is_over(seen):
        return payable
    return [session for session in payable if not is_rest(seen, session)] if states.settled(seen) else []


def _is_over(seen: Seen) -> bool:
    return seen.order.status in CLOSED_ORDER or seen.order.status is OrderStatus.REFUNDED


def _planned(session: Session) -> int:
    return session.expires_at or session.created + DAY


def settling(seen: Seen) -> Match | None:
    """A payment or a refund of the last minutes that is not in the order yet."""
    order, links = seen.order, seen.links
    young, back_at = states.is_young(seen), states.refunded_at(seen)
    if not (young or back_at) or states.money_unread(seen):
        return None
    lacking = states.LACKING if links.still_paid else OPEN_ORDER
    if young and states.settled(seen) and order.status in lacking:
        at, detail = links.settled_at or seen.case.now, None
    elif back_at is not None and seen.case.now - back_at < GRACE and states.unrecorded(seen):
        at, detail = back_at, "refund"
    else:
        return None
    return Match(
        Severity.INFO,
        Money(0, order.currency) if order.currency else None,
        (
            Evidence("Stripe", "refunded" if detail else "paid", f"{money(links.net)} left, {moment(at)}"),
            status_of(order),
            about_order(order, "updated_at", moment(order.updated_at)),
        ),
        {"again": moment(at + GRACE), "age": span(max(0, seen.case.now - at))},
        detail=detail,
    )


def settling_unclaimed(case: Case, links: Links) -> Match | None:
    """A payment of the last minutes that no order claims yet: the order may still be on its way into the books."""
    young = [payment for payment in links.still_paid if case.now - payment.at < GRACE]
    if not young:
        return None
    newest = young[-1]
    came = [Evidence(f"payment {one.id}", "paid", f"{money(one.net)}, {moment(one.at)}") for one in young]
    return Match(
        Severity.INFO,
        Money(0, newest.net.currency) if newest.net else None,
        (*came, Evidence("orders", "order", "(none)")),
        {"again": moment(newest.at + GRACE)},
        detail="unclaimed",
    )


EXPIRED_ORDER_OPEN = Rule(
    code="expired_order_open",
    title="Abandoned checkout left open",
    family="timing",
    severity="low",
    money="nothing; but stock is held, or a new attempt is blocked",
    explanation="The order is open, nothing is paid or under way, and all its checkouts expired more than an "
    "hour ago; or "
    "it has only payments that nobody finished for more than a day.",
    support="The customer did not pay, and can no longer: the payment page expired on {last}.{tried} Cancel the "
    "order, so that they can try again.",
    support_by_detail={
        "intent": "The customer did not finish paying; the last attempt is {age} old.{tried} Cancel the order, so "
        "that they can try again.",
    },
    causes=(
        "The buyer left.",
        "The app does not handle the message that a checkout has expired.",
        "A robot opened the link that makes orders.",
    ),
    developer="The last attempt ended {last}: {close}, and make orders on POST only.",
    remedy=(
        does(Action.CANCEL_ORDER, "Cancel the order."),
        does(Action.REQUEST_NEW_PAYMENT, "If the customer still wants it, send them a new payment link."),
    ),
    guards=(
        "A payment that is under way, or only reserved.",
        "A recovered checkout that was paid, and a link to recover one that can still be used.",
        "Another payment method on the order.",
        "The shop's own time for holding an order, which Orderlens does not know.",
    ),
    actions=(Action.CANCEL_ORDER, Action.REQUEST_NEW_PAYMENT),
    from_absence=True,
    unchecked=("How long the shop itself holds an order, and whether the customer paid in another way.",),
    searched=(
        "checkout.session.expired order still pending",
        "abandoned Stripe checkout pending orders",
        "This Checkout Session has expired",
        "Stripe pending orders never cancelled",
    ),
    orders=OPEN_ORDER,
    paid=False,
    check=expired_order_open,
)
OPEN_SESSION_ON_CLOSED_ORDER = Rule(
    code="open_session_on_closed_order",
    title="A finished order can still be paid",
    family="timing",
    severity="medium",
    money="what the open page asks for: a payment too many",
    explanation="A checkout of the order is open and its time is not over, and the order is closed or refunded, or "
    "another checkout has paid it.",
    support="Another checkout has paid for this order, and this page is open until {until}: {asked}. Close it, so that "
    "nobody pays twice.",
    support_by_detail={
        "closed": "The order is {status}, and its payment page is open until {until}: {asked}. Close it, so that "
        "nobody pays for it.",
    },
    causes=(
        "An earlier checkout was not closed when a new one was made.",
        "The app does not close the payment page when an order is cancelled.",
    ),
    developer="Expire the earlier session when an order is cancelled or gets a new one: {ids} is still open.",
    remedy=(
        "Have the open payment page closed in Stripe: {ids}.",
        "Read the order again, and see that nobody paid in between.",
    ),
    guards=(
        "A page that has expired, or is finished.",
        "The rest of a deposit: what is paid and asked for is no more than the total.",
        "Embedded pages, which may show as open until they are used.",
    ),
    actions=(Action.EXPIRE_SESSION,),
    unchecked=("Whether the customer still has the page open.",),
    searched=(
        'Only Checkout Sessions with a status in ["open"] can be expired',
        "expire checkout session when order cancelled",
        "customer paid cancelled order Stripe checkout",
    ),
    check=open_session_on_closed_order,
)
SETTLING = Rule(
    code="settling",
    title="Too early to tell",
    family="timing",
    severity="info",
    money="nothing yet",
    explanation="A payment or refund is less than five minutes old and not in the order yet.",
    support="The customer paid a moment ago. The message to your app may still be on its way; look again at {again}.",
    support_by_detail={
        "refund": "The refund was made a moment ago. The message to your app may still be on its way; look again "
        "at {again}.",
    },
    causes=("The webhook is on its way.", "Stripe is still filling in its objects."),
    developer="Nothing to do before {again}: read once more then, and do not retry in a storm.",
    remedy=("Wait until {again}.", "Read the order again."),
    guards=("An order that shows it already.",),
    actions=(Action.WAIT, Action.FRESH_RETRIEVE),
    supersedes=frozenset(
        {
            "webhook_off",
            "webhook_not_subscribed",
            "metadata_not_on_pi",
            "webhook_wrong_host",
            "webhook_failing",
            "webhook_before_order",
            "no_pi_by_design",
            "webhook_acked_not_applied",
            "paid_not_recorded",
        }
    ),
    unchecked=("What becomes of it by {again}.",),
    searched=(
        "latest_charge is null",
        "charge.balance_transaction null after payment_intent.succeeded",
        "webhook delay Stripe order pending",
        "Payment status incorrect",
    ),
    paid=True,
    check=settling,
    unclaimed=WithoutOrder(
        check=settling_unclaimed,
        support={
            "unclaimed": "The customer paid a moment ago, and no order shows it yet. It may still be on its way; look "
            "again at {again}."
        },
    ),
)
