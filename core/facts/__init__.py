"""What an order and Stripe's objects look like to the product; Stripe's JSON becomes facts here, once.

Owns the shapes and the reading of JSON. Which object belongs to which order is for `core.linking` to say, what is wrong
for `core.rules`.
"""

from core.facts.events import Endpoint, Event
from core.facts.facts import Cost, Facts, Missing, Unread
from core.facts.json import Json, email_of
from core.facts.naming import CUT, REFERENCE_KEYS, order_references, plain, plainly, references_in, shape
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
    "CUT",
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
    "email_of",
    "order_references",
    "plain",
    "plainly",
    "references_in",
    "shape",
]
