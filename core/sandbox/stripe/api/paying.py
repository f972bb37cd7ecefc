"""What an intent goes through when it is paid: the charge, the entry in the balance, the events in Stripe's order.

Owns the ways a payment method can go (at once, slowly, declined, asking its customer first) and what each leaves on
the intent. Who asked for it, a shop by the API or a customer on a payment page, is the caller's: an event is
`automatic` where no request of the shop caused it.
"""

from core.sandbox.stripe import objects
from core.sandbox.stripe.api import billing, refusals
from core.sandbox.stripe.api.call import Call
from core.sandbox.stripe.api.forms import Form
from core.sandbox.stripe.objects import Json

_COPIED = ("amount", "currency", "customer", "description", "livemode", "metadata", "on_behalf_of", "receipt_email")
_COPIED_TOO = ("shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_data", "transfer_group")
_ASKED = {
    "code": "authentication_required",
    "decline_code": "authentication_required",
    "doc_url": "https://stripe.com/docs/error-codes/authentication-required",
    "message": "Your card was declined. This transaction requires authentication.",
    "type": "card_error",
}


def method_of(call: Call, form: Form, saved: str | None = None) -> Json | None:
    """The payment method that a request names or describes, in the store; else the one of the id `saved`."""
    if given := form.text("payment_method"):
        return known_method(call, given)
    if (data := form.part("payment_method_data")) is not None:
        return described_method(call, data)
    return known_method(call, saved) if saved else None


def known_method(call: Call, name: str) -> Json:
    """The payment method of that id, or a fresh one for one of Stripe's test names."""
    if known := call.get("payment_method", name):
        return known
    if made := objects.method_named(name, call.rng, call.now, livemode=call.livemode):
        return call.store.put(made)
    raise refusals.missing("PaymentMethod", name, "payment_method")


def described_method(call: Call, form: Form) -> Json:
    """A payment method as the parameters describe it: a test card by token or by the end of its number."""
    kind = form.required("type")
    who = objects.billing_details(form.text("billing_details[email]"), form.text("billing_details[name]"))
    shared = {"billing_details": who, "livemode": call.livemode, "metadata": form.mapping("metadata")}
    token, number = form.text("card[token]"), form.text("card[number]")
    if kind != "card":
        return call.store.put(objects.payment_method(call.rng, call.now, kind=kind, **shared))
    if token:
        made = objects.method_named(token, call.rng, call.now, **shared)
        if made is None:
            raise refusals.missing("token", token, "card[token]")
        return call.store.put(made)
    last4 = number[-4:] if number else "4242"
    return call.store.put(objects.payment_method(call.rng, call.now, last4=last4, **shared))


def wanted_types(call: Call) -> list[str]:
    """The kinds of payment methods that a request asks for, by the name that its version has for them."""
    if "payment_method_types" in call.form.fields and not call.version.takes_method_types:
        raise refusals.invalid(
            "`payment_method_types` is no longer supported. Use `allowed_payment_method_types` instead.",
            "payment_method_types",
            "payment_method_types_no_longer_supported",
        )
    earlier = call.version.takes_method_types
    if "allowed_payment_method_types" in call.form.fields and earlier:
        raise refusals.unknown_parameter("allowed_payment_method_types")
    return call.form.texts("payment_method_types" if earlier else "allowed_payment_method_types")


def automatic_methods(call: Call) -> Json | None:
    """The `automatic_payment_methods` of a new intent; null where the shop names the kinds itself."""
    said = call.form.flag("automatic_payment_methods[enabled]")
    named = "payment_method_types" in call.form.fields
    if said is False or (said is None and (named or not call.version.automatic_methods)):
        return None
    redirects = call.form.text("automatic_payment_methods[allow_redirects]") or "always"
    return {"allow_redirects": redirects, "enabled": True}


