"""The guards: what looks like a discrepancy and is none stays quiet. The quiet cases come first."""

import pytest

from core.times import DAY
from tests.rules import stage


def test_paid_on_both_sides() -> None:
    assert stage.diagnosed(stage.BOOKED).clean


def test_waiting_on_both_sides() -> None:
    waiting = stage.expired(status="open", expires_at=stage.NOW + DAY)
    assert stage.diagnosed(stage.order(), sessions=[waiting], **stage.UNPAID).clean


def test_a_coupon_over_everything() -> None:
    free = stage.session(payment_status="no_payment_required", amount_total=0, payment_intent=None)
    assert stage.diagnosed(stage.order(status="paid", amount_minor=0), sessions=[free], intents=[], charges=[]).clean


def test_a_trial_whose_price_comes_later() -> None:
    trial = stage.session(
        mode="subscription", payment_status="no_payment_required", amount_total=0, payment_intent=None
    )
    assert stage.diagnosed(
        stage.order(status="paid", amount_minor=5000), sessions=[trial], intents=[], charges=[]
    ).clean


def test_a_bank_debit_that_takes_days() -> None:
    waiting = stage.session(payment_status="unpaid")
    on_its_way = stage.intent(status="processing", amount_received=0)
    assert stage.diagnosed(
        stage.order(), sessions=[waiting], intents=[on_its_way], charges=[stage.charge(status="pending")]
    ).clean


def test_a_voucher_that_is_not_paid_yet() -> None:
    voucher = stage.intent(status="requires_action", amount_received=0, next_action={"type": "oxxo_display_details"})
    assert stage.diagnosed(
        stage.order(), sessions=[stage.session(payment_status="unpaid")], intents=[voucher], charges=[]
    ).clean


def test_a_card_that_is_only_reserved_yet() -> None:
    held = stage.intent(status="requires_capture", capture_method="manual", amount_received=0, amount_capturable=5000)
    assert stage.diagnosed(
        stage.order(), sessions=[stage.session(payment_status="unpaid")], intents=[held], charges=[]
    ).clean


def test_the_number_of_an_order_on_another_site() -> None:
    waiting = stage.expired(status="open", expires_at=stage.NOW + DAY)
    theirs = stage.session(id=stage.OTHER_SESSION, success_url="https://other-shop.example.net/thanks")
    diagnosis = stage.diagnosed(
        stage.order(), sessions=[waiting, theirs], intents=[stage.intent(metadata={"order_id": "1042"})]
    )
    assert diagnosis.clean


def test_two_hosts_of_one_site() -> None:
    older = stage.expired(id=stage.OTHER_SESSION, success_url="https://www.shop.example.com/thanks")
    assert stage.diagnosed(stage.BOOKED, sessions=[stage.session(), older]).clean


def test_several_checkouts_of_which_the_stored_one_is_paid() -> None:
    assert stage.diagnosed(stage.BOOKED, sessions=[stage.expired(id=stage.OTHER_SESSION), stage.session()]).clean


def test_an_order_that_keeps_all_its_checkouts() -> None:
    row = stage.order(status="paid", session_id=stage.OTHER_SESSION, session_ids=[stage.OTHER_SESSION, stage.SESSION])
    assert stage.diagnosed(row, sessions=[stage.session(), stage.expired(id=stage.OTHER_SESSION)]).clean


def test_deposits_that_add_up() -> None:
    half = {"amount": 2500, "amount_received": 2500}
    other, rest = stage.second_payment(**half)
    row = stage.order(status="paid", payment_intent_id=stage.INTENT)
    assert stage.diagnosed(
        row, sessions=[stage.session(amount_total=2500), other], intents=[stage.intent(**half), rest], charges=[]
    ).clean


def test_a_first_deposit_of_an_open_order_is_no_shortage_once_a_second_one_came() -> None:
    third = {"amount": 1500, "amount_received": 1500}
    other, rest = stage.second_payment(**third)
    diagnosis = stage.diagnosed(
        stage.order(),
        sessions=[stage.session(amount_total=1500), other],
        intents=[stage.intent(**third), rest],
        charges=[],
    )
    assert "amount_mismatch" not in stage.codes(diagnosis)


def test_a_second_payment_that_was_refunded() -> None:
    gone = stage.second_refunded() | {"refunds": []}
    assert stage.diagnosed(stage.BOOKED, **stage.twice(), **gone).clean


def test_a_second_payment_whose_refund_is_on_its_way() -> None:
    going = stage.second_refunded(status="pending")
    assert stage.said(stage.BOOKED, **stage.twice(), **going) == []


