"""Cards that are reserved and not charged: still to be taken, or too late."""

from core.facts import OPEN_ORDER, PAID_ORDER, Charge, Intent
from core.findings import Action, Confidence, Evidence, Severity
from core.rules.questions import not_paid_but, states
from core.rules.questions.hearing import cure
from core.rules.questions.not_paid_but import left_to_take
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, money, several, status_of
from core.times import HOUR, moment, span

_SOON = 48 * HOUR  # before the hold ends, an order that waits for it becomes urgent


def auth_expired(seen: Seen) -> Match | None:
    """A reservation ran out, and nothing has come in its place."""
    order = seen.order
    if order.status not in states.ALIVE or not not_paid_but.nothing_paid(seen) or not not_paid_but.lapsed(seen):
        return None
    if (
        states.other_method(seen)
        or not_paid_but.held(seen)
        or not_paid_but.under_way(seen)
        or not_paid_but.refused(seen)
    ):
        return None
    ended = [event for event in seen.links.events if event.type == not_paid_but.HOLD_ENDED]
    gone = [intent for intent in seen.links.intents if intent.cancellation_reason in not_paid_but.BY_ITSELF]
    at = [event.created for event in ended] + [intent.canceled_at for intent in gone if intent.canceled_at]
    booked = order.status in PAID_ORDER
    return Match(
        Severity.CRITICAL if booked else Severity.MEDIUM,
        states.due(seen),
        (
            *(about(i, "status", f"{i.status.value} ({i.cancellation_reason})") for i in gone),
            *(Evidence(f"event {event.id}", event.type, moment(event.created)) for event in ended),
            status_of(order),
        ),
        {"when": f" on {moment(max(at))}" if at else ""},
        detail="shipped" if not_paid_but.shipped(seen) else "booked" if booked else None,
        actions=(
            Action.REQUEST_NEW_PAYMENT,
            Action.CONTACT_CUSTOMER,
            *cure(seen, not_paid_but.HOLD_ENDED, "payment_intent.canceled"),
        ),
    )


def auth_not_captured(seen: Seen) -> Match | None:
    """Money is reserved for an order that counts as paid, or whose reservation ends soon."""
    order, links, held = seen.order, seen.links, not_paid_but.held(seen)
    if not held:
        return None
    until, said = not_paid_but.hold_ends(seen)
    booked = order.status in PAID_ORDER
    soon = order.status in OPEN_ORDER and until is not None and until - seen.case.now < _SOON
    if not (booked or soon) or links.unclear or states.other_account(seen):
        return None
    if seen.unread("sessions", "intents", "charges", "refunds"):
        return None
    detail = _detail(seen, until)
    usual = "" if said or until is None else ", the usual seven days after it was reserved"
    return Match(
        Severity.MEDIUM if detail == "beside" or not booked else Severity.CRITICAL,
        left_to_take(held),
        (
            *(about(i, "status", f"{i.status.value}, {_amounts(i)}") for i in held),
            *(Evidence(f"charge {c.id}", "capture_before", moment(c.capture_before)) for c in _limits(seen)),
            *(Evidence(f"payment {p.id}", "paid", money(p.net)) for p in links.still_paid),
            status_of(order),
        ),
        {
            "held": money(left_to_take(held)),
            "taken": money(left_to_take(held, taken=True)),
            "until": f"before {moment(until)}{usual}" if until else "before the hold ends",
            "ended": f"{moment(until)}{usual}",
            "left": span(max(0, until - seen.case.now)) if until else "an unknown time",
            "intent": several([intent.id for intent in held]),
        },
        detail=detail,
        confidence=Confidence.CERTAIN if booked or said else Confidence.PROBABLE,
        actions=(Action.RELEASE_HOLD, Action.CONTACT_CUSTOMER)
        if detail == "beside"
        else (Action.FRESH_RETRIEVE, Action.CAPTURE_NOW, Action.CONTACT_CUSTOMER)
        if detail == "over"
        else None,
    )


def _detail(seen: Seen, until: int | None) -> str | None:
    """Which of the reservations it is: one too many, one whose time is over, the rest of one, or the only one."""
    if seen.links.free or states.other_method(seen) or _is_too_much(seen):
        return "beside"
    if until is not None and until <= seen.case.now:
        return "over"
    if seen.links.still_paid or any(intent.amount_received for intent in not_paid_but.held(seen)):
        return "rest"
    return None if seen.order.status in PAID_ORDER else "soon"


def _is_too_much(seen: Seen) -> bool:
    """Whether a payment stands beside which nothing more may be taken, or not all that is reserved apart from it."""
    net, total = seen.links.net, seen.order.due
    if not seen.links.still_paid:
        return False
    if not net or not total or net.currency != total.currency or net.amount_minor >= total.amount_minor:
        return True
    apart = left_to_take(tuple(intent for intent in not_paid_but.held(seen) if not intent.amount_received))
    return apart is not None and net.amount_minor + apart.amount_minor > total.amount_minor


def _limits(seen: Seen) -> list[Charge]:
    held = {intent.id for intent in not_paid_but.held(seen)}
    return [c for c in seen.links.charges if c.payment_intent_id in held and c.capture_before and not c.captured]


def _amounts(intent: Intent) -> str:
    return f"{money(left_to_take((intent,)))} can be taken, {money(left_to_take((intent,), taken=True))} taken"


