"""Debits and vouchers: orders that are ahead of the bank, or that gave up too early."""

import pytest

from core.facts import Json
from core.findings import Action, Confidence, Severity
from core.times import DAY, HOUR
from tests.rules import stage
from tests.rules.payment.under_way import debit, found, hold, told, unpaid, voucher

REFUSED = stage.event("checkout.session.async_payment_failed", stage.SESSION, created=stage.NOW - HOUR)


class TestQuiet:
    def test_a_debit_or_a_voucher_of_a_pending_order_is_normal_for_days(self) -> None:
        assert stage.diagnosed(stage.order(), sessions=[unpaid()], intents=[debit()], charges=[]).clean
        assert stage.diagnosed(
            stage.order(), sessions=[unpaid()], intents=[voucher(expires_at=stage.NOW + DAY)], charges=[]
        ).clean

    @pytest.mark.parametrize("word", ["true", "yes", "1"])
    def test_a_shop_may_take_the_risk(self, word: str) -> None:
        row = stage.order(status="fulfilled", metadata={"fulfil_on_processing": word})
        assert stage.diagnosed(row, sessions=[unpaid()], intents=[debit()], charges=[]).clean

    def test_a_shop_that_says_no_does_not(self) -> None:
        row = stage.order(status="fulfilled", metadata={"fulfil_on_processing": "false"})
        assert told(row, intents=[debit()]) == ["fulfilled_before_funds"]

    @pytest.mark.parametrize(
        "state", [debit(), hold(), debit("requires_payment_method", last_payment_error={"code": "x"})]
    )
    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges"])
    def test_nothing_is_said_where_a_payment_may_be_unread(self, state: Json, kind: str) -> None:
        assert told(stage.order(status="paid"), intents=[state], unread=[kind]) == []

    def test_a_status_of_tomorrow_is_taken_for_nothing(self) -> None:
        row, odd = (
            stage.order(status="paid"),
            stage.intent(id=stage.OTHER_INTENT, status="requires_blessing", metadata={"order_id": "1042"}),
        )
        assert told(row, intents=[debit(), odd]) == []

    def test_another_method_paid(self) -> None:
        row = stage.order(status="paid", metadata={"payment_method": "paypal"})
        assert told(row, intents=[debit()]) == []


class TestDelayed:
    @pytest.mark.parametrize(("status", "severity"), [("paid", Severity.CRITICAL), ("created", Severity.LOW)])
    def test_the_bank_refused(self, status: str, severity: Severity) -> None:
        refused = debit("requires_payment_method", last_payment_error={"message": "No funds."})
        said = found(stage.order(status=status), intents=[refused], events=[REFUSED])
        assert (said.code, said.severity) == ("async_failed", severity)
        assert "No funds." in said.developer

    def test_an_event_of_another_checkout_refuses_nothing(self) -> None:
        stranger = stage.event("checkout.session.async_payment_failed", stage.OTHER_SESSION)
        assert told(stage.order(status="paid"), intents=[debit()], events=[stranger]) == ["fulfilled_before_funds"]

    def test_a_refusal_without_its_intent_is_no_payment_under_way(self) -> None:
        assert told(stage.order(status="paid"), intents=[], events=[REFUSED]) == ["async_failed"]

    def test_what_only_the_checkout_says_is_probable(self) -> None:
        said = found(stage.order(status="paid"), intents=[])
        assert (said.code, said.confidence) == ("fulfilled_before_funds", Confidence.PROBABLE)

    def test_the_bank_has_its_days(self) -> None:
        slow = stage.charge(status="pending", captured=False, payment_method_details={"type": "sepa_debit"})
        said = found(stage.order(status="fulfilled"), intents=[debit()], charges=[slow])
        assert stage.matter(said) == ("fulfilled_before_funds", Severity.HIGH, stage.FIFTY)
        assert "14 working days" in said.says

    @pytest.mark.parametrize("status", ["cancelled", "failed"])
    def test_a_payment_under_way_was_given_up(self, status: str) -> None:
        said = found(stage.order(status=status), intents=[debit()])
        assert (said.code, said.actions[0], said.money_at_risk) == ("async_marked_failed", Action.WAIT, stage.FIFTY)

    def test_a_voucher_lives_until_its_date(self) -> None:
        assert told(stage.order(status="cancelled"), intents=[voucher(expires_at=stage.NOW + 1)]) == [
            "async_marked_failed"
        ]
        assert told(stage.order(status="cancelled"), intents=[voucher(expires_at=stage.NOW)]) == []

    def test_what_lives_outranks_what_failed(self) -> None:
        refused = debit("requires_payment_method", last_payment_error={"code": "x"})
        again = unpaid(id=stage.OTHER_SESSION, payment_intent=stage.OTHER_INTENT, created=stage.BEGUN + 300)
        row, both = stage.order(status="paid"), [unpaid(), again]
        assert told(row, sessions=both, intents=[refused, debit(id=stage.OTHER_INTENT)]) == ["fulfilled_before_funds"]
        assert told(row, sessions=both, intents=[refused, hold(id=stage.OTHER_INTENT)]) == ["auth_not_captured"]
