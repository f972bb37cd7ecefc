"""Whole bundles for the rules: an order, and everything Stripe may hold for it, consistent in time.

`bundles()` may be wrong in any number of ways; `healthy_bundles()` are right, each of one kind of section 4 of the
catalogue; `put_right` writes the order's row anew from Stripe's side. All of them are bundles (JSON), as in
tests/cases, and all of it is of one customer's order: `ORDER`.
"""

from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from core.money import exponent
from core.times import DAY
from tests.rules.attempts import ATTEMPTS, ENDPOINTS, HOUR, LIFE_OF_A_HOLD, ORDER, Json, Ledger
from tests.rules.lookalikes import LOOKALIKES, endpoint_on_another_domain
from tests.rules.stage import NOW

Lookalike = Callable[[Ledger, int, int], Json]

CURRENCIES = ("usd", "eur", "gbp", "jpy", "krw", "kwd", "bhd")  # of 2, 0 and 3 decimals; ISK and UGX are never judged
STATUSES = ("created", "pending", "paid", "fulfilled", "cancelled", "failed", "refunded", "partially_refunded")
DISPUTES = ("needs_response", "warning_needs_response", "under_review", "warning_under_review", "won", "lost")
UNDER_WAY = ("processing", "requires_action", "requires_capture")


def often(times: int) -> settings:
    """So many examples, however slow the machine is."""
    return settings(max_examples=times, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def minor(major: int, currency: str) -> int:
    """So many of a currency's coins and a few cents, in minor units."""
    return int(major * 10 ** exponent(currency)) + (1 if exponent(currency) else 0)


def right_row(bundle: Json) -> Json:
    """What Stripe's side of a bundle says the order's row should hold; every object in it is of this order."""
    stripe = bundle["stripe"]
    taken = [charge for charge in stripe["charges"] if charge["captured"]]
    billed = [s for s in stripe["sessions"] if s["mode"] == "subscription" and s["payment_status"] == "paid"]
    free = [s for s in stripe["sessions"] if s["payment_status"] == "no_payment_required"]
    gone = sum(refund["amount"] for refund in stripe["refunds"] if refund["status"] == "succeeded")
    paid = sum(charge["amount_captured"] for charge in taken) + sum(session["amount_total"] for session in billed)
    waiting = any(
        i["status"] in ("processing", "requires_action", "requires_capture") for i in stripe["payment_intents"]
    )
    status = "cancelled"
    if paid:
        status = "refunded" if gone == paid else "partially_refunded" if gone else "paid"
    elif free:
        status = "paid"
    elif waiting:
        status = "pending"
    left = [c for c in taken if sum(r["amount"] for r in stripe["refunds"] if _went_back(r, c)) < c["amount_captured"]]
    settled = [charge["payment_intent"] for charge in left or taken]
    sessions = [s for s in stripe["sessions"] if s["payment_intent"] in settled] + billed + free
    intents = settled or [i["id"] for i in stripe["payment_intents"] if not sessions]
    waited_for = [s for s in stripe["sessions"] if s["status"] == "complete"] or stripe["sessions"]
    current = sessions or ([] if paid else waited_for)
    return {
        "id": ORDER,
        "status": status,
        "amount_minor": paid or (0 if free else sum(i["amount"] for i in stripe["payment_intents"][:1])),
        "refunded_minor": gone or None,
        "currency": next((i["currency"] for i in (*taken, *billed, *stripe["payment_intents"])), "usd"),
        "session_id": current[-1]["id"] if current else None,
        "session_ids": [session["id"] for session in current],
        "payment_intent_id": intents[-1] if intents else None,
        "payment_intent_ids": intents,
        "customer_email": "jo@example.com",
        "metadata": {"dispute_status": stripe["disputes"][0]["status"]} if stripe["disputes"] else {},
        "created_at": NOW - 60 * DAY,
        "updated_at": NOW - 1,
    }


def put_right(bundle: Json) -> Json:
    """The bundle with the order's row as Stripe's side says; what nobody needs any more is expired, released, given up
    (a debit under way beside a payment too: it is told since `open_session_on_closed_order` knows of it)."""
    needless = {"status": "expired", "expires_at": NOW - HOUR}
    sessions = [s | needless if s["status"] == "open" else s for s in bundle["stripe"]["sessions"]]
    stripe = bundle["stripe"] | {"sessions": sessions}
    row = right_row(bundle | {"stripe": stripe})
    if row["status"] != "pending":
        released = {"status": "canceled", "cancellation_reason": "abandoned", "amount_capturable": 0}
        idle = [i | released if i["status"] in UNDER_WAY else i for i in stripe["payment_intents"]]
        stripe |= {"payment_intents": idle}
    signed_up = [s for s in sessions if s["mode"] == "subscription" and s["payment_status"] == "paid"]
    for given_up in signed_up[:-1]:  # one subscription is kept, and the row is about that one
        stripe |= {"subscriptions": [*stripe.get("subscriptions", []), _ended(given_up)]}
    if len(signed_up) > 1:
        kept = signed_up[-1]
        row |= {"amount_minor": kept["amount_total"], "session_id": kept["id"], "session_ids": [kept["id"]]}
    return bundle | {"stripe": stripe, "order": row}


def _ended(session: Json) -> Json:
    """The subscription that a sign-up began, cancelled."""
    end = session["created"] + HOUR
    return {
        "object": "subscription",
        "id": session["subscription"],
        "status": "canceled",
        "created": session["created"],
        "canceled_at": end,
        "ended_at": end,
    }


def _went_back(refund: Json, charge: Json) -> bool:
    return bool(refund["charge"] == charge["id"] and refund["status"] == "succeeded")


@st.composite
def bundles(draw: st.DrawFn, outcomes: tuple[str, ...] = tuple(ATTEMPTS), most: int = 3) -> Json:
    """Any order with up to `most` attempts to pay, and a row that may say anything about them."""
    currency = draw(st.sampled_from(CURRENCIES))
    ledger = Ledger(draw(st.sampled_from(["live", "test"])), currency)
    total = minor(draw(st.integers(8, 900)), currency)
    age = draw(st.sampled_from([70, 200, HOUR, 5 * HOUR, 3 * DAY, 40 * DAY]))
    began = NOW - age
    tried = draw(st.lists(st.sampled_from(outcomes), max_size=most))
    if "subscription" in tried:  # its first bill is a payment of its own: another one of that amount would be it
        tried = [outcome for outcome in tried if outcome != "bare"]
    for number, outcome in enumerate(tried):
        at = began + number * 15
        if (outcome == "still_open" and age >= DAY) or (outcome == "reserved" and age >= LIFE_OF_A_HOLD):
            outcome = "expired"  # noqa: PLW2901 - Stripe would have closed it by itself
        if outcome in ("expired", "lapsed"):
            at -= {"expired": HOUR, "lapsed": LIFE_OF_A_HOLD}[outcome]
        ATTEMPTS[outcome](ledger, at, total, draw(st.sampled_from([0, 0, 1])))
    _afterwards(draw, ledger)
    for kind in draw(st.lists(st.sampled_from(sorted(ENDPOINTS)), max_size=2)) or ["the shop's"]:
        ledger.endpoint(kind)
    if draw(st.integers(0, 7)) == 0:
        ledger.lists["webhook_endpoints"] = []
    if draw(st.integers(0, 5)) == 0:
        ledger.lists["events"] = []
    return ledger.bundle(_row(draw, ledger, total, began))


def _afterwards(draw: st.DrawFn, ledger: Ledger) -> None:
    """Refunds of what was taken, and disputes over it."""
    for charge in [charge for charge in ledger.lists["charges"] if charge["captured"]]:
        at = draw(st.sampled_from([charge["created"] + 20, NOW - 100, NOW - HOUR, NOW - 11 * DAY]))
        at = min(max(at, charge["created"] + 1), NOW - 2)
        what = draw(st.sampled_from(["nothing", "nothing", "all", "half", "waiting", "failed", "disputed"]))
        if what == "disputed" and not ledger.lists["disputes"]:
            ledger.dispute(charge, draw(st.sampled_from(DISPUTES)), at)
        elif what not in ("nothing", "disputed"):
            amount = charge["amount"] // 2 if what == "half" else charge["amount"]
            status = {"waiting": "pending", "failed": "failed"}.get(what, "succeeded")
            ledger.refund(charge, amount, status, at)


def _row(draw: st.DrawFn, ledger: Ledger, total: int, began: int) -> Json:
    """A row that may be right or wrong in each of its columns."""
    sessions = [session["id"] for session in ledger.lists["sessions"]]
    intents = [intent["id"] for intent in ledger.lists["payment_intents"]]
    cut = [sessions[0][:40]] if sessions else []
    strange = [None, "%7BCHECKOUT_SESSION_ID%7D", f"cs_{ledger.mode}_" + "z9" * 20, *cut, *intents[:1]]
    amounts = [total, total, total, total + 7, total * 100, total - 1, 0]
    return {
        "id": ORDER,
        "status": draw(st.sampled_from(STATUSES)),
        "amount_minor": draw(st.sampled_from(amounts)),
        "refunded_minor": draw(st.sampled_from([None, None, None, total // 2, total])),
        "currency": draw(st.sampled_from([ledger.currency, ledger.currency, ledger.currency, "chf"])),
        "session_id": draw(st.sampled_from([*sessions, *sessions, *strange])),
        "payment_intent_id": draw(st.sampled_from([None, *intents])),
        "customer_email": "jo@example.com",
        "metadata": draw(
            st.sampled_from(
                [{}, {}, {}, {"payment_method": "stripe"}, {"payment_method": "cash"}, {"cart_updated_at": str(NOW)}]
            )
        ),
        "created_at": draw(st.sampled_from([began - 60, began - 60, began + 3 * HOUR])),
        "updated_at": draw(st.sampled_from([None, began, NOW - 30])),
    }


@st.composite
def healthy_bundles(draw: st.DrawFn, kinds: Sequence[Lookalike] = LOOKALIKES) -> Json:
    """An order of one of the kinds, which Stripe and the app see alike."""
    return healthy(draw, draw(st.sampled_from(kinds)))


def healthy(draw: st.DrawFn, kind: Lookalike) -> Json:
    """An order of this kind: paid between an hour and twenty days ago, with any amount, in live or test mode."""
    currency = draw(st.sampled_from([*CURRENCIES, "isk", "ugx"]))
    ledger = Ledger(draw(st.sampled_from(["live", "test"])), currency)
    if kind is not endpoint_on_another_domain:
        ledger.endpoint(draw(st.sampled_from(["the shop's", "everything"])))
    at = NOW - draw(st.integers(2 * HOUR, 20 * DAY))
    changes = kind(ledger, at, minor(draw(st.integers(8, 900)), currency))
    bundle = ledger.bundle({})
    return bundle | {"order": right_row(bundle) | changes, "case": kind.__name__}
