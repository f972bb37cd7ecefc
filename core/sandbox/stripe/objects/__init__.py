"""Builders of complete, valid Stripe objects, as the JSON that goes over the wire.

    sessions  checkout sessions and what stands in their basket
    payments  intents, charges, refunds, disputes, and their entries in the balance
    cards     what is paid with, and the test cards that do not work
    billing   subscriptions and invoices
    records   customers, saved cards, reviews, the account, webhook endpoints, events
    ids       ids that look and sort like Stripe's

Owns what each object looks like; knows nothing of HTTP or of what happens to it. A builder is pure: it takes a source
of randomness for ids, the moment of creation in unix seconds, and any field by name. Fields and values are those that
both the SDK's annotations and Stripe's OpenAPI description know; where one of them lacks a field, it is left out.
"""

from core.sandbox.stripe.objects.billing import invoice, invoice_payment, subscription
from core.sandbox.stripe.objects.cards import (
    DISPUTED,
    billing_details,
    conduct,
    decline_of,
    method_named,
    payment_method,
    payment_method_details,
)
from core.sandbox.stripe.objects.ids import ACCOUNT_ID, letters, new_id
from core.sandbox.stripe.objects.payments import (
    balance_transaction,
    charge,
    dispute,
    payment_intent,
    refund,
)
from core.sandbox.stripe.objects.records import (
    API_VERSION,
    HEALTH,
    account,
    customer,
    event,
    event_destination,
    health_event,
    review,
    setup_intent,
    webhook_endpoint,
)
from core.sandbox.stripe.objects.sessions import (
    Json,
    address,
    checkout_session,
    customer_details,
    line_item,
    price,
    product,
)

__all__ = [
    "ACCOUNT_ID", "API_VERSION", "DISPUTED", "HEALTH", "Json", "account", "address", "balance_transaction",
    "billing_details", "charge", "checkout_session", "conduct", "customer", "customer_details", "decline_of", "dispute",
    "event", "event_destination", "health_event", "invoice", "invoice_payment", "letters", "line_item", "method_named",
    "new_id", "payment_intent", "payment_method", "payment_method_details", "price", "product", "refund", "review",
    "setup_intent", "subscription", "webhook_endpoint",
]  # fmt: skip
