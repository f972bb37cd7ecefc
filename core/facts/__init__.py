"""What an order and Stripe's objects look like to the product; Stripe's JSON becomes facts here, once.

Owns the shapes and the reading of JSON. Refuses to judge: which object belongs to which order is `core.linking`,
what is wrong is `core.rules`.
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
