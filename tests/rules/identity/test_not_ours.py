"""Payments of the other mode, and of another order."""

import pytest

from core.findings import Action, Confidence, Severity
from core.times import DAY
from tests.rules import stage


class TestKeyModeMismatch:
    def test_a_test_payment_of_a_paid_order_is_critical_and_costs_all_of_it(self) -> None:
        found = stage.headline(stage.BOOKED | {"session_id": "cs_test_" + "a1" * 15}, **stage.NOTHING)
        assert stage.matter(found) == ("key_mode_mismatch", Severity.CRITICAL, stage.FIFTY)
        assert Action.HOLD_FULFILMENT in found.actions
        assert "No real money" in found.says

    def test_what_is_at_risk_of_a_live_payment_is_not_known_to_a_test_key(self) -> None:
        found = stage.headline(stage.order(), key_mode="test")
        assert stage.matter(found) == ("key_mode_mismatch", Severity.HIGH, None)

    def test_stripe_itself_names_the_other_mode(self) -> None:
        told = {
            "id": stage.INTENT,
            "code": "resource_missing",
            "message": f"No such payment_intent: '{stage.INTENT}'; a similar object exists in test mode.",
        }
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
        bundle = {"account": None, "lookup_errors": [told]}
        assert stage.headline(row, stripe=bundle).code == "key_mode_mismatch"

    def test_nothing_else_is_said(self) -> None:
        diagnosis = stage.diagnosed(stage.BOOKED | {"session_id": "cs_test_" + "a1" * 15})
        assert stage.codes(diagnosis) == ["key_mode_mismatch"]


OTHER = stage.order(id="1041", session_id=None, created_at=stage.BEGUN - DAY)
POINTS = stage.order(status="paid", session_id=None, payment_intent_id=stage.INTENT)
FIRST = POINTS | {"id": "1041", "created_at": stage.BEGUN - DAY}


class TestSessionForeign:
    @pytest.mark.parametrize("name", ["usr_8f2c", "1041", "pro-yearly", '{"cart": 1041}'])
    def test_a_name_that_nobody_looked_up_proves_no_other_order(self, name: str) -> None:
        assert stage.said(stage.BOOKED, sessions=[stage.session(client_reference_id=name)]) == []

    def test_a_name_that_no_order_has_is_nobodys(self) -> None:
        asked = {"sessions": [stage.session(client_reference_id="1041")], "no_order_has": ["1041"]}
        assert stage.said(stage.BOOKED, **asked) == []

    def test_a_number_that_another_order_has_by_chance(self) -> None:
        user = {"sessions": [stage.session(client_reference_id="1041")]}
        chance = OTHER | {"amount_minor": 9900, "customer_email": "kim@example.com"}
        assert stage.said(stage.BOOKED, **user, other_orders=[chance]) == []

    def test_orders_whose_totals_add_up_share_the_payment(self) -> None:
        halves = [one | {"amount_minor": 2500} for one in (POINTS, FIRST)]
        assert stage.said(halves[0], sessions=[], other_orders=halves[1:]) == []

    def test_the_stored_checkout_names_another_order(self) -> None:
        found = stage.headline(stage.BOOKED, sessions=[stage.session(client_reference_id="1041")], other_orders=[OTHER])
        assert stage.matter(found) == ("session_foreign", Severity.CRITICAL, stage.FIFTY)
        assert found.confidence is Confidence.CERTAIN
        assert stage.values(found)["session_id"] == stage.SESSION
        assert stage.values(found)["order reference"] == "1041"
        assert "order 1041" in found.says

    def test_the_other_order_is_called_by_its_number(self) -> None:
        other = OTHER | {"id": "77", "number": "A-1041"}
        sessions = [stage.session(client_reference_id="77")]
        assert "order A-1041" in stage.headline(stage.BOOKED, sessions=sessions, other_orders=[other]).says

    def test_the_stored_payment_belongs_to_a_checkout_that_does(self) -> None:
        sessions = [stage.session(client_reference_id="1041")]
        assert stage.headline(POINTS, sessions=sessions, other_orders=[OTHER]).code == "session_foreign"

    def test_a_number_of_the_shops_make_and_another_customer(self) -> None:
        """Nobody looked the name up; the e-mail says that it is not this order's either."""
        sessions = [stage.session(client_reference_id="1041", customer_details={"email": "kim@example.com"})]
        found = stage.headline(stage.BOOKED, sessions=sessions)
        assert (found.code, found.confidence) == ("session_foreign", Confidence.PROBABLE)

    def test_an_older_order_of_another_customer_stores_the_same_payment(self) -> None:
        """Of the same customer it would be a copy."""
        first = FIRST | {"customer_email": "kim@example.com"}
        found = stage.headline(POINTS, sessions=[], other_orders=[first])
        assert (found.code, found.confidence) == ("session_foreign", Confidence.PROBABLE)
        assert "1041" in found.says
        assert "probably" in found.says

    def test_nobody_knows_which_is_older(self) -> None:
        found = stage.headline(POINTS, sessions=[], other_orders=[FIRST | {"created_at": None}])
        assert (found.code, found.confidence) == ("session_foreign", Confidence.POSSIBLE)


