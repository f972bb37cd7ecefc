"""Units, carts, claimed refunds and pages that are still open. The quiet cases first."""

from typing import Any

import pytest

from core.findings import Action, Finding, Severity
from core.money import Money
from tests.rules.stage import (
    CHARGE,
    DAY,
    INTENT,
    NOW,
    OTHER_CHARGE,
    OTHER_INTENT,
    OTHER_SESSION,
    YESTERDAY,
    Json,
    charge,
    codes,
    diagnosed,
    intent,
    order,
    refund,
    second_payment,
    session,
    unfinished,
)

PAID = order(status="paid", payment_intent_id=INTENT, updated_at=YESTERDAY + 95)
REFUNDED = order(status="refunded", payment_intent_id=INTENT)
LATER = {"metadata": {"cart_updated_at": YESTERDAY + 30}}
NOTHING: dict[str, Any] = {"intents": [], "charges": [], "events": []}


def headline(row: Json | None = None, **given: object) -> Finding:
    found = diagnosed(row, **given).headline
    assert found is not None
    return found


def took(minor: int, currency: str = "usd") -> dict[str, Any]:
    return {
        "sessions": [session(amount_total=minor, currency=currency)],
        "intents": [intent(amount_received=minor, currency=currency)],
        "charges": [charge(amount=minor, amount_captured=minor, currency=currency)],
    }


def page(**changes: object) -> Json:
    return unfinished(status="open", expires_at=NOW + DAY, **changes)


class TestUnits:
    @pytest.mark.parametrize("currency", ["isk", "ugx"])
    def test_currencies_of_two_minds_are_never_held_against_an_order(self, currency: str) -> None:
        assert diagnosed(PAID | {"currency": currency}, **took(500_000, currency)).clean
        asks = page(amount_total=500_000, currency=currency)
        assert diagnosed(order(currency=currency), sessions=[asks], **NOTHING).clean

    @pytest.mark.parametrize(("currency", "factor"), [("usd", 10), ("usd", 1000), ("jpy", 10), ("usd", 99)])
    def test_other_ratios_are_other_matters(self, currency: str, factor: int) -> None:
        diagnosis = diagnosed(PAID | {"currency": currency}, **took(5000 * factor, currency))
        assert codes(diagnosis) == ["amount_mismatch"]

    def test_after_a_refund_the_amounts_are_not_compared(self) -> None:
        back = {"charges": [charge(amount_refunded=5000)], "refunds": [refund()]}
        assert "minor_unit_error" not in codes(diagnosed(PAID | {"amount_minor": 50}, **back))

    @pytest.mark.parametrize(
        ("currency", "paid", "detail"),
        [("jpy", 500_000, "high"), ("usd", 50, "low"), ("kwd", 50_000, "high"), ("kwd", 5, "low"), ("kwd", 50, "low")],
    )
    def test_it_is_critical_and_the_difference_is_at_risk(self, currency: str, paid: int, detail: str) -> None:
        found = headline(PAID | {"currency": currency}, **took(paid, currency))
        assert (found.code, found.severity, found.detail) == ("minor_unit_error", Severity.CRITICAL, detail)
        assert found.money_at_risk == Money(abs(5000 - paid), currency)
        assert found.actions[0] is Action.CHECK_UNITS

    def test_it_leads_over_transport(self) -> None:
        assert codes(diagnosed(order(), **took(500_000))) == ["minor_unit_error"]

    def test_a_page_that_asks_for_it_is_to_be_closed_first(self) -> None:
        found = headline(sessions=[page(amount_total=500_000)], **NOTHING)
        assert (found.code, found.detail) == ("minor_unit_error", "asked")
        assert Action.EXPIRE_SESSION in found.actions
        assert "Nothing is paid yet" in found.says


