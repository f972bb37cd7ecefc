"""An id of another kind, a payment on another account, and a failure notice that came late."""

import pytest

from core.facts import OrderStatus
from core.findings import Action, Confidence, Finding, Severity
from core.money import Money
from tests.rules.stage import (
    INTENT,
    NOW,
    OTHER_INTENT,
    SESSION,
    YESTERDAY,
    Json,
    charge,
    codes,
    diagnosed,
    event,
    intent,
    nothing_at_stripe,
    order,
    refund,
    session,
)

FIFTY, NONE = Money(5000, "usd"), Money(0, "usd")
PAID = order(status="paid", payment_intent_id=INTENT, updated_at=YESTERDAY + 95)
SELLER = order(status="paid", metadata={"stripe_account": "acct_2"})
FAILED = order(status="failed", payment_intent_id=INTENT, updated_at=NOW - 3600)
DECLINED = [event(), event("payment_intent.payment_failed", OTHER_INTENT, created=YESTERDAY + 30)]
TWO = [intent(), intent(id=OTHER_INTENT, status="requires_payment_method", metadata={"order_id": "1042"})]


def found(row: Json, **given: object) -> Finding:
    headline = diagnosed(row, **given).headline
    assert headline is not None
    return headline


class TestIdOfAnotherKind:
    def test_an_app_without_checkout_is_fine(self) -> None:
        named = intent(metadata={"order_id": "1042"})
        assert diagnosed(PAID | {"session_id": None}, sessions=[], intents=[named]).clean

    @pytest.mark.parametrize("number", ["tr_8Wcb3", "manual", "PAYID-M7", "0"])
    def test_what_is_no_id_of_stripes_is_not_one_of_another_kind(self, number: str) -> None:
        assert "id_wrong_type" not in codes(diagnosed(PAID | {"payment_intent_id": number}))

    def test_another_methods_number_is_none_of_ours(self) -> None:
        row = order(status="paid", session_id="src_1", metadata={"payment_method": "paypal"})
        assert "id_wrong_type" not in codes(diagnosed(row, **nothing_at_stripe()))

    @pytest.mark.parametrize("kind", "pi ch py in sub seti plink price cus evt pm src".split())
    def test_each_kind_in_the_sessions_column(self, kind: str) -> None:
        said = found(order(session_id=f"{kind}_1abcdefghijk2"))
        assert (said.code, said.severity, said.money_at_risk) == ("id_wrong_type", Severity.HIGH, FIFTY)
        assert said.actions == (Action.FIX_STORED_ID, Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE)
        assert SESSION in str(said.evidence)

    @pytest.mark.parametrize("stored", [SESSION, "ch_1abcdefghijk2", f" {INTENT}", "seti_1abcdefgh"])
    def test_the_intents_column_takes_only_an_intents_id(self, stored: str) -> None:
        said = found(PAID | {"payment_intent_id": stored})
        assert (said.code, said.money_at_risk) == ("id_wrong_type", NONE)
        assert Action.MARK_PAID_AFTER_VERIFY not in said.actions

    def test_a_client_secret_leads_to_its_intent_and_is_not_repeated(self) -> None:
        row = order(session_id=None, payment_intent_id=f"{INTENT}_secret_{'x' * 24}")
        diagnosis = diagnosed(row, sessions=[session(client_reference_id=None)])
        assert codes(diagnosis)[0] == "id_wrong_type"
        assert diagnosis.headline is not None
        assert diagnosis.headline.money_at_risk == FIFTY
        assert "xxx" not in repr(diagnosis)


class TestWrongAccount:
    def test_a_destination_charge_is_on_the_platform(self) -> None:
        assert diagnosed(PAID | {"metadata": {"stripe_account": "acct_2"}}).clean

    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges", "lookup"])
    def test_what_could_not_be_looked_up_is_not_elsewhere(self, kind: str) -> None:
        assert codes(diagnosed(SELLER, **nothing_at_stripe(), missing=[SESSION], unread=[kind])) == []

    def test_an_id_that_nobody_asked_for_is_not_elsewhere(self) -> None:
        diagnosis = diagnosed(SELLER, **nothing_at_stripe())
        assert codes(diagnosis) == []
        assert "acct_2" in (diagnosis.undetermined or "")

    @pytest.mark.parametrize("status", ["pending", "paid", "cancelled"])
    def test_nothing_is_said_about_paid_or_unpaid(self, status: str) -> None:
        diagnosis = diagnosed(SELLER | {"status": status}, **nothing_at_stripe(), missing=[SESSION])
        assert (codes(diagnosis), diagnosis.undetermined) == (["wrong_account"], None)

    def test_how_much_it_is_about_cannot_be_told(self) -> None:
        said = found(SELLER, **nothing_at_stripe(), missing=[SESSION])
        assert (said.severity, said.money_at_risk, said.confidence) == (Severity.HIGH, None, Confidence.PROBABLE)
        assert said.actions == (Action.FIX_KEY_OR_ACCOUNT, Action.FRESH_RETRIEVE)
        assert "acct_2" in said.says


class TestLateFailure:
    def test_old_notices_on_a_paid_order_are_normal(self) -> None:
        assert diagnosed(PAID, intents=TWO, events=DECLINED).clean

    def test_money_that_went_back_needs_nobody(self) -> None:
        back = {"charges": [charge(amount_refunded=5000)], "refunds": [refund()]}
        assert "late_failure_overwrote" not in codes(diagnosed(FAILED, intents=TWO, events=DECLINED, **back))

    def test_without_a_notice_it_is_merely_closed(self) -> None:
        assert codes(diagnosed(FAILED)) == ["paid_order_closed"]

    def test_which_of_the_two_it_is_cannot_be_told_without_the_events(self) -> None:
        assert codes(diagnosed(FAILED, intents=TWO, events=[], unread=["events"])) == []

    def test_a_payment_of_this_minute_is_too_young(self) -> None:
        fresh = [intent(created=NOW - 60), TWO[1]]
        assert codes(diagnosed(FAILED, intents=fresh, charges=[], events=DECLINED[1:])) == ["settling"]

    def test_it_takes_the_place_of_the_closed_order(self) -> None:
        said = found(FAILED, intents=TWO, events=DECLINED)
        assert (said.code, said.severity, said.money_at_risk) == ("late_failure_overwrote", Severity.CRITICAL, FIFTY)
        assert said.actions == (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE)
        assert said.confidence is Confidence.CERTAIN

    def test_an_order_that_failed_before_it_was_paid_was_not_overwritten_for_sure(self) -> None:
        said = found(FAILED | {"updated_at": YESTERDAY + 31}, intents=TWO, events=DECLINED)
        assert (said.detail, said.confidence) == ("before", Confidence.PROBABLE)

    @pytest.mark.parametrize("status", [status for status in OrderStatus if status != "failed"])
    def test_only_a_failed_order_was_overwritten(self, status: OrderStatus) -> None:
        given = {"intents": TWO, "events": DECLINED}
        assert "late_failure_overwrote" not in codes(diagnosed(FAILED | {"status": status.value}, **given))