class TestOrderCopied:
    @pytest.mark.parametrize(
        "other",
        [
            FIRST | {"created_at": stage.NOW},  # the older of the two is the one that was paid
            FIRST | {"status": "cancelled"},  # it was given up for this one
            FIRST | {"deleted": True},
            FIRST | {"payment_intent_id": stage.OTHER_INTENT},
        ],
    )
    def test_not_of_an_order_that_has_the_payment_first(self, other: stage.Json) -> None:
        assert stage.said(POINTS, sessions=[], other_orders=[other]) == []

    def test_not_of_orders_that_share_one_checkout_on_purpose(self) -> None:
        grouped = {"metadata": {"order_group": "g-7"}}
        assert stage.said(POINTS | grouped, intents=[stage.intent(**grouped)], sessions=[], other_orders=[FIRST]) == []

    def test_not_where_the_payment_names_this_order(self) -> None:
        assert stage.said(POINTS, other_orders=[FIRST]) == []

    def test_not_of_an_order_that_waits_for_its_money(self) -> None:
        assert "order_copied" not in stage.said(POINTS | {"status": "pending"}, sessions=[], other_orders=[FIRST])

    @pytest.mark.parametrize("gone", [stage.refunded(), {"disputes": [stage.dispute(status="lost")]}])
    def test_not_where_the_customer_has_the_money_again(self, gone: dict[str, list[stage.Json]]) -> None:
        assert "order_copied" not in stage.said(POINTS, sessions=[], other_orders=[FIRST], **gone)

    @pytest.mark.parametrize("whose", ["jo@example.com", "kim@example.com"])
    def test_one_keeps_the_checkout_and_the_other_its_payment(self, whose: str) -> None:
        nameless = [stage.session(client_reference_id=None)]
        first = FIRST | {"session_id": stage.SESSION, "payment_intent_id": None, "customer_email": whose}
        shown = stage.values(stage.headline(POINTS, sessions=nameless, other_orders=[first]))
        assert (shown["payment_intent_id"], shown["also stores"]) == (stage.INTENT, stage.SESSION)

    def test_one_payment_on_two_orders_of_one_customer(self) -> None:
        found = stage.headline(POINTS, sessions=[], other_orders=[FIRST])
        assert stage.matter(found) == ("order_copied", Severity.HIGH, stage.FIFTY)
        assert found.confidence is Confidence.PROBABLE
        assert stage.values(found)["also stores"] == stage.INTENT
        assert "order 1041" in found.says
        assert "ask for nothing" in found.says

    def test_it_asks_nobody_for_money_and_returns_none(self) -> None:
        diagnosis = stage.diagnosed(POINTS, sessions=[], other_orders=[FIRST])
        moves = {Action.REQUEST_NEW_PAYMENT, Action.REFUND_DUPLICATE, Action.REOPEN_OR_REFUND}
        assert moves.isdisjoint(diagnosis.actions)