def pay(call: Call, intent: Json, method: Json, *, automatic: bool = False, asks: bool = True) -> Json:
    """Charge an intent, which is in the store; returns it as it is then. A refused card is Stripe's 402, after the
    failed charge has been kept. `asks` is whether its customer can be asked to confirm."""
    intent = call.store.change(intent, payment_method=method["id"], next_action=None, last_payment_error=None)
    conduct = objects.conduct(method)
    if conduct == "declines":
        raise _refused(call, intent, method, objects.decline_of(method), automatic=automatic)
    if conduct == "asks" and asks and intent["id"] not in call.store.agreed:
        return _wait_for_customer(call, intent)
    if conduct == "slow":
        pending = _charged(call, intent, method, "pending")
        intent = call.store.change(intent, status="processing", latest_charge=pending["id"])
        call.announce("charge.pending", pending, automatic=automatic)
        call.announce("payment_intent.processing", intent, automatic=automatic)
        return intent
    return _take(call, intent, method, automatic=automatic)


def refuse_to_ask(call: Call, intent: Json, method: Json) -> refusals.Refusal:
    """The end of an attempt off session whose card wants its customer."""
    return _refused(call, intent, method, _ASKED, automatic=False)


def asking(call: Call, intent: Json) -> Json:
    """The `next_action` of an intent that waits for its customer."""
    if back := call.form.text("return_url"):
        url = f"https://hooks.stripe.com/3d_secure_2/hosted?{intent['object']}={intent['id']}"
        return {"redirect_to_url": {"return_url": back, "url": url}, "type": "redirect_to_url"}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "stripe_3ds2_fingerprint"}}


def authenticate(call: Call, intent: Json, *, succeeds: bool) -> Json:
    """The customer confirms a payment in the browser, or fails to. A shop that confirms by hand has to once more."""
    if intent["status"] != "requires_action":
        raise refusals.unexpected_state(intent, f"Nobody waits for the customer: the intent is {intent['status']}.")
    method = call.find("payment_method", intent["payment_method"])
    intent = call.store.change(intent, next_action=None)
    if succeeds and intent["confirmation_method"] == "manual":
        call.store.agreed.add(intent["id"])
        return call.store.change(intent, status="requires_confirmation")
    if succeeds:
        return _take(call, intent, method, automatic=True)
    failing = {
        "code": "payment_intent_authentication_failure",
        "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
        "message": "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new"
        " PaymentMethod to attempt to fulfill this PaymentIntent again.",
        "payment_method": method,
        "type": "invalid_request_error",
    }
    back = {"status": "requires_payment_method", "payment_method": None, "last_payment_error": failing}
    intent = call.store.change(intent, **back)
    call.announce("payment_intent.payment_failed", intent, automatic=True)
    return intent


def settle(call: Call, intent: Json, *, succeeds: bool) -> Json:
    """The end of a slow payment: the money has come, or it has not."""
    slow = call.find("charge", intent["latest_charge"])
    if not succeeds:
        message = "The customer's bank account could not be debited."
        failed = call.store.change(slow, status="failed", failure_code="charge_failed", paid=False)
        error = {"charge": failed["id"], "code": "payment_intent_payment_attempt_failed", "message": message}
        error |= {"doc_url": "https://stripe.com/docs/error-codes/payment-intent-payment-attempt-failed"}
        error |= {"type": "invalid_request_error"}
        intent = call.store.change(intent, status="requires_payment_method", last_payment_error=error)
        call.announce("charge.failed", failed, automatic=True)
        call.announce("payment_intent.payment_failed", intent, automatic=True)
        return intent
    whole = slow["amount"]
    entry = enter(call, slow, whole)
    taken = {"status": "succeeded", "paid": True, "captured": True, "amount_captured": whole}
    came = call.store.change(slow, **taken, balance_transaction=entry["id"])
    intent = call.store.change(intent, status="succeeded", amount_received=intent["amount"], processing=None)
    call.announce("charge.succeeded", came, automatic=True)
    call.announce("payment_intent.succeeded", intent, automatic=True)
    return intent


