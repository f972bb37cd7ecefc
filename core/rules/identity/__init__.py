"""Do the order and its payment find each other, and tell one story?

not_ours           another mode, another owner
unknown_to_stripe  an id that this account does not know
two_stories        metadata that names something else
unclaimed          a payment that nothing leads to but its likeness
carts              the cart of such a payment, in sentences
"""

from core.rules.identity.not_ours import KEY_MODE_MISMATCH, ORDER_COPIED, SESSION_FOREIGN
from core.rules.identity.two_stories import METADATA_DRIFT
from core.rules.identity.unclaimed import LINK_MISSING
from core.rules.identity.unknown_to_stripe import SESSION_NOT_FOUND, WRONG_ACCOUNT

__all__ = [
    "KEY_MODE_MISMATCH", "LINK_MISSING", "METADATA_DRIFT", "ORDER_COPIED", "SESSION_FOREIGN", "SESSION_NOT_FOUND",
    "WRONG_ACCOUNT",
]  # fmt: skip
