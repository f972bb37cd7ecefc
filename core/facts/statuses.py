"""Stripe's and our closed lists of words. A word nobody knows becomes `unknown`, never an exception."""

from enum import StrEnum
from typing import Literal, Self

Mode = Literal["test", "live"]


class Word(StrEnum):
    """A closed list with an `unknown` member."""

    __hash__ = str.__hash__  # a word is found in a set as the text it equals

    @classmethod
    def of(cls, raw: object) -> Self:
        """The member spelled `raw`; `unknown` for anything else, None included."""
        try:
            return cls(str(raw))
        except ValueError:
            return cls("unknown")


class OrderStatus(Word):
    """What the app believes, in our words; the app's own word stays in `Order.raw_status`."""

    CREATED = "created"
    PENDING = "pending"
    PAID = "paid"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"
    UNKNOWN = "unknown"


OPEN_ORDER = frozenset({OrderStatus.CREATED, OrderStatus.PENDING})
PAID_ORDER = frozenset({OrderStatus.PAID, OrderStatus.FULFILLED})
CLOSED_ORDER = frozenset({OrderStatus.CANCELLED, OrderStatus.FAILED})


class SessionStatus(Word):
    """checkout.session.status."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class PaymentStatus(Word):
    """checkout.session.payment_status."""

    PAID = "paid"
    UNPAID = "unpaid"
    NO_PAYMENT_REQUIRED = "no_payment_required"
    UNKNOWN = "unknown"


class IntentStatus(Word):
    """payment_intent.status."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    CANCELED = "canceled"
    SUCCEEDED = "succeeded"
    UNKNOWN = "unknown"


class ChargeStatus(Word):
    """charge.status."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    FAILED = "failed"
    UNKNOWN = "unknown"


class RefundStatus(Word):
    """refund.status; Stripe leaves it null on some old ones."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class DisputeStatus(Word):
    """dispute.status."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"
    CHARGE_REFUNDED = "charge_refunded"
    APPEAL_NEEDS_RESPONSE = "appeal_needs_response"
    APPEAL_UNDER_REVIEW = "appeal_under_review"
    UNKNOWN = "unknown"


class SubscriptionStatus(Word):
    """subscription.status."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELED = "canceled"
    UNPAID = "unpaid"
    PAUSED = "paused"
    UNKNOWN = "unknown"


class InvoiceStatus(Word):
    """invoice.status."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"
    UNKNOWN = "unknown"
