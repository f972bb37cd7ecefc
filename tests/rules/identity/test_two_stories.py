"""Checkout and payment that tell two stories."""

from core.findings import Severity
from tests.rules import stage


class TestMetadataDrift:
    def test_checkout_and_payment_name_different_orders(self) -> None:
        found = stage.headline(stage.BOOKED, intents=[stage.intent(metadata={"order_id": "1024"})])
        assert stage.matter(found) == ("metadata_drift", Severity.HIGH, stage.NONE)
        assert "1042" in found.says
        assert "1024" in found.says

    def test_another_key_is_a_smaller_matter(self) -> None:
        found = stage.headline(
            stage.BOOKED,
            sessions=[stage.session(metadata={"plan": "pro"})],
            intents=[stage.intent(metadata={"plan": "basic"})],
        )
        assert (found.code, found.severity) == ("metadata_drift", Severity.MEDIUM)
        assert "`plan`" in found.says

    def test_the_checkout_itself_names_two_orders(self) -> None:
        found = stage.headline(stage.BOOKED, sessions=[stage.session(metadata={"order_id": "1024"})])
        assert (found.code, found.detail) == ("metadata_drift", "one_session")

    def test_a_customers_number_is_not_another_order(self) -> None:
        told = stage.session(client_reference_id="77", metadata={"order_id": "1042"})
        assert stage.diagnosed(stage.BOOKED, sessions=[told]).clean
