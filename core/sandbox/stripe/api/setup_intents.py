"""Setup intents: a payment method is saved for later, without a charge.

Owns what a shop may do with one in which state, and what saving leaves on the payment method.
"""

from core.sandbox.stripe.api import lists, paying, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json, conduct, decline_of, letters, new_id, setup_intent

_URL = "/v1/setup_intents"
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_REASONS = ("abandoned", "duplicate", "requested_by_customer")


def begun(call: Call, **given: object) -> Json:
    """A fresh setup intent, in the store and told of."""
    made_id = new_id("seti", call.rng, call.now)
    made = setup_intent(
        call.rng,
        call.now,
        id=made_id,
        client_secret=f"{made_id}_secret_{letters(call.rng, 25)}",
        latest_attempt=None,
        livemode=call.livemode,
        **given,
    )
    call.store.put(made)
    call.announce("setup_intent.created", made)
    return made


def create(call: Call) -> Json:
    """Make a setup intent, and confirm it where `confirm` says so."""
    form, method = call.form, paying.method_of(call, call.form)
    given = _given(call)
    if automatic := paying.automatic_methods(call):
        given |= {"automatic_payment_methods": automatic, "payment_method_types": ["card", "link"]}
    made = begun(
        call,
        metadata=form.mapping("metadata"),
        payment_method=method["id"] if method else None,
        status="requires_confirmation" if method else "requires_payment_method",
        usage=form.choice("usage", ("off_session", "on_session")) or "off_session",
        **given,
    )
    return _confirmed(call, made, method) if form.flag("confirm") else made


def retrieve(call: Call) -> Json:
    """One saved payment method, or the attempt to save one."""
    return call.find("setup_intent", call.path["intent"])


def listing(call: Call) -> Json:
    """Setup intents by customer, payment method and time."""
    filters = {"customer": "customer", "payment_method": "payment_method"}
    return lists.page(call, "setup_intent", _URL, filters=filters)


def update(call: Call) -> Json:
    """Change a setup intent; what it saves only while it has not."""
    known, changed = retrieve(call), _given(call)
    if "metadata" in call.form.fields:
        changed["metadata"] = call.form.merged(known["metadata"])
    if method := paying.method_of(call, call.form):
        changed |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return call.store.change(known, **changed)


def confirm(call: Call) -> Json:
    """Try to save the payment method that is given, or the one that it has."""
    known = retrieve(call)
    if known["status"] not in _OPEN:
        message = "You cannot confirm this SetupIntent because it has"
        why = "already succeeded." if known["status"] == "succeeded" else f"a status of {known['status']}."
        raise refusals.unexpected_state(known, f"{message} {why}")
    return _confirmed(call, known, paying.method_of(call, call.form, known["payment_method"]))


def cancel(call: Call) -> Json:
    """End a setup intent that has saved nothing."""
    known = retrieve(call)
    if known["status"] not in _OPEN:
        raise refusals.unexpected_state(
            known,
            f"You cannot cancel this SetupIntent because it has a status of {known['status']}. Only a SetupIntent with"
            f" one of the following statuses may be canceled: {', '.join(_OPEN)}.",
        )
    reason = call.form.choice("cancellation_reason", _REASONS)
    gone = call.store.change(known, status="canceled", cancellation_reason=reason, next_action=None)
    call.announce("setup_intent.canceled", gone)
    return gone


def saved(call: Call, known: Json, method: Json, *, automatic: bool = False) -> Json:
    """The payment method is saved, with the intent's customer where it has one."""
    done = {"status": "succeeded", "payment_method": method["id"], "next_action": None, "last_setup_error": None}
    done["latest_attempt"] = new_id("setatt", call.rng, call.now)
    known = call.store.change(known, **done)
    if known["customer"] and method["customer"] is None:
        method = call.store.change(method, customer=known["customer"])
        call.announce("payment_method.attached", method, automatic=automatic)
    call.announce("setup_intent.succeeded", known, automatic=automatic)
    return known


def _confirmed(call: Call, known: Json, method: Json | None) -> Json:
    if method is None:
        message = "You cannot confirm this SetupIntent because it's missing a payment method."
        raise refusals.unexpected_state(known, message)
    known = call.store.change(known, payment_method=method["id"])
    if conduct(method) == "declines":
        error = {**decline_of(method), "payment_method": method}
        back = {"status": "requires_payment_method", "payment_method": None, "last_setup_error": error}
        known = call.store.change(known, **back)
        call.announce("setup_intent.setup_failed", known)
        raise refusals.card_refused(error, setup_intent=known)
    if conduct(method) == "asks":
        known = call.store.change(known, status="requires_action", next_action=paying.asking(call, known))
        call.announce("setup_intent.requires_action", known)
        return known
    return saved(call, known, method)


def _given(call: Call) -> Json:
    form = call.form
    given: Json = {}
    if "description" in form.fields:
        given["description"] = form.text("description") or None
    if customer_id := form.text("customer"):
        given["customer"] = call.find("customer", customer_id, "customer")["id"]
    if kinds := paying.wanted_types(call):
        given["payment_method_types"] = kinds
    return given


_RIGHT = "setup_intent_write"
_SETTINGS = (
    "allowed_payment_method_types", "customer", "description", "expand", "metadata", "payment_method",
    "payment_method_data", "payment_method_options", "payment_method_types",
)  # fmt: skip
_ASKING = ("mandate_data", "return_url", "use_stripe_sdk")
OPERATIONS = (
    Operation("POST", _URL, create, _RIGHT, (*_SETTINGS, *_ASKING, "automatic_payment_methods", "confirm", "usage")),
    Operation("GET", _URL, listing, "setup_intent_read", (*lists.CURSORS, "created", "customer", "payment_method")),
    Operation("GET", _URL + "/{intent}", retrieve, "setup_intent_read", ("client_secret", "expand")),
    Operation("POST", _URL + "/{intent}", update, _RIGHT, _SETTINGS),
    Operation(
        "POST",
        _URL + "/{intent}/confirm",
        confirm,
        _RIGHT,
        (*_ASKING, "client_secret", "expand", "payment_method", "payment_method_data", "payment_method_options"),
    ),
    Operation("POST", _URL + "/{intent}/cancel", cancel, _RIGHT, ("cancellation_reason", "expand")),
)
