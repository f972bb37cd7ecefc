"""Scenarios of orders that outlive a payment: a subscription that ended, runs on or is there twice; a bill that was
settled elsewhere."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.scenarios.stage_billing import MONTH, ended, renewed_each_month, sign_up
from core.sandbox.stripe.objects import invoice, invoice_payment, payment_intent


def _ended(stage: Stage) -> None:
    signed_up = sign_up(stage)
    ended(stage, signed_up.subscription, MONTH)
    stage.order("paid", updated=2 * MINUTE + 1, stripe_session_id=signed_up.session["id"])


def _goes_on(stage: Stage) -> None:
    signed_up = renewed_each_month(stage, sign_up(stage))
    stage.order("cancelled", updated=4 * DAY, stripe_session_id=signed_up.session["id"])


def _twice(stage: Stage) -> None:
    first = sign_up(stage, 4 * MINUTE)
    (item,) = first.subscription["items"]["data"]
    again = sign_up(stage, 9 * MINUTE, begins=2 * MINUTE, sold=item["price"])
    stage.order("paid", updated=9 * MINUTE + 1, stripe_session_id=again.session["id"])


def _settled_elsewhere(stage: Stage) -> None:
    bought, at = stage.purchase, stage.began + 5 * DAY
    terms = {"currency": bought.currency, "customer": stage.customer()["id"], "metadata": {"order_id": bought.number}}
    dropped = {"status": "canceled", "canceled_at": at, "cancellation_reason": "void_invoice"}
    intent = stage.keep(payment_intent(stage.rng, stage.began, amount=bought.amount, **terms, **dropped))
    outside = {"amount_paid_off_stripe": bought.amount, "amount_paid": 0, "billing_reason": "manual"}
    bill = invoice(stage.rng, stage.began, total=bought.amount, customer_email=bought.email, **terms, **outside)
    bill["status_transitions"] = {**bill["status_transitions"], "paid_at": at}
    ended = {"amount_paid": None, "status": "canceled", "status_transitions": {"canceled_at": at, "paid_at": None}}
    asked = {"amount_requested": bought.amount, "currency": bought.currency}
    stage.keep(invoice_payment(stage.rng, stage.began, bill["id"], intent["id"], **asked, **ended))
    stage.tell("invoice.paid", at, stage.keep(bill))
    stage.order("pending", payment_intent_id=intent["id"])


BILLING = (
    Scenario(
        name="ended_and_not_told",
        title="The subscription is over, and the customer still gets in.",
        story="The subscription ended after its month. The shop's endpoint does not ask for that event.",
        code="subscription_ended",
        purchase=Purchase("SH-10531", "Leonor Prata", "leonor.prata@example.org", "Atlas, monthly", 2390, "eur"),
        play=_ended,
        age=43 * DAY,
        ages=(31 * DAY, 80 * DAY),
    ),
    Scenario(
        name="cancelled_and_still_charged",
        title="I cancelled weeks ago, and you charged me again.",
        story="The app closed the order by itself, and never cancelled the subscription at Stripe.",
        code="subscription_still_charged",
        purchase=Purchase("SH-10532", "Gero Haas", "gero.haas@example.net", "Reading club", 1770, "eur"),
        play=_goes_on,
        age=36 * DAY + 3 * HOUR,
        ages=(5 * DAY, 100 * DAY),
    ),
    Scenario(
        name="signed_up_twice",
        title="The customer pays for two memberships and has one.",
        story="Two tabs, two checkouts of one membership, both gone through: two subscriptions run.",
        code="subscription_doubled",
        purchase=Purchase("SH-10533", "Yara Nunes", "yara.nunes@example.com", "Membership, monthly", 4560, "usd"),
        play=_twice,
        age=6 * DAY + 5 * HOUR,
    ),
    Scenario(
        name="paid_by_transfer",
        title="The customer says they transferred the money; Stripe shows a canceled payment.",
        story="The invoice was marked as paid outside Stripe, which dropped the payment. The order still waits.",
        code="paid_outside_stripe",
        purchase=Purchase("SH-10534", "Office Verhoeven", "office.verhoeven@example.com", "Workshop", 148000, "eur"),
        play=_settled_elsewhere,
        age=12 * DAY,
        ages=(6 * DAY, 27 * DAY),
    ),
)
