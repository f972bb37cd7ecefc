"""How much, and in which currency.

differing  another amount, another currency, a difference that is explained
carts      a checkout of an older cart
units      cents for euros
"""

from core.rules.amounts.carts import AMOUNT_STALE_CART
from core.rules.amounts.differing import AMOUNT_EXPLAINED, AMOUNT_MISMATCH, CURRENCY_MISMATCH
from core.rules.amounts.units import MINOR_UNIT_ERROR

__all__ = [
    "AMOUNT_EXPLAINED", "AMOUNT_MISMATCH", "AMOUNT_STALE_CART", "CURRENCY_MISMATCH", "MINOR_UNIT_ERROR",
]  # fmt: skip
