"""Money that went back, or is asked back.

refunds   given back at one side only
shown     what is shown of them
disputes  taken back by the bank
"""

from core.rules.money_back.disputes import DISPUTE_NOT_REFLECTED
from core.rules.money_back.refunds import REFUND_NOT_RECORDED, REFUND_OVERSTATED

__all__ = [
    "DISPUTE_NOT_REFLECTED", "REFUND_NOT_RECORDED", "REFUND_OVERSTATED",
]  # fmt: skip
