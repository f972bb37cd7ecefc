"""Money that moves: intents, charges, refunds, disputes and their entries in the balance, as Stripe sends them.

Owns the fields of those objects; like all builders it fills in what follows from what it is given, and an
override always wins. Does not keep two objects in step: that is the caller's part.
"""

from random import Random

from core.sandbox.stripe.objects.cards import billing_details, payment_method_details
from core.sandbox.stripe.objects.ids import letters, new_id
from core.sandbox.stripe.objects.sessions import DAY, Json


def payment_intent(rng: Random, created: int, **overrides: object) -> Json:
    """A `payment_intent`: `amount` (minor units), `currency`, `status`, `latest_charge`, `metadata`, `customer`."""
    given: Json = dict(overrides)
    made_id = given.get("id") or new_id("pi", rng, created)
    amount, status = given.get("amount", 4250), given.get("status", "succeeded")
    unset = (
        "application application_fee_amount canceled_at cancellation_reason customer customer_account"
        " description excluded_payment_method_types last_payment_error latest_charge next_action on_behalf_of"
        " payment_method payment_method_configuration_details processing receipt_email review setup_future_usage"
        " shipping statement_descriptor statement_descriptor_suffix transfer_data transfer_group"
    )
    return {
        **dict.fromkeys(unset.split()),
        "id": made_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": amount if status == "requires_capture" else 0,
        "amount_details": {"tip": {}},
        "amount_received": amount if status == "succeeded" else 0,
        "automatic_payment_methods": None,
        "capture_method": "automatic_async",
        "client_secret": f"{made_id}_secret_{letters(rng, 25)}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": "eur",
        "livemode": False,
        "metadata": {},
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": status,
        **given,
    }


def charge(rng: Random, created: int, *, method: str = "card", **overrides: object) -> Json:
    """A `charge`: `amount` (minor units), `currency`, `payment_intent`, `status`, `amount_refunded`, `metadata`.

    `method` is the kind of payment method; anything but a card gets a `py_` id, as Stripe does.
    """
    given: Json = dict(overrides)
    amount, succeeded = given.get("amount", 4250), given.get("status", "succeeded") == "succeeded"
    unset = (
        "application application_fee application_fee_amount calculated_statement_descriptor customer description"
        " failure_balance_transaction failure_code failure_message on_behalf_of payment_intent receipt_email"
        " receipt_number review shipping source_transfer statement_descriptor statement_descriptor_suffix"
        " transfer_data transfer_group"
    )
    made: Json = {
        **dict.fromkeys(unset.split()),
        "id": new_id("ch" if method == "card" else "py", rng, created),
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if succeeded else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": billing_details(),
        "captured": succeeded,
        "created": created,
        "currency": "eur",
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "outcome": _outcome() if succeeded else None,
        "paid": succeeded,
        "payment_method": new_id("pm", rng, created),
        "payment_method_details": payment_method_details(method, amount),
        "radar_options": {},
        "receipt_url": None,
        "status": "succeeded",
        **given,
    }
    made.setdefault("refunded", 0 < made["amount"] == made["amount_refunded"])
    return made


def refund(rng: Random, created: int, **overrides: object) -> Json:
    """A `refund`: `amount` (minor units), `currency`, `charge`, `payment_intent`, `reason`, `status`.

    Refunds carry no `livemode` at Stripe, and none here.
    """
    return {
        "id": new_id("re", rng, created),
        "object": "refund",
        "amount": 4250,
        "balance_transaction": None,
        "charge": None,
        "created": created,
        "currency": "eur",
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        },
        "metadata": {},
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
        **overrides,
    }


def dispute(rng: Random, created: int, **overrides: object) -> Json:
    """A `dispute`: `amount` (minor units), `currency`, `charge`, `payment_intent`, `reason`, `status`."""
    return {
        "id": new_id("du", rng, created),
        "object": "dispute",
        "amount": 4250,
        "balance_transactions": [],
        "charge": new_id("ch", rng, created),
        "created": created,
        "currency": "eur",
        "enhanced_eligibility_types": [],
        "evidence": _evidence(),
        "evidence_details": {
            "due_by": created + 9 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": None,
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "13.1"},
            "type": "card",
        },
        "reason": "product_not_received",
        "status": "needs_response",
        **overrides,
    }


def balance_transaction(rng: Random, created: int, **overrides: object) -> Json:
    """The `balance_transaction` of a charge: what of `amount` reaches the merchant after the `fee`."""
    given: Json = dict(overrides)
    amount, currency = given.get("amount", 4250), given.get("currency", "eur")
    fee = given.get("fee", round(amount * 0.015) + 25)
    return {
        "id": new_id("txn", rng, created),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created + 3 * DAY,
        "balance_type": "payments",
        "created": created,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [
            {
                "amount": fee,
                "application": None,
                "currency": currency,
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ],
        "net": amount - fee,
        "reporting_category": "charge",
        "source": None,
        "status": "pending",
        "type": "charge",
        **given,
    }


def _outcome() -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 35,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }


def _evidence() -> Json:
    texts = (
        "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure"
        " cancellation_rebuttal customer_communication customer_email_address customer_name customer_purchase_ip"
        " customer_signature duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id"
        " product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation"
        " service_date service_documentation shipping_address shipping_carrier shipping_date"
        " shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text"
    )
    return {**dict.fromkeys(texts.split()), "enhanced_evidence": {}}
