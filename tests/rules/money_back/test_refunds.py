"""Refunds that the order does not show, and refunds that it only claims."""

from typing import Any

import pytest

from core.cases import Case, bundle
from core.findings import Action, Severity
from core.money import Money
from core.report import report
from core.rules import examine
from core.times import DAY
from tests.rules import stage

REFUNDED = stage.order(status="refunded", payment_intent_id=stage.INTENT)


class TestRefundNotRecorded:
    def test_all_of_it_went_back(self) -> None:
        found = stage.headline(stage.BOOKED, **stage.refunded())
        assert stage.matter(found) == ("refund_not_recorded", Severity.HIGH, stage.FIFTY)
        assert Action.HOLD_FULFILMENT in found.actions
        assert "50.00 USD went back" in found.says

    def test_a_part_of_it_went_back(self) -> None:
        found = stage.headline(stage.BOOKED, **stage.refunded(1500))
        assert (found.money_at_risk, found.detail) == (Money(1500, "usd"), "partly")
        assert "35.00 USD are left of 50.00 USD" in found.says

    def test_only_a_part_of_it_was_recorded(self) -> None:
        row = stage.order(status="partially_refunded", payment_intent_id=stage.INTENT)
        assert stage.headline(row, **stage.refunded()).code == "refund_not_recorded"

    def test_the_app_hears_of_no_refunds(self) -> None:
        deaf = stage.endpoint(enabled_events=["checkout.session.completed"])
        found = stage.headline(stage.BOOKED, **stage.refunded(), endpoints=[deaf])
        assert Action.SUBSCRIBE_EVENT in found.actions

    def test_the_amount_is_not_held_against_it_as_well(self) -> None:
        diagnosis = stage.diagnosed(stage.BOOKED, **stage.refunded(1500))
        assert stage.codes(diagnosis) == ["refund_not_recorded"]

    def test_a_refund_that_only_the_charge_tells_of(self) -> None:
        found = stage.headline(stage.BOOKED, charges=[stage.charge(amount_refunded=5000)])
        assert found.code == "refund_not_recorded"
        assert "refunded in Stripe: 50.00 USD" in found.says

    def test_a_refund_that_failed_moved_nothing(self) -> None:
        assert stage.diagnosed(stage.BOOKED, refunds=[stage.refund(status="failed")]).clean


class TestARefundThatTheShopHolds:
    """Its own row says that it waits for somebody: the shop has heard of it."""

    HELD = stage.BOOKED | {"refunded_minor": 0, "refunds_held": [{"state": "external", "amount_minor": 5000}]}

    def test_it_is_said_in_the_shops_word_and_no_message_is_blamed(self) -> None:
        deaf = [stage.endpoint(enabled_events=["checkout.session.completed"])]
        diagnosis = stage.diagnosed(self.HELD, **stage.refunded(), endpoints=deaf)
        assert stage.codes(diagnosis) == ["refund_not_recorded"]
        (found,) = diagnosis.findings
        assert "holds the refund as external" in found.says
        assert "stands as external" in " ".join(found.remedy)
        assert "messages" not in " ".join(found.remedy)
        assert Action.SUBSCRIBE_EVENT not in found.actions
        assert stage.values(found)["refund held"] == "external, 50.00 USD"

    def test_one_that_is_too_small_explains_nothing(self) -> None:
        less = self.HELD | {"refunds_held": [{"state": "external", "amount_minor": 1000}]}
        assert "holds" not in stage.headline(less, **stage.refunded()).says

    def test_a_bundle_keeps_it(self) -> None:
        case = stage.case(self.HELD, **stage.refunded())
        assert Case.of(bundle(case, masked=False)).order == case.order

    def test_without_one_the_endpoint_is_blamed_only_where_it_does_not_ask(self) -> None:
        asks = stage.headline(stage.BOOKED, **stage.refunded(), endpoints=[stage.endpoint("*")])
        assert "switched on" not in " ".join(asks.remedy)
        deaf = [stage.endpoint(enabled_events=["checkout.session.completed"])]
        does_not = stage.headline(stage.BOOKED, **stage.refunded(), endpoints=deaf)
        assert "Have refund messages switched on for the webhook endpoint." in does_not.remedy


