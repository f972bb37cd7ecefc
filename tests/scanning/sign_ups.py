"""Orders beside subscriptions for property tests: sign-ups that agree, then some things about them that do not, and
objects that touch them."""

from typing import Any

from hypothesis import strategies as st

from core.facts import Order
from tests.scanning.pairs import DAY, NOW

Json = dict[str, Any]
Objects = dict[str, list[Json]]
KINDS = ("sessions", "intents", "charges", "refunds", "disputes", "subscriptions", "invoices")
BEGAN = NOW - DAY
MANY = 4  # sign-ups of one shop, whose ids and names the oddities below know


def ids(n: int) -> dict[str, str]:
    """The ids of a sign-up, and those of its second bill."""
    own = f"{n:022d}"
    return {
        "session": f"cs_test_b1{own}", "plan": f"sub_1{own}", "bill": f"in_1{own}", "intent": f"pi_5{own}",
        "charge": f"ch_5{own}", "bill2": f"in_2{own}", "intent2": f"pi_6{own}", "charge2": f"ch_6{own}",
        "customer": f"cus_{own}", "product": "prod_1",
    }  # fmt: skip


def number(n: int) -> str:
    return f"S-{2042 + n}"


def sign_up(n: int = 0, status: str = "paid", *, named: bool = True, second: bool = True) -> dict[str, Json]:
    """An order of 50.00 EUR, the checkout, what it began, its bill and what paid that; and the same of a `second` bill.
    `named`: whether the session names the order."""
    own, name = ids(n), {"order_id": number(n)} if named else {}
    same = {"currency": "eur", "livemode": False, "customer": own["customer"]}
    found = {
        "order": {
            "id": str(2042 + n), "number": number(n), "status": status, "amount_minor": 5000, "currency": "eur",
            "session_id": own["session"], "customer_email": f"ann{n}@example.com", "created_at": BEGAN - 60,
            "updated_at": BEGAN + 60,
        },
        "session": {
            "id": own["session"], "object": "checkout.session", "mode": "subscription", "created": BEGAN,
            "amount_total": 5000, "status": "complete", "payment_status": "paid", "payment_intent": None,
            "subscription": own["plan"], "invoice": own["bill"], "client_reference_id": number(n) if named else None,
            "success_url": "https://shop.example.com/thanks", "expires_at": BEGAN + DAY, "metadata": name, **same,
        },
        "plan": {
            "id": own["plan"], "object": "subscription", "created": BEGAN + 10, "status": "active",
            "cancel_at_period_end": False, "latest_invoice": own["bill2" if second else "bill"], "metadata": {},
            "items": {"data": [{
                "current_period_end": NOW + 20 * DAY, "quantity": 1,
                "price": {"id": "price_1", "product": own["product"], "unit_amount": 5000, "currency": "eur",
                          "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}},
            }]},
            **same,
        },
    }  # fmt: skip
    for more, at in (("", BEGAN + 12), *((("2", NOW - 3600),) if second else ())):
        intent, charge = own["intent" + more], own["charge" + more]
        found["bill" + more] = {
            "id": own["bill" + more], "object": "invoice", "created": at, "status": "paid", "total": 5000,
            "amount_due": 5000, "amount_paid": 5000, "paid_out_of_band": None,
            "billing_reason": "subscription_cycle" if more else "subscription_create", "metadata": {},
            "parent": {"subscription_details": {"metadata": {}, "subscription": own["plan"]}},
            "payments": {"data": [{"payment": {"type": "payment_intent", "payment_intent": intent}}]},
            "status_transitions": {"paid_at": at + 5}, **same,
        }  # fmt: skip
        found["intent" + more] = {
            "id": intent, "object": "payment_intent", "created": at + 1, "amount": 5000, "amount_received": 5000,
            "status": "succeeded", "capture_method": "automatic", "latest_charge": charge, "metadata": {}, **same,
        }  # fmt: skip
        found["charge" + more] = {
            "id": charge, "object": "charge", "created": at + 2, "status": "succeeded", "captured": True,
            "amount": 5000, "amount_captured": 5000, "amount_refunded": 0, "refunded": False, "disputed": False,
            "payment_intent": intent, "metadata": {}, **same,
        }  # fmt: skip
    return found


def on_trial(some: dict[str, Json], *, due: int = 5000) -> dict[str, Json]:
    """Nothing was due at the sign-up; the order says what will be, or that nothing is."""
    some["order"]["amount_minor"] = due
    some["session"] |= {"amount_total": 0, "payment_status": "no_payment_required"}
    some["plan"] |= {"status": "trialing", "trial_end": NOW + DAY} if "bill2" not in some else {"trial_end": NOW - 3600}
    some["bill"] |= {"total": 0, "amount_due": 0, "amount_paid": 0, "payments": {"data": []}}
    return {kind: one for kind, one in some.items() if kind not in ("intent", "charge")}


def past_due(some: dict[str, Json]) -> dict[str, Json]:
    """The second bill waits, for its payment was declined."""
    some["plan"]["status"] = "past_due"
    some["bill2"] |= {"status": "open", "amount_paid": 0, "status_transitions": {}}
    some["intent2"] |= {
        "status": "requires_payment_method", "amount_received": 0, "last_payment_error": {"code": "card_declined"},
    }  # fmt: skip
    some["charge2"] |= {"status": "failed", "captured": False, "amount_captured": 0}
    return some


_NAMES: tuple[Json, ...] = (
    {"order_id": number(0)}, {"order_id": number(1)}, {"orderId": "2043"}, {"order_group": "g"}, {"note": "x"},
    {"order_id": number(0), "orderId": number(1)}, {"order_id": "A-7"},
)  # fmt: skip
_MONEY = (4999, 0, None, 500_000)
_BILL: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("status", ("open", "draft", "void", "uncollectible", None, "odd")),
    ("total", _MONEY),
    ("amount_paid", _MONEY),
    ("amount_due", _MONEY),
    ("currency", ("usd", None)),
    ("livemode", (True, None)),
    ("paid_out_of_band", (True,)),
    ("amount_paid_off_stripe", (5000,)),
    ("post_payment_credit_notes_amount", (5000,)),
    ("billing_reason", ("subscription_create", "subscription_cycle", "subscription_update", "manual", None)),
    ("metadata", _NAMES),
    ("parent", (None, {"subscription_details": {"subscription": ids(1)["plan"], "metadata": {}}})),
    ("parent", tuple({"subscription_details": {"subscription": ids(0)["plan"], "metadata": one}} for one in _NAMES)),
    ("payments", (None, {"data": []}, {"data": [{"payment": {"payment_intent": ids(1)["intent"]}}]})),
    (
        "payments",
        ({"data": [{"payment": {"payment_intent": ids(0)[one]}} for one in ("intent", "intent2")]},),
    ),
    ("charge", (ids(0)["charge"], ids(1)["charge"])),
    ("customer", (None,)),
)
_INTENT: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("status", ("processing", "requires_capture", "requires_payment_method", "canceled", "odd")),
    ("amount", (1, None)),
    ("amount_received", (4999, 0, None)),
    ("currency", ("usd",)),
    ("livemode", (True,)),
    ("metadata", _NAMES),
    ("review", ("prv_1",)),
    ("last_payment_error", ({"code": "card_declined"},)),
    ("latest_charge", (None,)),
    ("receipt_email", ("ann0@example.com",)),
    ("created", (NOW - 30,)),
)
_CHARGE: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("status", ("pending", "failed", "odd")),
    ("captured", (False,)),
    ("amount_captured", (100, None)),
    ("amount_refunded", (5000, 1, None)),
    ("refunded", (True,)),
    ("disputed", (True, None)),
    ("outcome", ({"type": "manual_review"},)),
    ("payment_intent", (ids(1)["intent"], None)),
    ("metadata", _NAMES),
)
ODD: tuple[tuple[str, tuple[Any, ...]], ...] = (  # where, and what may stand there instead
    ("order.number", (None, number(0), number(1), "2042")),
    ("order.status", tuple("fulfilled pending created cancelled failed refunded partially_refunded odd".split())),
    ("order.amount_minor", _MONEY),
    ("order.refunded_minor", (0, 5000)),
    ("order.currency", ("usd", None)),
    ("order.session_id", (None, ids(0)["session"], ids(1)["session"])),
    ("order.payment_intent_id", (*(ids(n)[one] for n in (0, 1) for one in ("intent", "intent2")),)),
    ("order.charge_id", (ids(0)["charge"], ids(0)["charge2"], ids(1)["charge"])),
    ("order.session_ids", ([ids(1)["session"]],)),
    ("order.customer_email", (None, "ann0@example.com")),
    ("order.created_at", (None, NOW + DAY)),
    ("order.updated_at", (None, NOW, BEGAN - DAY)),
    ("order.deleted", (True,)),
    ("order.extra", tuple({"subscription": ids(n)["plan"]} for n in (0, 1))),
    ("order.extra", ({"subscription": "sub_9"}, {"invoice": ids(1)["bill"]}, {"plan": "canceled"})),
    ("order.metadata", ({"subscription": ids(1)["plan"]}, {"order_group": "g"}, {"payment_method": "paypal"})),
    ("session.mode", ("payment", "setup")),
    ("session.status", ("open", "expired", "odd")),
    ("session.payment_status", ("paid", "unpaid", "no_payment_required", "odd")),
    ("session.amount_total", _MONEY),
    ("session.currency", ("usd", None)),
    ("session.livemode", (True, None)),
    ("session.client_reference_id", (None, number(0), number(1), "user_9", "2042", "sub_1")),
    ("session.metadata", _NAMES),
    ("session.payment_intent", (ids(0)["intent"], ids(1)["intent"])),
    ("session.subscription", (None, ids(0)["plan"], ids(1)["plan"], "sub_unread")),
    ("session.invoice", (None, ids(0)["bill2"], ids(1)["bill"], "in_unread")),
    ("session.recovered_from", (ids(1)["session"],)),
    ("session.currency_conversion", ({"amount_total": 4000, "source_currency": "usd"},)),
    ("session.presentment_details", ({"presentment_amount": 5600, "presentment_currency": "usd"},)),
    ("session.created", (NOW - 30,)),
    ("plan.status", tuple("trialing past_due unpaid paused incomplete incomplete_expired odd".split())),
    ("plan.status", ("canceled",) * 4),
    ("plan.cancel_at_period_end", (True,)),
    ("plan.cancel_at", (NOW + DAY, NOW - DAY)),
    ("plan.ended_at", (NOW - 3600,)),
    ("plan.pause_collection", ({"behavior": "void"},)),
    ("plan.customer", (None, ids(0)["customer"], ids(1)["customer"])),
    ("plan.livemode", (True,)),
    ("plan.created", (NOW - 30, BEGAN - 30 * DAY)),
    ("plan.metadata", _NAMES),
    ("plan.items", ({"data": []},)),
    *((f"{one}.{field}", values) for one in ("bill", "bill2") for field, values in _BILL),
    *((f"{one}.{field}", values) for one in ("intent", "intent2") for field, values in _INTENT),
    *((f"{one}.{field}", values) for one in ("charge", "charge2") for field, values in _CHARGE),
)


