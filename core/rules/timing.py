"""Too late, or too early: checkouts that nobody finished, and money that has only just moved."""

from core.facts import CLOSED_ORDER, OPEN_ORDER, IntentStatus, Session, SessionStatus
from core.findings import Action, Evidence, Severity
from core.money import Money
from core.rules import states
from core.rules.refunds import refunded_at, unrecorded
from core.rules.rule import Match, Rule, Seen
from core.rules.words import about, about_order, moment, money, span, status_of

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
    order, links, now = seen.order, seen.links, seen.case.now
    if order.status not in OPEN_ORDER or order.deleted or links.payments or links.free or links.foreign:
        return None
    if seen.unread("sessions", "intents", "charges") or states.other_account(seen) or states.other_method(seen):
        return None
    if states.between(seen) or links.unclear or states.unresolved(seen) or not (links.sessions or links.intents):
        return None
    ends = [_end(seen, session) for session in links.sessions]
    gone = all(session.status is SessionStatus.EXPIRED for session in links.sessions)
    of_sessions = {session.payment_intent_id for session in links.sessions}
    alone = [intent for intent in links.intents if intent.id not in of_sessions]
    over = [end + states.HOUR for end in ends] + [intent.created + states.DAY for intent in alone]
    if not gone or any(intent.status not in _DEAD for intent in alone) or any(end > now for end in over):
        return None
    last = max([*ends, *(intent.created for intent in alone)])
    return Match(
        Severity.LOW,
        Money(0, order.currency) if order.currency else None,
        (
            *(
                about(s, "status", f"expired on {moment(_end(seen, s))}, {s.payment_status.value}")
                for s in links.sessions
            ),
            *(about(intent, "status", intent.status.value) for intent in alone),
            status_of(order),
        ),
        {"last": moment(last), "age": span(max(0, now - last))},
        detail=None if links.sessions else "intent",
    )


def _end(seen: Seen, session: Session) -> int:
    """When a checkout expired. One that the shop closed ended before its time, as only its message tells."""
    planned = session.expires_at or session.created + states.DAY
    told = [e.created for e in seen.links.events if e.type == "checkout.session.expired" and e.object_id == session.id]
    return min([planned, *told])


def settling(seen: Seen) -> Match | None:
    """A payment or a refund of the last minutes that is not in the order yet."""
    order, links = seen.order, seen.links
    paid_at, back_at = links.settled_at, refunded_at(seen)
    lacking = OPEN_ORDER | CLOSED_ORDER if links.standing else OPEN_ORDER
    if states.settled(seen) and states.is_young(seen) and order.status in lacking:
        at, detail = paid_at or seen.case.now, None
    elif back_at is not None and seen.case.now - back_at < states.GRACE and unrecorded(seen):
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
        {"again": moment(at + states.GRACE), "age": span(max(0, seen.case.now - at))},
        detail=detail,
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
    support="The customer did not pay, and can no longer: the payment page expired on {last}. Cancel the order, "
    "so that they "
    "can try again.",
    support_by_detail={
        "intent": "The customer did not finish paying; the last attempt is {age} old. Cancel the order, so that "
        "they can try "
        "again.",
    },
    causes=(
        "The buyer left.",
        "The app does not handle the message that a checkout has expired.",
        "A robot opened the link that makes orders.",
    ),
    developer="Handle checkout.session.expired by closing the order. Make orders on POST only.",
    remedy=(
        "Cancel the order.",
        "If the customer still wants it, send them a new payment link.",
    ),
    guards=(
        "A payment that is under way, or only reserved.",
        "A recovered checkout that was paid.",
        "Another payment method on the order.",
        "The shop's own time for holding an order, which Orderlens does not know.",
    ),
    actions=(Action.CANCEL_ORDER, Action.REQUEST_NEW_PAYMENT),
    check=expired_order_open,
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
    developer="Nothing to do. Read again after five minutes; do not retry in a storm.",
    remedy=("Wait until {again}.", "Read the order again."),
    guards=("An order that shows it already.",),
    actions=(Action.WAIT, Action.FRESH_RETRIEVE),
    supersedes=frozenset({"webhook_failing", "webhook_acked_not_applied", "paid_not_recorded"}),
    check=settling,
)