def test_the_later_bills_of_a_subscription() -> None:
    signed_up = stage.session(mode="subscription", payment_intent=None, subscription="sub_1")
    bill = stage.intent(id=stage.OTHER_INTENT, metadata={"order_id": "1042"}, created=stage.NOW - DAY // 2)
    assert "duplicate_payment" not in stage.said(stage.BOOKED, sessions=[signed_up], intents=[bill], charges=[])


def test_a_refund_that_the_order_shows() -> None:
    row = stage.order(status="refunded", payment_intent_id=stage.INTENT)
    assert stage.diagnosed(row, **stage.refunded()).clean


def test_a_part_that_was_refunded_on_both_sides() -> None:
    row = stage.order(status="partially_refunded", refunded_minor=1500, payment_intent_id=stage.INTENT)
    assert stage.diagnosed(row, **stage.refunded(1500)).clean


def test_a_refund_that_is_on_its_way() -> None:
    back = stage.refund(status="pending")
    assert stage.diagnosed(stage.BOOKED, charges=[stage.charge(amount_refunded=5000)], refunds=[back]).clean


def test_a_cancelled_order_whose_money_went_back() -> None:
    assert stage.diagnosed(stage.order(status="cancelled"), **stage.refunded()).clean


def test_a_cancelled_order_that_nobody_paid() -> None:
    row = stage.order(status="cancelled")
    assert stage.diagnosed(row, sessions=[stage.expired()], **stage.UNPAID).clean


@pytest.mark.parametrize("method", ["paypal", "cash", "invoice", "gift card"])
def test_another_payment_method(method: str) -> None:
    for status in ("paid", "pending"):
        row = stage.order(status=status, metadata={"payment_method": method})
        assert stage.diagnosed(row, sessions=[stage.expired()], **stage.UNPAID).clean


def test_an_offline_order_of_which_stripe_knows_nothing() -> None:
    assert stage.diagnosed(stage.order(status="paid", session_id=None), **stage.NOTHING).clean


def test_upper_and_lower_case_of_a_currency() -> None:
    assert stage.diagnosed(stage.BOOKED | {"currency": "USD"}).clean


def test_yen_that_the_customer_saw_and_dollars_that_were_booked() -> None:
    seen = stage.session(presentment_details={"presentment_amount": 7400, "presentment_currency": "jpy"})
    assert stage.diagnosed(stage.BOOKED, sessions=[seen]).clean


def test_an_order_that_was_kept_in_the_currency_the_customer_saw() -> None:
    seen = stage.session(presentment_details={"presentment_amount": 7400, "presentment_currency": "jpy"})
    assert stage.diagnosed(stage.BOOKED | {"amount_minor": 7400, "currency": "jpy"}, sessions=[seen]).clean


def test_a_conversion_of_before_march_2025() -> None:
    conversion = {"amount_total": 5000, "source_currency": "usd"}
    seen = stage.session(amount_total=4600, currency="eur", currency_conversion=conversion)
    euros = {"amount": 4600, "amount_received": 4600, "currency": "eur"}
    paid = stage.charge(amount=4600, amount_captured=4600, currency="eur")
    assert stage.diagnosed(stage.BOOKED, sessions=[seen], intents=[stage.intent(**euros)], charges=[paid]).clean


@pytest.mark.parametrize("currency", ["isk", "ugx"])
def test_currencies_that_have_decimals_only_at_stripe(currency: str) -> None:
    money = {"amount": 500_000, "amount_received": 500_000, "currency": currency}
    row = stage.BOOKED | {"currency": currency}
    assert stage.diagnosed(
        row, sessions=[stage.session(currency=currency)], intents=[stage.intent(**money)], charges=[]
    ).clean


def test_a_message_that_fails_while_the_order_is_right() -> None:
    assert stage.diagnosed(stage.BOOKED, events=[stage.event(pending_webhooks=1)]).clean


def test_an_endpoint_on_another_host_that_does_its_work() -> None:
    assert stage.diagnosed(stage.BOOKED, endpoints=[stage.endpoint(url="https://api.example.net/hooks")]).clean


def test_a_declined_first_attempt_of_an_order_that_was_paid_then() -> None:
    declined = stage.intent(
        id=stage.OTHER_INTENT, status="requires_payment_method", amount_received=0, metadata={"order_id": "1042"}
    )
    failed = stage.event("payment_intent.payment_failed", stage.OTHER_INTENT)
    assert stage.diagnosed(stage.BOOKED, intents=[declined, stage.intent()], events=[failed, stage.event()]).clean


def test_test_data_seen_with_a_test_key() -> None:
    test = "cs_test_" + "a1" * 15
    row = stage.BOOKED | {"session_id": test}
    ours = [stage.session(id=test, livemode=False)]
    assert stage.diagnosed(
        row, sessions=ours, intents=[stage.intent(livemode=False)], key_mode="test", events=[], endpoints=[]
    ).clean


def test_a_checkout_that_expired_a_moment_ago() -> None:
    gone = stage.expired(expires_at=stage.NOW - 600)
    assert stage.diagnosed(stage.order(), sessions=[gone], **stage.UNPAID).clean


def test_an_attempt_to_pay_of_this_morning() -> None:
    trying = stage.intent(status="requires_payment_method", amount_received=0, created=stage.NOW - 7200)
    row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
    assert stage.diagnosed(row, sessions=[], intents=[trying], charges=[], events=[]).clean


def test_a_message_in_flight_for_an_order_that_is_booked_already() -> None:
    now = {"created": stage.NOW - 90}
    row = stage.BOOKED | {"created_at": stage.NOW - 120, "updated_at": stage.NOW - 60}
    in_flight = stage.event(created=stage.NOW - 58, pending_webhooks=1)
    assert stage.diagnosed(
        row,
        sessions=[stage.session(**now)],
        intents=[stage.intent(**now)],
        charges=[stage.charge(**now)],
        events=[in_flight],
    ).clean


def test_no_reading_of_a_half_read_case_is_called_clean() -> None:
    diagnosis = stage.diagnosed(stage.BOOKED, unread=["disputes"])
    assert diagnosis.headline is None
    assert not diagnosis.clean
    assert diagnosis.undetermined == "Not everything could be read: the disputes (429)."


def test_a_legacy_charge_is_a_payment() -> None:
    row = stage.order(status="paid", session_id=None, charge_id=stage.CHARGE)
    old = stage.charge(payment_intent=None, metadata={"order_id": "1042"})
    assert stage.diagnosed(row, sessions=[], intents=[], charges=[old], events=[]).clean


@pytest.mark.parametrize(
    "odd",
    [
        {"amount_minor": None, "currency": None},
        {"metadata": None, "customer_email": None},
        {"created_at": None, "updated_at": None},
    ],
)
def test_an_order_of_which_little_is_known(odd: dict[str, object]) -> None:
    assert stage.diagnosed(stage.BOOKED | odd).clean