def laid_out(every: list[dict[str, Json]], *, intents: bool = True) -> tuple[list[Order], Objects]:
    """Orders, and Stripe's objects each for itself. Without `intents` what paid the bills was not listed."""
    found = Objects({kind: [] for kind in KINDS})
    for some in every:
        found["sessions"].append(some["session"])
        found["subscriptions"] += [some["plan"]] if "plan" in some else []
        found["invoices"] += [some[one] for one in ("bill", "bill2") if one in some]
        if intents:
            found["intents"] += [some[one] for one in ("intent", "intent2") if one in some]
            found["charges"] += [some[one] for one in ("charge", "charge2") if one in some]
    orders = {some["order"]["id"]: Order.of(some["order"]) for some in every}
    return list(orders.values()), found


def nested(objects: Objects) -> list[tuple[str, list[Json]]]:
    """As a scan lists them: with the charge in its intent."""
    charges = {one["id"]: one for one in objects["charges"]}
    held = {one["latest_charge"] for one in objects["intents"]}
    whole = [{**one, "latest_charge": charges.get(one["latest_charge"])} for one in objects["intents"]]
    loose = [one for key, one in charges.items() if key not in held]
    return [("sessions", objects["sessions"]), ("intents", whole), ("charges", loose)] + [
        (kind, objects[kind]) for kind in KINDS[3:]
    ]


