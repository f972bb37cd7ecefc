"""Lists of what this Stripe has none of: a shop has no coupons here, and whoever asks for them is told so.

Tools that copy an account list everything there is, and one list that is refused ends their run as an error. Of two of
these Stripe has the same for everybody, hundreds of tax codes and some fifty countries: here there is none of either.
"""

from functools import partial
from typing import Final

from core.sandbox.stripe.api import lists, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json

RIGHTS: Final = {
    "application_fees": "application_fee_read",
    "country_specs": "account_read",
    "coupons": "plan_read",
    "credit_notes": "invoice_read",
    "entitlements/features": "plan_read",
    "file_links": "file_read",
    "files": "file_read",
    "identity/verification_reports": "identity_read",
    "identity/verification_sessions": "identity_read",
    "invoiceitems": "invoice_read",
    "issuing/authorizations": "issuing_read",
    "issuing/cardholders": "issuing_read",
    "issuing/cards": "issuing_read",
    "issuing/disputes": "issuing_read",
    "issuing/transactions": "issuing_read",
    "payouts": "payout_read",
    "plans": "plan_read",
    "promotion_codes": "plan_read",
    "radar/early_fraud_warnings": "charge_read",
    "reviews": "charge_read",
    "shipping_rates": "plan_read",
    "subscription_schedules": "subscription_read",
    "tax_codes": "plan_read",
    "tax_ids": "customer_read",
    "tax_rates": "plan_read",
    "transfers": "transfer_read",
}


def _none(name: str, call: Call) -> Json:
    """Nothing, in pages."""
    return lists.page(call, name.replace("/", ".").removesuffix("s"), f"/v1/{name}")


def _entitlements(call: Call) -> Json:
    """Those of a customer, who is to be named."""
    if not call.form.text("customer"):
        raise refusals.missing_parameter("customer")
    return _none("entitlements/active_entitlements", call)


OPERATIONS = (
    *(
        Operation("GET", f"/v1/{name}", partial(_none, name), right, (*lists.CURSORS, "created", "customer"))
        for name, right in RIGHTS.items()
    ),
    Operation(
        "GET", "/v1/entitlements/active_entitlements", _entitlements, "customer_read", (*lists.CURSORS, "customer")
    ),
)
