"""What is worth a note and is never a headline."""

from core.times import DAY
from tests.rules import stage


class TestNotes:
    def test_another_e_mail(self) -> None:
        assert stage.notes(stage.BOOKED, sessions=[stage.session(customer_details={"email": "kim@example.net"})]) == [
            "note_email_differs"
        ]
        assert stage.notes(stage.BOOKED, sessions=[stage.session(customer_details={"email": "JO@example.com"})]) == []

    def test_times_in_milliseconds_or_in_the_future(self) -> None:
        assert stage.notes(stage.BOOKED | {"created_at": stage.BEGUN * 1000}) == ["note_clock_or_unit"]
        assert stage.notes(stage.BOOKED | {"updated_at": stage.NOW + DAY}) == ["note_clock_or_unit"]

    def test_two_endpoints_with_one_address(self) -> None:
        assert stage.notes(stage.BOOKED, endpoints=[stage.endpoint(), stage.endpoint(id="we_2")]) == [
            "note_duplicate_endpoints"
        ]
        other = stage.endpoint(id="we_2", enabled_events=["invoice.paid"])
        assert stage.notes(stage.BOOKED, endpoints=[stage.endpoint(), other]) == []

    def test_another_api_version_only_where_a_delivery_went_wrong(self) -> None:
        config = {"app_api_version": "2022-11-15"}
        assert stage.notes(stage.order(), events=[stage.event(api_version="2025-03-31.basil")], config=config) == [
            "note_api_version_skew"
        ]
        assert stage.notes(stage.BOOKED, config=config) == []

    def test_a_note_is_never_a_headline(self) -> None:
        diagnosis = stage.diagnosed(stage.BOOKED | {"created_at": stage.BEGUN * 1000})
        assert diagnosis.headline is None
        assert diagnosis.clean


class TestNoteOfThePayment:
    def test_a_shop_that_has_no_column_for_it_is_made_so(self) -> None:
        assert stage.notes(stage.order(status="paid"), config={"keeps_payments": False}) == []

    def test_a_paid_order_without_its_payment_is_noted_and_is_in_order(self) -> None:
        assert stage.notes(stage.order(status="paid")) == ["note_pi_not_stored"]
        assert stage.diagnosed(stage.order(status="paid")).headline is None
        assert stage.notes(stage.BOOKED) == []
        assert stage.notes(stage.order(status="pending")) == []

    def test_a_refund_names_only_the_payment(self) -> None:
        back = stage.refunded(1000)
        assert stage.notes(stage.order(status="paid"), **back) == ["note_pi_not_stored"]
        assert stage.notes(stage.BOOKED, **back) == []
        assert stage.notes(stage.order(status="paid", charge_id=stage.CHARGE), **back) == []
