"""Why the app did not hear of a payment: one cause, its words, its money and its actions. The quiet cases first."""

from typing import Any

import pytest

from core.findings import Action, Confidence, Finding, Severity
from core.money import Money
from tests.rules.stage import (
    CHARGE,
    INTENT,
    NOW,
    YESTERDAY,
    Json,
    charge,
    codes,
    diagnosed,
    endpoint,
    event,
    intent,
    order,
    refund,
    session,
)

PAID = order(status="paid", payment_intent_id=INTENT, updated_at=YESTERDAY + 95)
FIFTY = Money(5000, "usd")
ELSEWHERE = [endpoint(url="https://old.example.net/hook")]
PAYMENTS_ONLY = [endpoint(enabled_events=["payment_intent.succeeded"])]
SIGN_UP: dict[str, Any] = {
    "sessions": [session(mode="subscription", payment_intent=None, subscription="sub_1")],
    "intents": [],
    "charges": [],
}


def headline(row: Json | None = None, **given: object) -> Finding:
    found = diagnosed(row, **given).headline
    assert found is not None
    return found


class TestQuiet:
    @pytest.mark.parametrize(
        "endpoints", [[], [endpoint(status="disabled")], [endpoint(enabled_events=["payout.paid"])], ELSEWHERE]
    )
    def test_an_order_that_is_right_needs_no_endpoint(self, endpoints: list[Json]) -> None:
        assert diagnosed(PAID, endpoints=endpoints).clean

    def test_a_payment_of_this_minute_may_still_be_told(self) -> None:
        now = {"created": NOW - 60}
        given = {"sessions": [session(**now)], "intents": [intent(**now)], "charges": [], "events": []}
        for endpoints in ([], ELSEWHERE, PAYMENTS_ONLY):
            assert codes(diagnosed(order(), **given, endpoints=endpoints)) == ["settling"]

    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges", "events", "endpoints"])
    def test_no_cause_is_told_that_something_unread_could_change(self, kind: str) -> None:
        for endpoints in ([], ELSEWHERE, PAYMENTS_ONLY, [endpoint()]):
            diagnosis = diagnosed(order(), endpoints=endpoints, unread=[kind])
            assert codes(diagnosis) == []
            assert "Stripe has 50.00 USD for it" in (diagnosis.undetermined or "")

    def test_a_star_asks_for_everything(self) -> None:
        assert "webhook_not_subscribed" not in codes(diagnosed(order(), endpoints=[endpoint(enabled_events=["*"])]))

    def test_another_event_would_have_told_it_too(self) -> None:
        asked = [endpoint(enabled_events=["charge.succeeded"])]
        assert "webhook_not_subscribed" not in codes(diagnosed(order(payment_intent_id=INTENT), endpoints=asked))

    @pytest.mark.parametrize("change", [{"payment_intent_id": INTENT}, {"payment_intent_ids": [INTENT]}])
    def test_a_payment_that_is_stored_can_be_looked_up(self, change: Json) -> None:
        assert "metadata_not_on_pi" not in codes(diagnosed(order(**change), endpoints=PAYMENTS_ONLY))

    def test_a_payment_that_carries_the_number_can_be_looked_up(self) -> None:
        named = [intent(metadata={"order_id": "1042"})]
        assert "metadata_not_on_pi" not in codes(diagnosed(order(), intents=named, endpoints=PAYMENTS_ONLY))

    @pytest.mark.parametrize("config", [{"webhook_hosts": ["old.example.net"]}, {"app_hosts": ["shop.example.net"]}])
    def test_a_host_that_the_settings_know_is_not_a_wrong_one(self, config: Json) -> None:
        assert "webhook_wrong_host" not in codes(diagnosed(order(), endpoints=ELSEWHERE, config=config))

    @pytest.mark.parametrize("url", ["https://api.example.com/x", "https://example.com/x", "https://www.example.com"])
    def test_hosts_of_one_site_are_one_shop(self, url: str) -> None:
        assert "webhook_wrong_host" not in codes(diagnosed(order(), endpoints=[endpoint(url=url)]))

    def test_a_checkout_that_says_no_address_is_not_elsewhere(self) -> None:
        embedded = [session(success_url=None)]
        assert "webhook_wrong_host" not in codes(diagnosed(order(), sessions=embedded, endpoints=ELSEWHERE))

    def test_a_message_of_the_same_second_did_not_come_before_the_order(self) -> None:
        row = order(created_at=YESTERDAY + 92, updated_at=YESTERDAY + 92)
        assert codes(diagnosed(row)) == ["webhook_acked_not_applied"]

    def test_an_app_that_wrote_the_order_afterwards_did_look_at_it(self) -> None:
        assert codes(diagnosed(order(updated_at=YESTERDAY + 95), **SIGN_UP)) == ["webhook_acked_not_applied"]

    def test_an_endpoint_that_was_made_later_took_nothing(self) -> None:
        found = headline(endpoints=[endpoint(created=NOW - 3600)])
        assert found.code == "paid_not_recorded"
        assert "made only after" in found.says


