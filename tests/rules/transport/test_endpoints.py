"""Nobody listens, or not for this, or somebody else. The quiet cases first."""

from typing import Any

import pytest

from core.facts import Json
from core.findings import Action, Confidence, Severity
from tests.rules import stage


class TestQuiet:
    @pytest.mark.parametrize(
        "endpoints",
        [[], [stage.endpoint(status="disabled")], [stage.endpoint(enabled_events=["payout.paid"])], stage.ELSEWHERE],
    )
    def test_an_order_that_is_right_needs_no_endpoint(self, endpoints: list[Json]) -> None:
        assert stage.diagnosed(stage.BOOKED, endpoints=endpoints).clean

    def test_a_payment_of_this_minute_may_still_be_told(self) -> None:
        given = {**stage.paid_at(stage.NOW - 60), "events": []}
        for endpoints in ([], stage.ELSEWHERE, stage.PAYMENTS_ONLY):
            assert stage.said(stage.order(), **given, endpoints=endpoints) == ["settling"]

    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges", "events", "endpoints"])
    def test_no_cause_is_told_that_something_unread_could_change(self, kind: str) -> None:
        for endpoints in ([], stage.ELSEWHERE, stage.PAYMENTS_ONLY, [stage.endpoint()]):
            diagnosis = stage.diagnosed(stage.order(), endpoints=endpoints, unread=[kind])
            assert stage.codes(diagnosis) == []
            assert "Stripe has 50.00 USD for it" in (diagnosis.undetermined or "")

    def test_a_star_asks_for_everything(self) -> None:
        assert "webhook_not_subscribed" not in stage.said(
            stage.order(), endpoints=[stage.endpoint(enabled_events=["*"])]
        )

    def test_another_event_would_have_told_it_too(self) -> None:
        asked = [stage.endpoint(enabled_events=["charge.succeeded"])]
        assert "webhook_not_subscribed" not in stage.said(stage.order(payment_intent_id=stage.INTENT), endpoints=asked)


class TestWrongHost:
    @pytest.mark.parametrize("config", [{"webhook_hosts": ["old.example.net"]}, {"app_hosts": ["shop.example.net"]}])
    def test_a_host_that_the_settings_know_is_not_a_wrong_one(self, config: Json) -> None:
        assert "webhook_wrong_host" not in stage.said(stage.order(), endpoints=stage.ELSEWHERE, config=config)

    @pytest.mark.parametrize("url", ["https://api.example.com/x", "https://example.com/x", "https://www.example.com"])
    def test_hosts_of_one_site_are_one_shop(self, url: str) -> None:
        assert "webhook_wrong_host" not in stage.said(stage.order(), endpoints=[stage.endpoint(url=url)])

    def test_a_checkout_that_says_no_address_is_not_elsewhere(self) -> None:
        embedded = [stage.session(success_url=None)]
        assert "webhook_wrong_host" not in stage.said(stage.order(), sessions=embedded, endpoints=stage.ELSEWHERE)

    def test_another_site_hears_of_it(self) -> None:
        found = stage.headline(endpoints=stage.ELSEWHERE)
        assert (found.code, found.confidence) == ("webhook_wrong_host", Confidence.PROBABLE)
        assert "old.example.net, but your shop is at shop.example.com" in found.says


