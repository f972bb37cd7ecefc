"""Cards that were reserved, and let go on purpose before anything was taken."""

from core.facts import OPEN_ORDER, PAID_ORDER, Intent, OrderStatus
from core.findings import Action, Confidence, Evidence, Severity
from core.money import Money
from core.rules.questions import not_paid_but, states
from core.rules.questions.hearing import cure
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, money, several, status_of
from core.times import GRACE, moment

_WANTED = states.ALIVE | {OrderStatus.PARTIALLY_REFUNDED}
_WHO = {  # ended it, by Stripe's cancellation_reason
    None: "the shop or its app ended it, and gave no reason",
    "requested_by_customer": "the shop or its app ended it, as the customer asked",
    "abandoned": "the shop or its app ended it, as abandoned",
    "duplicate": "the shop or its app ended it, as a duplicate",
    "fraudulent": "the shop or its app ended it, as fraudulent",
    "void_invoice": "it ended with its invoice, which was voided",
    "failed_invoice": "it ended with its invoice, which failed",
}


def hold_released(seen: Seen) -> Match | None:
    """The reservation was ended on purpose, nothing was taken, and the order lives on."""
    order, gone = seen.order, not_paid_but.let_go(seen)
    if order.status not in _WANTED or not gone or not not_paid_but.nothing_paid(seen) or states.other_method(seen):
        return None
    if not_paid_but.held(seen) or not_paid_but.under_way(seen) or not_paid_but.refused(seen):
        return None
    at = max(intent.canceled_at or intent.created for intent in gone)
    if seen.case.now - at < GRACE:
        return None
    booked, last = order.status in PAID_ORDER, max(gone, key=lambda intent: intent.canceled_at or intent.created)
    fraud = last.cancellation_reason == "fraudulent"
    return Match(
        Severity.CRITICAL if booked else Severity.MEDIUM,
        states.due(seen),
        (
            *(about(i, "status", f"canceled ({i.cancellation_reason or 'no reason given'})") for i in gone),
            *(Evidence("Stripe on " + i.id, "amount_received", money(_nothing(i))) for i in gone),
            status_of(order),
        ),
        {
            "when": f" on {moment(last.canceled_at)}" if last.canceled_at else "",
            "who": _WHO.get(last.cancellation_reason, f"the reason given is {last.cancellation_reason}"),
            "intent": several([intent.id for intent in gone]),
        },
        detail="fraud" if fraud else "open" if order.status in OPEN_ORDER else None,
        actions=(
            *(() if order.status in OPEN_ORDER and not fraud else (Action.HOLD_FULFILMENT,)),
            Action.REVIEW_SECURITY if fraud else Action.REQUEST_NEW_PAYMENT,
            Action.CONTACT_CUSTOMER,
            *cure(seen, "payment_intent.canceled"),
        ),
    )


def _nothing(intent: Intent) -> Money | None:
    return Money(0, intent.currency) if intent.currency else None


HOLD_RELEASED = Rule(
    code="hold_released",
    title="The reservation was let go; nothing was taken",
    family="payment",
    severity="critical if the order is paid or fulfilled, else medium",
    money="the order's total if it counts as paid; else nothing",
    explanation="The card was authorised, the intent was then cancelled by the shop, its app or somebody in the Stripe "
    "dashboard (not by Stripe for its age), nothing was taken, and the order is not closed.",
    support="The reservation was let go{when}: {who}. Nothing was taken, but the order says {status}. Hold the goods "
    "and ask for a new payment.",
    support_by_detail={
        "open": "The reservation was let go{when}: {who}. Nothing was taken. If the order is still wanted, ask for a "
        "new payment.",
        "fraud": "The reservation was let go{when}: {who}. Nothing was taken, and the order is {status}. Hold the "
        "goods; ask for no payment before somebody has looked at it.",
    },
    causes=(
        "Somebody cancelled the payment in the Stripe dashboard, and the app does not listen to that.",
        "The app cancelled the intent and left the order as it was.",
        "A clean-up of old or doubled payments took the wrong one.",
    ),
    developer="Handle payment_intent.canceled: it ends the payment of an order, also of one that is {status}. "
    "Stripe writes a released hold of {intent} down as a refund: nothing was taken, so book no refund.",
    remedy=(
        "Hold the goods back if they have not gone out.",
        "Find out why it was let go; see that no other payment stands for this order.",
        does(Action.REQUEST_NEW_PAYMENT, "Tell the customer that nothing was charged, and send a new checkout."),
        "Have the app act on payment_intent.canceled.",
    ),
    remedy_by_detail={
        "open": (
            "Find out why it was let go, and whether the order is still wanted.",
            does(Action.REQUEST_NEW_PAYMENT, "If it is, send the customer a new checkout; if not, close the order."),
            "Have the app act on payment_intent.canceled.",
        ),
        "fraud": (
            "Hold the goods back if they have not gone out.",
            "Have whoever watches for fraud look at the order.",
            does(Action.REQUEST_NEW_PAYMENT, "Close the order, or ask for a new payment, as they decide."),
        ),
    },
    guards=(
        "An order that is closed, also one that walked from on hold to cancelled to refunded.",
        "A partial capture: what was not taken is let go, and shows as a refund.",
        "A hold that ran out by itself.",
        "Another payment of the order, reserved anew or under way, or another method.",
    ),
    actions=(Action.HOLD_FULFILMENT, Action.REQUEST_NEW_PAYMENT, Action.CONTACT_CUSTOMER, Action.SUBSCRIBE_EVENT),
    supersedes=frozenset(
        {
            "unpaid_marked_paid",
            "auth_not_captured",
            "expired_order_open",
            "refund_overstated",
            "refund_not_recorded",
        }
    ),
    from_absence=True,
    confidence="certain: Stripe says that the hold was ended. Probable without a search, which might find another "
    "payment",
    sureness={Confidence.CERTAIN: "certain: Stripe says that the hold was ended and nothing taken"},
    unchecked=(
        "Payments of this order by another method or in another Stripe account.",
        "Whether the goods have gone out.",
    ),
    searched=(
        "payment_intent.canceled order still processing",
        "uncaptured payment cancelled in Stripe dashboard order completed",
        "authorization cancelled shows as refund",
        "This PaymentIntent could not be captured because it has a status of canceled",
    ),
    orders=_WANTED,
    paid=False,
    check=hold_released,
)
