"""Payment methods: made, tied to a customer and loosened again; read and listed.

Owns which test cards no bank lets anybody save.
"""

from core.sandbox.stripe.api import lists, paying, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json, billing_details, conduct, decline_of

_URL = "/v1/payment_methods"
_CHARGED_ONLY = "0341"
"""The card that can be saved, and is refused when it is charged."""


def create(call: Call) -> Json:
    """Make a payment method: the test card of the token or number that is given, the Visa that ends in 4242 else."""
    return paying.described_method(call, call.form)


def retrieve(call: Call) -> Json:
    """One payment method."""
    return call.find("payment_method", call.path["id"])


def update(call: Call) -> Json:
    """Change whose payment method it is said to be, or its metadata."""
    known, form = retrieve(call), call.form
    changed: Json = {}
    if form.part("billing_details"):
        changed["billing_details"] = {
            **billing_details(form.text("billing_details[email]"), form.text("billing_details[name]")),
            "phone": form.text("billing_details[phone]"),
        }
    if "metadata" in form.fields:
        changed["metadata"] = form.merged(known["metadata"])
    return call.store.change(known, **changed)


def attach(call: Call) -> Json:
    """Save a payment method with a customer; the bank is asked."""
    method = paying.known_method(call, call.path["id"])
    customer = call.find("customer", call.form.required("customer"), "customer")
    if method["customer"] not in (None, customer["id"]):
        raise refusals.invalid(
            "The payment method you provided has already been attached to a customer.", "payment_method"
        )
    if conduct(method) == "declines" and method["card"]["last4"] != _CHARGED_ONLY:
        raise refusals.card_refused(decline_of(method))
    saved = call.store.change(method, customer=customer["id"])
    call.announce("payment_method.attached", saved)
    return saved


def detach(call: Call) -> Json:
    """Take a payment method from its customer; it cannot be used again."""
    known = retrieve(call)
    if known["customer"] is None:
        raise refusals.invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    loose = call.store.change(known, customer=None)
    call.announce("payment_method.detached", loose, previous={"customer": known["customer"]})
    return loose


def listing(call: Call) -> Json:
    """The payment methods of a customer, of one kind or of all."""
    kind = call.form.text("type")
    return lists.page(
        call,
        "payment_method",
        _URL,
        filters={"customer": "customer"},
        keep=lambda one: one["customer"] is not None and kind in (None, one["type"]),
    )


_RIGHT = "payment_method_write"
_MAKES = ("billing_details", "card", "expand", "link", "metadata", "sepa_debit", "type")
OPERATIONS = (
    Operation("POST", _URL, create, _RIGHT, _MAKES),
    Operation("GET", _URL, listing, "payment_method_read", (*lists.CURSORS, "customer", "type")),
    Operation("GET", _URL + "/{id}", retrieve, "payment_method_read", ("expand",)),
    Operation("POST", _URL + "/{id}", update, _RIGHT, ("billing_details", "card", "expand", "metadata")),
    Operation("POST", _URL + "/{id}/attach", attach, _RIGHT, ("customer", "expand")),
    Operation("POST", _URL + "/{id}/detach", detach, _RIGHT, ("expand",)),
)