class TestCarts:
    @pytest.mark.parametrize("at", [YESTERDAY - 30, YESTERDAY, "soon", ""])
    def test_a_cart_that_did_not_change_since_explains_nothing(self, at: object) -> None:
        row = PAID | {"metadata": {"cart_updated_at": at}}
        assert codes(diagnosed(row, **took(4100))) == ["amount_mismatch"]

    def test_what_stripe_lists_comes_first(self) -> None:
        given = took(5950) | {"sessions": [session(amount_total=5950, total_details={"amount_tax": 950})]}
        assert codes(diagnosed(PAID | LATER, **given)) == ["amount_explained"]

    def test_a_page_that_asks_for_the_right_total_is_fine(self) -> None:
        assert diagnosed(order(**LATER), sessions=[page()], **NOTHING).clean

    def test_the_old_total_was_paid(self) -> None:
        found = headline(PAID | LATER, **took(4100))
        assert (found.code, found.severity, found.money_at_risk) == (
            "amount_stale_cart",
            Severity.HIGH,
            Money(900, "usd"),
        )
        assert "41.00 USD instead of 50.00 USD" in found.says
        assert found.actions == (Action.CONTACT_CUSTOMER, Action.CORRECT_AMOUNT, Action.FIX_HANDLER_CODE)

    def test_the_old_total_is_still_asked_for(self) -> None:
        found = headline(order(**LATER), sessions=[page(amount_total=4100)], **NOTHING)
        assert (found.code, found.severity) == ("amount_stale_cart", Severity.MEDIUM)
        assert found.actions[:2] == (Action.EXPIRE_SESSION, Action.REQUEST_NEW_PAYMENT)

    def test_it_leads_over_a_handler_that_refused_the_amount(self) -> None:
        assert codes(diagnosed(order(**LATER), **took(4100))) == ["amount_stale_cart", "webhook_acked_not_applied"]


class TestClaimedRefunds:
    def test_what_went_back_is_not_only_claimed(self) -> None:
        assert diagnosed(REFUNDED, charges=[charge(amount_refunded=5000)], refunds=[refund()]).clean

    def test_a_refund_on_its_way_of_a_paid_order_is_not_claimed(self) -> None:
        back = {"charges": [charge(amount_refunded=5000)], "refunds": [refund(status="pending")]}
        assert diagnosed(PAID, **back).clean

    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges", "refunds"])
    def test_it_is_not_concluded_from_what_was_not_read(self, kind: str) -> None:
        assert codes(diagnosed(REFUNDED, unread=[kind])) == []

    def test_it_failed(self) -> None:
        found = headline(REFUNDED, refunds=[refund(status="failed", failure_reason="expired_or_canceled_card")])
        assert (found.code, found.severity, found.detail) == ("refund_overstated", Severity.HIGH, "failed")
        assert found.money_at_risk == Money(5000, "usd")
        assert "expired or canceled card" in found.says
        assert found.actions == (Action.RETRY_REFUND, Action.CONTACT_CUSTOMER)

    @pytest.mark.parametrize(("days", "severity"), [(1, Severity.LOW), (10, Severity.LOW), (11, Severity.HIGH)])
    def test_it_is_on_its_way_and_never_sent_twice(self, days: int, severity: Severity) -> None:
        waiting = [refund(status="pending", created=NOW - days * DAY)]
        old = order(status="refunded", payment_intent_id=INTENT, created_at=NOW - 20 * DAY)
        found = headline(old, refunds=waiting, charges=[charge(amount_refunded=5000)])
        assert (found.code, found.severity) == ("refund_overstated", severity)
        assert Action.RETRY_REFUND not in found.actions

    def test_a_part_was_taken_for_all(self) -> None:
        found = headline(REFUNDED, charges=[charge(amount_refunded=2000)], refunds=[refund(amount=2000)])
        assert (found.detail, found.money_at_risk) == ("partial", Money(3000, "usd"))
        assert "only 20.00 USD of 50.00 USD went back" in found.says

    def test_a_second_payment_went_back(self) -> None:
        other, paid = second_payment()
        found = headline(
            REFUNDED,
            sessions=[session(), other],
            intents=[intent(), paid],
            charges=[charge(), charge(id=OTHER_CHARGE, payment_intent=OTHER_INTENT, amount_refunded=5000)],
            refunds=[refund(charge=OTHER_CHARGE, payment_intent=OTHER_INTENT)],
        )
        assert (found.code, found.detail) == ("refund_overstated", "duplicate")
        assert found.actions == (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE)

    def test_a_closed_order_of_which_a_part_was_kept(self) -> None:
        kept = {"charges": [charge(amount_refunded=4000)], "refunds": [refund(amount=4000)]}
        assert codes(diagnosed(order(status="cancelled"), **kept)) == ["refund_overstated"]

    def test_the_order_notes_more_than_went_back(self) -> None:
        row = order(status="partially_refunded", refunded_minor=3000, payment_intent_id=INTENT)
        assert diagnosed(row | {"refunded_minor": 1500}, charges=[charge(amount_refunded=1500)]).clean
        assert codes(diagnosed(row, charges=[charge(amount_refunded=1500)])) == ["refund_overstated"]


