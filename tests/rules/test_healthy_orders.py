"""The guards: what looks like a discrepancy and is none stays quiet. The quiet cases come first."""

import pytest

from tests.rules.stage import (
    CHARGE,
    DAY,
    INTENT,
    NOW,
    OTHER_CHARGE,
    OTHER_INTENT,
    OTHER_SESSION,
    SESSION,
    YESTERDAY,
    Json,
    charge,
    codes,
    diagnosed,
    endpoint,
    event,
    intent,
    nothing_at_stripe,
    order,
    refund,
    second_payment,
    session,
    unfinished,
)

PAID = order(status="paid", payment_intent_id=INTENT, updated_at=YESTERDAY + 95)


def test_paid_on_both_sides() -> None:
    assert diagnosed(PAID).clean


def test_waiting_on_both_sides() -> None:
    waiting = unfinished(status="open", expires_at=NOW + DAY)
    assert diagnosed(order(), sessions=[waiting], intents=[], charges=[], events=[]).clean


def test_a_coupon_over_everything() -> None:
    free = session(payment_status="no_payment_required", amount_total=0, payment_intent=None)
    assert diagnosed(order(status="paid", amount_minor=0), sessions=[free], intents=[], charges=[]).clean


def test_a_trial_whose_price_comes_later() -> None:
    trial = session(mode="subscription", payment_status="no_payment_required", amount_total=0, payment_intent=None)
    assert diagnosed(order(status="paid", amount_minor=5000), sessions=[trial], intents=[], charges=[]).clean


def test_a_bank_debit_that_takes_days() -> None:
    waiting = session(payment_status="unpaid")
    on_its_way = intent(status="processing", amount_received=0)
    assert diagnosed(order(), sessions=[waiting], intents=[on_its_way], charges=[charge(status="pending")]).clean


def test_a_voucher_that_is_not_paid_yet() -> None:
    voucher = intent(status="requires_action", amount_received=0, next_action={"type": "oxxo_display_details"})
    assert diagnosed(order(), sessions=[session(payment_status="unpaid")], intents=[voucher], charges=[]).clean


def test_a_card_that_is_only_reserved_yet() -> None:
    held = intent(status="requires_capture", capture_method="manual", amount_received=0, amount_capturable=5000)
    assert diagnosed(order(), sessions=[session(payment_status="unpaid")], intents=[held], charges=[]).clean


def test_the_number_of_an_order_on_another_site() -> None:
    waiting = unfinished(status="open", expires_at=NOW + DAY)
    theirs = session(id=OTHER_SESSION, success_url="https://other-shop.example.net/thanks")
    diagnosis = diagnosed(order(), sessions=[waiting, theirs], intents=[intent(metadata={"order_id": "1042"})])
    assert diagnosis.clean


def test_two_hosts_of_one_site() -> None:
    older = unfinished(id=OTHER_SESSION, success_url="https://www.shop.example.com/thanks")
    assert diagnosed(PAID, sessions=[session(), older]).clean


def test_several_checkouts_of_which_the_stored_one_is_paid() -> None:
    assert diagnosed(PAID, sessions=[unfinished(id=OTHER_SESSION), session()]).clean


def test_an_order_that_keeps_all_its_checkouts() -> None:
    row = order(status="paid", session_id=OTHER_SESSION, session_ids=[OTHER_SESSION, SESSION])
    assert diagnosed(row, sessions=[session(), unfinished(id=OTHER_SESSION)]).clean


def test_deposits_that_add_up() -> None:
    half = {"amount": 2500, "amount_received": 2500}
    other, rest = second_payment(**half)
    row = order(status="paid", payment_intent_id=INTENT)
    assert diagnosed(
        row, sessions=[session(amount_total=2500), other], intents=[intent(**half), rest], charges=[]
    ).clean


def test_a_first_deposit_of_an_open_order_is_no_shortage_once_a_second_one_came() -> None:
    third = {"amount": 1500, "amount_received": 1500}
    other, rest = second_payment(**third)
    diagnosis = diagnosed(
        order(), sessions=[session(amount_total=1500), other], intents=[intent(**third), rest], charges=[]
    )
    assert "amount_mismatch" not in codes(diagnosis)


def test_a_second_payment_that_was_refunded() -> None:
    other, paid = second_payment()
    back = [charge(), charge(id=OTHER_CHARGE, payment_intent=OTHER_INTENT, amount_refunded=5000)]
    assert diagnosed(PAID, sessions=[session(), other], intents=[intent(), paid], charges=back).clean


