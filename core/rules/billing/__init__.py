"""Rows that outlive a payment: subscriptions, their bills, and what was settled elsewhere.

doubled   two of one
going_on  closed in the app, and not at Stripe
over      ended at Stripe, and not in the app
outside   a bill that was settled without Stripe
"""

from core.rules.billing.doubled import SUBSCRIPTION_DOUBLED
from core.rules.billing.going_on import SUBSCRIPTION_STILL_CHARGED
from core.rules.billing.outside import PAID_OUTSIDE_STRIPE
from core.rules.billing.over import SUBSCRIPTION_ENDED

__all__ = [
    "PAID_OUTSIDE_STRIPE", "SUBSCRIPTION_DOUBLED", "SUBSCRIPTION_ENDED", "SUBSCRIPTION_STILL_CHARGED",
]  # fmt: skip
