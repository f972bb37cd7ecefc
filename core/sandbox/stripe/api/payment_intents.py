"""Payment intents: made, changed, confirmed, captured and cancelled by a shop; read, listed, searched.

Owns what a shop may do with an intent in which state, and what Stripe refuses of it. How money moves is in `paying`.
Whatever else a parameter of Stripe's could do, those in `_KEPT` are kept and shown as they were given; the rest of
what is accepted changes nothing here.
"""

from core.sandbox.stripe.api import lists, paying, refusals, search
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.api.customers import shipping
from core.sandbox.stripe.objects import Json, conduct, payment_intent, refund

URL = "/v1/payment_intents"
_METHODS = ("automatic", "automatic_async", "manual")
_REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_CANCELABLE = "requires_payment_method, requires_capture, requires_confirmation, requires_action, processing"
_KEPT = "description on_behalf_of receipt_email setup_future_usage statement_descriptor statement_descriptor_suffix"
_TEXTS = (*_KEPT.split(), "transfer_group")
_ASKING = ("error_on_requires_action", "mandate", "mandate_data", "off_session", "return_url", "use_stripe_sdk")
_SETTINGS = (
    *_TEXTS, "allowed_payment_method_types", "amount", "amount_details", "application_fee_amount", "capture_method",
    "currency", "customer", "excluded_payment_method_types", "expand", "metadata", "payment_method",
    "payment_method_configuration", "payment_method_data", "payment_method_options", "payment_method_types", "shipping",
    "transfer_data",
)  # fmt: skip


def create(call: Call) -> Json:
    """Make an intent, and confirm it where `confirm` says so."""
    form = call.form
    amount, currency = form.required_integer("amount", 1), form.required("currency").lower()
    method = paying.method_of(call, form)
    made = payment_intent(
        call.rng,
        call.now,
        amount=amount,
        currency=currency,
        capture_method=form.choice("capture_method", _METHODS) or call.version.usual_capture,
        confirmation_method=form.choice("confirmation_method", ("automatic", "manual")) or "automatic",
        livemode=call.livemode,
        metadata=form.mapping("metadata"),
        payment_method=method["id"] if method else None,
        status="requires_confirmation" if method else "requires_payment_method",
        **_given(call),
    )
    if automatic := paying.automatic_methods(call):
        made |= {"automatic_payment_methods": automatic, "payment_method_types": ["card", "link"]}
    call.store.put(made)
    call.announce("payment_intent.created", made)
    return _confirmed(call, made, method) if form.flag("confirm") else made


def retrieve(call: Call) -> Json:
    """One intent."""
    return call.find("payment_intent", call.path["id"])


def listing(call: Call) -> Json:
    """Intents by customer and time; Stripe has no filter for their status or metadata."""
    return lists.page(call, "payment_intent", URL, filters={"customer": "customer"})


def find(call: Call) -> Json:
    """Intents by metadata and more, once they are indexed."""
    return search.search(call, "payment_intent", f"{URL}/search")


def update(call: Call) -> Json:
    """Change an intent. The money only while it is not paid; the metadata always, and its charge keeps the old one."""
    known, form = retrieve(call), call.form
    changed = _given(call)
    if "metadata" in form.fields:
        changed["metadata"] = form.merged(known["metadata"])
    for name in ("amount", "currency", "capture_method"):
        if name in form.fields and known["status"] not in _OPEN:
            raise refusals.unexpected_state(
                known,
                f"This PaymentIntent's {name} could not be updated because it has a status of {known['status']}. You"
                f" may only update the {name} of a PaymentIntent with one of the following statuses:"
                f" {', '.join(_OPEN)}.",
            )
    if amount := form.integer("amount", 1):
        changed["amount"] = amount
    if currency := form.text("currency"):
        changed["currency"] = currency.lower()
    if capture := form.choice("capture_method", _METHODS):
        changed["capture_method"] = capture
    if method := paying.method_of(call, form):
        changed |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return call.store.change(known, **changed)


def confirm(call: Call) -> Json:
    """Try to pay an intent with the payment method that is given, or the one that it has."""
    known = retrieve(call)
    if known["status"] == "succeeded":
        message = "You cannot confirm this PaymentIntent because it has already succeeded after being previously"
        raise refusals.unexpected_state(known, f"{message} confirmed.")
    if known["status"] not in _OPEN:
        message = f"You cannot confirm this PaymentIntent because it has a status of {known['status']}. Only a"
        message += f" PaymentIntent with one of the following statuses may be confirmed: {', '.join(_OPEN)}."
        raise refusals.unexpected_state(known, message)
    known = call.store.change(known, **_given(call))
    return _confirmed(call, known, paying.method_of(call, call.form, known["payment_method"]))


