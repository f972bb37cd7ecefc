"""Amounts a hundred times too large or too small. The quiet cases first."""

import pytest

from core.findings import Action, Confidence, Severity
from core.money import Money
from tests.rules import stage


class TestUnits:
    @pytest.mark.parametrize("currency", ["isk", "ugx"])
    def test_currencies_of_two_minds_are_never_held_against_an_order(self, currency: str) -> None:
        assert stage.diagnosed(stage.BOOKED | {"currency": currency}, **stage.took(500_000, currency)).clean
        asks = stage.page(amount_total=500_000, currency=currency)
        assert stage.diagnosed(stage.order(currency=currency), sessions=[asks], **stage.UNPAID).clean

    @pytest.mark.parametrize(("currency", "factor"), [("usd", 10), ("usd", 1000), ("jpy", 10), ("usd", 99)])
    def test_other_ratios_are_other_matters(self, currency: str, factor: int) -> None:
        diagnosis = stage.diagnosed(stage.BOOKED | {"currency": currency}, **stage.took(5000 * factor, currency))
        assert stage.codes(diagnosis) == ["amount_mismatch"]

    def test_after_a_refund_the_amounts_are_not_compared(self) -> None:
        back = stage.refunded()
        assert "minor_unit_error" not in stage.said(stage.BOOKED | {"amount_minor": 50}, **back)

    @pytest.mark.parametrize(
        ("currency", "paid", "detail"),
        [("jpy", 500_000, "high"), ("usd", 50, "low"), ("kwd", 50_000, "high"), ("kwd", 5, "low"), ("kwd", 50, "low")],
    )
    def test_it_is_critical_and_the_difference_is_at_risk(self, currency: str, paid: int, detail: str) -> None:
        found = stage.headline(stage.BOOKED | {"currency": currency}, **stage.took(paid, currency))
        assert (found.code, found.severity, found.detail) == ("minor_unit_error", Severity.CRITICAL, detail)
        assert found.money_at_risk == Money(abs(5000 - paid), currency)
        assert found.actions[0] is Action.CHECK_UNITS

    def test_it_is_not_certain_since_the_settings_may_have_the_wrong_unit(self) -> None:
        found = stage.headline(stage.BOOKED | {"currency": "jpy"}, **stage.took(500_000, "jpy"))
        assert found.confidence is Confidence.PROBABLE
        assert "If the order is right, what is too much has to go back." in found.says
        assert any("settings" in step for step in found.remedy)

    def test_it_leads_over_transport(self) -> None:
        assert stage.said(stage.order(), **stage.took(500_000)) == ["minor_unit_error"]

    def test_a_page_that_asks_for_it_is_to_be_closed_first(self) -> None:
        found = stage.headline(sessions=[stage.page(amount_total=500_000)], **stage.UNPAID)
        assert (found.code, found.detail) == ("minor_unit_error", "asked")
        assert Action.EXPIRE_SESSION in found.actions
        assert "Nothing is paid yet" in found.says
