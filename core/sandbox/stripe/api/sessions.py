"""Checkout sessions: made, read, listed, changed, expired.

Owns what a shop does with a session, and what Stripe refuses of it; what a customer does is in `payment_page`.
"""

import re

from core.sandbox.stripe.api import lists, paying, refusals, setup_intents
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.api.forms import Form
from core.sandbox.stripe.objects import Json, checkout_session, customer_details, letters, line_item
from core.sandbox.stripe.objects.sessions import DAY
from core.sandbox.stripe.store import at

URL = "/v1/checkout/sessions"
_STATUSES = ("open", "complete", "expired")
CAPTURE_METHODS = ("automatic", "automatic_async", "manual")
_MODES = ("payment", "setup", "subscription")
_HALF_AN_HOUR = 1800
_FILTERS = ("customer", "customer_account", "payment_intent", "payment_link", "subscription")
_EMAIL = "customer_details[email]"


def create(call: Call) -> Json:
    """Make a session from `line_items` with `price_data`, ready to be paid."""
    form = call.form
    mode = form.choice("mode", _MODES) or "payment"
    if mode != "payment" and "payment_intent_data" in form.fields:
        raise refusals.invalid(f"You can not pass `payment_intent_data` in `{mode}` mode.", "payment_intent_data")
    items = _basket(call) if mode != "setup" else []
    price = {"currency": items[0]["currency"], **_totals(items)} if items else {}
    made = checkout_session(call.rng, call.now, mode=mode, livemode=call.livemode, **price)
    made |= _chosen(call, mode)
    if kinds := paying.wanted_types(call):
        made["payment_method_types"] = kinds
    if mode == "setup":
        noted = form.mapping("setup_intent_data[metadata]")
        begun = {"metadata": noted, "payment_method": None, "status": "requires_payment_method"}
        made["setup_intent"] = setup_intents.begun(call, customer=made["customer"], **begun)["id"]
    call.store.fill({made["id"]: items})
    if data := form.part("subscription_data"):
        data.refuse_unknown(("metadata",))  # a trial, or anything else that would change what is paid
        call.store.payment_data[made["id"]] = {"metadata": data.mapping("metadata")}
    if data := form.part("payment_intent_data"):
        call.store.payment_data[made["id"]] = {
            "capture_method": data.choice("capture_method", CAPTURE_METHODS) or call.version.usual_capture,
            "description": data.text("description"),
            "metadata": data.mapping("metadata"),
            "receipt_email": data.text("receipt_email"),
            "setup_future_usage": data.text("setup_future_usage"),
        }
    return call.store.put(made)


def retrieve(call: Call) -> Json:
    """One session."""
    return call.find("checkout.session", call.path["session"])


def listing(call: Call) -> Json:
    """Sessions by any documented filter. There is none for `client_reference_id` or metadata."""
    filters = {name: name for name in _FILTERS}
    if call.form.fields.get("customer_details") is not None:
        call.form.required(_EMAIL)
        filters[_EMAIL] = "customer_details.email"
    status = call.form.choice("status", _STATUSES)
    return lists.page(
        call,
        "checkout.session",
        URL,
        filters=filters,
        keep=(lambda session: bool(session["status"] == status)) if status else None,
    )


def line_items(call: Call) -> Json:
    """What stands in the basket of a session."""
    session = retrieve(call)
    return lists.whole(call, call.store.baskets.get(session["id"], []), f"{URL}/{session['id']}/line_items")


def update(call: Call) -> Json:
    """Change the metadata of any session, or the basket of an open one."""
    session = retrieve(call)
    changed: Json = {}
    if "metadata" in call.form.fields:
        changed["metadata"] = call.form.merged(session["metadata"])
    if "line_items" in call.form.fields:
        if session["status"] != "open":
            raise _only_open(session, "updated")
        items = _basket(call)
        call.store.fill({session["id"]: items})
        changed |= _totals(items)
    return call.store.change(session, **changed)


def expire(call: Call) -> Json:
    """End an open session; its customer can no longer pay."""
    session = retrieve(call)
    if session["status"] != "open":
        raise _only_open(session, "expired")
    return close(call, session, automatic=False)


def close(call: Call, session: Json, *, automatic: bool) -> Json:
    """What becomes of a session whose time is over."""
    changes: Json = {"status": "expired", "url": None}
    if session["after_expiration"]:
        url = f"https://buy.stripe.com/r/{letters(call.rng, 32)}"
        recovery = {**session["after_expiration"]["recovery"], "url": url, "expires_at": call.now + 30 * DAY}
        changes["after_expiration"] = {"recovery": recovery}
    closed = call.store.change(session, **changes)
    call.announce("checkout.session.expired", closed, automatic=automatic)
    return closed


def _only_open(session: Json, verb: str) -> refusals.Refusal:
    return refusals.invalid(
        f'Only Checkout Sessions with a status in ["open"] can be {verb}. This Checkout Session has a status of'
        f" `{session['status']}`."
    )


