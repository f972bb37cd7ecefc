"""Customers: made, changed, removed; read, listed, searched; and the payment methods that they have saved."""

from core.sandbox.stripe.api import lists, paying, search
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.api.forms import Form
from core.sandbox.stripe.objects import Json, address, customer

_URL = "/v1/customers"
_TEXTS = ("description", "email", "name", "phone")


def create(call: Call) -> Json:
    """Make a customer, with a payment method where one is given."""
    form = call.form
    given = {**{name: form.text(name) for name in _TEXTS}, **_addresses(call)}
    made = customer(call.rng, call.now, livemode=call.livemode, metadata=form.mapping("metadata"), **given)
    saved = form.text("payment_method")
    method = paying.known_method(call, saved) if saved else None
    if method and form.text("invoice_settings[default_payment_method]") in (saved, method["id"]):
        made["invoice_settings"] = {**made["invoice_settings"], "default_payment_method": method["id"]}
    call.store.put(made)
    if method:
        call.store.change(method, customer=made["id"])
    call.announce("customer.created", made)
    return made


def retrieve(call: Call) -> Json:
    """One customer."""
    return call.find("customer", call.path["id"])


def update(call: Call) -> Json:
    """Change what is stored of a customer."""
    known, form = retrieve(call), call.form
    changed: Json = {name: form.text(name) or None for name in _TEXTS if name in form.fields}
    if "metadata" in form.fields:
        changed["metadata"] = form.merged(known["metadata"])
    changed |= _addresses(call)
    if "invoice_settings" in form.fields:
        usual = form.text("invoice_settings[default_payment_method]")
        changed["invoice_settings"] = {**known["invoice_settings"], "default_payment_method": usual}
    before = {name: known[name] for name, value in changed.items() if known[name] != value}
    after = call.store.change(known, **changed)
    if before:
        call.announce("customer.updated", after, previous=before)
    return after


def delete(call: Call) -> Json:
    """Remove a customer for good."""
    known = retrieve(call)
    call.store.remove(known)
    call.announce("customer.deleted", known)
    return {"id": known["id"], "object": "customer", "deleted": True}


def listing(call: Call) -> Json:
    """Customers by e-mail (exactly as it was written) and time."""
    return lists.page(call, "customer", _URL, filters={"email": "email"})


def find(call: Call) -> Json:
    """Customers by metadata and more, once they are indexed."""
    return search.search(call, "customer", f"{_URL}/search")


def methods(call: Call) -> Json:
    """The payment methods that a customer has saved."""
    known, kind = retrieve(call), call.form.text("type")
    return lists.page(
        call,
        "payment_method",
        f"{_URL}/{known['id']}/payment_methods",
        where={"customer": [known["id"]]},
        keep=(lambda one: bool(one["type"] == kind)) if kind else None,
    )


def sources(call: Call) -> Json:
    """The cards that were saved in the old way: none, here they are payment methods."""
    return lists.whole(call, [], f"{_URL}/{retrieve(call)['id']}/sources")


def shipping(form: Form) -> Json:
    """Where the goods go, as the `shipping` of a request says."""
    whom = {name: form.text(f"shipping[{name}]") for name in ("carrier", "name", "phone", "tracking_number")}
    return {"address": address(**form.mapping("shipping[address]")), **whom}


def _addresses(call: Call) -> Json:
    form, given = call.form, {}
    if "address" in form.fields:
        given["address"] = address(**form.mapping("address")) if form.part("address") else None
    if form.part("shipping"):
        given["shipping"] = shipping(form)
    return given


_ACCEPTS = (
    *_TEXTS, "address", "expand", "invoice_settings", "metadata", "payment_method", "preferred_locales", "shipping",
    "tax_exempt",
)  # fmt: skip
OPERATIONS = (
    Operation("POST", _URL, create, "customer_write", _ACCEPTS),
    Operation("POST", _URL + "/{id}", update, "customer_write", _ACCEPTS),
    Operation("DELETE", _URL + "/{id}", delete, "customer_write"),
    Operation("GET", _URL, listing, "customer_read", (*lists.CURSORS, "created", "email")),
    Operation("GET", f"{_URL}/search", find, "customer_read", search.ACCEPTS),
    Operation("GET", _URL + "/{id}", retrieve, "customer_read", ("expand",)),
    Operation("GET", _URL + "/{id}/payment_methods", methods, "payment_method_read", (*lists.CURSORS, "type")),
    Operation("GET", _URL + "/{id}/sources", sources, "source_read", (*lists.CURSORS, "object")),
)
