"""Orders beside payments for property tests: a pair that agrees, then up to three things about it that do not."""

from typing import Any

from hypothesis import strategies as st

from core.facts import Order

NOW = 1_795_000_000
DAY = 86_400
SESSION, OTHER = "cs_test_" + "a1B2" * 8, "cs_test_" + "c3D4" * 8
INTENT, OTHER_INTENT = "pi_" + "3Nx" * 8, "pi_" + "3Ny" * 8
CHARGE = "ch_" + "3Nx" * 8
NUMBER = "A-1042"
STATES = {"paid": "paid fulfilled", "expired": "cancelled failed", "open": "created pending"}

Json = dict[str, Any]
NAMINGS: tuple[Json, ...] = (
    {},
    {"order_id": "1042"},
    {"order_id": "A-7"},
    {"order_id": NUMBER, "orderId": "A-9"},
    {"order_id": NUMBER, "order_group": "g"},
    {"order_id": NUMBER, "note": "x"},
    {"order_id": "a-1042"},
    {"cart": "17"},
)
ODD: tuple[tuple[str, tuple[Any, ...]], ...] = (  # where, and what may stand there instead
    ("order.id", ("7", "1043", "a-1042")),
    ("order.number", (None, "1042", "#A-1042", "A-7")),
    ("order.status", tuple("paid fulfilled pending created cancelled failed refunded odd".split())),
    ("order.amount_minor", (4999, 0, None, 50, 500_000)),
    ("order.refunded_minor", (0, 5000)),
    ("order.currency", ("EUR", "usd", None)),
    ("order.session_id", (None, OTHER, SESSION.lower(), "{CHECKOUT_SESSION_ID}", INTENT, SESSION[:20])),
    ("order.payment_intent_id", (None, OTHER_INTENT, SESSION)),
    ("order.charge_id", (CHARGE, "ch_other00000000")),
    ("order.session_ids", ([OTHER],)),
    ("order.customer_email", (None, "JO@example.com", "mia@example.com")),
    ("order.created_at", (None, NOW + DAY, (NOW - DAY) * 1000)),
    ("order.updated_at", (None, NOW)),
    ("order.deleted", (True,)),
    ("order.stripe_account", ("acct_x",)),
    (
        "order.metadata",
        (
            {"cart": "17"},
            {"payment_method": "paypal"},
            {"payment_method": "stripe"},
            {"session_ids": OTHER},
            {"order_group": "g"},
            {"dispute_status": "lost"},
            {"cart_updated_at": str(NOW)},
            {"stripe_account": "acct_x"},
        ),
    ),
    ("session.mode", ("subscription", "setup")),
    ("session.status", ("open", "complete", "expired", None, "odd")),
    ("session.payment_status", ("paid", "unpaid", "no_payment_required", "odd")),
    ("session.amount_total", (4999, 0, None, 500_000)),
    ("session.total_details", ({"amount_discount": 100},)),
    ("session.currency", ("usd", "EUR", None)),
    ("session.livemode", (True, None)),
    ("session.client_reference_id", (None, "1042", "A-7", "user_9", "a-1042", "17")),
    ("session.metadata", NAMINGS),
    ("session.payment_intent", (None, INTENT, OTHER_INTENT)),
    ("session.expires_at", (None, NOW - 60, NOW - DAY)),
    ("session.currency_conversion", ({"amount_total": 4000, "source_currency": "usd"},)),
    ("session.presentment_details", ({"presentment_amount": 5600, "presentment_currency": "usd"},)),
    ("session.recovered_from", (OTHER,)),
    ("session.created", (NOW - 30,)),
    ("session.success_url", ("https://elsewhere.example.org/thanks", None)),
    (
        "intent.status",
        tuple("canceled processing requires_capture requires_action requires_payment_method succeeded odd".split()),
    ),
    ("intent.amount", (1, None)),
    ("intent.amount_received", (4999, 0, None)),
    ("intent.currency", ("usd",)),
    ("intent.livemode", (True,)),
    ("intent.capture_method", ("manual",)),
    ("intent.cancellation_reason", ("automatic", "expired")),
    ("intent.last_payment_error", ({"code": "card_declined"},)),
    ("intent.latest_charge", (None, CHARGE)),
    ("intent.review", ("prv_1",)),
    ("intent.metadata", NAMINGS),
    ("intent.created", (NOW - 30,)),
    ("charge.status", ("pending", "failed", "odd")),
    ("charge.captured", (False,)),
    ("charge.amount", (100,)),
    ("charge.amount_captured", (100, None)),
    ("charge.amount_refunded", (5000, 1, None)),
    ("charge.refunded", (True,)),
    ("charge.disputed", (True, None)),
    ("charge.review", ("prv_1",)),
    ("charge.outcome", ({"type": "manual_review"}, {"type": "authorized"})),
    ("charge.payment_intent", (OTHER_INTENT, None)),
    ("charge.currency", ("usd",)),
    ("charge.livemode", (True,)),
    ("charge.metadata", NAMINGS),
)


