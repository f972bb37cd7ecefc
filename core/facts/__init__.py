"""What an order and Stripe's objects look like to the product; Stripe's JSON becomes facts here, once.

    facts       Facts: all that Stripe said at one moment, and what could not be read
    order       Order: a row of the app's books, in our words
    objects, events   Session, Intent, Charge, Refund, Dispute; Event and Endpoint
    naming      which order an object names: the customs of integrations
    statuses    closed lists of words; an unknown word is `unknown`
    json        careful steps into JSON that may be anything
    remembered  a property that is worked out once

Owns the shapes and the reading of JSON. Which object belongs to which order is `core.linking`'s to say, what is wrong
`core.rules`'.
"""

from core.facts.events import Endpoint, Event
from core.facts.facts import Cost, Facts, Missing, Unread
from core.facts.json import Json
from core.facts.naming import REFERENCE_KEYS, order_references, plain
from core.facts.objects import Charge, Dispute, Intent, Refund, Session
from core.facts.order import Order
from core.facts.statuses import (
    CLOSED_ORDER,
    OPEN_ORDER,
    PAID_ORDER,
    ChargeStatus,
    DisputeStatus,
    IntentStatus,
    Mode,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    SessionStatus,
)

__all__ = [
    "CLOSED_ORDER",
    "OPEN_ORDER",
    "PAID_ORDER",
    "REFERENCE_KEYS",
    "Charge",
    "ChargeStatus",
    "Cost",
    "Dispute",
    "DisputeStatus",
    "Endpoint",
    "Event",
    "Facts",
    "Intent",
    "IntentStatus",
    "Json",
    "Missing",
    "Mode",
    "Order",
    "OrderStatus",
    "PaymentStatus",
    "Refund",
    "RefundStatus",
    "Session",
    "SessionStatus",
    "Unread",
    "order_references",
    "plain",
]
