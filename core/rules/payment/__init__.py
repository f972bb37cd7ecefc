"""Was it paid, and is the order right about it?

twice_or_closed      paid twice, paid after the order ended, a failure written over a success
paid_only_here       the order says paid, Stripe has nothing
bank_answers_later   trusted or given up before the bank has answered: debits, vouchers, transfers
holds                money that is only reserved
"""

from core.rules.payment.bank_answers_later import ASYNC_FAILED, ASYNC_MARKED_FAILED, FULFILLED_BEFORE_FUNDS
from core.rules.payment.holds import AUTH_EXPIRED, AUTH_NOT_CAPTURED
from core.rules.payment.paid_only_here import UNPAID_MARKED_PAID
from core.rules.payment.twice_or_closed import DUPLICATE_PAYMENT, LATE_FAILURE_OVERWROTE, PAID_ORDER_CLOSED

__all__ = [
    "ASYNC_FAILED", "ASYNC_MARKED_FAILED", "AUTH_EXPIRED", "AUTH_NOT_CAPTURED", "DUPLICATE_PAYMENT",
    "FULFILLED_BEFORE_FUNDS", "LATE_FAILURE_OVERWROTE", "PAID_ORDER_CLOSED", "UNPAID_MARKED_PAID",
]  # fmt: skip
