"""Checkouts that are over, pages that are still open, and what is too young to judge."""

import pytest

from core.facts import Json
from core.findings import Action, Severity
from core.money import Money
from core.times import DAY
from tests.rules import stage


class TestExpiredOrderOpen:
    def test_a_checkout_that_nobody_finished(self) -> None:
        found = stage.headline(stage.order(), sessions=[stage.expired()], **stage.UNPAID)
        assert stage.matter(found) == ("expired_order_open", Severity.LOW, stage.NONE)

    def test_an_intent_that_nobody_finished(self) -> None:
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
        left = stage.intent(status="requires_payment_method", amount_received=0, created=stage.NOW - 2 * DAY)
        found = stage.headline(row, sessions=[], intents=[left], charges=[], events=[])
        assert (found.code, found.detail) == ("expired_order_open", "intent")
        assert "2 days" in found.says


class TestSettling:
    def test_a_payment_of_this_minute(self) -> None:
        found = stage.headline(stage.order(), **stage.paid_at(stage.NOW - 60), events=[])
        assert stage.matter(found) == ("settling", Severity.INFO, stage.NONE)
        assert found.actions == (Action.WAIT, Action.FRESH_RETRIEVE)

    def test_a_refund_of_this_minute(self) -> None:
        back = [stage.charge(amount_refunded=5000)]
        found = stage.headline(stage.BOOKED, charges=back, refunds=[stage.refund(created=stage.NOW - 60)])
        assert (found.code, found.detail) == ("settling", "refund")

    def test_five_minutes_later_it_is_late(self) -> None:
        given = stage.paid_at(stage.NOW - 300)
        assert (
            stage.headline(stage.order(), **given, events=[stage.event(created=stage.NOW - 300)]).code
            == "webhook_acked_not_applied"
        )
        assert stage.headline(stage.order(), **given, events=[stage.event(created=stage.NOW - 299)]).code == "settling"


class TestOpenPages:
    def test_a_page_whose_time_is_over_harms_nobody(self) -> None:
        late = stage.expired(id=stage.OTHER_SESSION, status="open", expires_at=stage.NOW)
        assert stage.diagnosed(stage.BOOKED, sessions=[stage.session(), late]).clean

    def test_the_rest_of_a_deposit_may_be_paid(self) -> None:
        half = {"amount": 2500, "amount_received": 2500}
        rest = stage.page(id=stage.OTHER_SESSION, amount_total=2500)
        diagnosis = stage.diagnosed(
            stage.order(), sessions=[stage.session(amount_total=2500), rest], intents=[stage.intent(**half)], charges=[]
        )
        assert not {"open_session_on_closed_order", "amount_mismatch"} & set(stage.codes(diagnosis))

    def test_an_open_order_waits_for_its_page(self) -> None:
        assert stage.diagnosed(stage.order(), sessions=[stage.page()], **stage.UNPAID).clean

    @pytest.mark.parametrize("status", ["cancelled", "failed"])
    def test_a_closed_order_can_be_paid(self, status: str) -> None:
        found = stage.headline(stage.order(status=status), sessions=[stage.page()], **stage.UNPAID)
        assert (found.code, found.severity, found.detail) == (
            "open_session_on_closed_order",
            Severity.MEDIUM,
            "closed",
        )
        assert found.money_at_risk == Money(5000, "usd")
        assert found.actions == (Action.EXPIRE_SESSION,)

    def test_a_paid_order_can_be_paid_again(self) -> None:
        found = stage.headline(stage.BOOKED, sessions=[stage.session(), stage.page(id=stage.OTHER_SESSION)])
        assert found.code == "open_session_on_closed_order"
        assert stage.OTHER_SESSION in " ".join(found.remedy)

    def test_of_two_payments_the_second_is_the_news(self) -> None:
        other, paid = stage.second_payment()
        pages = [stage.session(), other, stage.page(id="cs_live_" + "c3" * 15)]
        diagnosis = stage.diagnosed(stage.BOOKED, sessions=pages, intents=[stage.intent(), paid])
        assert stage.codes(diagnosis) == ["duplicate_payment"]