def _chosen(call: Call, mode: str) -> Json:
    """The fields of a new session that are just what the shop said."""
    form = call.form
    names = ("cancel_url", "client_reference_id", "customer_email", "success_url", "locale", "submit_type")
    given: Json = {name: form.text(name) for name in names if name in form.fields}
    given |= _shown(call)
    given["metadata"] = form.mapping("metadata")
    expires_at = form.integer("expires_at") or call.now + DAY
    if not call.now + _HALF_AN_HOUR <= expires_at <= call.now + DAY:
        raise refusals.invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            "expires_at",
        )
    given["expires_at"] = expires_at
    if customer_id := form.text("customer"):
        known = call.find("customer", customer_id, "customer")
        given |= {
            "customer": customer_id,
            "customer_creation": None,
            "customer_details": customer_details(known["email"], known["name"], tax_ids=None),
        }
    elif email := form.text("customer_email"):
        given["customer_details"] = customer_details(email, tax_ids=None)
    if form.flag("after_expiration[recovery][enabled]"):
        recovery = {"allow_promotion_codes": False, "enabled": True, "expires_at": None, "url": None}
        given["after_expiration"] = {"recovery": recovery}
    if mode == "payment" and (creation := form.choice("customer_creation", ("always", "if_required"))):
        given["customer_creation"] = creation
    return given


def _shown(call: Call) -> Json:
    """Where a session is shown: on a page of Stripe's, or inside one of the shop's."""
    words = call.version.ui_modes
    shown = words[
        call.form.choice("ui_mode", tuple(words)) or next(word for word in words if word.startswith("hosted"))
    ]
    if shown == "hosted_page":
        call.form.required("success_url")
        return {"ui_mode": shown}
    secret = f"cs_secret_{letters(call.rng, 40)}"
    return {"client_secret": secret, "return_url": call.form.text("return_url"), "ui_mode": shown, "url": None}


def _basket(call: Call) -> list[Json]:
    parts = call.form.parts("line_items")
    if not parts:
        raise refusals.missing_parameter("line_items")
    return [_item(call, part, f"line_items[{number}]") for number, part in enumerate(parts)]


def _totals(items: list[Json]) -> Json:
    total = sum(item["amount_total"] for item in items)
    return {"amount_subtotal": total, "amount_total": total}


def _item(call: Call, part: Form, where: str) -> Json:
    quantity = part.integer("quantity", 1) or 1
    if price_id := part.text("price"):
        known = call.find("price", price_id, f"{where}[price]")
        product = call.find("product", known["product"])
        return _line(call, known["currency"], known["unit_amount"], quantity, product["name"], price=known)
    currency, amount = part.text("price_data[currency]"), part.integer("price_data[unit_amount]", 0)
    if not currency or amount is None:
        raise refusals.missing_parameter(f"{where}[price_data]")
    if not re.fullmatch(r"[A-Za-z]{3}", currency):
        raise refusals.invalid(f"Invalid currency: {currency}.", f"{where}[price_data][currency]")
    return _line(call, currency.lower(), amount, quantity, part.text("price_data[product_data][name]"))


def _line(call: Call, currency: str, amount: int, quantity: int, name: str | None, **more: object) -> Json:
    return line_item(
        call.rng,
        call.now,
        currency=currency,
        amount_total=amount * quantity,
        quantity=quantity,
        description=name,
        **more,
    )


def email_of(session: Json) -> str | None:
    """Where a session's receipt goes."""
    found = at(session, "customer_details.email") or session["customer_email"]
    return found if isinstance(found, str) else None


_NEUTRAL = (
    "allow_promotion_codes billing_address_collection consent_collection currency custom_text customer_update"
    " payment_method_collection payment_method_options phone_number_collection redirect_on_completion"
    " saved_payment_method_options shipping_address_collection tax_id_collection"
)
"""What shops ask for and what changes neither the money nor the order of things: it is taken, and not acted upon."""
_CREATE = (
    f"{_NEUTRAL} after_expiration allowed_payment_method_types cancel_url client_reference_id customer"
    " customer_creation customer_email expand expires_at line_items locale metadata mode payment_intent_data"
    " payment_method_types return_url setup_intent_data submit_type subscription_data success_url ui_mode"
)
OPERATIONS = (
    Operation("POST", URL, create, "checkout_session_write", tuple(_CREATE.split())),
    Operation(
        "GET",
        URL,
        listing,
        "checkout_session_read",
        (*lists.CURSORS, "created", "customer_details", "status", *_FILTERS),
    ),
    Operation("GET", URL + "/{session}", retrieve, "checkout_session_read", ("expand",)),
    Operation("POST", URL + "/{session}", update, "checkout_session_write", ("expand", "line_items", "metadata")),
    Operation("POST", URL + "/{session}/expire", expire, "checkout_session_write", ("expand",)),
    Operation("GET", URL + "/{session}/line_items", line_items, "checkout_session_read", lists.CURSORS),
)
