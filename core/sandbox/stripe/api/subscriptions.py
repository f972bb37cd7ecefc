"""Subscriptions: begun, changed and ended by a shop; read and listed. Nothing here renews by itself.

Owns what beginning one leaves: an invoice, which is paid at once where a payment method is known.
"""

from core.sandbox.stripe import objects
from core.sandbox.stripe.api import invoices, lists, paying, products, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json

_URL = "/v1/subscriptions"
_STATES = frozenset("incomplete incomplete_expired trialing active past_due canceled unpaid paused ended all".split())
_ENDED = ("canceled", "incomplete_expired")
_BEHAVIORS = ("allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete")


def create(call: Call) -> Json:
    """Begin a subscription to recurring prices, and bill it; it is `active` once that is paid."""
    form = call.form
    customer = call.find("customer", form.required("customer"), "customer")
    parts = form.parts("items")
    if not parts:
        raise refusals.missing_parameter("items")
    sold = [products.described_price(call, part, f"items[{number}]") for number, part in enumerate(parts)]
    counts = [part.integer("quantity", 0) or 1 for part in parts]
    due = sum(one["unit_amount"] * count for one, count in zip(sold, counts, strict=True))
    behavior = form.choice("payment_behavior", _BEHAVIORS) or "allow_incomplete"
    saved = form.text("default_payment_method") or customer["invoice_settings"]["default_payment_method"]
    method = paying.known_method(call, saved) if saved else None
    if due and method is None and behavior != "default_incomplete":
        raise refusals.Refusal(
            400,
            "This customer has no attached payment source or default payment method. Please consider adding a default"
            " payment method. For more information, visit"
            " https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.",
            code="resource_missing",
        )
    shared = {"currency": sold[0]["currency"], "customer": customer["id"], "livemode": call.livemode}
    begun = objects.subscription(
        call.rng,
        call.now,
        bought=tuple(zip(sold, counts, strict=True)),
        default_payment_method=form.text("default_payment_method"),
        metadata=form.mapping("metadata"),
        status="incomplete" if due else "active",
        **shared,
    )
    call.store.put(begun)
    call.announce("customer.subscription.created", begun)
    bill = invoices.billed(call, begun, due, customer)
    begun = call.store.change(begun, latest_invoice=bill["id"])
    if due and method and behavior != "default_incomplete":
        try:
            invoices.charged(call, bill, method)
        except refusals.Refusal:
            if behavior == "error_if_incomplete":
                raise
    return call.find("subscription", begun["id"])


def retrieve(call: Call) -> Json:
    """One subscription."""
    return call.find("subscription", call.path["id"])


def items(call: Call) -> Json:
    """What one is for."""
    if not (own := call.form.text("subscription")):
        raise refusals.missing_parameter("subscription")
    return lists.whole(call, call.find("subscription", own, "subscription")["items"]["data"], "/v1/subscription_items")


def listing(call: Call) -> Json:
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

    return lists.page(call, "subscription", _URL, filters={"customer": "customer"}, keep=shown)


def update(call: Call) -> Json:
    """Change a subscription: whether it ends with its period, what pays it, its metadata."""
    known, form = retrieve(call), call.form
    changed: Json = {}
    if (ends := form.flag("cancel_at_period_end")) is not None:
        last = known["items"]["data"][0]["current_period_end"]
        changed |= {"cancel_at_period_end": ends, "cancel_at": last if ends else None}
        changed["canceled_at"] = call.now if ends else None
    if method := form.text("default_payment_method"):
        changed["default_payment_method"] = paying.known_method(call, method)["id"]
    if "metadata" in form.fields:
        changed["metadata"] = form.merged(known["metadata"])
    after = call.store.change(known, **changed)
    call.announce("customer.subscription.updated", after, previous={name: known[name] for name in changed})
    return after


def cancel(call: Call) -> Json:
    """End a subscription at once."""
    known = retrieve(call)
    if known["status"] in _ENDED:
        raise refusals.missing("subscription", known["id"])
    gone = call.store.change(known, status="canceled", canceled_at=call.now, ended_at=call.now)
    call.announce("customer.subscription.deleted", gone)
    return gone


_CREATE = (
    "collection_method", "customer", "default_payment_method", "description", "expand", "items", "metadata",
    "off_session", "payment_behavior", "payment_settings",
)  # fmt: skip
_UPDATE = ("cancel_at_period_end", "default_payment_method", "expand", "metadata")
OPERATIONS = (
    Operation("POST", _URL, create, "subscription_write", _CREATE),
    Operation("GET", _URL, listing, "subscription_read", (*lists.CURSORS, "created", "customer", "price", "status")),
    Operation("GET", _URL + "/{id}", retrieve, "subscription_read", ("expand",)),
    Operation("POST", _URL + "/{id}", update, "subscription_write", _UPDATE),
    Operation("DELETE", _URL + "/{id}", cancel, "subscription_write", ("expand",)),
    Operation("GET", "/v1/subscription_items", items, "subscription_read", (*lists.CURSORS, "subscription")),
)
