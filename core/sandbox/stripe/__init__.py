"""The stand-in for Stripe.

objects/    its objects, as JSON
store       what one account holds
switches    clock, speed, faults and keys, for tests and demos
versions    how its objects look to a client that is pinned to an earlier API version
deliveries  its webhooks
api/        its API
server      StripeServer: all of it on a port of its own
"""

from core.sandbox.stripe.server import StripeServer
from core.sandbox.stripe.switches import READING_RIGHTS, RESTRICTED_KEY_TEST, SECRET_KEY_LIVE, SECRET_KEY_TEST

__all__ = [
    "READING_RIGHTS", "RESTRICTED_KEY_TEST", "SECRET_KEY_LIVE", "SECRET_KEY_TEST", "StripeServer",
]  # fmt: skip