def capture(call: Call) -> Json:
    """Take the money that is reserved, or a part of it; what is left is let go."""
    known = retrieve(call)
    if known["status"] != "requires_capture":
        why = f"has a status of {known['status']}. Only a PaymentIntent with one of the following statuses may be"
        why = "has already been captured." if known["status"] == "succeeded" else f"{why} captured: requires_capture."
        raise refusals.unexpected_state(known, f"This PaymentIntent could not be captured because it {why}")
    held = known["amount_capturable"]
    amount = call.form.integer("amount_to_capture", 1) or held
    if amount > held:
        message = f"The amount to capture ({amount}) is greater than the amount that can be captured ({held})."
        raise refusals.invalid(message, "amount_to_capture", "amount_too_large")
    paid = call.find("charge", known["latest_charge"])
    changed: Json = {"captured": True, "amount_captured": amount}
    if amount < held:
        _let_go(call, paid, held - amount)
        changed["amount_refunded"] = held - amount
    changed["balance_transaction"] = paying.enter(call, paid, amount)["id"]
    taken = call.store.change(paid, **changed)
    done: Json = {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
    if "metadata" in call.form.fields:
        done["metadata"] = call.form.merged(known["metadata"])
    known = call.store.change(known, **done)
    call.announce("charge.captured", taken)
    call.announce("payment_intent.succeeded", known)
    return known


def cancel(call: Call) -> Json:
    """End an intent that is not paid; what it has reserved is let go, which Stripe writes down as a refund."""
    known = retrieve(call)
    if known["status"] not in _CANCELABLE.split(", "):
        raise refusals.unexpected_state(
            known,
            f"You cannot cancel this PaymentIntent because it has a status of {known['status']}. Only a PaymentIntent"
            f" with one of the following statuses may be canceled: {_CANCELABLE}.",
        )
    reason = call.form.choice("cancellation_reason", _REASONS)
    held = known["amount_capturable"]
    if held:
        paid = call.find("charge", known["latest_charge"])
        made = _let_go(call, paid, held)
        call.announce("charge.refunded", call.store.change(paid, amount_refunded=held, refunded=True))
        call.announce("refund.created", made)
    gone = {"status": "canceled", "canceled_at": call.now, "cancellation_reason": reason, "amount_capturable": 0}
    known = call.store.change(known, **gone, next_action=None)
    call.announce("payment_intent.canceled", known)
    return known


def _confirmed(call: Call, known: Json, method: Json | None) -> Json:
    if method is None:
        raise refusals.unexpected_state(
            known,
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the"
            " PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a"
            " payment method or ConfirmationToken.",
        )
    alone = call.form.text("off_session") not in (None, "", "false", "False")
    if conduct(method) == "asks" and (alone or call.form.flag("error_on_requires_action")):
        raise paying.refuse_to_ask(call, known, method)
    return paying.pay(call, known, method)


def _let_go(call: Call, paid: Json, amount: int) -> Json:
    """The refund that stands for what was reserved and not taken: no money moves."""
    made = refund(
        call.rng,
        call.now,
        amount=amount,
        charge=paid["id"],
        currency=paid["currency"],
        payment_intent=paid["payment_intent"],
    )
    return call.store.put(made, livemode=call.livemode)


def _given(call: Call) -> Json:
    """The fields of an intent that are just what the shop said."""
    form = call.form
    given: Json = {name: form.text(name) or None for name in _TEXTS if name in form.fields}
    if customer_id := form.text("customer"):
        given["customer"] = call.find("customer", customer_id, "customer")["id"]
    if kinds := paying.wanted_types(call):
        given["payment_method_types"] = kinds
    if fee := form.integer("application_fee_amount", 0):
        given["application_fee_amount"] = fee
    if form.part("shipping"):
        given["shipping"] = shipping(form)
    return given


_RIGHT = "payment_intent_write"
_CONFIRM = (
    *_ASKING, "amount_details", "capture_method", "client_secret", "expand", "payment_method", "payment_method_data",
    "payment_method_options", "payment_method_types", "receipt_email", "setup_future_usage", "shipping",
)  # fmt: skip
_CAPTURE = (
    "amount_details", "amount_to_capture", "application_fee_amount", "expand", "final_capture", "metadata",
    "statement_descriptor", "statement_descriptor_suffix", "transfer_data",
)  # fmt: skip
OPERATIONS = (
    Operation(
        "POST",
        URL,
        create,
        _RIGHT,
        (*_SETTINGS, *_ASKING, "automatic_payment_methods", "confirm", "confirmation_method", "radar_options"),
    ),
    Operation("GET", URL, listing, "payment_intent_read", (*lists.CURSORS, "created", "customer")),
    Operation("GET", f"{URL}/search", find, "payment_intent_read", search.ACCEPTS),
    Operation("GET", URL + "/{id}", retrieve, "payment_intent_read", ("client_secret", "expand")),
    Operation("POST", URL + "/{id}", update, _RIGHT, _SETTINGS),
    Operation("POST", URL + "/{id}/confirm", confirm, _RIGHT, _CONFIRM),
    Operation("POST", URL + "/{id}/capture", capture, _RIGHT, _CAPTURE),
    Operation("POST", URL + "/{id}/cancel", cancel, _RIGHT, ("cancellation_reason", "expand")),
)
