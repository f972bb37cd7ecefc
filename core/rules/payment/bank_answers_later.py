"""Payments that the bank answers days later: called failed too early, trusted too early, or refused in the end."""

from core.facts import CLOSED_ORDER, PAID_ORDER, ChargeStatus, Intent, IntentStatus, SessionStatus
from core.findings import Action, Confidence, Evidence, Severity
from core.rules.questions import hearing, last_attempt, not_paid_but, states
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, about_order, status_of
from core.times import moment

_REFUSALS = frozenset({not_paid_but.ASYNC_FAILED, "payment_intent.payment_failed", "charge.failed"})
_NO = frozenset({"", "0", "false", "no", "off"})


def async_failed(seen: Seen) -> Match | None:
    """A delayed payment failed, and nothing has come in its place."""
    order = seen.order
    if order.status not in states.ALIVE or not not_paid_but.nothing_paid(seen):
        return None
    refused = not_paid_but.refused(seen)
    if not refused:
        return None
    if states.other_method(seen) or not_paid_but.held(seen) or not_paid_but.under_way(seen):
        return None
    booked = order.status in PAID_ORDER
    refusals = [event for event in seen.links.events if event.type in _REFUSALS]
    reason = next((intent.failure for intent in reversed(seen.links.intents) if intent.failure), None)
    return Match(
        Severity.CRITICAL if booked else Severity.LOW,
        states.due(seen),
        (
            *(about(thing, "status", last_attempt.state(thing)) for thing in refused),
            *(Evidence(f"event {event.id}", event.type, moment(event.created)) for event in refusals),
            status_of(order),
        ),
        {
            "method": last_attempt.method(seen),
            "when": f" on {moment(refusals[-1].created)}" if refusals else "",
            "reason": (reason or "no reason given").rstrip(". "),
        },
        detail="shipped" if not_paid_but.shipped(seen) else "booked" if booked else None,
        actions=(Action.REQUEST_NEW_PAYMENT, Action.CONTACT_CUSTOMER, *hearing.cure(seen, not_paid_but.ASYNC_FAILED)),
    )


def fulfilled_before_funds(seen: Seen) -> Match | None:
    """The order counts as paid, and the bank has not answered."""
    order = seen.order
    if order.status not in PAID_ORDER or not not_paid_but.nothing_paid(seen) or not not_paid_but.under_way(seen):
        return None
    accepted = order.metadata.get("fulfil_on_processing", "").strip().lower() not in _NO
    if accepted or states.other_method(seen) or not_paid_but.held(seen):
        return None
    proofs = _waiting(seen)
    return Match(
        Severity.HIGH,
        order.due,
        (*(proofs or _finished(seen)), status_of(order)),
        {
            "method": last_attempt.method(seen),
            "long": last_attempt.takes(seen),
            "since": moment(_since(seen)),
            "page": last_attempt.page(seen),
            "arrives": last_attempt.arrives(seen),
        },
        detail=last_attempt.awaits(seen),
        confidence=Confidence.CERTAIN if proofs else Confidence.PROBABLE,
    )


def async_marked_failed(seen: Seen) -> Match | None:
    """The order was given up while its payment may still come in."""
    order, links = seen.order, seen.links
    if order.status not in CLOSED_ORDER or states.settled(seen) or links.unclear or states.other_account(seen):
        return None
    unsure = seen.unread("sessions", "intents", "charges") or (links.refunded and seen.unread("refunds"))
    waited_for = not_paid_but.under_way(seen) and not unsure  # a charge counts a refund before it has gone through
    if not waited_for or not (proofs := _alive(seen)):
        return None
    vouchers = [intent.pay_by for intent in links.intents if intent.awaited and intent.pay_by]
    return Match(
        Severity.HIGH,
        order.due,
        (*proofs, status_of(order), about_order(order, "updated_at", moment(order.updated_at))),
        {
            "method": last_attempt.method(seen),
            "long": last_attempt.takes(seen),
            "deadline": f" until {moment(max(vouchers))}" if vouchers else "",
            "page": last_attempt.page(seen),
            "arrives": last_attempt.arrives(seen),
        },
        detail=last_attempt.awaits(seen),
    )


def _alive(seen: Seen) -> tuple[Evidence, ...]:
    """What may still be paid: not a voucher whose date has passed, nor the intent of a checkout that expired."""
    ended = {s.payment_intent_id for s in seen.links.sessions if s.status is SessionStatus.EXPIRED}
    ended |= {i.id for i in seen.links.intents if i.awaited and i.pay_by is not None and i.pay_by <= seen.case.now}
    alive = tuple(about(i, "status", last_attempt.state(i)) for i in _open(seen) if i.id not in ended)
    return alive if alive or _open(seen) else _waiting(seen) or _finished(seen)


