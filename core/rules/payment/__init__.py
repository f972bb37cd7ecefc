"""Was it paid, and is the order right about it?

twice                paid more than once
closed               paid after the order ended, or a failure written over a success
paid_only_here       the order says paid, Stripe has nothing
bank_answers_later   trusted or given up before the bank has answered: debits, vouchers, transfers
holds                money that is only reserved
reservations         money that is reserved and does not fit the order
released             money that was reserved and let go on purpose
doubts               paid, and under review, or reported as fraud
saved_cards          a card for later that cannot be charged
"""

from core.rules.payment.bank_answers_later import ASYNC_FAILED, ASYNC_MARKED_FAILED, FULFILLED_BEFORE_FUNDS
from core.rules.payment.closed import LATE_FAILURE_OVERWROTE, PAID_ORDER_CLOSED
from core.rules.payment.doubts import PAYMENT_DOUBTED
from core.rules.payment.holds import AUTH_EXPIRED, AUTH_NOT_CAPTURED
from core.rules.payment.paid_only_here import UNPAID_MARKED_PAID
from core.rules.payment.released import HOLD_RELEASED
from core.rules.payment.reservations import HOLD_ON_CLOSED_ORDER, HOLD_SHORT
from core.rules.payment.saved_cards import SETUP_UNUSABLE
from core.rules.payment.twice import DUPLICATE_PAYMENT

__all__ = [
    "ASYNC_FAILED", "ASYNC_MARKED_FAILED", "AUTH_EXPIRED", "AUTH_NOT_CAPTURED", "DUPLICATE_PAYMENT",
    "FULFILLED_BEFORE_FUNDS", "HOLD_ON_CLOSED_ORDER", "HOLD_RELEASED", "HOLD_SHORT", "LATE_FAILURE_OVERWROTE",
    "PAID_ORDER_CLOSED", "PAYMENT_DOUBTED", "SETUP_UNUSABLE", "UNPAID_MARKED_PAID",
]  # fmt: skip
