"""Carts that changed after the checkout was made. The quiet cases first."""

import pytest

from core.findings import Action, Severity
from core.money import Money
from tests.rules import stage

LATER = {"metadata": {"cart_updated_at": stage.BEGUN + 30}}


class TestCarts:
    @pytest.mark.parametrize("at", [stage.BEGUN - 30, stage.BEGUN, "soon", ""])
    def test_a_cart_that_did_not_change_since_explains_nothing(self, at: object) -> None:
        row = stage.BOOKED | {"metadata": {"cart_updated_at": at}}
        assert stage.said(row, **stage.took(4100)) == ["amount_mismatch"]

    def test_what_stripe_lists_comes_first(self) -> None:
        given = stage.took(5950) | {"sessions": [stage.session(amount_total=5950, total_details={"amount_tax": 950})]}
        assert stage.said(stage.BOOKED | LATER, **given) == ["amount_explained"]

    def test_a_page_that_asks_for_the_right_total_is_fine(self) -> None:
        assert stage.diagnosed(stage.order(**LATER), sessions=[stage.page()], **stage.UNPAID).clean

    def test_the_old_total_was_paid(self) -> None:
        found = stage.headline(stage.BOOKED | LATER, **stage.took(4100))
        assert stage.matter(found) == ("amount_stale_cart", Severity.HIGH, Money(900, "usd"))
        assert "41.00 USD instead of 50.00 USD" in found.says
        assert found.actions == (Action.CONTACT_CUSTOMER, Action.CORRECT_AMOUNT, Action.FIX_HANDLER_CODE)

    def test_the_old_total_is_still_asked_for(self) -> None:
        found = stage.headline(stage.order(**LATER), sessions=[stage.page(amount_total=4100)], **stage.UNPAID)
        assert (found.code, found.severity) == ("amount_stale_cart", Severity.MEDIUM)
        assert found.actions[:2] == (Action.EXPIRE_SESSION, Action.REQUEST_NEW_PAYMENT)

    def test_it_leads_over_a_handler_that_refused_the_amount(self) -> None:
        assert stage.said(stage.order(**LATER), **stage.took(4100)) == [
            "amount_stale_cart",
            "webhook_acked_not_applied",
        ]
