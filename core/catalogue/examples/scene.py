"""The stage of the worked examples: order 1042 of a small shop, and what Stripe holds of it, as bundles.

Each builder gives an object as it stands when all is well; an example names only what is different. Only the
few values that matter are given; payloads as Stripe sends them are in the tests.
"""

from core.times import DAY, HOUR

Json = dict[str, object]

NOW = 1_795_000_000
BEGUN = NOW - DAY - 120  # the order was made and the checkout opened
PAID = NOW - DAY
ACCOUNT, SELLER = "acct_1ShopQ7rT2mXw9Kd", "acct_1SellerB4nV8pLz3H"
SESSION, TEST_SESSION = "cs_live_a1Kd93mQzT5wLr8XvB2nYp", "cs_test_a1Hs62nVxC8rMt4ZbQ7kWd"
OTHER_SESSION = "cs_live_b1Ft47pWnE6yJs9UdG3hRc"
INTENT, OTHER_INTENT = "pi_3Q8dLmKx2vTbRzYw", "pi_3Q8eNwHs7cPfJyUa"
CHARGE, OTHER_CHARGE = "ch_3Q8dLmKx2vTbRzYw1aBc", "ch_3Q8eNwHs7cPfJyUa1dEf"
SUBSCRIPTION, INVOICE = "sub_1Q8dRtKyBnVmXzLw", "in_1Q8dRtKyCxQpHsTd"
SHOP = "https://shop.example.com"
COMPLETED = "checkout.session.completed"

_LISTS = {
    "checkout.session": "sessions",
    "payment_intent": "payment_intents",
    "charge": "charges",
    "refund": "refunds",
    "dispute": "disputes",
    "subscription": "subscriptions",
    "invoice": "invoices",
    "event": "events",
    "webhook_endpoint": "webhook_endpoints",
    "setup_intent": "setup_intents",
}


def order(**differs: object) -> Json:
    """Order 1042 over 50.00 USD, still pending, that points at SESSION."""
    row = {
        "id": "1042",
        "status": "pending",
        "amount_minor": 5000,
        "currency": "usd",
        "session_id": SESSION,
        "created_at": BEGUN,
        "updated_at": BEGUN + 2,
    }
    return row | differs


def booked(**differs: object) -> Json:
    """The same order, paid and right."""
    return order(**({"status": "paid", "payment_intent_id": INTENT, "updated_at": PAID + 3} | differs))


def session(**differs: object) -> Json:
    """The checkout of order 1042, finished and paid."""
    return {
        "object": "checkout.session",
        "id": SESSION,
        "status": "complete",
        "payment_status": "paid",
        "mode": "payment",
        "amount_total": 5000,
        "currency": "usd",
        "client_reference_id": "1042",
        "payment_intent": INTENT,
        "created": BEGUN,
        "livemode": True,
    } | differs


def expired(**differs: object) -> Json:
    """A checkout that nobody paid, and whose time is over."""
    over = {"status": "expired", "payment_status": "unpaid", "payment_intent": None, "expires_at": NOW - 2 * HOUR}
    return session(**(over | differs))


def intent(**differs: object) -> Json:
    """The payment of SESSION."""
    return {
        "object": "payment_intent",
        "id": INTENT,
        "status": "succeeded",
        "amount": 5000,
        "amount_received": 5000,
        "currency": "usd",
        "created": BEGUN + 60,
        "livemode": True,
    } | differs


def charge(**differs: object) -> Json:
    """The charge of INTENT."""
    return {
        "object": "charge",
        "id": CHARGE,
        "status": "succeeded",
        "amount": 5000,
        "amount_captured": 5000,
        "amount_refunded": 0,
        "captured": True,
        "currency": "usd",
        "payment_intent": INTENT,
        "created": PAID,
        "livemode": True,
    } | differs


def refund(**differs: object) -> Json:
    """A refund of all of it, three hours ago."""
    return {
        "object": "refund",
        "id": "re_3Q8dLmKx2vTbRzYw1gHi",
        "status": "succeeded",
        "amount": 5000,
        "currency": "usd",
        "charge": CHARGE,
        "payment_intent": INTENT,
        "created": NOW - 3 * HOUR,
    } | differs