class TestNobodyIsListening:
    @pytest.mark.parametrize(
        ("endpoints", "detail", "words"),
        [
            ([], None, "no webhook endpoint in live mode"),
            ([endpoint(status="disabled")], "disabled", "shop.example.com is switched off"),
            ([endpoint(livemode=False)], "other_mode", "for the other mode"),
        ],
    )
    def test_it_is_critical_and_says_what_is_there(self, endpoints: list[Json], detail: str, words: str) -> None:
        found = headline(endpoints=endpoints)
        assert (found.code, found.severity, found.detail) == ("webhook_off", Severity.CRITICAL, detail)
        assert found.money_at_risk == FIFTY
        assert words in found.says
        assert found.actions == (Action.FIX_ENDPOINT, Action.MARK_PAID_AFTER_VERIFY)

    def test_a_refusal_of_before_is_history(self) -> None:
        off = [endpoint(status="disabled")]
        assert codes(diagnosed(order(), endpoints=off, events=[event(pending_webhooks=1)])) == ["webhook_off"]

    def test_below_a_closed_order_it_proposes_no_marking(self) -> None:
        diagnosis = diagnosed(order(status="cancelled"), endpoints=[])
        assert codes(diagnosis) == ["paid_order_closed", "webhook_off"]
        assert Action.MARK_PAID_AFTER_VERIFY not in diagnosis.actions
        assert "decide first" in " ".join(diagnosis.also[0].remedy)


class TestNotSubscribed:
    def test_the_message_is_named(self) -> None:
        found = headline(endpoints=[endpoint(enabled_events=["invoice.paid"])])
        assert (found.code, found.money_at_risk) == ("webhook_not_subscribed", FIFTY)
        assert "checkout.session.completed" in found.says
        assert "checkout.session.completed" in found.developer

    def test_a_debit_that_clears_days_later_is_told_by_another_message(self) -> None:
        debit = [charge(payment_method_details={"type": "sepa_debit"})]
        found = headline(charges=debit)
        assert found.code == "webhook_not_subscribed"
        assert "checkout.session.async_payment_succeeded" in found.says

    def test_a_shop_without_checkouts_is_pointed_at_the_payment(self) -> None:
        row = order(session_id=None, payment_intent_id=INTENT)
        found = headline(row, sessions=[], endpoints=[endpoint(enabled_events=["invoice.paid"])])
        assert "payment_intent.succeeded" in found.developer

    def test_of_a_refund_it_stands_below(self) -> None:
        deaf = [endpoint(enabled_events=["checkout.session.completed"])]
        diagnosis = diagnosed(PAID, charges=[charge(amount_refunded=5000)], refunds=[refund()], endpoints=deaf)
        assert codes(diagnosis) == ["refund_not_recorded", "webhook_not_subscribed"]
        assert "charge.refunded" in diagnosis.also[0].says
        assert "went back" in diagnosis.also[0].says
        assert Action.MARK_PAID_AFTER_VERIFY not in diagnosis.actions


class TestTheHandler:
    def test_the_number_is_only_on_the_checkout(self) -> None:
        found = headline(endpoints=PAYMENTS_ONLY, events=[event("payment_intent.succeeded", INTENT)])
        assert (found.code, found.confidence) == ("metadata_not_on_pi", Confidence.PROBABLE)
        assert INTENT in found.developer
        assert found.actions[:2] == (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_METADATA_LINK)

    @pytest.mark.parametrize(
        ("endpoints", "code"), [(PAYMENTS_ONLY, "metadata_not_on_pi"), (ELSEWHERE, "webhook_wrong_host")]
    )
    def test_a_refusal_may_stand_beside_it(self, endpoints: list[Json], code: str) -> None:
        kinds = [event(pending_webhooks=1), event("payment_intent.succeeded", INTENT, pending_webhooks=1)]
        assert codes(diagnosed(order(), endpoints=endpoints, events=kinds)) == [code, "webhook_failing"]

    def test_another_site_hears_of_it(self) -> None:
        found = headline(endpoints=ELSEWHERE)
        assert (found.code, found.confidence) == ("webhook_wrong_host", Confidence.PROBABLE)
        assert "old.example.net, but your shop is at shop.example.com" in found.says

    def test_the_message_came_before_the_order(self) -> None:
        found = headline(order(created_at=YESTERDAY + 95, updated_at=YESTERDAY + 97))
        assert (found.code, found.confidence) == ("webhook_before_order", Confidence.PROBABLE)
        assert "3 seconds before the order was saved" in found.says
        assert found.actions[0] is Action.REPLAY_EVENT

    def test_a_subscription_has_no_payment_of_its_own(self) -> None:
        found = headline(**SIGN_UP)
        assert (found.code, found.severity, found.money_at_risk) == ("no_pi_by_design", Severity.MEDIUM, FIFTY)
        assert "sub_1" in found.developer
        assert "50.00 USD" in found.says

    def test_it_accompanies_a_refusal(self) -> None:
        assert codes(diagnosed(order(), **SIGN_UP, events=[event(pending_webhooks=1)])) == [
            "webhook_failing",
            "no_pi_by_design",
        ]

    def test_a_legacy_charge_that_nobody_asked_for(self) -> None:
        row = order(session_id=None, charge_id=CHARGE)
        old = [charge(payment_intent=None, metadata={"order_id": "1042"})]
        given: dict[str, Any] = {"sessions": [], "intents": [], "charges": old, "events": []}
        found = headline(row, **given, endpoints=[endpoint(enabled_events=["payout.paid"])])
        assert "charge.succeeded" in found.developer


def test_a_refund_that_the_app_refuses_to_hear_of() -> None:
    refused = [event("charge.refunded", CHARGE, pending_webhooks=1, created=NOW - 3500)]
    diagnosis = diagnosed(PAID, charges=[charge(amount_refunded=5000)], refunds=[refund()], events=refused)
    assert codes(diagnosis) == ["refund_not_recorded", "webhook_failing"]
    assert diagnosis.also[0].money_at_risk == FIFTY