def _open(seen: Seen) -> tuple[Intent, ...]:
    return tuple(i for i in seen.links.intents if i.status is IntentStatus.PROCESSING or i.awaited)


def _waiting(seen: Seen) -> tuple[Evidence, ...]:
    """What Stripe itself calls under way."""
    found = [about(intent, "status", last_attempt.state(intent)) for intent in _open(seen)]
    pending = [charge for charge in seen.links.charges if charge.status is ChargeStatus.PENDING]
    return (*found, *(Evidence(f"charge {charge.id}", "status", "pending") for charge in pending))


def _finished(seen: Seen) -> tuple[Evidence, ...]:
    return tuple(
        about(s, "status", last_attempt.state(s)) for s in seen.links.sessions if s.status is SessionStatus.COMPLETE
    )


def _since(seen: Seen) -> int:
    """When the newest attempt was made."""
    attempts = seen.links.charges or seen.links.intents or seen.links.sessions
    return max([attempt.created for attempt in attempts], default=0)


_UNSEEN = "Payments of this order by another method or in another Stripe account."
ASYNC_FAILED = Rule(
    code="async_failed",
    title="The delayed payment failed later",
    family="payment",
    severity="critical if the order is paid or fulfilled, else low",
    money="the order's total if it counts as paid; else nothing",
    explanation="The checkout is finished and unpaid, and Stripe sent async_payment_failed for it, or its intent is "
    "back at requires_payment_method with an error. No other attempt is paid, reserved or under way.",
    support="The {method} for this order failed{when}: no money came in. Ask the customer for another payment.",
    support_by_detail={
        "booked": "The {method} for this order failed{when}, but the order says {status}. No money came in. Hold the "
        "goods and ask the customer for another payment.",
        "shipped": "The {method} for this order failed{when}, and the order is {status} already. No money came in. Ask "
        "the customer for another payment.",
    },
    causes=(
        "The message that a delayed payment failed is not handled.",
        "Staff moved the order on before the money was there.",
    ),
    developer="Stripe's reason: {reason}. Subscribe to checkout.session.async_payment_failed, and let it end the "
    "payment of an order, even of a paid one, with an alert where goods may have gone out.",
    remedy=(
        "Hold the goods back if they have not gone out.",
        "Read the order afresh: the customer may have paid anew.",
        does(
            Action.REQUEST_NEW_PAYMENT,
            "Tell the customer that the {method} did not go through, and send a new checkout.",
        ),
        "Have the app act on checkout.session.async_payment_failed.",
    ),
    guards=(
        "A payment that is still under way at the bank.",
        "Another attempt that is paid or reserved.",
        "An order that was paid by another method.",
        "An order that is closed already.",
    ),
    actions=(Action.REQUEST_NEW_PAYMENT, Action.CONTACT_CUSTOMER, Action.SUBSCRIBE_EVENT),
    supersedes=frozenset({"unpaid_marked_paid", "expired_order_open"}),
    from_absence=True,
    confidence="certain: Stripe says that it failed. Probable without a search, which might find another payment",
    sureness={Confidence.CERTAIN: "certain: Stripe says that it failed"},
    unchecked=(_UNSEEN, "Whether the goods have gone out."),
    searched=(
        "checkout.session.async_payment_failed",
        "payment_intent_payment_attempt_failed",
        "The customer's bank account could not be debited",
        "SEPA payment failed after order completed",
        "insufficient_funds",
    ),
    orders=states.ALIVE,
    paid=False,
    check=async_failed,
)
FULFILLED_BEFORE_FUNDS = Rule(
    code="fulfilled_before_funds",
    title="Treated as paid while the bank has not answered",
    family="payment",
    severity="high",
    money="the order's total",
    explanation="The order is paid or fulfilled, no payment of it has come in, and its intent is processing, or waits "
    "for the customer to pay a voucher or a bank transfer.",
    support="The {method} for this order is still under way since {since}; the bank can take {long}. The order is "
    "{status}. Hold the goods until the money is there.",
    support_by_detail={
        "voucher": "Since {since} the customer has what is needed to pay ({method}), and has not paid yet. The "
        "order is {status}. Hold the goods until the money is there.",
        "micro": "The customer has still to confirm the small sums that were sent to their bank account{arrives}; "
        "nothing is paid before that. The order is {status}. Hold the goods.",
    },
    causes=("A finished checkout was taken for a payment, whatever its payment_status.", "Staff moved the order on."),
    developer="Order {order} was {status} before the bank had answered. Fulfil only when payment_status is paid or "
    "no_payment_required: on checkout.session.completed it may be unpaid. Wait for "
    "checkout.session.async_payment_succeeded.",
    remedy=(
        "Hold the goods back if they have not gone out.",
        "Wait: the bank can take {long}.",
        "Read the order again; then it is paid, or the payment has failed.",
        "Have the app ask payment_status before it fulfils.",
    ),
    remedy_by_detail={
        "voucher": (
            "Hold the goods back if they have not gone out.",
            "Remind the customer to pay, with what they were given{page}.",
            "Read the order again; then it is paid, or it can no longer be.",
            "Have the app ask payment_status before it fulfils.",
        ),
        "micro": (
            "Hold the goods back if they have not gone out.",
            "Ask the customer to confirm the sums{page}; only then is their bank asked to pay.",
            "Read the order again; then the debit is under way.",
            "Have the app ask payment_status before it fulfils.",
        ),
    },
    guards=(
        "An order that is pending meanwhile: that is right, for days.",
        "A shop that takes the risk on purpose (metadata.fulfil_on_processing).",
        "An order that was paid by another method.",
    ),
    actions=(Action.HOLD_FULFILMENT, Action.WAIT),
    supersedes=frozenset({"unpaid_marked_paid"}),
    from_absence=True,
    confidence="certain where an intent or a charge says so; probable where only the checkout does, or unsearched",
    sureness={
        Confidence.CERTAIN: "certain: the payment itself says so, not only the checkout",
        Confidence.PROBABLE: "probable: only the checkout says so, the payment itself was not there to look at",
    },
    unchecked=(_UNSEEN, "Whether the goods have gone out."),
    searched=(
        "checkout.session.completed payment_status unpaid",
        "order completed but payment still processing",
        "checkout.session.async_payment_succeeded",
        "SEPA order marked paid before payment cleared",
    ),
    orders=PAID_ORDER,
    paid=False,
    check=fulfilled_before_funds,
)
ASYNC_MARKED_FAILED = Rule(
    code="async_marked_failed",
    title="A payment under way was called failed",
    family="payment",
    severity="high",
    money="the order's total: it may be paid into a dead order, or twice",
    explanation="The order is cancelled or failed, nothing of it is paid, and its intent is processing, or a voucher "
    "or bank transfer can still be paid.",
    support="The {method} for this order has not failed: the bank can take {long}. The order is {status} all the same. "
    "Tell the customer not to pay again.",
    support_by_detail={
        "voucher": "The {method} for this order can still be paid{deadline}. The order is {status} all the same. "
        "Tell the customer what to expect.",
        "micro": "The customer can still confirm the small sums that were sent to their bank account{arrives}, and so "
        "pay the order. It is {status} all the same.",
    },
    causes=(
        "A finished checkout with payment_status unpaid was taken for a failure.",
        "The timer for unpaid orders is shorter than the bank's answer.",
    ),
    developer="Treat a complete session that is unpaid as waiting, and let checkout.session.async_payment_succeeded or "
    "async_payment_failed decide. For delayed methods the timer has to allow {long}.",
    remedy=(
        "Tell the customer that the payment is under way, and not to pay again.",
        "Wait for the bank's answer, and read the order again.",
        "If it is paid then: bring the order back, or refund it.",
        "Have the app wait longer for delayed methods.",
    ),
    remedy_by_detail={
        "voucher": (
            "Find out whether the order is still wanted. The customer can still pay it{deadline}.",
            "If it is wanted, bring it back and wait for the money; if not, tell the customer not to pay.",
            "Read the order again: money that came in all the same has to be booked or refunded.",
            "Have the app wait longer for delayed methods.",
        ),
        "micro": (
            "Find out whether the order is still wanted.",
            "If it is, bring it back, and ask the customer to confirm the sums{page}; if not, tell them not to.",
            "Have the app wait longer for delayed methods.",
        ),
    },
    guards=("A checkout that expired.", "A voucher whose date has passed.", "A payment of this order that stands."),
    actions=(Action.WAIT, Action.CONTACT_CUSTOMER, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"expired_order_open"}),
    confidence="certain: Stripe says that it is under way, the app that it is over",
    unchecked=("Whether the order was closed on purpose, at the customer's wish.",),
    searched=(
        "SEPA payment order cancelled before payment succeeded",
        "payment_status unpaid checkout.session.completed order failed",
        "unpaid order cancelled time limit reached",
        "order failed but payment_intent status processing",
    ),
    orders=CLOSED_ORDER,
    check=async_marked_failed,
)