def dispute(**differs: object) -> Json:
    """A dispute over all of it that waits for an answer."""
    return {
        "object": "dispute",
        "id": "du_1Q8fCmJr5tYkNvXb",
        "status": "needs_response",
        "amount": 5000,
        "currency": "usd",
        "reason": "fraudulent",
        "charge": CHARGE,
        "payment_intent": INTENT,
        "created": NOW - 3 * HOUR,
        "evidence_details": {"due_by": NOW + 6 * DAY},
        "livemode": True,
    } | differs


def subscription(**differs: object) -> Json:
    """What SESSION began where it is of mode `subscription`: it runs, and is paid until the month is over."""
    return {
        "object": "subscription",
        "id": SUBSCRIPTION,
        "status": "active",
        "customer": "cus_Q8dRtKyBn",
        "current_period_end": PAID + 30 * DAY,
        "cancel_at_period_end": False,
        "latest_invoice": INVOICE,
        "created": PAID,
        "livemode": True,
    } | differs


def invoice(**differs: object) -> Json:
    """Its first bill, paid by INTENT."""
    return {
        "object": "invoice",
        "id": INVOICE,
        "status": "paid",
        "subscription": SUBSCRIPTION,
        "customer": "cus_Q8dRtKyBn",
        "billing_reason": "subscription_create",
        "total": 5000,
        "amount_due": 5000,
        "amount_paid": 5000,
        "currency": "usd",
        "payment_intent": INTENT,
        "created": PAID,
        "livemode": True,
    } | differs


def event(kind: str = COMPLETED, about: str = SESSION, **differs: object) -> Json:
    """A message about `about` that every endpoint has accepted."""
    return {
        "object": "event",
        "id": "evt_1Q8dPzLw6hGsTcMn",
        "type": kind,
        "pending_webhooks": 0,
        "data": {"object": {"id": about}},
        "created": PAID,
        "livemode": True,
    } | differs


def hold(**differs: object) -> tuple[Json, Json]:
    """The payment of SESSION, only reserved, and its charge; `differs` are the payment's."""
    reserved = {
        "status": "requires_capture",
        "amount_received": 0,
        "amount_capturable": 5000,
        "capture_method": "manual",
    }
    card = {"type": "card", "card": {"capture_before": NOW + 5 * DAY}}
    return intent(**(reserved | differs)), charge(captured=False, amount_captured=0, payment_method_details=card)


def endpoint(*events: str, **differs: object) -> Json:
    """The shop's webhook, switched on."""
    return {
        "object": "webhook_endpoint",
        "id": "we_1Q2aKdShopHook",
        "status": "enabled",
        "url": f"{SHOP}/webhooks/stripe",
        "enabled_events": list(events or (COMPLETED, "charge.refunded")),
        "livemode": True,
    } | differs


def paid() -> tuple[Json, Json, Json]:
    """Session, payment and charge of an order that was paid."""
    return session(), intent(), charge()


def missing(one: str, *, other_mode: str = "") -> Json:
    """Stripe's answer to an id it does not know."""
    kind = "payment_intent" if one.startswith("pi_") else "checkout.session"
    similar = f"; a similar object exists in {other_mode} mode, but a live mode key was used to make this request."
    message = f"No such {kind}: '{one}'{similar if other_mode else ''}"
    return {"object": "error", "id": one, "code": "resource_missing", "message": message}


def scene(row: Json, *held: Json, account: str = ACCOUNT, **more: object) -> Json:
    """The bundle of an order and all that Stripe holds of it; with the shop's webhook unless `held` brings one."""
    listed: dict[str, list[Json]] = {name: [] for name in _LISTS.values()}
    for one in held:
        if one["object"] != "error":
            listed[_LISTS[str(one["object"])]].append(one)
    if not listed["webhook_endpoints"]:
        listed["webhook_endpoints"].append(endpoint())
    errors = [one for one in held if one["object"] == "error"]
    stripe: Json = {"account": account, **listed, "lookup_errors": errors}
    return {"order": row, "stripe": stripe, "key_mode": "live", "now": NOW, **more}
