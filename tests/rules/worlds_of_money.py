"""Whole bundles in which money goes every way at once: what the property of `test_properties_advice` is asked of.

Beyond `bundles`: captures in part with the refunds that write them down, disputes of every status and over a part,
subscriptions and their bills, bills settled elsewhere, warnings and reviews, other orders that have a hand in it.
"""

from hypothesis import strategies as st

from core.facts import DisputeStatus
from core.sandbox.stripe import objects
from core.times import DAY
from tests.rules.attempts import ATTEMPTS, ENDPOINTS, HOUR, LIFE_OF_A_HOLD, ORDER, Json, Ledger
from tests.rules.bundles import STATUSES, minor
from tests.rules.stage import NOW

MAIL, OTHER = "jo@example.com", "1043"
BACK = ("succeeded", "succeeded", "pending", "failed", "requires_action", "canceled")
DISPUTED = tuple(status.value for status in DisputeStatus if status is not DisputeStatus.UNKNOWN)
MONTH = 30 * DAY


def part(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A card that was reserved, and charged for a part; the rest was let go, which Stripe writes down as a refund."""
    taken = amount // 2
    intent = ledger.intent(at, amount, "succeeded", amount_received=taken, capture_method="manual")
    charge = ledger.charge(intent, at + 40)
    charge |= {"amount_refunded": amount - taken, "refunded": False}
    about = {"charge": charge["id"], "payment_intent": intent["id"], "currency": ledger.currency}
    ledger.put("refunds", objects.refund(ledger.dice, at + 50, amount=amount - taken, status="succeeded", **about))
    session = ledger.session(at, amount, payment_intent=intent["id"])
    ledger.event("checkout.session.completed", session, at + 42)


def let_go(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A reservation that somebody ended."""
    over = {"cancellation_reason": "requested_by_customer", "canceled_at": at + HOUR}
    intent = ledger.intent(at, amount, "canceled", capture_method="manual", **over)
    ledger.charge(intent, at + 40, captured=False, amount_refunded=amount, refunded=True)
    ledger.session(at, amount, payment_intent=intent["id"], payment_status="unpaid")


def short(ledger: Ledger, at: int, amount: int, waiting: int) -> None:
    """A reservation of less than the total."""
    ATTEMPTS["reserved"](ledger, at, amount - amount // 5, waiting)


def signed_up(ledger: Ledger, at: int, amount: int, waiting: int) -> None:
    """A subscription and its first bill, by a payment that names no order."""
    plan = ledger.put("subscriptions", _plan(ledger, at, amount))
    bill = _bill(ledger, at, amount, plan["id"])
    session = ledger.session(at, amount, mode="subscription", subscription=plan["id"], invoice=bill["id"])
    ledger.event("checkout.session.completed", session, at + 42, waiting=waiting)


def settled_elsewhere(ledger: Ledger, at: int, amount: int, _: int) -> None:
    """A bill for the order that somebody marked as paid."""
    own = {"paid_out_of_band": True, "amount_paid": 0, "billing_reason": "manual", "metadata": {"order_id": ORDER}}
    ledger.put("invoices", objects.invoice(ledger.dice, at, total=amount, currency=ledger.currency, **own))


WAYS = ATTEMPTS | {
    "part": part,
    "let_go": let_go,
    "short": short,
    "signed_up": signed_up,
    "settled_elsewhere": settled_elsewhere,
}
OFTEN = ("paid", "paid", "paid", "bare", "part", "reserved", "short", "signed_up", "signed_up")  # these matter most
GAPS = (15, 15, HOUR, 20 * DAY)


def _plan(ledger: Ledger, at: int, amount: int, **changes: object) -> Json:
    own = {"unit_amount": amount, "currency": ledger.currency, "livemode": ledger.live, "period_end": at + MONTH}
    return objects.subscription(ledger.dice, at, **(own | changes))


def _bill(ledger: Ledger, at: int, amount: int, plan: str, **changes: object) -> Json:
    intent = ledger.intent(at, amount, "succeeded")
    ledger.charge(intent, at + 40)
    own = {"total": amount, "currency": ledger.currency, "subscription": plan, "payment_intent": intent["id"]}
    return ledger.put("invoices", objects.invoice(ledger.dice, at, **(own | changes)))


@st.composite
def money_worlds(draw: st.DrawFn) -> Json:
    """Any order, with anything of that at Stripe and in the shop's books."""
    currency = draw(st.sampled_from(["usd", "eur", "jpy"]))
    ledger = Ledger(draw(st.sampled_from(["live"] * 7 + ["test"])), currency)
    ledger.lists |= {"subscriptions": [], "invoices": []}
    total = draw(st.integers(8, 900).map(lambda major: minor(major, currency)) | st.sampled_from([1_500, 60_000]))
    at = began = NOW - draw(st.sampled_from([70, HOUR, 5 * HOUR, 3 * DAY, 40 * DAY]))
    ways = draw(st.lists(st.sampled_from((*OFTEN, *sorted(WAYS))), max_size=3))
    if {"subscription", "signed_up"} & set(ways):  # a payment without a checkout would be one of its bills
        ways = [way for way in ways if way != "bare"]
    for way in ways:
        age = NOW - at
        if (way == "still_open" and age >= DAY) or (way in ("reserved", "short") and age >= LIFE_OF_A_HOLD):
            way = "expired"  # noqa: PLW2901 - Stripe would have closed it by itself
        early = {"expired": HOUR, "lapsed": LIFE_OF_A_HOLD, "let_go": HOUR}.get(way, 0)
        WAYS[way](ledger, at - early, total, draw(st.sampled_from([0, 0, 1])))
        at = min(at + draw(st.sampled_from(GAPS)), NOW - 60)
    _went_back(draw, ledger)
    _went_on(draw, ledger)
    _doubted(draw, ledger)
    for kind in draw(st.lists(st.sampled_from(sorted(ENDPOINTS)), max_size=2)):
        ledger.endpoint(kind)
    others, nobody = _neighbours(draw, ledger, total, began)
    if draw(st.integers(0, 3)) == 0:
        ledger.lists["events"] = []
    row = _row(draw, ledger, total, began)
    return ledger.bundle(row, other_orders=others, no_order_has=nobody)


def _went_back(draw: st.DrawFn, ledger: Ledger) -> None:
    """Up to two refunds, and two disputes, of each charge that took money."""
    for charge in [charge for charge in ledger.lists["charges"] if charge["captured"]]:
        rest = charge["amount_captured"]
        for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
            amount, status = draw(st.sampled_from([rest, rest, rest // 2])), draw(st.sampled_from(BACK))
            at = draw(st.sampled_from([charge["created"] + 20, NOW - 100, NOW - HOUR, NOW - 11 * DAY]))
            if amount:
                ledger.refund(charge, amount, status, min(max(at, charge["created"] + 1), NOW - 2))
            rest -= amount if status in ("succeeded", "pending", "requires_action") else 0
        unasked = charge["amount_captured"]
        for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 2]))):
            at = draw(st.sampled_from([charge["created"] + 10, NOW - HOUR, NOW - 11 * DAY]))
            made = ledger.dispute(charge, draw(st.sampled_from(DISPUTED)), min(max(at, charge["created"]), NOW - 2))
            made["amount"] = draw(st.sampled_from([unasked, unasked // 2 + 1]))
            unasked -= min(unasked - 1, made["amount"])


def _went_on(draw: st.DrawFn, ledger: Ledger) -> None:
    """What became of the subscriptions, and of their later bills."""
    ends = [{}, {"cancel_at_period_end": True}, {"status": "past_due"}]
    for plan in ledger.lists["subscriptions"]:
        begun = plan["created"]
        over = min(begun + draw(st.sampled_from([HOUR, 35 * DAY])), NOW - 5)
        plan.update(draw(st.sampled_from([*ends, {"status": "canceled", "ended_at": over, "canceled_at": over}])))
        if begun + MONTH < NOW and draw(st.booleans()):
            amount = plan["items"]["data"][0]["price"]["unit_amount"]
            _bill(ledger, begun + MONTH, amount, plan["id"], billing_reason="subscription_cycle")


def _doubted(draw: st.DrawFn, ledger: Ledger) -> None:
    """What the bank, or Stripe, thinks of a payment."""
    for charge in ledger.lists["charges"]:
        about = {"charge": charge["id"], "payment_intent": charge["payment_intent"]}
        what = draw(st.sampled_from(["nothing"] * 5 + ["warned", "under review"]))
        if what == "warned":
            actionable = not (charge["refunded"] or charge["disputed"])
            told = about | {"object": "radar.early_fraud_warning", "id": "issfr_1", "actionable": actionable}
            ledger.event("radar.early_fraud_warning.created", told, min(charge["created"] + HOUR, NOW - 3))
        elif what == "under review":
            ledger.event("review.opened", objects.review(ledger.dice, charge["created"], **about), charge["created"])


def _neighbours(draw: st.DrawFn, ledger: Ledger, total: int, began: int) -> tuple[list[Json], list[str]]:
    """Another order that a payment names, or that stores one of this order's; or a name that no order has."""
    things = [thing for kind in ("sessions", "payment_intents") for thing in ledger.lists[kind]]
    how = draw(st.sampled_from(["not"] * 4 + ["names", "names nobody", "stores"])) if things else "not"
    if how == "not":
        return [], []
    thing = draw(st.sampled_from(things))
    if how in ("names", "names nobody"):
        _renamed(ledger, thing)
    if how == "names nobody":
        return [], [OTHER]
    other = {
        "id": OTHER,
        "status": draw(st.sampled_from(STATUSES)),
        "amount_minor": draw(st.sampled_from([total, total // 2, total * 2])),
        "currency": ledger.currency,
        "customer_email": draw(st.sampled_from([MAIL, "al@example.com"])),
        "created_at": began + draw(st.sampled_from([-DAY, -60, 60])),
    }
    if how == "stores" or draw(st.booleans()):
        other["session_id" if thing["object"] == "checkout.session" else "payment_intent_id"] = thing["id"]
    return [other], []


def _renamed(ledger: Ledger, thing: Json) -> None:
    """The session, or the intent, and what goes with it names the other order."""
    key = thing["id"] if thing["object"] == "payment_intent" else thing["payment_intent"] or thing["id"]
    for session in ledger.lists["sessions"]:
        if key in (session["id"], session["payment_intent"]):
            session |= {"client_reference_id": OTHER, "metadata": {}}
    for kind, name in (("payment_intents", "id"), ("charges", "payment_intent")):
        for one in ledger.lists[kind]:
            if one[name] == key and one["metadata"]:
                one["metadata"] = {"order_id": OTHER}


def _row(draw: st.DrawFn, ledger: Ledger, total: int, began: int) -> Json:
    """A row that may say anything of it."""
    sessions = [session["id"] for session in ledger.lists["sessions"]]
    intents = [intent["id"] for intent in ledger.lists["payment_intents"]]
    plans = [plan["id"] for plan in ledger.lists["subscriptions"]]
    back = [None, None, total // 2, total]
    return {
        "id": ORDER,
        "status": draw(st.sampled_from(STATUSES)),
        "amount_minor": draw(st.sampled_from([total, total, total, total + 7, total * 2, total * 100, total // 100])),
        "refunded_minor": draw(st.sampled_from(back)),
        "currency": ledger.currency,
        "session_id": draw(st.sampled_from([None, *sessions, *sessions, "undefined"])),
        "payment_intent_id": draw(st.sampled_from([None, *intents, *intents])),
        "customer_email": MAIL,
        "metadata": {"subscription": plans[0]} if bool(plans) and draw(st.booleans()) else {},
        "created_at": began - 60,
        "updated_at": draw(st.sampled_from([None, began, min(began + 20 * DAY, NOW - 30), NOW - 30])),
    }
