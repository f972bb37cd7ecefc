"""What a customer does on Stripe's payment page: pays at once, pays slowly, fails to pay.

Owns what follows from it: the intent, the charge, the session, and their events in Stripe's order. The page's two
addresses are undocumented; Stripe's own command line uses them.
"""

from core.sandbox.stripe import objects
from core.sandbox.stripe.api import refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.api.sessions import email_of
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.store import at

_SLOW = ("sepa", "usbank", "bacs", "au_becs", "acss")
_DECLINED = {
    "code": "card_declined",
    "decline_code": "generic_decline",
    "doc_url": "https://stripe.com/docs/error-codes/card-declined",
    "message": "Your card was declined.",
    "type": "card_error",
}


def page(call: Call) -> Json:
    """The page as a customer's browser loads it; of its many fields, those that paying needs."""
    session = call.find("checkout.session", call.path["session"])
    return {
        "id": session["id"].replace("cs_", "ppage_", 1),
        "object": "checkout.session",
        "session_id": session["id"],
        "status": session["status"],
        "payment_status": session["payment_status"],
        "amount_total": session["amount_total"],
        "currency": session["currency"],
        "livemode": session["livemode"],
        "total_summary": {"due": session["amount_total"], "total": session["amount_total"]},
    }


def confirm(call: Call) -> Json:
    """Pay: with a card at once (`pm_card_visa`), or not (`pm_card_chargeDeclined`), or slowly (`pm_sepaDebit`)."""
    session = call.find("checkout.session", call.path["session"])
    if session["status"] != "open":
        raise refusals.invalid(f"This Checkout Session is already {session['status']}.", code="checkout_not_open")
    expected = call.form.integer("expected_amount")
    if expected is not None and expected != (session["amount_total"] or 0):
        raise refusals.invalid(
            "The payment page's amount does not match the expected amount.",
            "expected_amount",
            "checkout_amount_mismatch",
        )
    session = _filled_in(call, session)
    if not session["amount_total"]:
        return _completed(call, session, payment_status="no_payment_required")
    method = call.form.required("payment_method").lower()
    if "declined" in method:
        raise _declined(call, session)
    slow = any(word in method for word in _SLOW)
    intent, paid_by = _attempt(call, session, "processing" if slow else "succeeded")
    call.announce("charge.pending" if slow else "charge.succeeded", paid_by, automatic=True)
    call.announce("payment_intent.processing" if slow else "payment_intent.succeeded", intent, automatic=True)
    changes = {"payment_status": "unpaid" if slow else "paid"}
    if session["mode"] == "subscription":
        changes |= _subscribed(call, session, intent)
    else:
        changes["payment_intent"] = intent["id"]
    return _completed(call, session, **changes)


def settle(call: Call, session: Json, *, succeeds: bool) -> Json:
    """The end of a slow payment: the money has come, or it has not."""
    intent = call.find("payment_intent", session["payment_intent"])
    slow = call.find("charge", intent["latest_charge"])
    if not succeeds:
        failed = call.store.change(slow, status="failed", failure_code="charge_failed", paid=False)
        error = {**_DECLINED, "charge": failed["id"], "code": "payment_intent_payment_attempt_failed"}
        intent = call.store.change(intent, status="requires_payment_method", last_payment_error=error)
        call.announce("charge.failed", failed, automatic=True)
        call.announce("payment_intent.payment_failed", intent, automatic=True)
        call.announce("checkout.session.async_payment_failed", session, automatic=True)
        return session
    entry = _entry(call, slow)
    came = call.store.change(
        slow,
        status="succeeded",
        paid=True,
        captured=True,
        amount_captured=slow["amount"],
        balance_transaction=entry["id"],
    )
    intent = call.store.change(intent, status="succeeded", amount_received=intent["amount"], processing=None)
    session = call.store.change(session, payment_status="paid")
    call.announce("charge.succeeded", came, automatic=True)
    call.announce("payment_intent.succeeded", intent, automatic=True)
    call.announce("checkout.session.async_payment_succeeded", session, automatic=True)
    return session


