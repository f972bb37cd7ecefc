"""Subscriptions, the invoices that bill them, and what paid those: all of it to be read, none of it to be changed."""

from core.sandbox.stripe.api import lists, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json

_SUBSCRIPTIONS, _INVOICES = "/v1/subscriptions", "/v1/invoices"
_STATES = frozenset("incomplete incomplete_expired trialing active past_due canceled unpaid paused ended all".split())
_ENDED = ("canceled", "incomplete_expired")
_ABOUT = "parent.subscription_details.subscription"


def one_subscription(call: Call) -> Json:
    """One subscription."""
    return call.find("subscription", call.path["id"])


def subscriptions(call: Call) -> Json:
    """Subscriptions by customer, price and status; without a status, those that were not canceled."""
    status, price = call.form.text("status"), call.form.text("price")
    if status is not None and status not in _STATES:
        raise refusals.invalid(f"Invalid status: must be one of {', '.join(sorted(_STATES))}", "status")

    def shown(one: Json) -> bool:
        if price and all(item["price"]["id"] != price for item in one["items"]["data"]):
            return False
        if status in (None, "all"):
            return status == "all" or one["status"] != "canceled"
        return one["status"] in (_ENDED if status == "ended" else (status,))

    return lists.page(call, "subscription", _SUBSCRIPTIONS, filters={"customer": "customer"}, keep=shown)


def one_invoice(call: Call) -> Json:
    """One invoice."""
    return call.find("invoice", call.path["invoice"])


def invoices(call: Call) -> Json:
    """Invoices by customer, subscription and status."""
    status = call.form.text("status")
    filters = {"customer": "customer", "subscription": _ABOUT}
    return lists.page(
        call, "invoice", _INVOICES, filters=filters, keep=lambda one: status is None or one["status"] == status
    )


def invoice_payments(call: Call) -> Json:
    """What paid an invoice, or which invoice an intent paid."""
    filters = {"invoice": "invoice", "payment[payment_intent]": "payment.payment_intent"}
    return lists.page(call, "invoice_payment", "/v1/invoice_payments", filters=filters)


_LISTED = (*lists.CURSORS, "created", "customer", "status")
OPERATIONS = (
    Operation("GET", _SUBSCRIPTIONS, subscriptions, "subscription_read", (*_LISTED, "price")),
    Operation("GET", _SUBSCRIPTIONS + "/{id}", one_subscription, "subscription_read", ("expand",)),
    Operation("GET", _INVOICES, invoices, "invoice_read", (*_LISTED, "subscription")),
    Operation("GET", _INVOICES + "/{invoice}", one_invoice, "invoice_read", ("expand",)),
    Operation(
        "GET",
        "/v1/invoice_payments",
        invoice_payments,
        "invoice_read",
        (*lists.CURSORS, "created", "invoice", "payment"),
    ),
)
