"""Who is to be looked at.

comparing  suspects and orphans, found in SQL
healthy    the cheap test: is this pair healthy beyond doubt?
sign_ups   orders of subscriptions: is all that hangs together healthy beyond doubt?
unclaimed  all orders are asked for payments that no order of the span claims
"""

from core.scanning.sieve.comparing import Compared, Comparing
from core.scanning.sieve.healthy import provably_healthy
from core.scanning.sieve.unclaimed import claim, look_again

__all__ = [
    "Compared", "Comparing", "claim", "look_again", "provably_healthy",
]  # fmt: skip
