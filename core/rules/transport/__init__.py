"""The message: why the app did not hear of a payment, or heard and did not book it.

endpoints           switched off, not subscribed, another host
refused_or_dropped  answered with an error, or accepted and not applied
handlers            a handler that cannot find the order
messages            what these say alike
"""

from core.rules.transport.endpoints import WEBHOOK_NOT_SUBSCRIBED, WEBHOOK_OFF, WEBHOOK_WRONG_HOST
from core.rules.transport.handlers import METADATA_NOT_ON_PI, NO_PI_BY_DESIGN, WEBHOOK_BEFORE_ORDER
from core.rules.transport.refused_or_dropped import PAID_NOT_RECORDED, WEBHOOK_ACKED_NOT_APPLIED, WEBHOOK_FAILING

__all__ = [
    "METADATA_NOT_ON_PI", "NO_PI_BY_DESIGN", "PAID_NOT_RECORDED", "WEBHOOK_ACKED_NOT_APPLIED", "WEBHOOK_BEFORE_ORDER",
    "WEBHOOK_FAILING", "WEBHOOK_NOT_SUBSCRIBED", "WEBHOOK_OFF", "WEBHOOK_WRONG_HOST",
]  # fmt: skip
