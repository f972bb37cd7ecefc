"""What else can happen to a payment: it takes days and comes or not, it is only reserved, it is disputed.

Each turn is played on a `Stage`, `after` so many seconds since the purchase began; amounts are minor units. Owns which
objects change with it and which events Stripe makes of it. Does not touch the shop's books.
"""

from core.sandbox.scenarios.stage import DAY, Payment, Stage
from core.sandbox.stripe.objects import Json, dispute, review, setup_intent

_REFUSED = "The customer's bank account has insufficient funds."


def voucher(stage: Stage, session: Json, after: int, *, days: int = 5) -> tuple[Json, Json]:
    """The customer takes a boleto home, to be paid in a shop or a bank within `days`: the session and its intent."""
    at = stage.began + after
    slip = dict.fromkeys(("hosted_voucher_url", "number", "pdf")) | {"expires_at": at + days * DAY}
    fields = {
        "payment_method_types": ["boleto"],
        "next_action": {"type": "boleto_display_details", "boleto_display_details": slip},
    }
    intent = stage.keep(stage.attempt(session, at - 6, "requires_action", fields))
    stage.tell("payment_intent.requires_action", at - 2, intent)
    done = stage.finished(session, "unpaid", intent)
    stage.tell("checkout.session.completed", at, done)
    return done, intent


def clear(stage: Stage, payment: Payment, after: int) -> Payment:
    """A promised payment arrives."""
    at = stage.began + after
    due = payment.charge["amount"]
    made = stage.keep({**payment.charge, "status": "succeeded", "paid": True, "captured": True, "amount_captured": due})
    intent = stage.keep({**payment.intent, "status": "succeeded", "amount_received": due})
    session = stage.keep({**payment.session, "payment_status": "paid"})
    stage.tell("charge.succeeded", at - 2, made)
    stage.tell("payment_intent.succeeded", at - 1, intent)
    stage.tell("checkout.session.async_payment_succeeded", at, session)
    return Payment(session, intent, made)


def bounce(stage: Stage, payment: Payment, after: int) -> Payment:
    """A promised payment is refused by the bank; the session stays complete and unpaid."""
    at = stage.began + after
    why = {"failure_code": "insufficient_funds", "failure_message": _REFUSED}
    made = stage.keep({**payment.charge, **why, "status": "failed", "paid": False})
    error = {
        "charge": made["id"],
        "code": "payment_intent_payment_attempt_failed",
        "message": _REFUSED,
        "type": "invalid_request_error",
    }
    fields = {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    intent = stage.keep({**payment.intent, **fields})
    stage.tell("charge.failed", at - 2, made)
    stage.tell("payment_intent.payment_failed", at - 1, intent)
    stage.tell("checkout.session.async_payment_failed", at, payment.session)
    return Payment(payment.session, intent, made)


def reserve(stage: Stage, session: Json, after: int, *, hold: int = 7 * DAY) -> Payment:
    """The card is authorised, to be captured by hand within `hold` seconds."""
    at = stage.began + after
    intent = stage.attempt(session, at - 6, "requires_capture", {"capture_method": "manual"})
    made = stage.charged(intent, at - 3, "card", "succeeded", captured=False, amount_captured=0)
    made["payment_method_details"]["card"]["capture_before"] = at + hold
    intent = stage.keep({**intent, "latest_charge": made["id"], "payment_method": made["payment_method"]})
    stage.tell("charge.succeeded", at - 2, made)
    stage.tell("payment_intent.amount_capturable_updated", at - 2, intent)
    done = stage.finished(session, "unpaid", intent)
    stage.tell("checkout.session.completed", at, done)
    return Payment(done, intent, made)


def lapse(stage: Stage, payment: Payment, after: int) -> Payment:
    """Nobody captured in time: the hold is let go, which Stripe writes down as a refund of what was never taken."""
    at, held = stage.began + after, payment.charge["amount"]
    made = stage.keep({**payment.charge, "amount_refunded": held, "refunded": True})
    let_go = stage.given_back(payment, at, held, reason="expired_uncaptured_charge")
    gone = {"status": "canceled", "canceled_at": at, "cancellation_reason": "automatic", "amount_capturable": 0}
    intent = stage.keep({**payment.intent, **gone})
    stage.tell("charge.expired", at, made)
    stage.tell("refund.created", at, let_go)
    stage.tell("payment_intent.canceled", at, intent)
    return Payment(payment.session, intent, made)


def release(stage: Stage, payment: Payment, after: int, *, reason: str = "requested_by_customer") -> Payment:
    """Somebody cancels the uncaptured payment: the hold is let go, and Stripe writes a refund of what was not taken."""
    at, held = stage.began + after, payment.charge["amount"]
    made = stage.keep({**payment.charge, "amount_refunded": held, "refunded": True})
    let_go = stage.given_back(payment, at, held, reason=None)
    gone = {"status": "canceled", "canceled_at": at, "cancellation_reason": reason, "amount_capturable": 0}
    intent = stage.keep({**payment.intent, **gone})
    stage.tell("charge.refunded", at, made)
    stage.tell("refund.created", at, let_go)
    stage.tell("payment_intent.canceled", at, intent)
    return Payment(payment.session, intent, made)


def reviewed(stage: Stage, payment: Payment, after: int, *, approved: int | None = None) -> None:
    """Radar asks for a review of a payment; perhaps somebody approves it, `approved` seconds after it began."""
    at = stage.began + after
    said = {"type": "manual_review", "reason": "elevated_risk_level", "risk_level": "elevated"}
    opened = review(stage.rng, at, charge=payment.charge["id"], payment_intent=payment.intent["id"])
    outcome = {**payment.charge["outcome"], **said, "seller_message": "Stripe placed it in your manual review queue."}
    stage.keep({**payment.charge, "review": opened["id"], "outcome": outcome})
    stage.keep({**payment.intent, "review": opened["id"]})
    stage.keep(opened)
    stage.tell("review.opened", at, opened)
    if approved is not None:
        closed = stage.keep({**opened, "open": False, "closed_reason": "approved", "reason": "approved"})
        stage.tell("review.closed", stage.began + approved, closed)


def saved(stage: Stage, after: int, **fields: object) -> Json:
    """A checkout that saves a card and charges nothing: the finished session."""
    nothing: Json = dict.fromkeys(("amount_total", "amount_subtotal", "currency"))
    session = stage.checkout(0, mode="setup", total_details=None, customer=fields.get("customer"), **nothing)
    made = stage.keep(setup_intent(stage.rng, stage.began + after - 3, **fields))
    stage.tell("setup_intent.succeeded", stage.began + after - 2, made)
    return stage.complete(session, after, "no_payment_required", setup_intent=made["id"])


def disputed(stage: Stage, payment: Payment, after: int, *, status: str = "needs_response") -> None:
    """The customer's bank takes the payment back, until the dispute is decided: `won` or `lost` three weeks later."""
    at, closed = stage.began + after, status in ("won", "lost")
    opened = dispute(
        stage.rng,
        at,
        amount=payment.charge["amount"],
        currency=payment.charge["currency"],
        charge=payment.charge["id"],
        payment_intent=payment.intent["id"],
    )
    stage.keep({**payment.charge, "disputed": True})
    stage.tell("charge.dispute.created", at, opened)
    now = stage.keep({**opened, "status": status})
    if closed:
        stage.tell("charge.dispute.closed", at + 20 * DAY, now)