AUTH_EXPIRED = Rule(
    code="auth_expired",
    title="The card hold ran out before capture",
    family="payment",
    severity="critical if the order is paid or fulfilled, else medium",
    money="the order's total if it counts as paid; else nothing",
    explanation="The intent was cancelled by Stripe itself (automatic or expired) after the card had been authorised, "
    "or Stripe sent charge.expired. Nothing is paid, reserved anew or under way.",
    support="The reservation on the customer's card ended{when}; no money was taken. Ask the customer for a new "
    "payment.",
    support_by_detail={
        "booked": "The reservation on the customer's card ended{when}; no money was taken, but the order says "
        "{status}. Hold the goods and ask for a new payment.",
        "shipped": "The reservation on the customer's card ended{when}; no money was taken, and the order is {status} "
        "already. Ask the customer for a new payment.",
    },
    causes=(
        "The money was taken too late, or nobody did.",
        "The capture failed, and nobody saw it.",
        "Orders are booked further ahead than a card can be reserved.",
    ),
    developer="Handle charge.expired and payment_intent.canceled: they end the payment of an order, also of one "
    "that is {status}. Schedule captures well before the charge's capture_before, and raise an alert when one fails.",
    remedy=(
        "Hold the goods back if they have not gone out.",
        does(Action.REQUEST_NEW_PAYMENT, "Tell the customer that nothing was charged, and send a new checkout."),
        "Have the app act on charge.expired and payment_intent.canceled.",
    ),
    guards=(
        "An intent that Stripe ended with its checkout: it was never authorised.",
        "A card that was reserved anew, or a payment that came in.",
        "An order that was paid by another method, or is closed.",
    ),
    actions=(Action.REQUEST_NEW_PAYMENT, Action.CONTACT_CUSTOMER, Action.SUBSCRIBE_EVENT),
    supersedes=frozenset({"unpaid_marked_paid", "auth_not_captured", "expired_order_open"}),
    from_absence=True,
    confidence="certain: Stripe ended the hold. Probable without a search, which might find another payment",
    sureness={Confidence.CERTAIN: "certain: Stripe ended the hold"},
    unchecked=(
        "Payments of this order by another method or in another Stripe account.",
        "Whether the goods have gone out.",
    ),
    searched=(
        "cannot be captured because the charge has expired",
        "charge_expired_for_capture",
        "This PaymentIntent could not be captured because it has a status of canceled",
        "payment_intent.canceled automatic",
        "authorization expired before capture",
    ),
    orders=states.ALIVE,
    paid=False,
    check=auth_expired,
)
AUTH_NOT_CAPTURED = Rule(
    code="auth_not_captured",
    title="The money is only reserved",
    family="payment",
    severity="critical if the order is paid or fulfilled, medium if the hold ends within 48 hours or stands beside a "
    "payment",
    money="what is reserved and can still be taken",
    explanation="The intent is at requires_capture, and the order is paid or fulfilled; or the order is open and the "
    "charge's capture_before (where Stripe gives none: seven days after a card was reserved) is less than 48 hours "
    "away.",
    support="The customer's card is reserved for {held}, but not charged, and the order is {status}. Take the money "
    "{until}, or release it.",
    support_by_detail={
        "soon": "The customer's card is reserved for {held}, and the reservation ends in {left}. Take the money "
        "{until}, or release it.",
        "rest": "A part of this order is paid; {held} more is only reserved on the customer's card. Take what is due "
        "{until}, or release it.",
        "over": "The customer's card was reserved for {held}, but the time to take it ended on {ended}. Look whether "
        "it can still be taken; else ask for a new payment.",
        "beside": "This order is paid already, and {held} more is reserved on the customer's card. Do not take it: "
        "have it released, and tell the customer.",
    },
    causes=(
        "The money has to be taken by hand (capture_method manual), and nobody did.",
        "The capture failed, for instance because it asked for more than was reserved.",
        "A second attempt left its reservation behind.",
    ),
    developer="Nothing has captured {intent} yet (capture_method manual). Only a capture that succeeded may make an "
    "order paid. Keep amount_to_capture within {held}, and cancel intents that are superseded.",
    remedy=(
        "Read the payment afresh.",
        "Decide with whoever packs the order: take {held} now, or release it.",
        does(Action.CAPTURE_NOW, "Take it {until}, never more than is reserved."),
        "Read the order again: this finding is gone when the money is there.",
    ),
    remedy_by_detail={
        "beside": (
            "Look at both: the payment that stands, and the reservation.",
            "Cancel the intent {intent} in Stripe; that releases {held}.",
            "Tell the customer that the second amount was only reserved.",
        ),
    },
    guards=(
        "An order that is pending, with days left.",
        "A hold of another method than a card whose end Stripe does not say, on a pending order.",
        "An order that is closed: hold_on_closed_order speaks of it.",
    ),
    actions=(Action.CAPTURE_NOW, Action.CONTACT_CUSTOMER),
    supersedes=frozenset({"unpaid_marked_paid"}),
    confidence="certain: Stripe says that it is reserved, the app that it is paid; probable where Stripe does not say "
    "when the hold ends",
    sureness={
        Confidence.CERTAIN: "certain: Stripe says that it is reserved and not taken",
        Confidence.PROBABLE: "probable: Stripe does not say when the hold ends; seven days are usual for a card",
    },
    unchecked=(
        "Whether the shop ships before it takes the money, on purpose.",
        "When the hold ends, where Stripe does not say: days for a card, weeks for some other methods.",
    ),
    searched=(
        "requires_capture order marked as paid",
        "the requested capture amount is greater than the authorized amount",
        "This PaymentIntent could not be captured because it has a status of",
        "payment authorized but not captured",
    ),
    orders=states.ALIVE,
    check=auth_not_captured,
)
