"""What can happen to a purchase that is paid again and again: signed up for, billed, changed, ended.

Each turn is played on a `Stage`, `after` so many seconds since the purchase began; amounts are minor units. As Stripe
does since 2025-03-31: the session names no intent, the invoice's payment does, and the intent names no order.
"""

from collections.abc import Collection
from dataclasses import dataclass

from core.sandbox.scenarios.stage import DAY, Payment, Stage
from core.sandbox.stripe.objects import Json, invoice, invoice_payment, payment_intent, subscription

MONTH = 30 * DAY
_OPEN = {"attempt_count": 1, "auto_advance": True, "status": "open"}


@dataclass(frozen=True, slots=True)
class SignUp:
    """A sign-up: the session, the subscription it began and its first bill, each as it is then. `payment` is what paid
    the bill; None where nothing was due."""

    session: Json
    subscription: Json
    invoice: Json
    payment: Payment | None


def sign_up(
    stage: Stage,
    after: int = 120,
    *,
    begins: int = 0,
    trial: int = 0,
    sold: Json | None = None,
    undelivered: Collection[str] = (),
) -> SignUp:
    """The customer subscribes by a checkout that `begins`, after a `trial` of so many days, or pays for a month; to a
    price of its own, or to one that is `sold` already."""
    at, bought, due = stage.began + after, stage.purchase, 0 if trial else stage.purchase.amount
    buyer = stage.customer()["id"]
    session = stage.checkout(begins, mode="subscription", customer=buyer, amount_total=due, amount_subtotal=due)
    until = at + (trial * DAY or MONTH)
    state = {"status": "trialing", "trial_end": until, "trial_start": at} if trial else {"status": "active"}
    terms = {"customer": buyer, "currency": bought.currency, "unit_amount": bought.amount, "period_end": until}
    terms |= {"sold": sold} if sold else {}
    plan = subscription(stage.rng, at - 5, **terms, **state)
    bill, payment = bill_of(stage, plan, at - 4, due, session=session, undelivered=undelivered)
    plan = stage.keep({**plan, "latest_invoice": bill["id"]})
    stage.tell("customer.subscription.created", at - 2, plan, undelivered)
    named = {"subscription": plan["id"], "invoice": bill["id"]}
    done = stage.keep({**stage.finished(session, "no_payment_required" if trial else "paid", None), **named})
    stage.tell("checkout.session.completed", at, done, undelivered)
    return SignUp(done, plan, bill, Payment(done, payment.intent, payment.charge) if payment else None)


def bill_of(
    stage: Stage,
    plan: Json,
    at: int,
    amount: int,
    *,
    session: Json,
    reason: str = "subscription_create",
    undelivered: Collection[str] = (),
) -> tuple[Json, Payment | None]:
    """A bill that is paid, at once and by card; one over nothing needs no payment."""
    of_plan = {"customer": plan["customer"], "currency": plan["currency"]}
    about = {"customer_email": stage.purchase.email, "customer_name": stage.purchase.name, "billing_reason": reason}
    bill = stage.keep(invoice(stage.rng, at, total=amount, subscription=plan["id"], **of_plan, **about))
    payment = None
    if amount:
        words = "Subscription creation" if reason == "subscription_create" else "Subscription update"
        intent = payment_intent(stage.rng, at, amount=amount, description=words, status="succeeded", **of_plan)
        made = stage.charged(intent, at, "card", "succeeded")
        intent = stage.keep({**intent, "latest_charge": made["id"], "payment_method": made["payment_method"]})
        stage.keep(
            invoice_payment(stage.rng, at, bill["id"], intent["id"], amount_paid=amount, currency=plan["currency"])
        )
        stage.tell("charge.succeeded", at, made, undelivered)
        stage.tell("payment_intent.succeeded", at, intent, undelivered)
        payment = Payment(session, intent, made)
    stage.tell("invoice.paid", at, bill, undelivered)
    return bill, payment


def renewed(stage: Stage, signed_up: SignUp, after: int, *, undelivered: Collection[str] = ()) -> SignUp:
    """Another month begins, and is paid."""
    at, plan = stage.began + after, signed_up.subscription
    bill, payment = bill_of(
        stage,
        plan,
        at,
        stage.purchase.amount,
        session=signed_up.session,
        reason="subscription_cycle",
        undelivered=undelivered,
    )
    plan = changed(stage, _until(plan, at + MONTH), after, status="active", latest_invoice=bill["id"])
    return SignUp(signed_up.session, plan, bill, payment)


def renewed_each_month(stage: Stage, signed_up: SignUp) -> SignUp:
    """It is renewed for as long as it has lasted."""
    for after in range(MONTH, stage.lasted, MONTH):
        signed_up = renewed(stage, signed_up, after)
    return signed_up


def unpaid(stage: Stage, signed_up: SignUp, after: int) -> SignUp:
    """Another month begins, and the card is declined: Stripe will try again."""
    at, plan = stage.began + after, signed_up.subscription
    terms = {"customer": plan["customer"], "currency": plan["currency"], "total": stage.purchase.amount}
    again = {**_OPEN, "next_payment_attempt": at + 3 * DAY, "billing_reason": "subscription_cycle"}
    bill = stage.keep(invoice(stage.rng, at, subscription=plan["id"], **terms, **again))
    stage.tell("invoice.payment_failed", at + 1, bill)
    plan = changed(stage, _until(plan, at + MONTH), after + 1, status="past_due", latest_invoice=bill["id"])
    return SignUp(signed_up.session, plan, bill, None)


def changed(stage: Stage, plan: Json, after: int, **fields: object) -> Json:
    """A subscription is changed: its price, its state, whether it ends."""
    plan = stage.keep({**plan, **fields})
    stage.tell("customer.subscription.updated", stage.began + after, plan)
    return plan


def ended(stage: Stage, plan: Json, after: int, *, undelivered: Collection[str] = ()) -> Json:
    """A subscription ends."""
    at = stage.began + after
    plan = stage.keep({**plan, "status": "canceled", "canceled_at": plan["canceled_at"] or at, "ended_at": at})
    stage.tell("customer.subscription.deleted", at, plan, undelivered)
    return plan


def _until(plan: Json, ends: int) -> Json:
    """The same, paid until then."""
    (item,) = plan["items"]["data"]
    item = {**item, "current_period_start": item["current_period_end"], "current_period_end": ends}
    return {**plan, "items": {**plan["items"], "data": [item]}}