def enter(call: Call, paid_by: Json, amount: int) -> Json:
    """The entry that a charge makes in the balance."""
    made = objects.balance_transaction(
        call.rng, call.now, amount=amount, currency=paid_by["currency"], source=paid_by["id"]
    )
    return call.store.put(made, livemode=call.livemode)


def _take(call: Call, intent: Json, method: Json, *, automatic: bool) -> Json:
    """The bank agrees: the money is taken, or only reserved where the shop captures by hand. Where it is taken
    asynchronously, as is usual today, the entry in the balance comes after all else."""
    held, later = (intent["capture_method"] == one for one in ("manual", "automatic_async"))
    taken = _charged(call, intent, method, "succeeded", held=held)
    if not held and not later:
        taken = call.store.change(taken, balance_transaction=enter(call, taken, taken["amount"])["id"])
    if held:
        changes: Json = {"status": "requires_capture", "amount_capturable": intent["amount"]}
    else:
        changes = {"status": "succeeded", "amount_received": intent["amount"]}
    intent = call.store.change(intent, latest_charge=taken["id"], **changes)
    call.announce("charge.succeeded", taken, automatic=automatic)
    told = "amount_capturable_updated" if held else "succeeded"
    call.announce(f"payment_intent.{told}", intent, automatic=automatic)
    if intent["setup_future_usage"] and intent["customer"] and method["customer"] is None:
        saved = call.store.change(method, customer=intent["customer"])
        call.announce("payment_method.attached", saved, automatic=True)
    if not held:
        billing.settled(call, intent)
    if later:
        taken = call.store.change(taken, balance_transaction=enter(call, taken, taken["amount"])["id"])
        call.announce("charge.updated", taken, automatic=True, previous={"balance_transaction": None})
    if method["type"] == "card" and (begins := objects.DISPUTED.get(method["card"]["last4"])):
        _dispute(call, taken, begins)
    return intent


def _charged(call: Call, intent: Json, method: Json, status: str, *, held: bool = False) -> Json:
    """A charge of the intent, in the store, without an entry in the balance."""
    card = method["card"] if method["type"] == "card" else {"brand": "visa", "last4": "4242"}
    shared = {name: intent[name] for name in (*_COPIED, *_COPIED_TOO)}
    details = objects.payment_method_details(method["type"], intent["amount"], brand=card["brand"], last4=card["last4"])
    made = objects.charge(
        call.rng,
        call.now,
        method=method["type"],
        status=status,
        billing_details=method["billing_details"],
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details=details,
        **shared,
        **({"captured": False, "amount_captured": 0} if held else {}),
    )
    return call.store.put(made)


def _wait_for_customer(call: Call, intent: Json) -> Json:
    intent = call.store.change(intent, status="requires_action", next_action=asking(call, intent))
    call.announce("payment_intent.requires_action", intent)
    return intent


def _refused(call: Call, intent: Json, method: Json, failing: Json, *, automatic: bool) -> refusals.Refusal:
    """What a refused attempt leaves: a failed charge, and an intent that wants another payment method."""
    failed = _charged(call, intent, method, "failed")
    failed = call.store.change(failed, failure_code=failing["code"], failure_message=failing["message"])
    error = {**failing, "charge": failed["id"], "payment_method": method}
    back = {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    intent = call.store.change(intent, latest_charge=failed["id"], **back)
    call.announce("charge.failed", failed, automatic=automatic)
    call.announce("payment_intent.payment_failed", intent, automatic=automatic)
    return refusals.card_refused(error, payment_intent=intent)


def _dispute(call: Call, taken: Json, begins: str) -> None:
    """What some test cards are for: their owner's bank takes the money back at once, or asks first."""
    taken = call.store.change(taken, disputed=True)
    shared = {name: taken[name] for name in ("amount", "currency", "livemode", "payment_intent")}
    made = objects.dispute(call.rng, call.now, charge=taken["id"], reason="fraudulent", status=begins, **shared)
    call.announce("charge.dispute.created", call.store.put(made), automatic=True)