def things(state: str = "paid", status: str = "paid", *, names: bool = True) -> dict[str, Json]:
    """An order of 50.00 EUR and its checkout, which agree: what is paid is booked, what expired is closed."""
    paid = state == "paid"
    same = {"currency": "eur", "livemode": False, "metadata": {"order_id": NUMBER} if names else {}}
    return {
        "order": {
            "id": "1042", "number": NUMBER, "status": status, "amount_minor": 5000, "currency": "eur",
            "session_id": SESSION, "payment_intent_id": INTENT if paid else None,
            "customer_email": "jo@example.com", "created_at": NOW - DAY, "updated_at": NOW - DAY + 60,
        },
        "session": {
            "id": SESSION, "object": "checkout.session", "mode": "payment", "created": NOW - DAY, "amount_total": 5000,
            "status": "complete" if paid else state, "payment_status": "paid" if paid else "unpaid",
            "client_reference_id": NUMBER if names else None, "success_url": "https://shop.example.com/thanks",
            "expires_at": NOW + DAY if state == "open" else NOW - 3 * 3600, **same,
        },
        "intent": {
            "id": INTENT, "object": "payment_intent", "created": NOW - DAY + 20, "amount": 5000,
            "status": "succeeded" if paid else "requires_payment_method", "amount_received": 5000 if paid else 0,
            "capture_method": "automatic_async", **same,
        },
        "charge": {
            "id": CHARGE, "object": "charge", "created": NOW - DAY + 30, "status": "succeeded", "captured": True,
            "amount": 5000, "amount_captured": 5000, "amount_refunded": 0, "refunded": False, "disputed": False,
            "payment_intent": INTENT, **same,
        },
    }  # fmt: skip


def pair_of(some: dict[str, Json], *, tried: bool = True) -> tuple[Order, Json]:
    """The order, and the session as Stripe lists it: with the intent in it, and the charge in that."""
    charge = some["charge"] if some["intent"]["status"] != "requires_payment_method" else None
    intent = {"latest_charge": charge, **some["intent"]}
    return Order.of(some["order"]), {"payment_intent": intent if tried else None, **some["session"]}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Order, Json]:
    """A pair that agrees, or nearly."""
    state = draw(st.sampled_from(sorted(STATES)))
    some = things(state, draw(st.sampled_from(STATES[state].split())), names=draw(st.booleans()))
    if draw(st.integers(0, 5)) == 0:
        some["order"] |= {"session_id": None, "payment_intent_id": None}
    for where, values in draw(st.lists(st.sampled_from(ODD), max_size=3)):
        thing, _, field = where.partition(".")
        some[thing][field] = draw(st.sampled_from(values))
    return pair_of(some, tried=state == "paid" or draw(st.booleans()))