def _filled_in(call: Call, session: Json) -> Json:
    """The session after its customer has filled in the form, and been remembered where the shop wants it."""
    email = call.form.text("email") or email_of(session) or "customer@example.com"
    name = call.form.text("name") or at(session, "customer_details.name") or "Jenny Rosen"
    session = {**session, "customer_details": objects.customer_details(email, name)}
    wanted = session["mode"] == "subscription" or session["customer_creation"] == "always"
    if session["customer"] is None and wanted:
        made = call.store.put(objects.customer(call.rng, call.now, email=email, name=name, livemode=call.livemode))
        call.announce("customer.created", made, automatic=True)
        session["customer"] = made["id"]
    return session


def _attempt(call: Call, session: Json, status: str) -> tuple[Json, Json]:
    """An intent and a charge of the session, both in the store."""
    stored = call.store.payment_data.get(session["id"], {"description": None, "metadata": {}})
    shared = {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
        "livemode": call.livemode,
        **stored,
    }
    made_by = _method(call)["id"]
    intent = objects.payment_intent(call.rng, call.now, status=status, payment_method=made_by, **shared)
    call.announce("payment_intent.created", {**intent, "status": "requires_payment_method"}, automatic=True)
    paid_by = objects.charge(
        call.rng,
        call.now,
        method="sepa_debit" if status == "processing" else "card",
        status={"succeeded": "succeeded", "processing": "pending"}.get(status, "failed"),
        payment_intent=intent["id"],
        payment_method=made_by,
        billing_details=objects.billing_details(email_of(session), at(session, "customer_details.name")),
        **shared,
    )
    if status == "succeeded":
        paid_by["balance_transaction"] = _entry(call, paid_by)["id"]
    intent["latest_charge"] = paid_by["id"]
    return call.store.put(intent), call.store.put(paid_by)


def _method(call: Call) -> Json:
    """The payment method that was given, or for one of Stripe's test names a card of that kind."""
    given = call.get("payment_method", call.form.required("payment_method"))
    return given or call.store.put(objects.payment_method(call.rng, call.now, livemode=call.livemode))


def _entry(call: Call, paid_by: Json) -> Json:
    made = objects.balance_transaction(
        call.rng, call.now, amount=paid_by["amount"], currency=paid_by["currency"], source=paid_by["id"]
    )
    return call.store.put(made, livemode=call.livemode)


def _subscribed(call: Call, session: Json, intent: Json) -> dict[str, str]:
    """A subscription, and its first invoice: since 2025 it is what knows the intent, the session does not."""
    shared = {"currency": session["currency"], "customer": session["customer"], "livemode": call.livemode}
    begun = objects.subscription(call.rng, call.now, unit_amount=session["amount_total"], **shared)
    billed = objects.invoice(
        call.rng,
        call.now,
        customer_email=email_of(session),
        subscription=begun["id"],
        total=session["amount_total"],
        **shared,
    )
    paid = {"amount_paid": session["amount_total"], "currency": session["currency"], "livemode": call.livemode}
    call.store.put(objects.invoice_payment(call.rng, call.now, billed["id"], intent["id"], **paid))
    begun = call.store.put({**begun, "latest_invoice": call.store.put(billed)["id"]})
    call.announce("customer.subscription.created", begun, automatic=True)
    call.announce("invoice.paid", billed, automatic=True)
    return {"invoice": billed["id"], "subscription": begun["id"]}


def _completed(call: Call, session: Json, **changes: object) -> Json:
    done = call.store.change(session, status="complete", url=None, **changes)
    call.announce("checkout.session.completed", done, automatic=True)
    return done


def _declined(call: Call, session: Json) -> refusals.Refusal:
    intent, failed = _attempt(call, session, "requires_payment_method")
    failed = call.store.change(failed, failure_code="card_declined", failure_message=_DECLINED["message"])
    intent = call.store.change(intent, last_payment_error={**_DECLINED, "charge": failed["id"]})
    call.announce("charge.failed", failed, automatic=True)
    call.announce("payment_intent.payment_failed", intent, automatic=True)
    return refusals.Refusal(
        402,
        _DECLINED["message"],
        kind="card_error",
        code="card_declined",
        decline_code="generic_decline",
        charge=failed["id"],
    )


OPERATIONS = (
    Operation("GET", "/v1/payment_pages/{session}", page, "checkout_session_read", ("expand", "key")),
    Operation(
        "POST",
        "/v1/payment_pages/{session}/confirm",
        confirm,
        "checkout_session_write",
        ("email", "expand", "expected_amount", "key", "name", "payment_method"),
    ),
)
