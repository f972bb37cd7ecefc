"""Too late, or too early: checkouts that nobody finished, or that can still be paid; money that has just moved."""

from core.cases import Case
from core.facts import OPEN_ORDER, Intent, IntentStatus, SessionStatus
from core.findings import Action, Evidence, Severity
from core.linking import Links
from core.money import Money, added_up
from core.rules.questions import last_attempt, not_paid_but, payable, states
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
    last = max([*(payable.end(seen, session) for session in links.sessions), *(intent.created for intent in alone)])
    return Match(
        Severity.LOW,
        Money(0, seen.order.currency) if seen.order.currency else None,
        (
            *(
                about(s, "status", f"expired on {moment(payable.end(seen, s))}, {s.payment_status.value}")
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
    bill_unseen = seen.unread("invoices") and any(intent.billed for intent in links.intents)
    return not (bill_unseen or states.other_method(seen) or states.unresolved(seen))


def _all_over(seen: Seen) -> bool:
    """Every checkout ended more than an hour ago, and no payment without one has got on for a day."""
    now, alone = seen.case.now, _without_session(seen)
    sessions = seen.links.sessions
    ended = all(s.status is SessionStatus.EXPIRED and payable.last_chance(seen, s) + HOUR <= now for s in sessions)
    return ended and all(intent.status in _DEAD and intent.created + DAY <= now for intent in alone)


def _without_session(seen: Seen) -> list[Intent]:
    of_sessions = {session.payment_intent_id for session in seen.links.sessions}
    return [intent for intent in seen.links.intents if intent.id not in of_sessions]


def open_session_on_closed_order(seen: Seen) -> Match | None:
    """A checkout can be paid, or a payment is under way, although the order is closed or paid in another way."""
    pages, alive = payable.too_many(seen)
    if not (pages or alive):
        return None
    asked = added_up([*(page.total for page in pages), *(_asked(intent) for intent in alive)])
    paid = [Evidence(f"payment {payment.id}", "paid", money(payment.net)) for payment in seen.links.still_paid]
    paid += [about(session, "payment_status", session.payment_status.value) for session in seen.links.free]
    ends = [*map(payable.planned_end, pages), *(i.pay_by for i in alive if i.pay_by)]
    return Match(
        Severity.MEDIUM,
        asked,
        (
            *(about(s, "status", f"open until {moment(payable.planned_end(s))}") for s in pages),
            *(about(intent, "status", last_attempt.state(intent)) for intent in alive),
            *paid,
            status_of(seen.order),
        ),
        {
            "asked": money(asked),
            "ids": several([*(page.id for page in pages), *(intent.id for intent in alive)]),
            "until": moment(max(ends)) if ends else "its bank has answered",
            "method": last_attempt.method(seen),
        },
        detail="under_way" if alive else "closed" if payable.is_over(seen) else _otherwise(seen),
        actions=(*((Action.EXPIRE_SESSION,) if pages else ()), Action.CONTACT_CUSTOMER, Action.WAIT) if alive else None,
    )


def _asked(intent: Intent) -> Money | None:
    return Money(intent.amount, intent.currency) if intent.currency else None


def _otherwise(seen: Seen) -> str | None:
    return "otherwise" if payable.paid_otherwise(seen) else None


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
    explanation="A checkout of the order is open and its time is not over, or a payment is still under way (a debit, a "
    "voucher, a transfer), and the order is closed or refunded, or was paid by another checkout or another method.",
    support="Another checkout has paid for this order, and this page is open until {until}: {asked}. Close it, so that "
    "nobody pays twice.",
    support_by_detail={
        "closed": "The order is {status}, and its payment page is open until {until}: {asked}. Close it, so that "
        "nobody pays for it.",
        "otherwise": "The order was paid without Stripe, and its payment page is open until {until}: {asked}. Close "
        "it, so that nobody pays twice.",
        "under_way": "The order is {status} without it, and {asked} ({method}) can still come in. Tell the customer "
        "not to pay it; if it comes, one of the two has to go back.",
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
    remedy_by_detail={
        "under_way": (
            "Tell the customer not to pay it: {ids}. A voucher can be cancelled in Stripe, a debit under way cannot.",
            "Read the order again when the bank has answered.",
            "If the money comes in, decide which of the two payments is to be refunded, and refund one.",
        ),
    },
    guards=(
        "A payment that nobody has got on with: such ones lie about in every shop, and nobody pays them by chance.",
        "A page that has expired, or is finished.",
        "The rest of a deposit: what is paid and asked for is no more than the total.",
        "A payment under way of an order that was given up: async_marked_failed or paid_order_closed speaks of it.",
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
