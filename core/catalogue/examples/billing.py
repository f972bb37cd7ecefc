"""Worked examples: rows that outlive a payment, and a bill that was settled elsewhere."""

from core.catalogue.examples.scene import (
    INTENT,
    INVOICE,
    NOW,
    PAID,
    SUBSCRIPTION,
    booked,
    event,
    intent,
    invoice,
    order,
    scene,
    session,
    subscription,
)
from core.times import DAY

_AGAIN, _SECOND = "sub_1Q8eVwPxCzNmKyRa", "in_1Q8eVwPxDsFhJkLq"
_NEXT, _OTHER = "in_1QJfRtKyEwUrTyAb", "cs_live_b1Ft47pWnE6yJs9UdG3hRc"
_LONG_AGO = NOW - 45 * DAY
_ENDED = {"status": "canceled", "created": _LONG_AGO, "current_period_end": NOW - 15 * DAY, "ended_at": NOW - 15 * DAY}
_SOLD = {"items": {"data": [{"price": {"id": "price_1Q2aMonthly", "product": "prod_Q2aMember"}}]}}


def _signed_up(**differs: object) -> dict[str, object]:
    """A checkout that began a subscription: it has no intent of its own."""
    begun = {"mode": "subscription", "payment_intent": None, "subscription": SUBSCRIPTION, "invoice": INVOICE}
    return session(**(begun | differs))


_BILLED = invoice(payment_intent=None, created=_LONG_AGO)

BILLING = {
    "subscription_doubled": (
        "The customer signed up in two tabs; both subscriptions run, and the order knows one.",
        scene(
            booked(payment_intent_id=None),
            _signed_up(),
            _signed_up(id=_OTHER, subscription=_AGAIN, invoice=_SECOND, created=PAID),
            subscription(**_SOLD),
            subscription(**_SOLD, id=_AGAIN, latest_invoice=_SECOND, created=PAID + 240),
            invoice(payment_intent=None),
            invoice(id=_SECOND, subscription=_AGAIN, payment_intent=None, created=PAID + 240),
        ),
    ),
    "subscription_still_charged": (
        "The app closed the account by itself; the subscription was never cancelled, and the next month was charged.",
        scene(
            order(status="cancelled", created_at=_LONG_AGO, updated_at=NOW - 30 * DAY),
            _signed_up(created=_LONG_AGO),
            subscription(created=_LONG_AGO, current_period_end=NOW + 15 * DAY, latest_invoice=_NEXT),
            _BILLED,
            invoice(id=_NEXT, payment_intent=None, billing_reason="subscription_cycle", created=NOW - 15 * DAY),
        ),
    ),
    "subscription_ended": (
        "The subscription was cancelled in the Stripe dashboard. The endpoint does not ask for that event.",
        scene(
            booked(payment_intent_id=None, created_at=_LONG_AGO, updated_at=_LONG_AGO + 3),
            _signed_up(created=_LONG_AGO),
            subscription(**_ENDED),
            _BILLED,
            event("customer.subscription.deleted", SUBSCRIPTION, created=NOW - 15 * DAY),
        ),
    ),
    "paid_outside_stripe": (
        "The customer paid the invoice by transfer, and it was marked as paid in Stripe: the payment was dropped.",
        scene(
            order(session_id=None, payment_intent_id=INTENT),
            intent(
                status="canceled",
                amount_received=0,
                canceled_at=PAID,
                metadata={"order_id": "1042"},
                created=PAID - 5 * DAY,
            ),
            invoice(
                subscription=None, billing_reason="manual", amount_paid=0, paid_out_of_band=True, created=PAID - 5 * DAY
            ),
            event("invoice.paid", INVOICE),
        ),
    ),
}