@st.composite
def _plain(draw: st.DrawFn, n: int) -> dict[str, Json]:
    """One that agrees."""
    some = sign_up(n, draw(st.sampled_from(("paid", "fulfilled"))), named=n % 2 == 0, second=draw(st.booleans()))
    kind = draw(st.sampled_from(("paid", "paid", "trial", "past due")))
    if kind == "trial":
        return on_trial(some, due=draw(st.sampled_from((5000, 5000, 0))))
    return past_due(some) if kind == "past due" and "bill2" in some else some


@st.composite
def sign_ups(draw: st.DrawFn) -> tuple[list[Order], Objects]:
    """Some sign-ups that agree, or nearly, and what touches them."""
    every = list[dict[str, Json]]()
    for n in range(MANY):
        some = draw(_plain(n))
        stored = draw(st.integers(0, 5))
        if stored == 0 and "intent" in some:
            some["order"]["payment_intent_id"] = some["intent"]["id"]
        elif stored == 1:
            some["order"]["extra"] = {"subscription": some["plan"]["id"]}
        some["plan"]["metadata"] = draw(st.sampled_from(({}, {}, {"order_id": number(n)})))
        for where, values in draw(st.lists(st.sampled_from(ODD), max_size=2)):
            thing, _, field = where.partition(".")
            if thing in some:
                some[thing][field] = draw(st.sampled_from(values))
        every.append(some)
    orders, found = laid_out(every, intents=draw(st.booleans()))
    for kind in draw(st.lists(st.sampled_from(("sessions", "subscriptions", "invoices", "intents")), max_size=1)):
        found[kind] = found[kind][1:]
    for one in draw(st.lists(st.sampled_from(STRANGERS), max_size=2)):
        found[one[0]].append(one[1])
    copied = draw(st.integers(0, 12))
    if copied == 0:
        orders.append(Order.of({**every[0]["order"], "id": "77", "number": "S-77"}))
    return orders, {kind: list({one["id"]: one for one in some}.values()) for kind, some in found.items()}


