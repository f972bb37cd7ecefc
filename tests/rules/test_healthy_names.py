"""Healthy look-alikes in what names an order or points at a payment: nothing is said, and they are called clean."""

from tests.rules import stage


def test_keys_that_only_one_of_two_objects_carries() -> None:
    told = stage.session(metadata={"order_id": "1042", "plan": "pro"})
    assert stage.diagnosed(stage.BOOKED, sessions=[told], intents=[stage.intent(metadata={"risk": "low"})]).clean


def test_a_value_that_stripe_cut_and_a_number_that_became_text() -> None:
    told = stage.session(metadata={"note": "x" * 500, "seats": "3"})
    cut = stage.intent(metadata={"note": "x" * 500 + "y", "seats": 3})
    assert stage.diagnosed(stage.BOOKED, sessions=[told], intents=[cut]).clean


def test_the_customers_id_beside_the_orders() -> None:
    told = stage.session(client_reference_id="user_29w83s", metadata={"order_id": "1042"})
    assert stage.diagnosed(stage.BOOKED, sessions=[told]).clean


def test_the_orders_own_cart_as_reference() -> None:
    told = stage.session(client_reference_id="771", metadata={})
    assert stage.diagnosed(stage.BOOKED | {"metadata": {"cart": "771"}}, sessions=[told]).clean


def test_the_number_beside_the_id() -> None:
    told = stage.session(client_reference_id="#A-1042", metadata={"order_id": "1042"})
    assert stage.diagnosed(stage.BOOKED | {"number": "A-1042"}, sessions=[told]).clean


def test_orders_that_share_a_payment_on_purpose() -> None:
    shared = stage.session(client_reference_id=None, metadata={"order_id": "1041", "order_group": "g7"})
    row = stage.BOOKED | {"metadata": {"order_group": "g7"}}
    assert stage.diagnosed(
        row, sessions=[shared], other_orders=[stage.order(id="1041", status="paid", created_at=1)]
    ).clean


def test_the_owner_of_a_payment_that_another_order_copied() -> None:
    copy = stage.order(id="1043", created_at=stage.NOW, payment_intent_id=stage.INTENT)
    assert stage.diagnosed(stage.BOOKED, other_orders=[copy]).clean


def test_an_order_that_was_begun_again_as_another_row() -> None:
    given_up = stage.order(id="1041", status="cancelled", payment_intent_id=stage.INTENT, created_at=stage.BEGUN - 600)
    anonymous = stage.session(client_reference_id=None)
    assert stage.diagnosed(stage.BOOKED, sessions=[anonymous], other_orders=[given_up]).clean


def test_a_destination_charge_which_is_on_the_platform() -> None:
    assert stage.diagnosed(stage.BOOKED | {"metadata": {"stripe_account": "acct_seller"}}).clean


def test_another_providers_number_in_the_column() -> None:
    row = stage.order(status="paid", session_id="PAYID-LQ3X7", metadata={"payment_method": "paypal"})
    assert stage.diagnosed(row, **stage.NOTHING).clean
