"""Invoices and what paid them: read and listed, paid, voided.

Owns how a subscription is billed. An invoice has one payment here.
"""

from core.sandbox.stripe import objects
from core.sandbox.stripe.api import lists, paying, refusals, search
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.store import at

_URL = "/v1/invoices"


def billed(call: Call, begun: Json, due: int, customer: Json) -> Json:
    """The first invoice of a subscription, open until it is paid, with the intent that will pay it."""
    shared = {"currency": begun["currency"], "customer": begun["customer"], "livemode": call.livemode}
    bill = objects.invoice(
        call.rng,
        call.now,
        customer_email=customer["email"],
        customer_name=customer["name"],
        status="open" if due else "paid",
        subscription=begun["id"],
        total=due,
        **shared,
    )
    call.store.put(bill)
    if due:
        intent = objects.payment_intent(call.rng, call.now, amount=due, status="requires_payment_method", **shared)
        call.store.put({**intent, "description": "Subscription creation", "setup_future_usage": "off_session"})
        call.announce("payment_intent.created", intent)
        ties: Json = {"amount_requested": due, "currency": begun["currency"], "livemode": call.livemode}
        ties |= {"amount_paid": None, "status": "open", "status_transitions": {"canceled_at": None, "paid_at": None}}
        call.store.put(objects.invoice_payment(call.rng, call.now, bill["id"], intent["id"], **ties))
    for told in ("created", "finalized", *(() if due else ("paid",))):
        call.announce(f"invoice.{told}", bill)
    return bill


def charged(call: Call, bill: Json, method: Json) -> Json:
    """Try to pay an open invoice; its subscription is active once that works. A refused card is Stripe's 402."""
    intent = call.find("payment_intent", at(_payment(call, bill), "payment.payment_intent"))
    try:
        intent = paying.pay(call, intent, method)
    except refusals.Refusal:
        failed = call.store.change(bill, attempt_count=bill["attempt_count"] + 1, attempted=True)
        call.announce("invoice.payment_failed", failed)
        raise
    if intent["status"] == "requires_action":
        call.announce("invoice.payment_action_required", bill)
        return bill
    return call.find("invoice", bill["id"])


def _payment(call: Call, bill: Json) -> Json:
    """What ties an invoice to the intent that pays it."""
    ties = call.store.newest_first("invoice_payment", livemode=call.livemode, where={"invoice": [bill["id"]]})
    return next(ties, {})


def retrieve(call: Call) -> Json:
    """One invoice."""
    return call.find("invoice", call.path["invoice"])


def lines(call: Call) -> Json:
    """What it is for."""
    bill = retrieve(call)
    return lists.whole(call, bill["lines"]["data"], f"{_URL}/{bill['id']}/lines")


def listing(call: Call) -> Json:
    """Invoices by customer, subscription and status."""
    status = call.form.text("status")
    filters = {"customer": "customer", "subscription": "parent.subscription_details.subscription"}
    return lists.page(
        call, "invoice", _URL, filters=filters, keep=lambda one: status is None or one["status"] == status
    )


def search_invoices(call: Call) -> Json:
    """Invoices by their numbers and more, once they are indexed."""
    return search.search(call, "invoice", f"{_URL}/search")


def pay(call: Call) -> Json:
    """Pay an open invoice with the payment method that is given, or its customer's usual one."""
    bill = _open(call, "paid")
    customer = call.find("customer", bill["customer"])
    usual = customer["invoice_settings"]["default_payment_method"]
    method = paying.method_of(call, call.form, usual)
    if method is None:
        message = "There is no `default_payment_method` set on this Customer or Invoice. Please set one and try again."
        raise refusals.invalid(message)
    return charged(call, bill, method)


def void(call: Call) -> Json:
    """Declare that an open invoice is not to be paid."""
    bill = _open(call, "voided")
    moments = {**bill["status_transitions"], "voided_at": call.now}
    gone = call.store.change(bill, status="void", status_transitions=moments)
    call.announce("invoice.voided", gone)
    return gone


def _open(call: Call, verb: str) -> Json:
    bill = retrieve(call)
    if bill["status"] != "open":
        raise refusals.invalid(f"Invoice is {bill['status']}: only an open invoice can be {verb}.")
    return bill


def payments(call: Call) -> Json:
    """What paid an invoice, or which invoice an intent paid."""
    filters = {"invoice": "invoice", "payment[payment_intent]": "payment.payment_intent"}
    return lists.page(call, "invoice_payment", "/v1/invoice_payments", filters=filters)


_RIGHT = "invoice_read"
OPERATIONS = (
    Operation("GET", _URL, listing, _RIGHT, (*lists.CURSORS, "created", "customer", "status", "subscription")),
    Operation("GET", _URL + "/search", search_invoices, _RIGHT, search.ACCEPTS),
    Operation("GET", _URL + "/{invoice}", retrieve, _RIGHT, ("expand",)),
    Operation("GET", _URL + "/{invoice}/lines", lines, _RIGHT, lists.CURSORS),
    Operation("POST", _URL + "/{invoice}/pay", pay, "invoice_write", ("expand", "off_session", "payment_method")),
    Operation("POST", _URL + "/{invoice}/void", void, "invoice_write", ("expand",)),
    Operation("GET", "/v1/invoice_payments", payments, _RIGHT, (*lists.CURSORS, "created", "invoice", "payment")),
)