def test_a_second_payment_whose_refund_is_on_its_way() -> None:
    other, paid = second_payment()
    charges = [charge(), charge(id=OTHER_CHARGE, payment_intent=OTHER_INTENT, amount_refunded=5000)]
    waiting = refund(status="pending", charge=OTHER_CHARGE, payment_intent=OTHER_INTENT)
    diagnosis = diagnosed(
        PAID, sessions=[session(), other], intents=[intent(), paid], charges=charges, refunds=[waiting]
    )
    assert codes(diagnosis) == []


def test_the_later_bills_of_a_subscription() -> None:
    signed_up = session(mode="subscription", payment_intent=None, subscription="sub_1")
    bill = intent(id=OTHER_INTENT, metadata={"order_id": "1042"}, created=NOW - DAY // 2)
    assert "duplicate_payment" not in codes(diagnosed(PAID, sessions=[signed_up], intents=[bill], charges=[]))


def test_a_refund_that_the_order_shows() -> None:
    row = order(status="refunded", payment_intent_id=INTENT)
    assert diagnosed(row, charges=[charge(amount_refunded=5000)], refunds=[refund()]).clean


def test_a_part_that_was_refunded_on_both_sides() -> None:
    row = order(status="partially_refunded", refunded_minor=1500, payment_intent_id=INTENT)
    assert diagnosed(row, charges=[charge(amount_refunded=1500)], refunds=[refund(amount=1500)]).clean


def test_a_refund_that_is_on_its_way() -> None:
    back = refund(status="pending")
    assert diagnosed(PAID, charges=[charge(amount_refunded=5000)], refunds=[back]).clean


def test_a_cancelled_order_whose_money_went_back() -> None:
    assert diagnosed(order(status="cancelled"), charges=[charge(amount_refunded=5000)], refunds=[refund()]).clean


def test_a_cancelled_order_that_nobody_paid() -> None:
    row = order(status="cancelled")
    assert diagnosed(row, sessions=[unfinished()], intents=[], charges=[], events=[]).clean


@pytest.mark.parametrize("method", ["paypal", "cash", "invoice", "gift card"])
def test_another_payment_method(method: str) -> None:
    for status in ("paid", "pending"):
        row = order(status=status, metadata={"payment_method": method})
        assert diagnosed(row, sessions=[unfinished()], intents=[], charges=[], events=[]).clean


def test_an_offline_order_of_which_stripe_knows_nothing() -> None:
    assert diagnosed(order(status="paid", session_id=None), **nothing_at_stripe()).clean


def test_upper_and_lower_case_of_a_currency() -> None:
    assert diagnosed(PAID | {"currency": "USD"}).clean


def test_yen_that_the_customer_saw_and_dollars_that_were_booked() -> None:
    seen = session(presentment_details={"presentment_amount": 7400, "presentment_currency": "jpy"})
    assert diagnosed(PAID, sessions=[seen]).clean


def test_an_order_that_was_kept_in_the_currency_the_customer_saw() -> None:
    seen = session(presentment_details={"presentment_amount": 7400, "presentment_currency": "jpy"})
    assert diagnosed(PAID | {"amount_minor": 7400, "currency": "jpy"}, sessions=[seen]).clean


def test_a_conversion_of_before_march_2025() -> None:
    conversion = {"amount_total": 5000, "source_currency": "usd"}
    seen = session(amount_total=4600, currency="eur", currency_conversion=conversion)
    euros = {"amount": 4600, "amount_received": 4600, "currency": "eur"}
    paid = charge(amount=4600, amount_captured=4600, currency="eur")
    assert diagnosed(PAID, sessions=[seen], intents=[intent(**euros)], charges=[paid]).clean


@pytest.mark.parametrize("currency", ["isk", "ugx"])
def test_currencies_that_have_decimals_only_at_stripe(currency: str) -> None:
    money = {"amount": 500_000, "amount_received": 500_000, "currency": currency}
    row = PAID | {"currency": currency}
    assert diagnosed(row, sessions=[session(currency=currency)], intents=[intent(**money)], charges=[]).clean


def test_a_message_that_fails_while_the_order_is_right() -> None:
    assert diagnosed(PAID, events=[event(pending_webhooks=1)]).clean


def test_an_endpoint_on_another_host_that_does_its_work() -> None:
    assert diagnosed(PAID, endpoints=[endpoint(url="https://api.example.net/hooks")]).clean


def test_a_declined_first_attempt_of_an_order_that_was_paid_then() -> None:
    declined = intent(
        id=OTHER_INTENT, status="requires_payment_method", amount_received=0, metadata={"order_id": "1042"}
    )
    failed = event("payment_intent.payment_failed", OTHER_INTENT)
    assert diagnosed(PAID, intents=[declined, intent()], events=[failed, event()]).clean


def test_keys_that_only_one_of_two_objects_carries() -> None:
    told = session(metadata={"order_id": "1042", "plan": "pro"})
    assert diagnosed(PAID, sessions=[told], intents=[intent(metadata={"risk": "low"})]).clean


def test_a_value_that_stripe_cut_and_a_number_that_became_text() -> None:
    told = session(metadata={"note": "x" * 500, "seats": "3"})
    cut = intent(metadata={"note": "x" * 500 + "y", "seats": 3})
    assert diagnosed(PAID, sessions=[told], intents=[cut]).clean


def test_the_customers_id_beside_the_orders() -> None:
    told = session(client_reference_id="user_29w83s", metadata={"order_id": "1042"})
    assert diagnosed(PAID, sessions=[told]).clean


def test_the_orders_own_cart_as_reference() -> None:
    told = session(client_reference_id="771", metadata={})
    assert diagnosed(PAID | {"metadata": {"cart": "771"}}, sessions=[told]).clean


def test_the_number_beside_the_id() -> None:
    told = session(client_reference_id="#A-1042", metadata={"order_id": "1042"})
    assert diagnosed(PAID | {"number": "A-1042"}, sessions=[told]).clean


def test_orders_that_share_a_payment_on_purpose() -> None:
    shared = session(client_reference_id=None, metadata={"order_id": "1041", "order_group": "g7"})
    row = PAID | {"metadata": {"order_group": "g7"}}
    assert diagnosed(row, sessions=[shared], other_orders=[order(id="1041", status="paid", created_at=1)]).clean


def test_the_owner_of_a_payment_that_another_order_copied() -> None:
    copy = order(id="1043", created_at=NOW, payment_intent_id=INTENT)
    assert diagnosed(PAID, other_orders=[copy]).clean


def test_an_order_that_was_begun_again_as_another_row() -> None:
    given_up = order(id="1041", status="cancelled", payment_intent_id=INTENT, created_at=YESTERDAY - 600)
    anonymous = session(client_reference_id=None)
    assert diagnosed(PAID, sessions=[anonymous], other_orders=[given_up]).clean


def test_a_destination_charge_which_is_on_the_platform() -> None:
    assert diagnosed(PAID | {"metadata": {"stripe_account": "acct_seller"}}).clean


def test_another_providers_number_in_the_column() -> None:
    row = order(status="paid", session_id="PAYID-LQ3X7", metadata={"payment_method": "paypal"})
    assert diagnosed(row, **nothing_at_stripe()).clean


def test_test_data_seen_with_a_test_key() -> None:
    test = "cs_test_" + "a1" * 15
    row = PAID | {"session_id": test}
    ours = [session(id=test, livemode=False)]
    assert diagnosed(
        row, sessions=ours, intents=[intent(livemode=False)], key_mode="test", events=[], endpoints=[]
    ).clean


def test_a_checkout_that_expired_a_moment_ago() -> None:
    gone = unfinished(expires_at=NOW - 600)
    assert diagnosed(order(), sessions=[gone], intents=[], charges=[], events=[]).clean


def test_an_attempt_to_pay_of_this_morning() -> None:
    trying = intent(status="requires_payment_method", amount_received=0, created=NOW - 7200)
    row = order(session_id=None, payment_intent_id=INTENT)
    assert diagnosed(row, sessions=[], intents=[trying], charges=[], events=[]).clean


def test_a_message_in_flight_for_an_order_that_is_booked_already() -> None:
    now = {"created": NOW - 90}
    row = PAID | {"created_at": NOW - 120, "updated_at": NOW - 60}
    in_flight = event(created=NOW - 58, pending_webhooks=1)
    assert diagnosed(
        row, sessions=[session(**now)], intents=[intent(**now)], charges=[charge(**now)], events=[in_flight]
    ).clean


def test_no_reading_of_a_half_read_case_is_called_clean() -> None:
    diagnosis = diagnosed(PAID, unread=["disputes"])
    assert diagnosis.headline is None
    assert not diagnosis.clean
    assert diagnosis.undetermined == "Not everything could be read: the disputes (429)."


def test_a_legacy_charge_is_a_payment() -> None:
    row = order(status="paid", session_id=None, charge_id=CHARGE)
    old = charge(payment_intent=None, metadata={"order_id": "1042"})
    assert diagnosed(row, sessions=[], intents=[], charges=[old], events=[]).clean


@pytest.mark.parametrize(
    "odd",
    [
        {"amount_minor": None, "currency": None},
        {"metadata": None, "customer_email": None},
        {"created_at": None, "updated_at": None},
    ],
)
def test_an_order_of_which_little_is_known(odd: Json) -> None:
    assert diagnosed(PAID | odd).clean
