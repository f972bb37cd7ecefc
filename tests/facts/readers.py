"""Which of the product's facts reads which of Stripe's kinds."""

from collections.abc import Callable

from core.facts import Charge, Dispute, Endpoint, Event, Intent, Json, Refund, Session

READERS: dict[str, Callable[[Json], Session | Intent | Charge | Refund | Dispute | Event | Endpoint]] = {
    "checkout.session": Session.of,
    "payment_intent": Intent.of,
    "charge": Charge.of,
    "refund": Refund.of,
    "dispute": Dispute.of,
    "event": Event.of,
    "webhook_endpoint": Endpoint.of,
}
