"""Lists of what this Stripe has none of: a shop has no coupons here, and whoever asks for them is told so.

Tools that copy an account list everything there is, and one list that is refused ends their run as an error.
"""

from functools import partial
from typing import Final

from core.sandbox.stripe.api import lists
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json

RIGHTS: Final = {
    "coupons": "plan_read",
    "credit_notes": "invoice_read",
    "plans": "plan_read",
    "radar/early_fraud_warnings": "charge_read",
    "reviews": "charge_read",
    "subscription_schedules": "subscription_read",
    "tax_ids": "customer_read",
}


def _none(name: str, call: Call) -> Json:
    """Nothing, in pages."""
    return lists.page(call, name.rpartition("/")[2].removesuffix("s"), f"/v1/{name}")


OPERATIONS = tuple(
    Operation("GET", f"/v1/{name}", partial(_none, name), right, (*lists.CURSORS, "created", "customer"))
    for name, right in RIGHTS.items()
)
