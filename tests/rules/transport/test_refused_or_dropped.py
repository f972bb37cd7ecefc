"""Messages that the app refused, dropped, or that nobody can trace any more."""

import pytest

from core.facts import Json
from core.findings import Action, Finding, Severity
from core.times import DAY
from tests.rules import stage


def _without_events() -> Json:
    return {
        "account": "acct_1",
        "sessions": [stage.session()],
        "payment_intents": [stage.intent()],
        "charges": [stage.charge()],
        "webhook_endpoints": [stage.endpoint()],
        "events_unsearched": ["before yesterday"],
    }


class TestTransport:
    def test_the_app_refuses_the_message(self) -> None:
        found = stage.headline(stage.order(), events=[stage.event(pending_webhooks=1)])
        assert stage.matter(found) == ("webhook_failing", Severity.HIGH, stage.FIFTY)
        assert "50.00 USD" in found.says
        assert Action.REPLAY_EVENT in found.actions

    def test_stripe_has_given_up(self) -> None:
        then = stage.NOW - 4 * DAY
        given = stage.paid_at(then)
        found = stage.headline(
            stage.order(created_at=then), **given, events=[stage.event(created=then + 90, pending_webhooks=1)]
        )
        assert (found.code, found.detail) == ("webhook_failing", "stopped")
        assert "given up" in found.says

    def test_the_app_took_it_and_never_wrote(self) -> None:
        found = stage.headline(stage.order())
        assert (found.code, found.detail, found.money_at_risk) == (
            "webhook_acked_not_applied",
            "never_wrote",
            stage.FIFTY,
        )
        assert Action.REPLAY_EVENT in found.actions

    def test_the_app_took_it_and_wrote_something_else(self) -> None:
        found = stage.headline(stage.order(updated_at=stage.PAID + 4))
        assert (found.code, found.detail) == ("webhook_acked_not_applied", "wrote_after")
        assert Action.REPLAY_EVENT not in found.actions

    def test_times_in_milliseconds_are_compared_all_the_same(self) -> None:
        row = stage.order(created_at=stage.BEGUN * 1000, updated_at=(stage.BEGUN + 2) * 1000)
        assert stage.headline(row).detail == "never_wrote"

    def test_messages_that_stripe_has_forgotten(self) -> None:
        old = stage.NOW - 60 * DAY
        found = stage.headline(
            stage.order(created_at=old, updated_at=old),
            sessions=[stage.session(created=old)],
            intents=[stage.intent(created=old)],
            charges=[stage.charge(created=old)],
            events=[],
        )
        assert (found.code, found.severity) == ("paid_not_recorded", Severity.HIGH)
        assert "30 days" in found.says

    def test_messages_that_were_not_looked_for(self) -> None:
        assert "looked through" in stage.headline(stage.order(), stripe=_without_events()).says

    def test_a_free_checkout_is_told_without_an_amount(self) -> None:
        free = stage.session(payment_status="no_payment_required", amount_total=0, payment_intent=None)
        row = stage.order(amount_minor=0)
        for events in ([stage.event()], [stage.event(pending_webhooks=1)], []):
            found = stage.headline(row, sessions=[free], intents=[], charges=[], events=events)
            assert "unknown" not in found.says
            assert found.money_at_risk == stage.NONE

    def test_an_endpoint_that_was_made_later_took_nothing(self) -> None:
        found = stage.headline(endpoints=[stage.endpoint(created=stage.NOW - 3600)])
        assert found.code == "paid_not_recorded"
        assert "made only after" in found.says

    def test_nor_did_it_refuse_what_an_earlier_one_did_not_take(self) -> None:
        later = [stage.endpoint(created=stage.NOW - 3600)]
        assert stage.said(endpoints=later, events=[stage.event(pending_webhooks=1)]) == ["paid_not_recorded"]


def test_a_refund_that_the_app_refuses_to_hear_of() -> None:
    refused = [stage.event("charge.refunded", stage.CHARGE, pending_webhooks=1, created=stage.NOW - 3500)]
    diagnosis = stage.diagnosed(stage.BOOKED, **stage.refunded(), events=refused)
    assert stage.codes(diagnosis) == ["refund_not_recorded", "webhook_failing"]
    assert diagnosis.also[0].money_at_risk == stage.FIFTY


class TestRedirects:
    """A delivery follows none. Where the addresses alone make one likely it is said, as likely."""

    def refused(self, url: str, shop: str = "https://www.shop.example.com/thanks") -> Finding:
        back = stage.session(success_url=shop)
        refused = [stage.event(pending_webhooks=1)]
        diagnosis = stage.diagnosed(stage.order(), sessions=[back], endpoints=[stage.endpoint(url=url)], events=refused)
        return next(found for found in diagnosis.findings if found.code == "webhook_failing")

    @pytest.mark.parametrize("url", ["https://www.shop.example.com/hook", "https://api.shop.example.com/hook"])
    def test_nothing_makes_it_likely_on_the_same_host_or_on_one_of_the_site(self, url: str) -> None:
        assert "redirect" not in self.refused(url).says

    def test_nor_does_plain_http_on_ones_own_machine(self) -> None:
        assert "redirect" not in self.refused("http://127.0.0.1:8000/hook", "http://127.0.0.1:8000/thanks").says

    @pytest.mark.parametrize(
        ("url", "shop"),
        [
            ("https://shop.example.com/hook", "https://www.shop.example.com/thanks"),
            ("https://www.shop.example.com/hook", "https://shop.example.com/thanks"),
            ("http://shop.example.com/hook", "https://shop.example.com/thanks"),
            ("https://shop.example.co.uk/hook", "https://shop.example.com/thanks"),
        ],
    )
    def test_www_http_or_another_host_do(self, url: str, shop: str) -> None:
        found = self.refused(url, shop)
        assert "Likely a redirect" in found.says
        assert found.actions[0] is Action.FIX_ENDPOINT
        assert "success_url" in stage.values(found)


def test_an_app_that_wrote_the_order_may_have_refused_on_purpose() -> None:
    found = stage.headline(stage.order(updated_at=stage.PAID + 30))
    assert (found.code, found.detail) == ("webhook_acked_not_applied", "wrote_after")
    assert "perhaps on purpose" in found.says
    assert any("refund the payment" in step for step in found.remedy)
    assert any("mark the order paid" in step for step in found.remedy)


def test_no_endpoint_confirmed_what_it_could_not_have_heard() -> None:
    """Made later, of the other mode, for other accounts, for other events."""
    others: list[Json] = [{"livemode": False}, {"application": "ca_1"}, {"enabled_events": ["payout.paid"]}]
    for changes in ({"created": stage.NOW}, *others):
        assert "webhook_acked_not_applied" not in stage.said(stage.order(), endpoints=[stage.endpoint(**changes)])