class TestNobodyIsListening:
    @pytest.mark.parametrize(
        ("endpoints", "detail", "words"),
        [
            ([], None, "no webhook endpoint in live mode"),
            ([stage.endpoint(status="disabled")], "disabled", "shop.example.com is switched off"),
            ([stage.endpoint(livemode=False)], "other_mode", "for the other mode"),
        ],
    )
    def test_it_is_critical_and_says_what_is_there(self, endpoints: list[Json], detail: str, words: str) -> None:
        found = stage.headline(endpoints=endpoints)
        assert (found.code, found.severity, found.detail) == ("webhook_off", Severity.CRITICAL, detail)
        assert found.money_at_risk == stage.FIFTY
        assert words in found.says
        assert found.actions == (Action.FIX_ENDPOINT, Action.MARK_PAID_AFTER_VERIFY)

    def test_a_refusal_of_before_is_history(self) -> None:
        off = [stage.endpoint(status="disabled")]
        assert stage.said(stage.order(), endpoints=off, events=[stage.event(pending_webhooks=1)]) == ["webhook_off"]

    def test_below_a_closed_order_it_proposes_no_marking(self) -> None:
        diagnosis = stage.diagnosed(stage.order(status="cancelled"), endpoints=[])
        assert stage.codes(diagnosis) == ["paid_order_closed", "webhook_off"]
        assert Action.MARK_PAID_AFTER_VERIFY not in diagnosis.actions
        assert "decide first" in " ".join(diagnosis.also[0].remedy)


class TestNotSubscribed:
    def test_the_message_is_named(self) -> None:
        found = stage.headline(endpoints=[stage.endpoint(enabled_events=["invoice.paid"])])
        assert (found.code, found.money_at_risk) == ("webhook_not_subscribed", stage.FIFTY)
        assert "checkout.session.completed" in found.says
        assert "checkout.session.completed" in found.developer

    def test_a_debit_that_clears_days_later_is_told_by_another_message(self) -> None:
        debit = [stage.charge(payment_method_details={"type": "sepa_debit"})]
        found = stage.headline(charges=debit)
        assert found.code == "webhook_not_subscribed"
        assert "checkout.session.async_payment_succeeded" in found.says

    def test_a_shop_without_checkouts_is_pointed_at_the_payment(self) -> None:
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
        found = stage.headline(row, sessions=[], endpoints=[stage.endpoint(enabled_events=["invoice.paid"])])
        assert "payment_intent.succeeded" in found.developer

    def test_of_a_refund_it_stands_below(self) -> None:
        deaf = [stage.endpoint(enabled_events=["checkout.session.completed"])]
        diagnosis = stage.diagnosed(stage.BOOKED, **stage.refunded(), endpoints=deaf)
        assert stage.codes(diagnosis) == ["refund_not_recorded", "webhook_not_subscribed"]
        assert "charge.refunded" in diagnosis.also[0].says
        assert "went back" in diagnosis.also[0].says
        assert Action.MARK_PAID_AFTER_VERIFY not in diagnosis.actions


class TestConnect:
    CONNECT = stage.endpoint(application="ca_1")

    def test_an_endpoint_of_the_own_account_beside_it_hears(self) -> None:
        own = stage.endpoint(id="we_own")
        assert stage.said(stage.order(), endpoints=[self.CONNECT, own]) == ["webhook_acked_not_applied"]

    def test_a_payment_on_a_connected_account_is_heard(self) -> None:
        of_account = stage.event(account="acct_seller")
        assert stage.said(stage.order(), endpoints=[self.CONNECT], events=[of_account]) == ["webhook_acked_not_applied"]

    def test_alone_it_hears_nothing_of_the_own_account(self) -> None:
        found = stage.headline(stage.order(), endpoints=[self.CONNECT])
        assert (found.code, found.detail) == ("webhook_off", "connect")
        assert "connected accounts only" in found.says
        assert "confirmed" not in found.says


class TestTestMode:
    def says(self, mode: str) -> str:
        live = mode == "live"
        stored = stage.SESSION if live else stage.TEST_SESSION
        session, intent = stage.session(id=stored, livemode=live), stage.intent(livemode=live)
        given: dict[str, Any] = {"sessions": [session], "intents": [intent], "charges": [], "endpoints": []}
        told = stage.event(about=stored, livemode=live)
        return stage.headline(stage.order(session_id=stored), **given, events=[told], key_mode=mode).says

    def test_a_listener_of_the_command_line_may_have_taken_it(self) -> None:
        assert "stripe listen" in self.says("test")
        assert "stripe listen" not in self.says("live")
