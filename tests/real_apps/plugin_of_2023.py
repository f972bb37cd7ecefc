"""What a ticket shop's plugin asks of Stripe, with the SDK and the API version it is pinned to; prints what it got.

Run in an environment of its own, with the address of Stripe and the key as arguments.
"""

import json
import sys

import stripe

stripe.api_base, stripe.api_key = sys.argv[1:]
stripe.api_version = "2023-10-16"
SHARED = {"amount": 2300, "currency": "eur", "payment_method_types": ["card"], "confirmation_method": "manual"}


def attempt(method: str, order: str) -> stripe.PaymentIntent:
    """A customer pays an order with a card."""
    return stripe.PaymentIntent.create(
        **SHARED,
        confirm=True,
        description=f"CONF-{order}",
        expand=["latest_charge"],
        idempotency_key=f"7{order}1",
        metadata={"order": "12", "event": 7, "code": order},
        payment_method=method,
        return_url="https://tickets.example.com/sca/",
        statement_descriptor_suffix=order,
    )


paid = attempt("pm_card_visa", "ABC12")
again = attempt("pm_card_visa", "ABC12")
try:
    declined = attempt("pm_card_chargeDeclined", "DEF34")
except stripe.error.CardError as error:
    declined = error.json_body["error"]
asked = attempt("pm_card_threeDSecure2Required", "GHJ56")
refund = stripe.Refund.create(charge=paid["latest_charge"]["id"], amount=300)
charge = stripe.Charge.retrieve(
    paid["latest_charge"]["id"], expand=["dispute", "refunds", "payment_intent", "payment_intent.latest_charge"]
)
got = {"paid": paid, "again": again, "declined": declined, "asked": asked, "refund": refund, "charge": charge}
json.dump(got, sys.stdout)
