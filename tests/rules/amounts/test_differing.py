"""Another amount or currency than the order says, and what explains it."""

import pytest

from core.facts import Json
from core.findings import Severity
from core.money import Money
from tests.rules import stage


class TestCurrencyMismatch:
    def test_the_two_cannot_be_compared(self) -> None:
        found = stage.headline(
            stage.BOOKED, sessions=[stage.session(currency="eur")], intents=[stage.intent(currency="eur")]
        )
        assert stage.matter(found) == ("currency_mismatch", Severity.HIGH, stage.FIFTY)
        assert "paid 50.00 EUR, but the order is in USD" in found.says


class TestAmounts:
    @pytest.mark.parametrize(("received", "word"), [(4100, "missing"), (5900, "too much")])
    def test_the_difference_is_at_risk(self, received: int, word: str) -> None:
        found = stage.headline(
            stage.BOOKED,
            sessions=[stage.session(amount_total=received)],
            intents=[stage.intent(amount_received=received)],
        )
        assert stage.matter(found) == ("amount_mismatch", Severity.HIGH, Money(900, "usd"))
        assert f"9.00 USD {'are missing' if word == 'missing' else word}" in found.says

    def test_a_cent_is_rounding(self) -> None:
        found = stage.headline(stage.BOOKED, intents=[stage.intent(amount_received=4999)])
        assert (found.code, found.severity, found.detail) == ("amount_mismatch", Severity.LOW, "rounding")

    def test_it_leads_over_a_handler_that_refused_the_amount(self) -> None:
        diagnosis = stage.diagnosed(stage.order(), intents=[stage.intent(amount_received=4100)])
        assert stage.codes(diagnosis) == ["amount_mismatch", "webhook_acked_not_applied"]

    @pytest.mark.parametrize(
        ("details", "received", "name"),
        [
            ({"amount_discount": 500}, 4500, "promotion code"),
            ({"amount_tax": 950}, 5950, "tax"),
            ({"amount_shipping": 700}, 5700, "shipping"),
            ({"amount_discount": 500, "amount_tax": 900}, 5400, "promotion code and tax"),
            ({"amount_tax": 900, "amount_shipping": 700}, 5700, "shipping"),
        ],
    )
    def test_what_stripe_lists_explains_it(self, details: Json, received: int, name: str) -> None:
        seen = stage.session(amount_total=received, total_details=details)
        found = stage.headline(stage.BOOKED, sessions=[seen], intents=[stage.intent(amount_received=received)])
        assert stage.matter(found) == ("amount_explained", Severity.LOW, stage.NONE)
        assert f"is the {name} in Stripe" in found.says

    def test_a_tip_explains_it(self) -> None:
        tipped = stage.intent(amount_received=5600, amount_details={"tip": {"amount": 600}})
        assert (
            stage.headline(stage.BOOKED, sessions=[stage.session(amount_total=5600)], intents=[tipped]).code
            == "amount_explained"
        )

    def test_a_coupon_over_everything_explains_a_total_that_was_kept_before_it(self) -> None:
        free = stage.session(
            payment_status="no_payment_required",
            amount_total=0,
            payment_intent=None,
            total_details={"amount_discount": 5000},
        )
        assert (
            stage.headline(stage.order(status="paid"), sessions=[free], intents=[], charges=[]).code
            == "amount_explained"
        )
