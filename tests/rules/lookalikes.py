"""Healthy look-alikes: each kind of section 4 of the catalogue, with any amount, currency and age.

Each takes Stripe's side, the time of the checkout and the order's total, leaves behind what such an order leaves, and
returns what its row says in other words than `bundles.right_row`.
"""

from core.times import DAY
from tests.rules import attempts
from tests.rules.attempts import GRACE, HOUR, Json, Ledger
from tests.rules.stage import NOW


def paid_on_both_sides(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    return {}


def shipped_already(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    return {"status": "fulfilled", "currency": ledger.currency.upper()}


def paid_in_the_shops_own_form(ledger: Ledger, at: int, total: int) -> Json:
    attempts.bare(ledger, at, total, 0)
    return {}


def nobody_has_paid_yet(ledger: Ledger, _: int, total: int) -> Json:
    attempts.still_open(ledger, NOW - HOUR, total, 0)
    return {
        "status": "pending",
        "amount_minor": total,
        "currency": ledger.currency,
        "created_at": NOW - HOUR - 5,
    }


def coupon_over_everything(ledger: Ledger, at: int, total: int) -> Json:
    attempts.free(ledger, at, total, 0)
    return {"amount_minor": 0, "currency": ledger.currency}


def trial(ledger: Ledger, at: int, total: int) -> Json:
    attempts.free(ledger, at, total, 0)
    ledger.lists["sessions"][-1] |= {"mode": "subscription", "subscription": ledger.id_of("sub")}
    return {"amount_minor": total, "currency": ledger.currency}


def card_saved_for_later(ledger: Ledger, at: int, total: int) -> Json:
    attempts.setup(ledger, at, total, 0)
    return {"amount_minor": 0, "currency": ledger.currency}


def subscription_without_an_intent(ledger: Ledger, at: int, total: int) -> Json:
    attempts.subscription(ledger, at, total, 0)
    return {}


def bank_debit_under_way(ledger: Ledger, _: int, total: int) -> Json:
    attempts.processing(ledger, NOW - 2 * DAY, total, 0)
    return {"status": "pending"}


def voucher_outstanding(ledger: Ledger, _: int, total: int) -> Json:
    attempts.voucher(ledger, NOW - 2 * DAY, total, 0)
    return {"status": "pending"}


def reserved_with_days_left(ledger: Ledger, _: int, total: int) -> Json:
    attempts.reserved(ledger, NOW - 3 * DAY, total, 0)
    return {"status": "pending"}


def expired_and_never_authorised(ledger: Ledger, at: int, total: int) -> Json:
    attempts.expired(ledger, at, total, 0)
    unused = ledger.intent(at, total, "canceled", cancellation_reason="automatic", canceled_at=at + HOUR)
    ledger.lists["sessions"][-1]["payment_intent"] = unused["id"]
    return {"status": "cancelled", "amount_minor": total, "currency": ledger.currency}


def several_checkouts_and_the_stored_one_is_paid(ledger: Ledger, at: int, total: int) -> Json:
    attempts.expired(ledger, at - DAY, total, 0)
    attempts.paid(ledger, at, total, 0)
    return {}


def old_failure_on_a_paid_order(ledger: Ledger, at: int, total: int) -> Json:
    attempts.abandoned(ledger, at - 60, total, 0)
    ledger.event("payment_intent.payment_failed", ledger.lists["payment_intents"][-1], at - 50)
    attempts.paid(ledger, at, total, 0)
    return {}


def duplicate_refunded(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    attempts.paid(ledger, at + 60, total, 0)
    ledger.refund(ledger.lists["charges"][-1], total, "succeeded", at + HOUR)
    first = {"session_id": ledger.lists["sessions"][0]["id"], "session_ids": []}
    return first | {"status": "paid", "amount_minor": total, "refunded_minor": None}


def refund_on_its_way(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    ledger.refund(ledger.lists["charges"][-1], total, "pending", NOW - 2 * DAY)
    return {}


def deposits(ledger: Ledger, at: int, total: int) -> Json:
    for number, part in enumerate((total // 3, total - total // 3)):
        attempts.paid(ledger, at + 60 * number, part, 0)
    return {}


def refunded_on_both_sides(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    ledger.refund(ledger.lists["charges"][-1], total, "succeeded", at + HOUR)
    return {}


def partly_refunded_on_both_sides(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    ledger.refund(ledger.lists["charges"][-1], total // 4, "succeeded", at + HOUR)
    return {}


def cancelled_and_refunded(ledger: Ledger, at: int, total: int) -> Json:
    refunded_on_both_sides(ledger, at, total)
    return {"status": "cancelled"}


def dispute_won(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    ledger.dispute(ledger.lists["charges"][-1], "won", at + HOUR)
    return {"metadata": {}}


def same_number_on_another_site(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    own = ledger.lists["sessions"][-1]["id"]
    attempts.still_open(ledger, NOW - HOUR, total, 0)
    ledger.lists["sessions"][-1]["success_url"] = "https://another-shop.example.net/thanks"
    return {"session_id": own, "session_ids": [own]}


def endpoint_on_another_domain(ledger: Ledger, at: int, total: int) -> Json:
    ledger.endpoint("elsewhere")
    return paid_on_both_sides(ledger, at, total)


def redundant_message_failing(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 1)
    return {}


def delivery_in_flight(ledger: Ledger, _: int, total: int) -> Json:
    attempts.paid(ledger, NOW - GRACE // 3, total, 1)
    return {}


def paid_by_another_method(ledger: Ledger, at: int, total: int) -> Json:
    attempts.expired(ledger, at - DAY, total, 0)
    by_hand = {"amount_minor": total, "currency": ledger.currency, "metadata": {"payment_method": "paypal"}}
    return {"status": "paid", "session_id": None, "session_ids": []} | by_hand


def older_than_the_event_list(ledger: Ledger, _: int, total: int) -> Json:
    attempts.paid(ledger, NOW - 50 * DAY, total, 0)
    ledger.lists["events"] = []
    return {}


def adaptive_pricing_before_march_2025(ledger: Ledger, at: int, total: int) -> Json:
    own, ledger.currency = ledger.currency, "chf"
    attempts.paid(ledger, at, total * 2, 0)
    conversion = {"source_currency": own, "amount_total": total, "amount_subtotal": total, "fx_rate": "2"}
    ledger.lists["sessions"][-1]["currency_conversion"] = conversion
    ledger.currency = own
    return {"amount_minor": total, "currency": own}


def adaptive_pricing_since(ledger: Ledger, at: int, total: int) -> Json:
    attempts.paid(ledger, at, total, 0)
    shown = {"presentment_amount": total * 2, "presentment_currency": "chf"}
    ledger.lists["sessions"][-1]["presentment_details"] = shown
    return {}


LOOKALIKES = (
    paid_on_both_sides,
    shipped_already,
    paid_in_the_shops_own_form,
    nobody_has_paid_yet,
    coupon_over_everything,
    trial,
    card_saved_for_later,
    subscription_without_an_intent,
    bank_debit_under_way,
    voucher_outstanding,
    reserved_with_days_left,
    expired_and_never_authorised,
    several_checkouts_and_the_stored_one_is_paid,
    old_failure_on_a_paid_order,
    duplicate_refunded,
    refund_on_its_way,
    deposits,
    refunded_on_both_sides,
    partly_refunded_on_both_sides,
    cancelled_and_refunded,
    dispute_won,
    same_number_on_another_site,
    endpoint_on_another_domain,
    redundant_message_failing,
    delivery_in_flight,
    paid_by_another_method,
    older_than_the_event_list,
    adaptive_pricing_before_march_2025,
    adaptive_pricing_since,
)