def _strangers() -> list[tuple[str, Json]]:
    """What touches the first of the sign-ups."""
    own = ids(0)
    paid = {"amount": 5000, "currency": "eur", "status": "succeeded", "created": NOW - 1800}
    back: list[Json] = [
        {"payment_intent": own["intent"], "charge": own["charge"]}, {"payment_intent": own["intent"]},
        {"payment_intent": own["intent2"], "charge": own["charge2"]}, {"metadata": {"order_id": number(0)}},
    ]  # fmt: skip
    found = [("refunds", {"id": f"re_{n}", "object": "refund", **paid, **one}) for n, one in enumerate(back)]
    lost = {"object": "dispute", **paid, "status": "needs_response"}
    found += [("disputes", {"id": f"dp_{n}", **lost, **one}) for n, one in enumerate(back)]
    more = sign_up(9, named=False, second=False)
    plans: list[Json] = [
        {"customer": own["customer"]},
        {"customer": own["customer"], "created": BEGAN - 20 * DAY},
        {"metadata": {"order_id": number(0)}},
        {"metadata": {"order_id": number(0)}, "status": "canceled", "ended_at": NOW - 7200},
        {"customer": own["customer"], "metadata": {"order_id": "S-9"}},
    ]
    for place, change in enumerate(plans):
        found.append(("subscriptions", {**more["plan"], "id": f"sub_8{place}", **change}))
    for change in (
        {"metadata": {"order_id": number(0)}},
        {"client_reference_id": number(0), "payment_status": "unpaid", "status": "open"},
        {"subscription": own["plan"]},
        {"invoice": own["bill"]},
        {"recovered_from": own["session"]},
        {"payment_intent": own["intent"]},
    ):
        found.append(("sessions", {**more["session"], **change}))
    for change in (
        {"parent": {"subscription_details": {"subscription": own["plan"], "metadata": {}}}},
        {"metadata": {"order_id": number(0)}},
        {"parent": {"subscription_details": {"metadata": {"order_id": number(0)}}}},
        {"payments": {"data": [{"payment": {"payment_intent": own["intent"]}}]}},
        {"parent": None, "payments": {"data": [{"payment": {"payment_intent": own["intent2"]}}]}},
    ):
        found.append(("invoices", {**more["bill"], **change}))
    for change in (
        {"metadata": {"order_id": number(0)}},
        {"metadata": {"order_id": number(0)}, "status": "requires_payment_method", "latest_charge": None},
        {"receipt_email": "ann0@example.com"},
    ):
        found.append(("intents", {**more["intent"], **change}))
    return found


STRANGERS = tuple(_strangers())