class TestPaidAnotherWay:
    """A payment too many that nobody has made yet."""

    CASH = stage.order(status="paid", metadata={"payment_method": "cash"})

    def attempt(self, status: str = "processing", **changes: object) -> Json:
        own: dict[str, object] = {"id": stage.OTHER_INTENT, "amount_received": 0, "metadata": {"order_id": "1042"}}
        return stage.intent(status=status, **(own | changes))

    def test_an_attempt_that_nobody_got_on_with_is_quiet(self) -> None:
        for status in ("requires_payment_method", "requires_confirmation", "canceled"):
            assert stage.said(stage.BOOKED, intents=[stage.intent(), self.attempt(status)]) == []
        assert stage.said(self.CASH, **(stage.UNPAID | {"sessions": [], "intents": [self.attempt("canceled")]})) == []

    def test_the_rest_of_a_deposit_is_quiet(self) -> None:
        row = stage.order(status="paid", payment_intent_id=stage.INTENT, amount_minor=9000)
        rest = self.attempt(amount=4000)
        assert "open_session_on_closed_order" not in stage.said(row, intents=[stage.intent(), rest])

    def test_a_page_of_an_order_that_waits_for_a_cheque_stays_open(self) -> None:
        row = stage.order(metadata={"payment_method": "cheque"})
        assert stage.said(row, **(stage.UNPAID | {"sessions": [stage.page()]})) == []

    def test_a_debit_under_way_beside_a_payment(self) -> None:
        found = stage.headline(stage.BOOKED, intents=[stage.intent(), self.attempt()])
        assert (found.code, found.detail) == ("open_session_on_closed_order", "under_way")
        assert found.actions == (Action.CONTACT_CUSTOMER, Action.WAIT)

    def test_a_page_of_an_order_that_was_paid_in_cash(self) -> None:
        found = stage.headline(self.CASH, **(stage.UNPAID | {"sessions": [stage.page()]}))
        assert (found.code, found.detail) == ("open_session_on_closed_order", "otherwise")
        assert found.actions == (Action.EXPIRE_SESSION,)

    def test_a_voucher_of_one_too(self) -> None:
        slip = {"type": "oxxo_display_details", "oxxo_display_details": {"expires_after": stage.NOW + DAY}}
        waiting = self.attempt("requires_action", next_action=slip)
        row = self.CASH | {"session_id": None}
        assert stage.said(row, **(stage.UNPAID | {"sessions": [], "intents": [waiting]})) == [
            "open_session_on_closed_order"
        ]

    def test_one_whose_date_has_passed_is_quiet(self) -> None:
        slip = {"type": "oxxo_display_details", "oxxo_display_details": {"expires_after": stage.NOW - DAY}}
        waiting = self.attempt("requires_action", next_action=slip)
        row = self.CASH | {"session_id": None}
        assert stage.said(row, **(stage.UNPAID | {"sessions": [], "intents": [waiting]})) == []


class TestAbandonedDelayedStuck:
    """In the orders all three look alike: open for days. Only Stripe tells them apart."""

    def cancels(self, **given: object) -> bool:
        row = stage.order(created_at=stage.NOW - 4 * DAY)
        return Action.CANCEL_ORDER in stage.diagnosed(row, **(stage.UNPAID | given)).actions

    def test_what_may_still_be_paid_is_never_to_be_cancelled(self) -> None:
        old = stage.expired(created=stage.NOW - 3 * DAY, expires_at=stage.NOW - 2 * DAY)
        own = {"amount_received": 0, "metadata": {"order_id": "1042"}, "created": stage.NOW - 2 * DAY}
        micro = {"type": "verify_with_microdeposits", "verify_with_microdeposits": {}}
        slip = {"type": "oxxo_display_details", "oxxo_display_details": {"expires_after": stage.NOW + DAY}}
        assert self.cancels(sessions=[old])
        assert not self.cancels(sessions=[old, stage.page(id=stage.OTHER_SESSION)])
        assert not self.cancels(sessions=[old], intents=[stage.intent(status="processing", **own)])
        assert not self.cancels(
            sessions=[old], intents=[stage.intent(status="requires_action", next_action=micro, **own)]
        )
        assert not self.cancels(
            sessions=[old], intents=[stage.intent(status="requires_action", next_action=slip, **own)]
        )
        assert not self.cancels(sessions=[old], intents=[stage.intent(status="requires_capture", **own)])

    def test_nor_one_whose_customer_has_a_link_to_come_back(self) -> None:
        recovery = {"enabled": True, "url": "https://buy.stripe.com/r/1", "expires_at": stage.NOW + 20 * DAY}
        old = stage.expired(created=stage.NOW - 3 * DAY, expires_at=stage.NOW - 2 * DAY)
        assert not self.cancels(sessions=[old | {"after_expiration": {"recovery": recovery}}])
        assert self.cancels(
            sessions=[old | {"after_expiration": {"recovery": recovery | {"expires_at": stage.NOW - DAY}}}]
        )

    def test_a_cheque_that_was_chosen_afterwards_is_waited_for(self) -> None:
        old = stage.expired(expires_at=stage.NOW - 2 * DAY)
        row = stage.order(metadata={"payment_method": "cheque"})
        assert stage.diagnosed(row, **(stage.UNPAID | {"sessions": [old]})).clean

    def test_each_has_words_of_its_own(self) -> None:
        abandoned = stage.headline(stage.order(), **(stage.UNPAID | {"sessions": [stage.expired()]}))
        stuck = stage.headline(stage.order(), endpoints=[])
        delayed = stage.diagnosed(
            stage.order(),
            sessions=[stage.session(payment_status="unpaid")],
            intents=[stage.intent(status="processing", amount_received=0)],
            charges=[],
            events=[],
        )
        assert "did not pay" in abandoned.says
        assert "The customer paid" in stuck.says
        assert delayed.clean  # the case page says that the bank has not answered yet

    def test_an_abandoned_one_says_how_far_the_customer_came(self) -> None:
        left = stage.intent(
            status="requires_action",
            amount_received=0,
            created=stage.NOW - 3 * DAY,
            next_action={"type": "redirect_to_url"},
            payment_method_types=["card"],
        )
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
        found = stage.headline(row, sessions=[], intents=[left], charges=[], events=[])
        assert found.code == "expired_order_open"
        assert "never finished the confirmation with their bank (3-D Secure)" in found.says
