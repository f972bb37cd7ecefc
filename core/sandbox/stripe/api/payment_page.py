"""What a customer does on Stripe's payment page: pays at once, pays slowly, fails to pay.

Owns what follows from it for the session; what an intent goes through is in `paying`. Whoever has to confirm a payment
does so on the page. The page's two addresses are undocumented; Stripe's own command line uses them.
"""

from core.sandbox.stripe import objects
from core.sandbox.stripe.api import paying, refusals, setup_intents
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.api.sessions import email_of
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.store import at


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
    if session["mode"] == "setup":
        begun = call.find("setup_intent", session["setup_intent"])
        setup_intents.saved(call, begun, _method(call, session), automatic=True)
    if not session["amount_total"]:
        return _completed(call, session, payment_status="no_payment_required")
    intent = paying.pay(call, _intent(call, session), _method(call, session), automatic=True, asks=False)
    changes = {"payment_status": "paid" if intent["status"] == "succeeded" else "unpaid"}
    if session["mode"] == "subscription":
        changes |= _subscribed(call, session, intent)
    else:
        changes["payment_intent"] = intent["id"]
    return _completed(call, session, **changes)


def settle(call: Call, session: Json, *, succeeds: bool) -> Json:
    """The end of a slow payment of a session: the money has come, or it has not."""
    paying.settle(call, call.find("payment_intent", session["payment_intent"]), succeeds=succeeds)
    if succeeds:
        session = call.store.change(session, payment_status="paid")
    told = "async_payment_succeeded" if succeeds else "async_payment_failed"
    call.announce(f"checkout.session.{told}", session, automatic=True)
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


def _method(call: Call, session: Json) -> Json:
    """The payment method that was given, as its owner's."""
    method = paying.known_method(call, call.form.required("payment_method"))
    if at(method, "billing_details.email"):
        return method
    who = objects.billing_details(email_of(session), at(session, "customer_details.name"))
    return call.store.change(method, billing_details=who)


def _intent(call: Call, session: Json) -> Json:
    """An intent of the session, in the store: Stripe makes one for each attempt to pay."""
    stored = call.store.payment_data.get(session["id"], {}) if session["mode"] == "payment" else {}
    shared = {name: session[name] for name in ("currency", "customer", "livemode")}
    made = objects.payment_intent(
        call.rng, call.now, amount=session["amount_total"], status="requires_payment_method", **shared, **stored
    )
    call.store.put(made)
    call.announce("payment_intent.created", made, automatic=True)
    return made


def _subscribed(call: Call, session: Json, intent: Json) -> dict[str, str]:
    """A subscription, and its first invoice: since 2025 it is what knows the intent, the session does not."""
    shared = {"currency": session["currency"], "customer": session["customer"], "livemode": call.livemode}
    noted = call.store.payment_data.get(session["id"], {})
    begun = objects.subscription(call.rng, call.now, unit_amount=session["amount_total"], **shared, **noted)
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