class TestOpenPages:
    def test_a_page_whose_time_is_over_harms_nobody(self) -> None:
        late = unfinished(id=OTHER_SESSION, status="open", expires_at=NOW)
        assert diagnosed(PAID, sessions=[session(), late]).clean

    def test_the_rest_of_a_deposit_may_be_paid(self) -> None:
        half = {"amount": 2500, "amount_received": 2500}
        rest = page(id=OTHER_SESSION, amount_total=2500)
        diagnosis = diagnosed(
            order(), sessions=[session(amount_total=2500), rest], intents=[intent(**half)], charges=[]
        )
        assert not {"open_session_on_closed_order", "amount_mismatch"} & set(codes(diagnosis))

    def test_an_open_order_waits_for_its_page(self) -> None:
        assert diagnosed(order(), sessions=[page()], **NOTHING).clean

    @pytest.mark.parametrize("status", ["cancelled", "failed"])
    def test_a_closed_order_can_be_paid(self, status: str) -> None:
        found = headline(order(status=status), sessions=[page()], **NOTHING)
        assert (found.code, found.severity, found.detail) == (
            "open_session_on_closed_order",
            Severity.MEDIUM,
            "closed",
        )
        assert found.money_at_risk == Money(5000, "usd")
        assert found.actions == (Action.EXPIRE_SESSION,)

    def test_a_paid_order_can_be_paid_again(self) -> None:
        found = headline(PAID, sessions=[session(), page(id=OTHER_SESSION)])
        assert found.code == "open_session_on_closed_order"
        assert OTHER_SESSION in " ".join(found.remedy)

    def test_of_two_payments_the_second_is_the_news(self) -> None:
        other, paid = second_payment()
        pages = [session(), other, page(id="cs_live_" + "c3" * 15)]
        diagnosis = diagnosed(PAID, sessions=pages, intents=[intent(), paid])
        assert codes(diagnosis) == ["duplicate_payment"]


class TestNoteOfThePayment:
    def notes(self, row: Json, **given: object) -> list[str]:
        return [note.code for note in diagnosed(row, **given).notes]

    def test_a_paid_order_without_its_payment_is_noted_and_is_in_order(self) -> None:
        assert self.notes(order(status="paid")) == ["note_pi_not_stored"]
        assert diagnosed(order(status="paid")).headline is None
        assert self.notes(PAID) == []
        assert self.notes(order(status="pending")) == []

    def test_a_refund_names_only_the_payment(self) -> None:
        back = {"charges": [charge(amount_refunded=1000)], "refunds": [refund(amount=1000)]}
        assert self.notes(order(status="paid"), **back) == ["note_pi_not_stored"]
        assert self.notes(PAID, **back) == []
        assert self.notes(order(status="paid", charge_id=CHARGE), **back) == []