class TestClaimedRefunds:
    def test_what_went_back_is_not_only_claimed(self) -> None:
        assert stage.diagnosed(REFUNDED, **stage.refunded()).clean

    def test_what_paid_a_first_bill_is_not_known_and_so_is_not_what_went_back_of_it(self) -> None:
        signed_up = {"mode": "subscription", "payment_intent": None, "subscription": "sub_1", "invoice": stage.INVOICE}
        row = stage.order(status="refunded")
        assert not stage.said(row, sessions=[stage.session(**signed_up)], intents=[], charges=[])
        paid_by = {"intents": [stage.intent()], "charges": [stage.charge()], "invoices": [stage.invoice()]}
        assert stage.said(row, sessions=[stage.session(**signed_up)], **paid_by) == ["refund_overstated"]
        back = [stage.refund()]
        assert not stage.said(row, sessions=[stage.session(**signed_up)], **paid_by, refunds=back)

    def test_a_refund_on_its_way_of_a_paid_order_is_not_claimed(self) -> None:
        back = stage.refunded(status="pending")
        assert stage.diagnosed(stage.BOOKED, **back).clean

    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges", "refunds"])
    def test_it_is_not_concluded_from_what_was_not_read(self, kind: str) -> None:
        assert stage.said(REFUNDED, unread=[kind]) == []

    def test_it_failed(self) -> None:
        found = stage.headline(
            REFUNDED, refunds=[stage.refund(status="failed", failure_reason="expired_or_canceled_card")]
        )
        assert (found.code, found.severity, found.detail) == ("refund_overstated", Severity.HIGH, "failed")
        assert found.money_at_risk == Money(5000, "usd")
        assert "expired or canceled card" in found.says
        assert found.actions == (Action.RETRY_REFUND, Action.CONTACT_CUSTOMER)

    @pytest.mark.parametrize(("days", "severity"), [(1, Severity.LOW), (10, Severity.LOW), (11, Severity.HIGH)])
    def test_it_is_on_its_way_and_never_sent_twice(self, days: int, severity: Severity) -> None:
        waiting = [stage.refund(status="pending", created=stage.NOW - days * DAY)]
        old = stage.order(status="refunded", payment_intent_id=stage.INTENT, created_at=stage.NOW - 20 * DAY)
        found = stage.headline(old, refunds=waiting, charges=[stage.charge(amount_refunded=5000)])
        assert (found.code, found.severity) == ("refund_overstated", severity)
        assert Action.RETRY_REFUND not in found.actions

    def test_a_part_was_taken_for_all(self) -> None:
        found = stage.headline(REFUNDED, **stage.refunded(2000))
        assert (found.detail, found.money_at_risk) == ("partial", Money(3000, "usd"))
        assert "only 20.00 USD of 50.00 USD went back" in found.says

    def test_a_second_payment_went_back(self) -> None:
        found = stage.headline(REFUNDED, **stage.twice(), **stage.second_refunded())
        assert (found.code, found.detail) == ("refund_overstated", "duplicate")
        assert found.actions == (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE)

    def test_a_closed_order_of_which_a_part_was_kept(self) -> None:
        kept = stage.refunded(4000)
        assert stage.said(stage.order(status="cancelled"), **kept) == ["refund_overstated"]

    def test_the_order_notes_more_than_went_back(self) -> None:
        row = stage.order(status="partially_refunded", refunded_minor=3000, payment_intent_id=stage.INTENT)
        assert stage.diagnosed(row | {"refunded_minor": 1500}, charges=[stage.charge(amount_refunded=1500)]).clean
        assert stage.said(row, charges=[stage.charge(amount_refunded=1500)]) == ["refund_overstated"]


class TestGivenBackOtherwise:
    """A card payment that was given back as store credit: the money stays at Stripe, and that is right."""

    ALL = REFUNDED | {"refunded_minor": 0, "refunded_otherwise_minor": 5000}

    @pytest.mark.parametrize(
        "row",
        [
            ALL,
            ALL | {"status": "partially_refunded", "refunded_otherwise_minor": 2000},
            ALL | {"status": "cancelled"} | {"refunded_minor": 2000, "refunded_otherwise_minor": 3000},
            ALL | {"refunded_minor": None, "refunded_otherwise_minor": None},
        ],
    )
    def test_nothing_is_claimed_that_stripe_should_have_returned(self, row: dict[str, Any]) -> None:
        back = stage.refunded(row["refunded_minor"]) if row["refunded_minor"] else {}
        assert "refund_overstated" not in stage.said(row, **back)

    def test_what_should_have_gone_back_by_stripe_still_is(self) -> None:
        row = self.ALL | {"refunded_minor": 3000, "refunded_otherwise_minor": 2000}
        assert stage.headline(row).code == "refund_overstated"
        assert stage.diagnosed(row, **stage.refunded(3000)).clean

    def test_of_money_paid_otherwise_as_much_may_have_gone_back_otherwise(self) -> None:
        row = self.ALL | {"amount_minor": 5800, "paid_otherwise_minor": 800, "refunded_minor": 5000}
        assert stage.headline(row | {"refunded_otherwise_minor": 800}).code == "refund_overstated"
        assert stage.diagnosed(row | {"refunded_otherwise_minor": 800}, **stage.refunded(5000)).clean

    def test_it_is_said_and_the_bundle_keeps_it(self) -> None:
        case = Case.of(stage.bundle(self.ALL))
        assert Case.of(bundle(case, masked=False)).order == case.order
        said = report(examine(case))
        assert said.verdict.title == "Nothing disagrees"
        assert "the shop gave 50.00 USD back by other means" in said.verdict.says
        assert ["50.00" in answer.spoken or "50,00" in answer.spoken for answer in said.answers] == [True, True]
        assert "We have given US$50.00 back to you in another way" in said.letter
