"""Which of the product's facts reads which of Stripe's kinds."""

from collections.abc import Callable

from core.facts import Charge, Dispute, Endpoint, Event, Intent, Invoice, Json, Refund, Session, Subscription

Read = Session | Intent | Charge | Refund | Dispute | Subscription | Invoice | Event | Endpoint
READERS: dict[str, Callable[[Json], Read]] = {
    "checkout.session": Session.of,
    "payment_intent": Intent.of,
    "charge": Charge.of,
    "refund": Refund.of,
    "dispute": Dispute.of,
    "subscription": Subscription.of,
    "invoice": Invoice.of,
    "event": Event.of,
    "webhook_endpoint": Endpoint.of,
}
